"""The admin's front page: what waits on the desk of a person, in a few lines each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from immunosite.core import caring
from immunosite.portal.deskwork import FIRST, sections_for
from tests.factories import (
    approved,
    draft_article,
    draft_term,
    make_article,
    make_term,
    make_user,
    publisher,
)

pytestmark = pytest.mark.django_db


def section(user, name: str):
    (found,) = [each for each in sections_for(user) if each.listing.name == name]
    return found


def titles(user, name: str) -> list[str]:
    return [row.title for row in section(user, name).rows]


def without_role():
    user = make_user("nobody")
    user.is_superuser = False
    user.save()
    return user


def due_in(days: int, *, title: str, owner=None):
    page = make_article(title.lower().replace(" ", "-"), title=title).page
    due_on = timezone.localdate() + timedelta(days=days)
    caring.set_care(page, by=publisher(), owner=owner, review_due_on=due_on)
    return page


class TestSections:
    def test_hold_articles_and_terms_together(self):
        draft_article("first")
        draft_term("Second")
        assert titles(publisher(), "drafts") == ["Second", "First"]

    def test_are_short_and_tell_how_many_there_are(self):
        for number in range(FIRST):
            draft_article(f"article-{number}")
            draft_term(f"Term {number}")
        drafts = section(publisher(), "drafts")
        assert len(drafts.rows) == FIRST
        assert drafts.total == 2 * FIRST

    def test_count_a_list_that_is_just_full(self):
        for number in range(FIRST):
            draft_article(f"article-{number}")
        assert section(publisher(), "drafts").total == FIRST

    def test_are_none_for_those_who_may_see_nothing(self):
        draft_article("secret", "See [@nobody].")
        assert sections_for(without_role()) == []

    def test_tell_of_changes_only_those_who_may_read_the_audit(self, author, editor):
        names = [each.listing.name for each in sections_for(editor)]
        assert names == [
            "drafts", "waiting", "reviews", "scheduled", "sources", "problems",
            "links", "unapproved", "changes",
        ]  # fmt: skip
        assert [each.listing.name for each in sections_for(author)] == names[:-1]

    def test_sum_up_the_reviews_of_each_owner(self, author, editor):
        due_in(-3, title="Late", owner=author)
        due_in(-2, title="Later", owner=author)
        due_in(5, title="Soon", owner=author)
        due_in(-1, title="Orphan")
        due_in(7, title="Mine", owner=editor)
        owners = section(editor, "reviews").owners
        assert [(each.name, each.total, each.overdue) for each in owners] == [
            ("author", 3, 2),
            ("Nobody", 1, 1),
            ("editor", 1, 0),
        ]


class TestFrontPage:
    def page(self, client, user) -> str:
        client.force_login(user)
        return client.get("/admin/").content.decode()

    def test_offers_what_authors_add_most(self, client, author):
        page = self.page(client, author)
        for kind in ("articles/article", "glossary/term", "references/reference"):
            assert f'class="button" href="/admin/{kind}/add/"' in page
        assert 'class="button" href="/admin/core/' not in page

    def test_leads_to_each_draft_and_to_the_whole_list(self, client):
        revision = draft_article("hope", title="Hope & more")
        page = self.page(client, publisher())
        assert f'href="/admin/articles/article/{revision.page_id}/change/"' in page
        assert "Hope &amp; more" in page
        assert 'href="/admin/desk/drafts/"' in page

    def test_ends_what_it_says_with_one_full_stop(self, client):
        make_article("one", forced_reason="It was urgent.")
        make_article("two", forced_reason="It was late")
        page = self.page(client, publisher())
        assert "It was urgent.</span>" in page
        assert "It was late.</span>" in page

    def test_says_what_it_means_that_there_is_nothing(self, client, editor):
        page = self.page(client, editor)
        for words in (
            "all that was saved last is published",
            "Nothing waits for you",
            "No review is overdue",
            "Nothing goes live or ends",
            "No live page has",
            "No link to another site is known to be broken",
            "approved by somebody who did not write it",
        ):
            assert words in page

    def test_tells_a_person_without_a_role_whom_to_ask(self, client, db):
        page = self.page(client, without_role())
        assert "Ask an administrator" in page
        assert "/admin/desk/" not in page

    @pytest.mark.parametrize("count", [1, FIRST + 2])
    def test_asks_the_database_no_more_for_more_pages(
        self, client, editor, count, django_assert_max_num_queries
    ):
        soon = timezone.now() + timedelta(days=3)
        for number in range(count):
            due_in(number, title=f"Due {number}", owner=editor)
            make_term(f"Term {number}", live_from=soon)
            bad = make_article(f"bad-{number}", live_until=soon)
            bad.problems = [{"severity": "error", "message": "Gone."}]
            bad.save(update_fields=["problems"])
            approved(draft_article(f"approved-{number}"))
            draft_article(f"draft-{number}")
        client.force_login(editor)
        with django_assert_max_num_queries(25):
            client.get("/admin/")
