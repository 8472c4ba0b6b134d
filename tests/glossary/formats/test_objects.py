"""Terms as JSON: a list of objects."""

from __future__ import annotations

import json

import pytest

from glossary.formats import FORMATS, sniff
from glossary.formats.entries import FIELDS
from glossary.formats.objects import dump, load
from immunosite.core.records import MalformedFile, Rejected

CELL = {"headword": "Cell", "definition": "Small."}


def refusal(item) -> tuple[str, str, str]:
    (found,) = load(json.dumps([item]))
    assert isinstance(found, Rejected)
    return found.name, found.field, found.reason


class TestReading:
    def test_one_object_needs_no_list(self):
        (entry,) = load(json.dumps(CELL))
        assert (entry.position, entry.line, entry.said) == (1, 1, CELL)

    def test_each_object_has_its_line(self):
        text = json.dumps([CELL, {**CELL, "headword": "Gene"}], indent=1)
        assert [(each.slug, each.line) for each in load(text)] == [
            ("cell", 2), ("gene", 6),
        ]  # fmt: skip

    def test_null_says_that_there_is_nothing(self):
        given = {**CELL, "ipa": None, "tags": None, "rules": None}
        (entry,) = load(json.dumps(given))
        assert entry.said == {**CELL, "ipa": "", "tags": [], "rules": {}}

    def test_codes_of_languages_are_written_as_the_standard_has_them(self):
        given = {**CELL, "translations": {"zh_hans": "b", "PT-br": "a"}}
        (entry,) = load(json.dumps(given))
        assert list(entry.said["translations"].items()) == [
            ("pt-BR", "a"), ("zh-Hans", "b"),
        ]  # fmt: skip

    def test_its_own_address_comes_before_that_of_its_headword(self):
        (entry,) = load(json.dumps({**CELL, "slug": "cells"}))
        assert entry.slug == "cells"

    @pytest.mark.parametrize(
        ("item", "told"),
        [
            ("Cell", ("row on line 1", "", "This is no object with the fields of a term.")),
            ({}, ("row on line 1", "headword", "this is empty.")),
            ({"headword": 1}, ("row on line 1", "headword", "This must be a text.")),
            ({**CELL, "tags": "Cells"}, ("Cell", "tags", "This must be a list of texts.")),
            ({**CELL, "related": [1]}, ("Cell", "related", "This must be a list of texts.")),
            ({**CELL, "rules": {"a": "exact"}},
             ("Cell", "rules", "This must be an object such as {“ALL”: [“exact”]}.")),
            ({**CELL, "translations": {"es": 1}},
             ("Cell", "translations", "This must be an object such as {“es”: “célula”}.")),
            ({**CELL, "translations": {"es": "a", "ES": "b"}},
             ("Cell", "translations", "a language is there twice.")),
            ({**CELL, "ipa": "\ud800"},
             ("Cell", "", "This holds a character that can't be stored.")),
            ({**CELL, "tags": ["a\0"]},
             ("Cell", "", "This holds a character that can't be stored.")),
            ({**CELL, "translations": {"e\0": "a"}},
             ("Cell", "", "This holds a character that can't be stored.")),
        ],
    )  # fmt: skip
    def test_what_can_not_be_meant_is_told(self, item, told):
        assert refusal(item) == told

    def test_a_field_that_nobody_knows_is_told_with_those_there_are(self):
        name, field, reason = refusal({**CELL, "colour": "red"})
        assert (name, field) == ("Cell", "colour")
        assert reason == f"There is no such field. The fields are {', '.join(FIELDS)}."

    @pytest.mark.parametrize("text", ["", "terms", "[1", '"Cell"', "[{}] x"])
    def test_what_is_no_json_is_no_file(self, text):
        with pytest.raises(MalformedFile):
            list(load(text))


class TestWriting:
    def test_every_object_has_all_fields(self):
        (told,) = json.loads(dump([CELL]))
        assert tuple(told) == FIELDS
        assert told["tags"] == []

    def test_letters_are_written_as_they_are(self):
        assert "célula" in dump([{**CELL, "translations": {"es": "célula"}}])


class TestSniffing:
    @pytest.mark.parametrize(
        ("name", "text", "format"),
        [
            ("a.txt", '\ufeff [{"headword"', "json"),
            ("a.csv", '{"headword"', "json"),
            ("a.txt", "Headword;Definition\n", "csv"),
            ("a.CSV", "word,meaning\n", "csv"),
            ("a.txt", "Dear colleague", None),
            ("a.json", "Dear colleague", None),
        ],
    )
    def test_by_the_text_then_by_the_name(self, name, text, format):
        assert sniff(name, text) == format
        assert format in {None, *FORMATS}
