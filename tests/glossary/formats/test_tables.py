"""Terms as CSV: one a row, one field a column."""

from __future__ import annotations

from typing import Any

import pytest

from glossary.formats.entries import FIELDS
from glossary.formats.tables import dump, load
from immunosite.core.records import MalformedFile, Rejected

HEADING = "headword,definition"


def said(text: str) -> dict[str, Any]:
    (entry,) = load(text)
    assert not isinstance(entry, Rejected), entry
    return entry.said


def cell(column: str, content: str) -> Any:
    quoted = content.replace('"', '""')
    return said(f'{HEADING},{column}\nCell,Small.,"{quoted}"\n')[column]


def refusal(column: str, content: str) -> tuple[str, str]:
    (found,) = load(f'{HEADING},{column}\nCell,Small.,"{content}"\n')
    assert isinstance(found, Rejected)
    return found.field, found.reason


class TestReading:
    def test_only_what_the_file_has_is_said(self):
        assert said(f"{HEADING}\nCell,Small.\n") == {
            "headword": "Cell", "definition": "Small.",
        }  # fmt: skip

    def test_an_empty_cell_says_that_there_is_nothing(self):
        text = f"{HEADING},synonyms,translations,ipa\nCell,Small.,,,\n"
        assert said(text) == {
            "headword": "Cell", "definition": "Small.", "synonyms": [],
            "translations": {}, "ipa": "",
        }  # fmt: skip

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_as_spreadsheets_of_other_countries_write_it(self, delimiter):
        text = "Headword,Definition,Part of\nCell,Small.,body\n"
        assert said(text.replace(",", delimiter))["part_of"] == ["body"]

    @pytest.mark.parametrize(
        ("column", "content", "value"),
        [
            ("synonyms", " a  b | c ||", ["a b", "c"]),
            ("synonyms", r"a\|b|c\\|d\e", ["a|b", "c\\", "d\\e"]),
            ("tags", "cancer type: Melanoma|Cells", ["Cells", "cancer type: Melanoma"]),
            ("related", "gene|T cell|gene", ["T cell", "gene"]),
            ("translations", "pt-BR: célula|es: célula: x",
             {"es": "célula: x", "pt-BR": "célula"}),
            ("rules", "ALL: explicit, exact|a: b: sense",
             {"ALL": ["exact", "explicit"], "a: b": ["sense"]}),
            ("ipa", "'=x", "=x"),
            ("professional", " One.\r\n\r\nTwo. ", "One.\n\nTwo."),
        ],
    )  # fmt: skip
    def test_of_cells(self, column, content, value):
        assert cell(column, content) == value

    def test_translations_are_in_the_order_of_their_codes(self):
        assert list(cell("translations", "pt: a|de: b|es: c")) == ["de", "es", "pt"]

    @pytest.mark.parametrize(
        ("column", "content", "field", "reason"),
        [
            ("translations", "célula", "translations",
             "“célula” is not written like “es: célula”."),
            ("translations", "es: a|es: b", "translations", "“es” is there twice."),
            ("rules", "ALL", "rules", "“ALL” is not written like “ALL: exact”."),
            ("rules", "ALL: exactly", "rules",
             "“exactly” of “ALL” is none of any, exact, explicit, sense."),
            ("rules", "ALL: any, exact", "rules",
             "“ALL” can't be both “any” and “exact”."),
            ("slug", "a b", "slug", "“a b” holds more than letters, digits, - and _."),
            ("slug", "x" * 121, "slug", "longer than 120 characters."),
            ("linking", "no", "linking", "“no” is neither “auto” nor “explicit”."),
        ],
    )  # fmt: skip
    def test_what_can_not_be_meant_is_told(self, column, content, field, reason):
        assert refusal(column, content) == (field, reason)

    @pytest.mark.parametrize(
        ("heading", "message"),
        [
            ("a,b", "The header lacks headword, definition."),
            ("headword,word", "The header lacks definition. Unknown columns: 'word'."),
            (f"{HEADING},headword", "These columns are there twice: headword."),
        ],
    )
    def test_a_heading_that_is_none(self, heading, message):
        with pytest.raises(MalformedFile) as error:
            list(load(f"{heading}\nCell,Small.\n"))
        assert str(error.value).startswith(message)


class TestWriting:
    def test_has_all_columns(self):
        assert dump([]) == "\ufeff" + ",".join(FIELDS) + "\r\n"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("synonyms", ["a|b", "c\\", "\\|", "d"]),
            ("synonyms", ["=1+1", "'=x"]),
            ("rules", {"a: b": ["exact"], "c|d": ["any", "explicit", "sense"]}),
            ("translations", {"es": "a|b: c\\", "pt-BR": "'@x"}),
            ("professional", '\'=x\n\n“two”, "three"'),
            ("picture", "+1"),
            ("respelling", "@x"),
        ],
    )
    def test_and_reading_gives_the_same(self, name, value):
        term = {"headword": "Cell", "definition": "Small.", name: value}
        text = dump([term])
        assert said(text)[name] == value
        assert dump([said(text)]) == text

    def test_no_cell_is_a_formula(self):
        term = {"headword": "=Cell", "definition": "+1", "synonyms": ["-x", "y"]}
        row = dump([term]).splitlines()[1]
        assert row.startswith("'=Cell,,,'-x|y,")
        assert ",'+1," in row
