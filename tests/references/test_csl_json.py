"""CSL-JSON: what is read, what is refused and with which words, what is written."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from immunosite.core.records import MalformedFile, Rejected
from references.formats.csl_json import MAX_DEPTH, complaints, dump
from references.formats.csl_json import load as load_records
from references.formats.records import Record

MINIMAL = {"id": "a", "type": "book", "title": "T"}
DEMO = (settings.BASE_DIR / "demo" / "references.csl.json").read_text()

words = st.text("abc é<&\"'\n–", max_size=12)
names = st.fixed_dictionaries(
    {"family": st.text("abcé", min_size=1, max_size=8)}, optional={"given": words}
)
records = st.fixed_dictionaries(
    {
        "id": st.text("abc0123", min_size=1, max_size=6),
        "type": st.sampled_from(["article-journal", "book", "webpage"]),
        "title": st.text("abcé<&", min_size=1, max_size=12),
    },
    optional={
        "author": st.lists(names, max_size=3),
        "volume": st.integers(0, 99) | words,
        "note": words,
        "issued": st.builds(
            lambda year, month: {"date-parts": [[year, month]]},
            st.integers(-9999, 9999),
            st.integers(1, 12),
        ),
        "custom": st.dictionaries(words, st.none() | st.booleans() | words, max_size=2),
    },
)


def load(text: str) -> list[dict | Rejected]:
    """The items of a file without their places, and what is none."""
    return [
        record.csl if isinstance(record, Record) else record
        for record in load_records(text)
    ]


def nested(depth: int) -> dict:
    """So many objects within one another."""
    return {"x": nested(depth - 1)} if depth > 1 else {}


def refusal(**changes) -> tuple[str, str]:
    """(variable, reason) of the first complaint about a record with these changes."""
    (rejected,) = load(json.dumps([{**MINIMAL, **changes}]))
    assert isinstance(rejected, Rejected)
    return rejected.field, rejected.reason


class TestReading:
    def test_items_come_in_their_order(self):
        items = [{**MINIMAL, "id": key} for key in ("c", "a", "b")]
        assert load(json.dumps(items)) == items

    def test_a_single_item_needs_no_list(self):
        assert load(json.dumps(MINIMAL)) == [MINIMAL]

    def test_a_byte_order_mark_is_passed_over(self):
        assert load("\ufeff[]") == []

    def test_an_id_may_be_a_number_and_becomes_text(self):
        assert load(json.dumps({**MINIMAL, "id": 7})) == [{**MINIMAL, "id": "7"}]

    def test_all_demonstration_records_are_valid(self):
        items = load(DEMO)
        assert len(items) == 65
        assert not [item for item in items if isinstance(item, Rejected)]

    @pytest.mark.parametrize(
        ("variable", "value"),
        [
            ("volume", 12),
            ("volume", 1.5),
            ("author", [{"literal": "A Group"}]),
            ("author", [{"family": "Berg", "non-dropping-particle": "van den"}]),
            ("author", [{"given": "Plato", "comma-suffix": 1}]),
            ("author", []),
            ("issued", {"date-parts": [[2015]]}),
            ("issued", {"date-parts": [["2015", "6", "25"]]}),
            ("issued", {"date-parts": [[2015, 1], [2015, 2]]}),
            ("issued", {"date-parts": [[-44, 3, 15]]}),
            ("issued", {"raw": "spring 2015", "circa": True, "season": 1}),
            ("custom", {"anything": [1, None, {"deep": True}]}),
            ("custom", nested(MAX_DEPTH)),
            ("categories", ["a", "b"]),
            ("abstract", "x" * 100_000),
            ("note", "a tab\tand a\nnew line"),
        ],
    )
    def test_what_the_standard_allows_is_kept_as_it_is(self, variable, value):
        item = {**MINIMAL, variable: value}
        assert load(json.dumps([item])) == [item]


class TestPlaces:
    """Each record says where it stands."""

    def test_the_position_counts_from_one_and_the_line_is_where_the_item_begins(self):
        text = '[\n {"id": "a", "type": "book", "title": "T"},\n\n {\n}]'
        good, bad = load_records(text)
        assert (good.position, good.line) == (1, 2)
        assert (bad.position, bad.line) == (2, 4)

    def test_what_comes_before_a_fault_is_given_first(self):
        records = load_records('[{"id": "a", "type": "book", "title": "T"},\n oops]')
        assert next(records).csl["id"] == "a"
        with pytest.raises(MalformedFile, match="Expecting value") as error:
            next(records)
        assert error.value.line == 2

    def test_a_name_can_be_stored_and_shown(self):
        (rejected,) = load(json.dumps({"id": "a\x00\ud800", "type": "book"}))
        assert rejected.name == "a\\x00\\ud800"


class TestRefusals:
    """Each names the place, the item and the variable, in a user's words."""

    def test_they_take_the_place_of_the_item_and_the_others_stay(self):
        bad = {"id": "b", "type": "book"}
        first, second, third = load(json.dumps([MINIMAL, bad, MINIMAL]))
        assert first == third == MINIMAL
        assert second == Rejected(2, "b", "title", "The title is missing.", 1)

    def test_an_item_without_id_is_named_by_its_place(self):
        (rejected,) = load('[{"type": "book", "title": "T"}]')
        assert rejected == Rejected(1, "item 1", "id", "The id is missing.", 1)

    @pytest.mark.parametrize("item", [None, 3, "text", []])
    def test_an_item_that_is_none(self, item):
        assert load(json.dumps([item])) == [
            Rejected(1, "item 1", "", "This is not an item.", 1)
        ]

    @pytest.mark.parametrize(
        ("variable", "value", "reason"),
        [
            ("id", " ", "The id is missing."),
            ("type", "blog", "“blog” is not a type of CSL 1.0.2."),
            ("type", ["book"], "“['book']” is not a type of CSL 1.0.2."),
            ("title", " ", "The title is missing."),
            ("title", 5, "The title is missing."),
            ("title", "x" * 1001, "Longer than 1,000 characters."),
            ("container-title", "x" * 501, "Longer than 500 characters."),
            ("abstract", "x" * 100_001, "Longer than 100,000 characters."),
            ("volume", True, "This must be text or a number."),
            ("volume", None, "This must be text or a number."),
            ("volume", ["1"], "This must be text or a number."),
            ("colour", "red", "CSL 1.0.2 has no such variable."),
            ("note", "a\x00b", "This holds a control character."),
            ("note", "\ud800", "This holds a control character."),
            ("custom", {"\x01": 1}, "This holds a control character."),
            ("custom", [], "This must be an object."),
            ("custom", nested(MAX_DEPTH + 1), "This is nested more than 20 deep."),
            ("categories", "a", "This must be a list of texts."),
            ("author", "Larkin J", "This must be a list of names."),
            ("author", ["Larkin J"], "This must be a list of names."),
            ("author", [{}], "A name is empty."),
            ("author", [{"family": " "}], "A name is empty."),
            ("author", [{"first": "J"}], "A name has no part “first”."),
            ("author", [{"family": 5}], "The part “family” of a name must be text."),
            ("author", [{"family": "x" * 1001}], "Longer than 1,000 characters."),
            (
                "author",
                [{"family": "x", "comma-suffix": []}],
                "The part “comma-suffix” of a name must be plain.",
            ),
            ("issued", "2015", "This must be a date object."),
            ("issued", {"year": 2015}, "A date has no part “year”."),
            ("issued", {"raw": []}, "The part “raw” of a date must be plain."),
            ("issued", {"date-parts": 2015}, "date-parts must hold one or two dates."),
            (
                "issued",
                {"date-parts": [[1], [2], [3]]},
                "date-parts must hold one or two dates.",
            ),
            (
                "issued",
                {"date-parts": [[]]},
                "A date has one to three parts: year, month, day.",
            ),
            (
                "issued",
                {"date-parts": [[2015, 13]]},
                "The parts of a date are numbers: year, month 1–12, day 1–31.",
            ),
            (
                "issued",
                {"date-parts": [[2015, True]]},
                "The parts of a date are numbers: year, month 1–12, day 1–31.",
            ),
            (
                "issued",
                {"date-parts": [["MMXV"]]},
                "The parts of a date are numbers: year, month 1–12, day 1–31.",
            ),
        ],
    )
    def test_say_what_is_wrong_with_a_variable(self, variable, value, reason):
        assert refusal(**{variable: value}) == (variable, reason)

    def test_a_number_too_great_for_json(self):
        (rejected,) = load(
            '[{"id": "a", "type": "book", "title": "T", "volume": 1e999}]'
        )
        assert rejected == Rejected(1, "a", "volume", "This number is too great.", 1)

    def test_every_complaint_is_told(self):
        assert [variable for variable, _ in complaints({"colour": 1})] == [
            "id", "type", "title", "colour",
        ]  # fmt: skip


