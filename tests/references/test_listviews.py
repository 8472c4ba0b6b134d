"""The list of references: what nobody cites, and the list as a table."""

from __future__ import annotations

import csv

import pytest

from articles.publishing import withdraw
from references.merging import merge_references
from tests.factories import (
    draft_article,
    draft_term,
    make_article,
    make_reference,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/references/reference/"


@pytest.fixture
def desk(client, author):
    client.force_login(author)
    return client


class TestUnused:
    def found(self, desk, used_by: str) -> list[str]:
        page = desk.get(LIST, {"cited_by": used_by})
        return [reference.key for reference in page.context["cl"].result_list]

    def test_on_no_live_page_and_not_even_in_a_draft(self, desk):
        for key in ("live", "term", "draft", "idea", "gone", "free", "live-2"):
            make_reference(key)
        make_article("live", "Hope [@live].")
        make_term("Cell", "A cell [@term].")
        draft_article("draft", "To come [@other; @draft, p. 3].")
        draft_term("Idea", "To come [@idea].")
        page = make_article("gone", "Old [@gone].").page
        draft_article("gone", "Newer words.")
        withdraw(page, by=publisher(), reason="Old.")
        unused = ["draft", "free", "gone", "idea", "live-2"]
        assert self.found(desk, "no-page") == unused
        assert self.found(desk, "nobody") == ["free", "gone", "live-2"]

    def test_a_draft_that_cites_by_a_former_key_is_a_use(self, desk):
        ours, theirs = make_reference("ours"), make_reference("theirs")
        draft_article("draft", "To come [@theirs].")
        merge_references(ours, theirs, by=publisher(), reason="The same.")
        assert self.found(desk, "no-page") == ["ours"]
        assert self.found(desk, "nobody") == []

    def test_what_is_scheduled_is_a_use(self, desk):
        make_reference("soon")
        from_then = make_article("soon", "To come [@soon].")
        draft_article("soon", "Without it.")
        type(from_then).objects.filter(pk=from_then.pk).update(
            live_from="2040-01-01T00:00Z"
        )
        assert self.found(desk, "nobody") == []


class TestTheTable:
    def rows(self, desk, **query) -> list[dict[str, str]]:
        response = desk.get(f"{LIST}table/", query)
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert "no-store" in response["Cache-Control"]
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(text.splitlines()))

    def test_holds_what_the_list_shows(self, desk):
        make_reference("hope", PMID="123", title="=1+1", issued={"literal": "n.d."})
        make_article("live", "Hope [@hope].")
        (row,) = self.rows(desk)
        assert row == {
            "key": "hope", "type": "article-journal", "title": "'=1+1",
            "authors": "Larkin J.", "published in": "Journal of Examples", "year": "",
            "DOI": "", "PMID": "123", "PMCID": "", "ISBN": "", "URL": "",
            "notices": "", "cited by live pages": "1",
        }  # fmt: skip

    def test_with_the_same_filters(self, desk):
        make_reference("free")
        make_reference("used")
        make_article("live", "Hope [@used].")
        assert [row["key"] for row in self.rows(desk, cited_by="no-page")] == ["free"]

    def test_a_filter_that_is_none_leads_back(self, desk):
        response = desk.get(f"{LIST}table/", {"year__x": "1"})
        assert response["Location"] == LIST

    def test_is_for_those_who_may_see_references(self, client, django_user_model):
        nobody = django_user_model.objects.create_user("nobody", is_staff=True)
        client.force_login(nobody)
        assert client.get(f"{LIST}table/").status_code == 403
