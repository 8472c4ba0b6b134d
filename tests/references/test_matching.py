"""Is a record of a file there already, is it new, is it wrong?"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from immunosite.core.audit import AuditEntry
from immunosite.core.reports import Outcome
from references.earlier import Earlier
from references.exchange import bring, chunks, look_at
from references.formats import Record, Rejected
from references.merging import merge_references
from references.models import Identifier, Reference
from references.verdicts import Rules, Verdict
from tests.factories import make_reference, publisher

pytestmark = pytest.mark.django_db
KEEP, UPDATE = Rules("keep"), Rules("update")
WHOLE = Rules("update", is_whole=True)
ANYWAY = Rules("keep", look_alikes=True)
AUTHOR = [{"family": "García", "given": "A."}]


def record(key: str = "", title: str = "A trial", year: int | None = 2015, **csl):
    """The CSL-JSON of a record without a key, unless one is given."""
    issued = {"issued": {"date-parts": [[year]]}} if year else {}
    given = {"type": "book", "title": title, "author": AUTHOR, **issued, **csl}
    return {**given, "id": key} if key else given


def records(*items: dict[str, Any], notes: tuple[str, ...] = ()) -> list[Any]:
    return [
        Record(place, place * 10, item, notes) for place, item in enumerate(items, 1)
    ]


def import_them(*items: dict[str, Any], rules: Rules = KEEP, size: int = 100):
    """Bring them in as one file; what became of each."""
    earlier, verdicts = Earlier(), []
    for some in chunks(records(*items), size):
        verdicts += bring(some, earlier=earlier, rules=rules, by=publisher())
    return verdicts


def told(verdicts: list[Verdict]) -> list[tuple[str, str, str]]:
    return [(one.name, one.outcome.value, one.message) for one in verdicts]


def outcomes(verdicts: list[Verdict]) -> list[str]:
    return [one.outcome.value for one in verdicts]


def stored() -> dict[str, dict[str, Any]]:
    return dict(Reference.objects.values_list("key", "csl"))


class TestKeys:
    def test_a_record_without_one_is_given_one(self):
        verdicts = import_them(record(), record(title="Another", author=[], year=None))
        assert [one.name for one in verdicts] == ["garcia-2015", "another"]
        assert stored()["garcia-2015"] == {**record(), "id": "garcia-2015"}

    def test_each_another_one(self):
        make_reference("garcia-2015")
        import_them(record(title="One"), record(title="Two"))
        import_them(record(title="Three"))
        assert set(stored()) == {
            *("garcia-2015", "garcia-2015b", "garcia-2015c", "garcia-2015d"),
        }

    def test_none_that_a_merged_reference_had(self):
        merge_references(
            make_reference("a"),
            make_reference("garcia-2015"),
            by=publisher(),
            reason="",
        )
        import_them(record())
        assert set(stored()) == {"a", "garcia-2015b"}

    def test_none_that_a_record_before_it_has(self):
        import_them(record("garcia-2015", "One"), record(title="Two"))
        assert set(stored()) == {"garcia-2015", "garcia-2015b"}

    def test_a_record_after_it_with_that_key_is_rejected(self):
        verdicts = import_them(record(title="One"), record("garcia-2015", "Two"))
        assert told(verdicts)[1] == (
            *("garcia-2015", "rejected"),
            "id: Record 1 of this file gets this citation key.",
        )

    @pytest.mark.parametrize("key", ["a key", "-a", "a//b", "x" * 121])
    def test_one_that_nobody_could_cite_gives_way_and_is_told(self, key):
        (verdict,) = import_them(record(key))
        assert (verdict.name, verdict.outcome) == ("garcia-2015", "created")
        assert "can't be a citation key, so it gets another." in verdict.message
        assert set(stored()) == {"garcia-2015"}

    def test_and_the_record_is_found_again(self):
        import_them(record("a key", DOI="10.1000/x"), record("b key", "Another"))
        again = import_them(
            record("a key", DOI="10.1000/x"), record("b key", "Another"), rules=WHOLE
        )
        assert outcomes(again) == ["unchanged", "unchanged"]

    def test_that_of_a_merged_reference_leads_to_what_it_became(self):
        survivor = make_reference("a")
        merge_references(survivor, make_reference("b"), by=publisher(), reason="")
        (verdict,) = import_them(record("b"), rules=WHOLE)
        assert told([verdict]) == [("b", "duplicate", "“b” was merged into “a”.")]
        assert verdict.reference == survivor

    def test_one_that_means_another_work_here_is_no_reason_to_overwrite_it(self):
        make_reference("smith", title="Here")
        (verdict,) = import_them(record("smith", "There"), rules=UPDATE)
        assert told([verdict]) == [
            ("smith", "rejected",
             "id: “smith” is another work here: “Here”. Change the key in the file.")
        ]  # fmt: skip
        assert stored()["smith"]["title"] == "Here"

    @pytest.mark.parametrize("rules", [KEEP, UPDATE])
    def test_nor_to_say_that_it_is_here(self, rules):
        make_reference("smith", title="Here")
        assert outcomes(import_them(record("smith", "There"), rules=rules)) == [
            "rejected"
        ]

    def test_unless_an_identifier_or_the_words_prove_it(self):
        make_reference("one", title="Here", DOI="10.1000/x")
        make_reference("two", title="A trial", author=AUTHOR)
        verdicts = import_them(
            record("one", "There", DOI="10.1000/X"), record("two"), rules=UPDATE
        )
        assert outcomes(verdicts) == ["updated", "updated"]


class TestRecordsWithoutAKey:
    def test_are_the_reference_that_has_their_identifier(self):
        make_reference("larkin", PMID="7")
        verdicts = import_them(record(PMID="PMID: 7"))
        assert told(verdicts) == [("larkin", "kept", "")]
        verdicts = import_them(record(PMID="7"), rules=UPDATE)
        assert told(verdicts) == [("larkin", "updated", "")]
        assert stored()["larkin"]["title"] == "A trial"

    def test_change_what_they_hold_and_leave_the_rest(self):
        make_reference("larkin", PMID="7", volume="3", custom={"x": 1})
        (verdict,) = import_them(record(PMID="7", volume="4"), rules=UPDATE)
        assert verdict.changed == ("author", "title", "type", "volume")
        csl = stored()["larkin"]
        assert (csl["volume"], csl["custom"]) == ("4", {"x": 1})
        assert csl["container-title"] == "Journal of Examples"

    def test_replace_it_where_the_format_can_hold_all(self):
        make_reference("larkin", PMID="7", volume="3")
        import_them(record(PMID="7"), rules=WHOLE)
        assert stored()["larkin"] == {**record(PMID="7"), "id": "larkin"}

    def test_of_two_references_at_once_are_nobody_s(self):
        one = make_reference("one", DOI="10.1000/x")
        make_reference("two", PMID="7")
        (verdict,) = import_them(record(PMID="7", DOI="10.1000/x"), rules=UPDATE)
        assert told([verdict]) == [
            ("A trial", "duplicate",
             "Its identifiers are of several references: “one”, “two”.")
        ]  # fmt: skip
        assert verdict.reference == one

    def test_of_a_record_that_was_merged_do_not_overwrite_the_survivor(self):
        survivor = make_reference("a", DOI="10.1000/x")
        other = make_reference("b", DOI="10.1000/y")
        merge_references(survivor, other, by=publisher(), reason="")
        (verdict,) = import_them(record(DOI="10.1000/y"), rules=UPDATE)
        assert told([verdict]) == [
            ("A trial", "duplicate",
             "DOI: of a record that was merged into “a”.")
        ]  # fmt: skip

    def test_that_a_record_before_them_is_are_told_so(self):
        make_reference("a", DOI="10.1000/x", PMID="7")
        verdicts = import_them(record(DOI="10.1000/x"), record(PMID="7"), rules=KEEP)
        assert told(verdicts)[1] == (
            *("A trial", "duplicate"),
            "Record 1 of this file is the same reference, “a”.",
        )
        verdicts = import_them(record(DOI="10.1000/y"), record(DOI="10.1000/Y"))
        assert told(verdicts)[1][1:] == (
            "duplicate", "DOI: record 1 of this file has the same one.",
        )  # fmt: skip


class TestLookAlikes:
    @pytest.mark.parametrize("year", [2014, 2015, 2016, None])
    def test_are_left_out_and_name_the_other(self, year):
        found = make_reference("here", title="A <i>Trial</i>!", author=AUTHOR)
        (verdict,) = import_them(record(year=year))
        assert told([verdict]) == [
            ("A trial", "duplicate", "“here” looks like the same work.")
        ]
        assert verdict.reference == found

    @pytest.mark.parametrize(
        "other",
        [
            record(year=2013),
            record(title="Another trial"),
            record(author=[{"family": "Garza"}]),
        ],
    )
    def test_are_no_others(self, other):
        make_reference("here", title="A trial", author=AUTHOR)
        assert outcomes(import_them(other)) == ["created"]

    def test_are_brought_in_when_it_is_asked_for(self):
        make_reference("here", title="A trial", author=AUTHOR)
        assert outcomes(import_them(record(volume="2"), rules=ANYWAY)) == ["created"]
        assert set(stored()) == {"here", "garcia-2015"}

    def test_within_the_file(self):
        items = record(), record(volume="2"), record(volume="3")
        verdicts = import_them(*items)
        assert told(verdicts)[1][1:] == (
            "duplicate", "Record 1 of this file looks like the same work.",
        )  # fmt: skip
        assert outcomes(verdicts) == ["created", "duplicate", "duplicate"]
        assert outcomes(import_them(*items, rules=ANYWAY)) == [
            "kept", "created", "created",
        ]  # fmt: skip

    def test_that_are_the_very_same_are_never_doubled(self):
        assert outcomes(import_them(record(), record(), rules=ANYWAY)) == [
            "created", "duplicate",
        ]  # fmt: skip
        assert outcomes(import_them(record(), rules=ANYWAY)) == ["kept"]

    def test_with_a_key_of_their_own_are_left_out_as_well(self):
        make_reference("here", title="A trial", author=AUTHOR)
        assert outcomes(import_them(record("mine"))) == ["duplicate"]
        assert outcomes(import_them(record("mine"), rules=ANYWAY)) == ["created"]

    def test_with_the_same_identifier_are_never_brought_in(self):
        make_reference("here", DOI="10.1000/x")
        verdicts = import_them(record("mine", DOI="10.1000/x"), rules=ANYWAY)
        assert told(verdicts) == [
            ("mine", "duplicate", "DOI: “here” already has this DOI.")
        ]


class TestNotes:
    def test_are_told_with_a_record_that_is_stored(self):
        (verdict,) = bring(
            records(record(), notes=("“Z9” is left out.",)),
            earlier=Earlier(), rules=KEEP, by=publisher(),
        )  # fmt: skip
        assert told([verdict]) == [("garcia-2015", "created", "“Z9” is left out.")]

    def test_follow_the_reason_of_one_that_is_not(self):
        (verdict,) = bring(
            records(record(DOI="x"), notes=("“Z9” is left out.",)),
            earlier=Earlier(), rules=KEEP, by=publisher(),
        )  # fmt: skip
        assert verdict.message == (
            "DOI: “x” is no DOI. A DOI looks like 10.1000/xyz123. “Z9” is left out."
        )

    def test_keep_the_place_in_the_file(self):
        refused = Rejected(2, "b", "title", "The title is missing.", 20)
        one, two = bring(
            [*records(record()), refused],
            earlier=Earlier(), rules=KEEP, by=publisher(),
        )  # fmt: skip
        assert (one.line, two.line) == (10, 20)
        assert told([two]) == [("b", "rejected", "title: The title is missing.")]


# Any file

_FEW = {
    "id": st.sampled_from(["", "", "a", "b", "garcia-2015", "a key"]),
    "title": st.sampled_from(["A trial", "A Trial!", "Another", "<i></i>"]),
    "year": st.sampled_from([2014, 2015, 2016, 2019, None]),
    "volume": st.sampled_from(["", "", "1"]),
    "DOI": st.sampled_from(["", "", "10.1000/x", "10.1000/y", "no"]),
    "PMID": st.sampled_from(["", "", "7"]),
}
_FILES = st.lists(
    st.fixed_dictionaries(_FEW).map(
        lambda few: record(
            few.pop("id"), **{k: v for k, v in few.items() if v or k == "year"}
        )
    ),
    max_size=7,
)
_RULES = st.builds(
    Rules, st.sampled_from(["keep", "update"]), st.booleans(), st.booleans()
)


def everything() -> list[Any]:
    return [
        list(model.objects.order_by("pk").values())
        for model in (Reference, Identifier, AuditEntry)
    ]


class TestAnyFile:
    @hypothesis_settings(max_examples=60, deadline=None)
    @given(_FILES, _RULES, st.integers(1, 7))
    @example([record(), record(DOI="10.1000/x"), record(volume="1")], ANYWAY, 1)
    def test_a_second_time_changes_nothing(self, items, rules, size):
        with transaction.atomic():
            import_them(*items, rules=rules, size=size)
            before = everything()
            again = import_them(*items, rules=rules, size=size)
            assert everything() == before
            assert not {"created", "updated"} & set(outcomes(again))
            transaction.set_rollback(True)

    @hypothesis_settings(max_examples=60, deadline=None)
    @given(_FILES, _FILES, _RULES, st.integers(1, 6))
    def test_is_looked_at_as_it_is_brought_in_however_it_is_cut(
        self, there, items, rules, size
    ):
        with transaction.atomic():
            import_them(*there, rules=ANYWAY)
            earlier, seen = Earlier(), []
            for some in chunks(records(*items), size):
                seen += look_at(some, earlier=earlier, rules=rules)
            assert told(import_them(*items, rules=rules)) == told(seen)
            transaction.set_rollback(True)


class TestCosts:
    def _queries(self, count: int, start: int) -> int:
        items = [
            record(title=f"Trial {number}", DOI=f"10.1000/{number}")
            for number in range(start, start + count)
        ]
        with CaptureQueriesContext(connection) as captured:
            assert outcomes(import_them(*items, size=250)) == ["created"] * count
        return len(captured)

    def test_a_hundred_more_records_cost_few_more_queries(self):
        publisher()
        self._queries(10, 1)
        # A database takes so many values in one statement, and no more.
        assert self._queries(200, 300) - self._queries(100, 100) <= 20

    def test_what_is_there_already_costs_as_many_as_one(self):
        items = [record(title=f"Trial {number}") for number in range(60)]
        import_them(*items)
        with CaptureQueriesContext(connection) as one:
            import_them(items[0])
        with CaptureQueriesContext(connection) as many:
            assert set(outcomes(import_them(*items))) == {Outcome.KEPT}
        assert len(many) == len(one)
