"""The deeds that every kind of page shares, on the pages of articles."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from articles.models import Article, ArticleRevision
from immunosite.core.audit import AuditEntry
from immunosite.core.intervals import State
from immunosite.core.publishing import (
    EditConflict,
    PublishingRefused,
    append_revision,
    create_page,
    go_live,
    lock,
    refusal,
    stand_in,
    take_unannounced,
)
from immunosite.core.withdrawing import discard, take_down
from tests.factories import draft_article, publisher

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOW = timezone.now().replace(microsecond=0)


@pytest.fixture
def page():
    article = Article(slug="hope")
    create_page(article)
    return article


def add(page: Article, based_on: int | None = None, **fields) -> ArticleRevision:
    return append_revision(page, based_on=based_on, by=publisher(), **fields)


def live(
    revision: ArticleRevision,
    start: datetime | None = None,
    end: datetime | None = None,
    at: datetime = NOW,
) -> ArticleRevision:
    interval = {"live_from": start, "live_until": end}
    go_live(revision, by=publisher(), at=at, forced_reason="A test.", **interval)
    return revision


def utc(moment) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def intervals(page: Article) -> dict[int, tuple]:
    rows = page.revisions.order_by("number")
    return {row.number: (row.live_from, row.live_until) for row in rows}


class TestLock:
    def test_gives_back_the_newest_revision(self, page):
        assert lock(page, based_on=None) is None
        first = add(page)
        assert lock(page, based_on=1) == first

    @pytest.mark.parametrize("based_on", [None, 0, 1, 3])
    def test_refuses_whoever_saw_another_one(self, page, based_on):
        add(page)
        second = add(page, 1)
        with pytest.raises(EditConflict) as conflict:
            lock(page, based_on=based_on)
        assert conflict.value.newest == second

    @pytest.mark.skipif(
        connection.vendor == "sqlite",
        reason="SQLite has one writer, who holds everything from BEGIN on.",
    )
    def test_holds_the_row_of_the_page(self, page):
        with CaptureQueriesContext(connection) as queries, transaction.atomic():
            lock(page, based_on=None)
        held = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"]]
        assert len(held) == 1
        assert '"articles_article"' in held[0]


class TestCreatePage:
    def test_refuses_an_address_that_is_taken(self, page):
        with pytest.raises(ValidationError) as error:
            create_page(Article(slug="hope"))
        assert set(error.value.error_dict) == {"slug"}

    def test_and_one_that_is_taken_at_the_same_moment(self, page, monkeypatch):
        # Between the check and the row.
        other = Article(slug="hope")
        monkeypatch.setattr(Article, "full_clean", lambda self: None)
        with pytest.raises(ValidationError, match="Somebody has just made a page"):
            create_page(other)
        assert other.pk is None
        assert Article.objects.count() == 1


class TestAppendRevision:
    def test_counts_on_and_knows_its_predecessor(self, page):
        first, second = add(page), add(page, 1)
        assert (first.number, first.based_on) == (1, None)
        assert (second.number, second.based_on) == (2, first)

    def test_each_page_counts_for_itself(self, page):
        add(page)
        other = Article(slug="other")
        create_page(other)
        assert add(other).number == 1

    @pytest.mark.parametrize("char", ["\0", "\ud800", "\udbff", "\udc00", "\udfff"])
    @pytest.mark.parametrize("field", ["title", "summary", "body", "note"])
    def test_names_the_field_of_a_character_that_can_not_be_stored(
        self, page, field, char
    ):
        with pytest.raises(ValidationError) as error:
            add(page, **{field: f"a{char}b"})
        assert error.value.message_dict == {
            field: ["This holds a character that can't be stored."]
        }
        assert page.newest() is None

    def test_names_all_such_fields_at_once(self, page):
        with pytest.raises(ValidationError) as error:
            add(page, title="\0", body="\0", summary="fine")
        assert set(error.value.error_dict) == {"title", "body"}

    @pytest.mark.parametrize(
        "text", ["😀", "\ufffd", "\uffff", "\x01\x1f\x7f", "e\u0301"]
    )
    def test_any_other_character_is_stored_as_it_is(self, page, text):
        add(page, title=text, body=text)
        stored = ArticleRevision.objects.get()
        assert (stored.title, stored.body) == (text, text)

    @pytest.mark.parametrize(("field", "length"), [("title", 200), ("note", 300)])
    def test_a_field_has_a_length(self, page, field, length):
        add(page, **{field: "é" * length})
        with pytest.raises(ValidationError) as error:
            add(page, 1, **{field: "é" * (length + 1)})
        assert set(error.value.error_dict) == {field}

    def test_refuses_whoever_saw_another_one_and_stores_nothing(self, page):
        add(page)
        with pytest.raises(EditConflict):
            add(page, None)
        assert page.revisions.count() == 1


class TestGoLive:
    def test_begins_at_once_and_has_no_end(self, page):
        revision = live(add(page))
        assert intervals(page) == {1: (NOW, None)}
        assert revision.state_at(NOW) is State.LIVE

    def test_ends_its_predecessor_when_it_begins(self, page):
        live(add(page))
        live(add(page, 1), at=NOW + DAY)
        assert intervals(page) == {1: (NOW, NOW + DAY), 2: (NOW + DAY, None)}

    def test_leaves_a_predecessor_alone_that_ends_before(self, page):
        live(add(page), end=NOW + DAY)
        live(add(page, 1), start=NOW + 2 * DAY)
        assert intervals(page)[1] == (NOW, NOW + DAY)

    def test_ends_where_what_is_scheduled_begins(self, page):
        live(add(page), start=NOW + 2 * DAY)
        live(add(page, 1), end=NOW + 5 * DAY)
        live(add(page, 2), start=NOW + DAY)
        assert intervals(page) == {
            1: (NOW + 2 * DAY, None),
            2: (NOW, NOW + DAY),
            3: (NOW + DAY, NOW + 2 * DAY),
        }

    def test_takes_the_place_of_what_was_to_begin_at_that_moment(self, page):
        live(add(page), start=NOW + DAY)
        live(add(page, 1), start=NOW + DAY)
        assert intervals(page) == {1: (None, None), 2: (NOW + DAY, None)}

    def test_leaves_other_pages_alone(self, page):
        other = Article(slug="other")
        create_page(other)
        live(add(page))
        live(add(other), at=NOW + DAY)
        assert intervals(page) == {1: (NOW, None)}

    @pytest.mark.parametrize(
        ("start", "end", "why"),
        [
            (NOW - DAY, None, "in the past"),
            (None, NOW, "after the start"),
            (None, NOW - DAY, "after the start"),
            (NOW + DAY, NOW + DAY, "after the start"),
        ],
    )
    def test_refuses_what_makes_no_interval(self, page, start, end, why):
        revision = add(page)
        with pytest.raises(PublishingRefused, match=why):
            live(revision, start, end)
        assert intervals(page) == {1: (None, None)}

    def test_a_revision_goes_live_once(self, page):
        revision = live(add(page), end=NOW + DAY)
        with pytest.raises(PublishingRefused, match="published before"):
            live(revision, at=NOW + 2 * DAY)

    @pytest.mark.parametrize(
        ("start", "action"), [(None, "publish"), (NOW + DAY, "schedule")]
    )
    def test_is_written_into_the_audit(self, page, start, action):
        live(add(page), start)
        entry = AuditEntry.objects.exclude(action="save draft").get()
        assert entry.action == action
        assert entry.details["live_until"] is None


class TestTakeDown:
    def down(self, page, at=NOW):
        take_down(page, by=publisher(), at=at, reason="Old.")

    def test_ends_what_is_live_and_what_was_to_come(self, page):
        live(add(page))
        live(add(page, 1), start=NOW + 2 * DAY)
        self.down(page, NOW + DAY)
        assert intervals(page) == {1: (NOW, NOW + DAY), 2: (None, None)}
        entry = AuditEntry.objects.get(action="withdraw")
        assert entry.details == {
            "reason": "Old.",
            "revisions": [2, 1],
            "withdrawn_as": "gone",
            "text": "",
            "to": "",
            "before": {
                "revision 1": f"live from {utc(NOW)} until {utc(NOW + 2 * DAY)}",
                "revision 2": f"live from {utc(NOW + 2 * DAY)}",
            },
            "after": {
                "revision 1": f"live from {utc(NOW)} until {utc(NOW + DAY)}",
            },
        }

    def test_what_began_this_very_moment_was_never_public(self, page):
        live(add(page))
        self.down(page, NOW)
        assert intervals(page) == {1: (None, None)}

    def test_leaves_the_past_alone(self, page):
        live(add(page))
        live(add(page, 1), at=NOW + DAY)
        self.down(page, NOW + 2 * DAY)
        assert intervals(page)[1] == (NOW, NOW + DAY)

    def test_refuses_when_there_is_nothing(self, page):
        live(add(page), end=NOW + DAY)
        with pytest.raises(PublishingRefused, match="nothing to withdraw"):
            self.down(page, NOW + DAY)


class TestTakeUnannounced:
    def taken(self, at):
        told = take_unannounced(ArticleRevision.objects.all(), at)
        return tuple([revision.number for revision in group] for group in told)

    def test_gives_each_beginning_and_each_end_once(self, page):
        live(add(page), end=NOW + DAY)
        live(add(page, 1), start=NOW + 2 * DAY)
        assert self.taken(NOW - DAY) == ([], [])
        assert self.taken(NOW) == ([], [1])
        assert self.taken(NOW) == ([], [])
        assert self.taken(NOW + 2 * DAY) == ([1], [2])
        assert self.taken(NOW + 3 * DAY) == ([], [])

    def test_what_began_and_ended_unseen_is_no_news(self, page):
        live(add(page), end=NOW + DAY)
        assert self.taken(NOW + 2 * DAY) == ([], [])


class TestStandIn:
    def test_makes_any_revision_the_live_one(self, page):
        first = live(add(page))
        live(add(page, 1), at=NOW + DAY)
        live(add(page, 2), start=NOW + 5 * DAY, at=NOW + DAY)
        stand_in(first, at=NOW + 2 * DAY)
        found = page.revisions.live(NOW + 9 * DAY)
        assert [revision.number for revision in found] == [1]


class TestDiscard:
    def test_takes_all_drafts_with_it(self):
        page = draft_article("hope").page
        draft_article("hope", "More.")
        discard(page, by=publisher())
        assert not ArticleRevision.objects.exists()
        before = AuditEntry.objects.get(action="delete").details["before"]
        assert before["slug"] == "hope"
        assert before["revision 2"].startswith("“Hope”, 5 characters, SHA-256 ")

    @pytest.mark.parametrize("start", [None, NOW + DAY])
    def test_refuses_what_is_or_will_be_or_was_public(self, page, start):
        live(add(page), start, NOW + 2 * DAY)
        with pytest.raises(PublishingRefused, match="Withdraw it instead"):
            discard(page, by=publisher())
        assert Article.objects.exists()


def test_a_refusal_says_all_its_reasons():
    refused = PublishingRefused([refusal("One."), refusal("Two.")])
    assert str(refused) == "One.; Two."
    assert [problem.line for problem in refused.problems] == [None, None]


steps = st.lists(
    st.tuples(
        st.sampled_from(["publish", "withdraw"]),
        st.integers(0, 2),  # how many days pass before
        st.integers(0, 4),  # in how many days it begins
        st.none() | st.integers(1, 4),  # after how many days it ends
    ),
    max_size=8,
)


class TestAnySequence(TestCase):
    @given(steps)
    @hypothesis_settings(max_examples=15, deadline=None)
    def test_a_page_never_has_two_live_revisions_and_no_past_is_rewritten(self, steps):
        page = Article(slug="hope")
        create_page(page)
        now = NOW
        for deed, passing, start, length in steps:
            now += passing * DAY
            seen = {
                day: page.live_revision(NOW + day * DAY) for day in range(-1, 20)
                if NOW + day * DAY < now
            }  # fmt: skip
            newest = page.newest()
            begin = now + start * DAY
            try:
                if deed == "withdraw":
                    take_down(page, by=publisher(), at=now, reason="Old.")
                else:
                    revision = add(page, newest.number if newest else None)
                    end = begin + length * DAY if length else None
                    live(revision, begin, end, at=now)
                    assert page.live_revision(begin) == revision
            except PublishingRefused:
                assert deed == "withdraw"
            for day in range(-1, 20):
                assert page.revisions.live(NOW + day * DAY).count() <= 1
            for day, revision in seen.items():
                assert page.live_revision(NOW + day * DAY) == revision
