"""Records that are probably of one work, and what people said of them."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from immunosite.core.audit import AuditEntry
from references.duplicates import (
    distinct_pairs,
    look_alikes,
    mark_distinct,
    pairs,
    unmark_distinct,
    with_references,
)
from references.merging import merge_references
from references.models import DistinctPair
from tests.factories import make_article, make_reference, publisher

pytestmark = pytest.mark.django_db
TITLE = {"title": "A study of hope"}


@pytest.fixture
def two():
    return make_reference("first", **TITLE), make_reference("second", **TITLE)


def apart(one, other, by=None):
    return mark_distinct(one, other, by=by or publisher(), reason="Abstract and paper.")


class TestLookAlikes:
    def test_have_the_title_and_first_author_and_nearly_the_year(self):
        first = make_reference("first", **TITLE)
        make_reference("late", **TITLE, issued={"date-parts": [[2017]]})
        make_reference("other", title="Another study")
        wanted = {"title": "A Study of Hope.", "author": [{"family": "LARKIN"}]}
        csl = {**wanted, "issued": {"date-parts": [[2016]]}}
        assert [r.key for r in look_alikes(csl)] == ["first", "late"]
        assert look_alikes({**wanted, "issued": {"date-parts": [[2014]]}}) == [first]

    def test_without_a_year_all_years_are_near(self, two):
        csl = {**two[0].csl, "issued": {"literal": "n.d."}}
        assert look_alikes(csl) == list(two)

    def test_leave_out_the_record_itself_and_what_was_told_apart(self, two):
        first, second = two
        third = make_reference("third", **TITLE)
        apart(second, first)
        assert look_alikes(first.csl, but=first) == [third]

    def test_a_title_without_letters_is_like_no_other(self):
        assert look_alikes({"title": "???"}) == []

    def test_are_found_with_one_query(self, two, django_assert_num_queries):
        with django_assert_num_queries(1):
            look_alikes(two[0].csl)


class TestPairs:
    def test_are_found_in_what_is_stored(self, two):
        make_reference("third", title="Another study")
        (pair,) = pairs()
        assert pair.keys == (two[0].pk, two[1].pk)

    def test_that_were_told_apart_are_not_listed(self, two):
        apart(*two)
        assert pairs() == []

    def test_have_the_more_cited_one_first(self, two):
        make_article("hope", "Hope [@second].")
        (pair,) = with_references(pairs())
        assert (pair.keep.key, pair.keep.cited_by) == ("second", 1)
        assert (pair.other.key, pair.other.cited_by) == ("first", 0)

    def test_cost_the_same_queries_however_many_they_are(self, two):
        def count():
            with CaptureQueriesContext(
                connection,
            ) as queries:
                for pair in with_references(pairs()):
                    list(pair.keep.identifiers.all())
                    list(pair.other.notices.all())
            return len(queries)

        few = count()
        for number in range(4):
            make_reference(f"more-{number}", **TITLE, PMID=str(number + 1))
        assert count() == few <= 5


class TestTellingApart:
    def test_is_kept_with_who_and_why_and_in_the_audit_of_both(self, two, author):
        pair = apart(two[1], two[0], by=author)
        assert (pair.first, pair.second) == two
        assert list(distinct_pairs()) == [pair]
        entries = AuditEntry.objects.filter(action="mark distinct", by=author)
        assert {(e.subject_id, e.details["other"]) for e in entries} == {
            (two[0].pk, "second"),
            (two[1].pk, "first"),
        }
        assert entries[0].details["reason"] == "Abstract and paper."

    def test_can_be_taken_back(self, two, author):
        unmark_distinct(apart(*two), by=author)
        assert len(pairs()) == 1
        assert AuditEntry.objects.filter(action="unmark distinct").count() == 2

    def test_takes_the_right_to_change_references(self, two, reviewer):
        with pytest.raises(PermissionDenied):
            apart(*two, by=reviewer)
        pair = apart(*two)
        with pytest.raises(PermissionDenied):
            unmark_distinct(pair, by=reviewer)
        assert DistinctPair.objects.count() == 1

    def test_takes_two_references_and_a_reason_once(self, two):
        for one, other, reason in (
            (two[0], two[0], "No."),
            (two[0], two[1], "  "),
            (two[0], two[1], "x" * 201),
        ):
            with pytest.raises(ValidationError):
                mark_distinct(one, other, by=publisher(), reason=reason)
        apart(*two)
        with pytest.raises(ValidationError):
            apart(*two)
        assert DistinctPair.objects.count() == 1


class TestMerging:
    def test_what_was_told_apart_from_one_is_told_apart_from_both(self, two):
        third = make_reference("third", **TITLE)
        apart(two[1], third)
        merge_references(*two, by=publisher(), reason="The same.")
        assert pairs() == []
        pair = DistinctPair.objects.get()
        assert {pair.first, pair.second} == {two[0], third}

    def test_of_what_was_told_apart_is_refused(self, two):
        apart(*two)
        with pytest.raises(ValidationError, match="Abstract and paper"):
            merge_references(*two, by=publisher(), reason="The same.")
        assert DistinctPair.objects.count() == 1
