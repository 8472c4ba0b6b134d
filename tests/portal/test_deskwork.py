"""The admin's front page: what to add, what is in work, what has problems."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from immunosite.portal.deskwork import work_for
from tests.factories import (
    draft_article,
    draft_term,
    make_article,
    make_term,
    make_user,
)

pytestmark = pytest.mark.django_db


def work_of(user):
    request = RequestFactory().get("/admin/")
    request.user = user
    return work_for(request)


def titles(rows) -> list[str]:
    return [row.title for row in rows]


class TestWork:
    def test_lists_the_newest_drafts_of_articles_and_terms(self, editor):
        make_article("live")
        draft_article("first")
        draft_term("Second")
        make_article("third")
        draft_article("third", "More.", title="Third, again")
        work = work_of(editor)
        assert titles(work.drafts) == ["Third, again", "Second", "First"]
        assert [row.kind for row in work.drafts] == ["article", "term", "article"]
        assert work.drafts[0].state == "live, newer draft"

    def test_lists_pages_whose_newest_text_has_problems(self, editor):
        make_article("good")
        draft_article("mended", "See [@nobody].")
        draft_article("mended", "See.")
        draft_article("bad", "See [@nobody].")
        (row,) = work_of(editor).troubled
        assert (row.title, row.problems) == ("Bad", "1 error")

    def test_is_short(self, editor):
        for number in range(4):
            draft_article(f"article-{number}")
            draft_term(f"Term {number}")
        assert len(work_of(editor).drafts) == 5

    def test_is_empty_for_those_who_may_see_nothing(self, db):
        draft_article("secret", "See [@nobody].")
        nobody = make_user("nobody", role=None)
        nobody.is_superuser = False
        nobody.save()
        work = work_of(nobody)
        assert (work.drafts, work.troubled) == ([], [])


class TestFrontPage:
    def page(self, client, user) -> str:
        client.force_login(user)
        return client.get("/admin/").content.decode()

    def test_offers_what_authors_add_most(self, client, author):
        page = self.page(client, author)
        for kind in ("articles/article", "glossary/term", "references/reference"):
            assert f'class="button" href="/admin/{kind}/add/"' in page
        assert 'class="button" href="/admin/core/' not in page

    def test_leads_to_each_draft(self, client, author):
        revision = draft_article("hope", title="Hope & more")
        page = self.page(client, author)
        assert f'href="/admin/articles/article/{revision.page_id}/change/"' in page
        assert "Hope &amp; more" in page

    def test_says_when_there_is_nothing(self, client, author):
        page = self.page(client, author)
        assert "No drafts" in page
        assert "No page has problems." in page

    @pytest.mark.parametrize("count", [1, 4])
    def test_asks_the_database_no_more_for_more_pages(
        self, client, editor, count, django_assert_max_num_queries
    ):
        for number in range(count):
            make_term(f"Term {number}")
            draft_article(f"article-{number}", "See [@nobody].")
        client.force_login(editor)
        with django_assert_max_num_queries(12):
            client.get("/admin/")
