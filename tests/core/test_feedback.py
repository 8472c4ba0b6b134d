"""Counters of readers' answers: what is kept, what the database refuses, the sums."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from immunosite.core.audit import AuditEntry
from immunosite.core.caching import Epoch
from immunosite.core.feedback import (
    Answer,
    Feedback,
    Reason,
    Tally,
    give_feedback,
    reason_sum,
    tally,
)
from tests.factories import make_article, make_term

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)
FIELDS = ("kind", "page_id", "revision", "given_on", "answer", "reason", "count")


def counters() -> list[tuple]:
    return sorted(Feedback.objects.values_list(*FIELDS))


def counter(**fields) -> Feedback:
    """A counter written past the deed."""
    given = {
        "kind": "articles.article", "page_id": 1, "revision": 1, "given_on": DAY,
        "answer": "yes", "reason": "", "count": 1,
    }  # fmt: skip
    return Feedback.objects.create(**{**given, **fields})


class TestGiveFeedback:
    def test_counts_by_page_revision_day_answer_and_reason(self):
        first = make_article("first")
        with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC)):
            give_feedback(first, answer="yes")
            give_feedback(first, answer="yes")
            give_feedback(first, answer="no")
            give_feedback(first, answer="no", reason="hard")
        with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC)):
            give_feedback(first, answer="yes")
        page = ("articles.article", first.page_id, 1)
        assert counters() == [
            (*page, DAY, "no", "", 1),
            (*page, DAY, "no", "hard", 1),
            (*page, DAY, "yes", "", 2),
            (*page, date(2026, 3, 2), "yes", "", 1),
        ]

    def test_knows_the_revision_that_was_judged(self):
        give_feedback(make_article("first"), answer="no")
        second = make_article("first", "Better words.")
        give_feedback(second, answer="yes")
        assert [(row[2], row[4]) for row in counters()] == [(1, "no"), (2, "yes")]

    def test_an_article_and_a_term_of_one_number_are_two_pages(self):
        article, term = make_article("first"), make_term("Cytokine")
        give_feedback(article, answer="yes")
        give_feedback(term, answer="yes")
        kinds = {row[0] for row in counters()}
        assert kinds == {"articles.article", "glossary.term"}

    def test_keeps_the_day_of_the_site_and_no_moment(self, settings):
        settings.TIME_ZONE = "Pacific/Auckland"
        with time_machine.travel(datetime(2026, 2, 28, 23, tzinfo=UTC)):
            give_feedback(make_article("first"), answer="yes")
        assert counters()[0][3] == DAY
        kinds = {field.get_internal_type() for field in Feedback._meta.fields}
        assert not kinds & {"DateTimeField", "TimeField"}

    def test_keeps_nothing_else(self):
        names = {field.name for field in Feedback._meta.fields}
        assert names == {"id", *FIELDS}

    def test_is_not_audited(self):
        article = make_article("first")
        before = AuditEntry.objects.count()
        give_feedback(article, answer="yes")
        assert AuditEntry.objects.count() == before

    def test_leaves_the_epoch_where_it_is(self):
        article = make_article("first")
        before = Epoch.objects.get().value
        give_feedback(article, answer="yes")
        assert Epoch.objects.get().value == before

    def test_the_count_grows_inside_the_database(self, django_assert_max_num_queries):
        article = make_article("first")
        give_feedback(article, answer="yes")
        with django_assert_max_num_queries(5) as queries:
            give_feedback(article, answer="yes")
        written = [query["sql"] for query in queries if "UPDATE" in query["sql"][:6]]
        assert len(written) == 1
        assert '"count" = ("core_feedback"."count" + 1)' in written[0]

    @pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite's test database has one writer"
    )
    @pytest.mark.django_db(transaction=True)
    def test_of_many_answers_at_once_none_is_lost(self):
        article = make_article("first")

        def answer(_number: int) -> None:
            give_feedback(article, answer="yes")
            connection.close()

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(answer, range(40)))
        assert [row[-1] for row in counters()] == [40]


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "fields",
        [
            {"answer": "may"},
            {"answer": ""},
            {"answer": "no", "reason": "boring"},
            {"answer": "yes", "reason": "hard"},
            {"count": 0},
        ],
    )
    def test_what_no_form_offers(self, fields):
        with pytest.raises(IntegrityError), transaction.atomic():
            counter(**fields)

    def test_a_second_counter_of_the_same(self):
        counter()
        with pytest.raises(IntegrityError), transaction.atomic():
            counter()

    def test_the_same_through_the_deed(self):
        article = make_article("first")
        with pytest.raises(IntegrityError), transaction.atomic():
            give_feedback(article, answer="yes", reason="hard")

    @pytest.mark.parametrize("reason", ["", *Reason.values])
    def test_but_not_what_the_form_offers(self, reason):
        assert counter(answer="no", reason=reason).pk


class TestTally:
    def test_is_empty_without_answers(self):
        assert tally(make_article("first").page) == Tally(0, 0)

    def test_sums_over_days_and_revisions_of_one_page_only(self):
        page = make_article("first").page
        counter(page_id=page.pk, count=3)
        counter(page_id=page.pk, revision=2, count=4)
        counter(page_id=page.pk, answer="no", reason="hard", count=2)
        counter(page_id=page.pk + 1, count=50)
        counter(kind="glossary.term", page_id=page.pk, count=50)
        assert tally(page) == Tally(helpful=7, total=9)
        assert tally(page, revision=2) == Tally(helpful=4, total=4)

    def test_costs_one_query(self, django_assert_num_queries):
        page = make_article("first").page
        with django_assert_num_queries(1):
            tally(page)


ANSWERS = st.sampled_from(
    [(Answer.YES, ""), (Answer.NO, ""), *((Answer.NO, reason) for reason in Reason)]
)


class TestByPage:
    def test_one_row_for_each_page(self):
        for page_id in (1, 2):
            counter(page_id=page_id)
            counter(page_id=page_id, answer="no")
        counter(kind="glossary.term")
        rows = Feedback.objects.by_page()
        found = sorted((row.kind, row.page_id) for row in rows)
        assert found == [
            ("articles.article", 1), ("articles.article", 2), ("glossary.term", 1)
        ]  # fmt: skip
        assert rows.count() == 3

    def test_since_is_the_first_day(self):
        counter(given_on=date(2026, 3, 5))
        counter(given_on=DAY)
        assert Feedback.objects.by_page().get().since == DAY

    def test_sums_only_what_was_chosen_before(self):
        counter(count=5)
        counter(given_on=date(2026, 3, 5), count=7)
        rows = Feedback.objects.filter(given_on__gt=DAY).by_page()
        assert rows.get().yes == 7

    def test_can_be_sorted_by_a_sum(self):
        counter(page_id=1, count=1)
        counter(page_id=2, count=9)
        counter(page_id=3, count=5)
        rows = Feedback.objects.by_page().order_by("-yes")
        assert [row.page_id for row in rows] == [2, 3, 1]

    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.lists(st.tuples(st.integers(1, 3), ANSWERS), min_size=1, max_size=15))
    def test_whatever_was_answered_the_sums_agree(self, given_answers):
        with transaction.atomic():
            for number, (page_id, (answer, reason)) in enumerate(given_answers):
                counter(
                    page_id=page_id, revision=number + 1, answer=answer, reason=reason
                )
            for row in Feedback.objects.by_page():
                own = [what for page, what in given_answers if page == row.page_id]
                yes = own.count((Answer.YES, ""))
                assert (row.yes, row.no, row.total) == (yes, len(own) - yes, len(own))
                assert row.share == yes * 100 // len(own)
                for reason in Reason:
                    expected = own.count((Answer.NO, reason))
                    assert getattr(row, reason_sum(reason)) == expected
            transaction.set_rollback(True)