class TestMalformedFiles:
    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("", 1),
            ("[\n{}\n,]", 3),
            ('[\n {"id": "a",\n  "type" "book"}\n]', 3),
            ("[{}\n", 2),
        ],
    )
    def test_say_the_line(self, text, line):
        with pytest.raises(MalformedFile, match="This is not JSON: ") as error:
            load(text)
        assert error.value.line == line

    @pytest.mark.parametrize("text", ["3", '"text"', "null"])
    def test_another_thing_than_a_list(self, text):
        with pytest.raises(MalformedFile, match="not a list of CSL-JSON items"):
            load(text)

    def test_a_text_that_no_variable_can_hold(self):
        with pytest.raises(MalformedFile, match="more than 1,000,000") as error:
            load('[\n"' + "x" * 1_000_001 + '"]')
        assert error.value.line == 2

    @pytest.mark.parametrize(
        "text", ["[NaN]", "[-Infinity]", "[" * 200_000, f"[{'9' * 5000}]"]
    )
    def test_what_python_alone_would_read_or_fall_over(self, text):
        with pytest.raises(MalformedFile, match="not JSON that can be read"):
            load(text)


class TestWriting:
    def test_items_and_variables_are_sorted(self):
        written = dump([{**MINIMAL, "id": "b"}, {**MINIMAL, "DOI": "10.1000/x"}])
        assert [item["id"] for item in json.loads(written)] == ["a", "b"]
        assert list(json.loads(written)[0]) == ["DOI", "id", "title", "type"]

    def test_letters_stay_letters_and_the_file_ends_with_a_line(self):
        written = dump([{**MINIMAL, "title": "Ökologie"}])
        assert "Ökologie" in written
        assert written.endswith("]\n")

    def test_no_items_are_an_empty_list(self):
        assert load(dump([])) == []

    @given(st.lists(records, max_size=5, unique_by=lambda record: record["id"]))
    def test_what_is_written_reads_the_same_and_writes_the_same(self, items):
        written = dump(items)
        assert load(written) == sorted(items, key=lambda item: item["id"])
        assert dump(load(written)) == written
        assert dump(reversed(items)) == written

    def test_so_do_the_demonstration_records(self):
        written = dump(load(DEMO))
        assert dump(load(written)) == written


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["id", "type", "title", "author", "issued", "date-parts"])
        | st.text(max_size=5),
        inner,
        max_size=4,
    ),
    max_leaves=12,
))  # fmt: skip
def test_any_json_is_read_or_refused_politely(value):
    try:
        items = load(json.dumps(value))
    except MalformedFile as error:
        assert str(error)
        return
    for place, item in enumerate(items, start=1):
        assert isinstance(item, dict) or (item.position == place and item.reason)
