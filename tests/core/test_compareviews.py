"""The admin's comparison of two revisions, and its long history."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import ArticleRevision
from tests.factories import draft_article, draft_term, make_article, make_tag

pytestmark = pytest.mark.django_db
ARTICLES = "/admin/articles/article"
TERMS = "/admin/glossary/term"


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def shown(response) -> dict[str, list[tuple[str, str]]]:
    """Label of a field → its changes."""
    return {
        label: [(p.kind, p.text) for p in comparison.pieces if p.kind != "same"]
        for label, comparison in response.context["rows"]
    }


def with_revisions(count: int):
    """An article with so many revisions; the first is live."""
    live = make_article("hope", "Revision 1.")
    ArticleRevision.objects.bulk_create(
        ArticleRevision(
            page=live.page,
            number=number,
            title="Hope",
            summary="On hope.",
            body=f"Revision {number}.",
            created_by=live.created_by,
            based_on=live,
        )
        for number in range(2, count + 1)
    )
    return live.page


class TestCompare:
    def test_the_newest_is_compared_with_the_live_one(self, desk):
        make_article("hope", "Some hope.")
        draft_article("hope", "More.")
        page = draft_article("hope", "Some more hope.").page
        response = desk.get(f"{ARTICLES}/{page.pk}/compare/")
        assert response.context["before"].number == 1
        assert response.context["after"].number == 3
        assert shown(response) == {"Body": [("new", "more ")]}
        assert "<ins>more </ins>" in response.content.decode()

    def test_any_two_of_them_either_way(self, desk):
        draft_article("hope", "One.")
        draft_article("hope", "Two.")
        page = draft_article("hope", "Three.").page
        response = desk.get(f"{ARTICLES}/{page.pk}/compare/?from=2&to=1")
        assert shown(response) == {"Body": [("gone", "Two"), ("new", "One")]}

    def test_every_field_of_an_article(self, desk):
        tag = make_tag("Basics")
        draft_article("hope", title="Hope", summary="Old.", note="First.")
        page = draft_article(
            "hope", title="Hopes", summary="New.", note="Second.", tags=[tag],
            public_note="More.",
        ).page  # fmt: skip
        response = desk.get(f"{ARTICLES}/{page.pk}/compare/?from=1&to=2")
        assert set(shown(response)) == {
            *("Title", "Summary", "Tags", "Change note", "Change note for readers"),
        }
        assert shown(response)["Tags"] == [("new", "Basics")]

    def test_every_field_of_a_term(self, desk):
        draft_term("T cell", forms=[("plural", "T cells")])
        page = draft_term(
            "T cell", forms=[("plural", "T-cells"), ("synonym", "T lymphocyte")],
            is_automatic=False, professional="Exact.", translations={"es": "célula T"},
        ).page  # fmt: skip
        response = desk.get(f"{TERMS}/{page.pk}/compare/?from=1&to=2")
        assert set(shown(response)) == {
            "Words", "Link automatically", "For professionals",
            "The headword in other languages",
        }  # fmt: skip

    def test_shows_both_as_readers_see_them_without_ids(self, desk):
        make_article("hope", "## Why\n\nOld.")
        page = draft_article("hope", "## Why\n\nNew.").page
        response = desk.get(f"{ARTICLES}/{page.pk}/compare/")
        (_, before), (_, after) = response.context["rendered"]
        assert "Old." in before and "New." in after
        assert 'id="' not in before + after

    def test_words_are_shown_as_words(self, desk):
        draft_article("hope", "One.")
        page = draft_article("hope", "<script>alert(1)</script>").page
        response = desk.get(f"{ARTICLES}/{page.pk}/compare/?from=1&to=2")
        assert "<script>alert(1)" not in response.content.decode()

    def test_says_when_a_text_can_not_be_rendered(self, desk):
        page = draft_article("hope", "[" * 5000).page
        response = desk.get(f"{ARTICLES}/{page.pk}/compare/")
        assert "too long or too tangled" in response.content.decode()

    @pytest.mark.parametrize("query", ["from=9", "to=9", "from=x", "to=", "from=-1"])
    def test_there_is_none_of_what_does_not_exist(self, desk, query):
        page = draft_article("hope").page
        address = f"{ARTICLES}/{page.pk}/compare/?{query}"
        assert desk.get(address).status_code == 404

    def test_takes_the_right_to_look(self, client, author):
        page = draft_article("hope").page
        author.groups.clear()
        client.force_login(author)
        assert client.get(f"{ARTICLES}/{page.pk}/compare/").status_code == 403


class TestFiveHundredRevisions:
    def test_the_history_is_cut_into_pages(self, desk):
        page = with_revisions(500)
        response = desk.get(f"{ARTICLES}/{page.pk}/history/")
        assert len(response.context["rows"]) == 50
        assert "Page 1 of 10, 500 revisions" in response.content.decode()
        last = desk.get(f"{ARTICLES}/{page.pk}/history/?page=10")
        assert [revision.number for revision, _ in last.context["rows"]][-1] == 1
        assert desk.get(f"{ARTICLES}/{page.pk}/history/?page=11").status_code == 404

    def test_the_editor_opens_in_few_queries(self, desk):
        page = with_revisions(500)
        address = f"{ARTICLES}/{page.pk}/change/"
        desk.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get(address).status_code == 200
        assert len(queries) <= 25
        with CaptureQueriesContext(connection) as queries:
            desk.get(f"{ARTICLES}/{page.pk}/history/")
        assert len(queries) <= 25

    def test_offers_the_newest_against_the_live_one(self, desk):
        live = make_article("hope")
        draft_article("hope", "Two.")
        draft_article("hope", "Three.")
        page = desk.get(f"{ARTICLES}/{live.page.pk}/history/").content.decode()
        assert 'name="from" value="1" aria-label="From revision 1" checked' in page
        assert 'name="to" value="3" aria-label="To revision 3" checked' in page
