"""Two references become one, and every citation still cites."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from articles.publishing import withdraw
from articles.relinking import rerender_stale
from immunosite.core.audit import AuditEntry
from references.curating import add_notice, save_reference
from references.library import load_library
from references.merging import merge_references, plan_references
from references.models import Reference
from tests.factories import (
    draft_article,
    make_article,
    make_reference,
    make_tag,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db
RETRACTION = {"kind": "retraction", "source": "https://example.org/", "note": ""}


@pytest.fixture
def two():
    """The survivor and the other."""
    ours = make_reference("larkin-2015", DOI="10.1000/one")
    theirs = make_reference("larkin-nejm", DOI="10.1000/two", PMID="123")
    return ours, theirs


def merge(two, by=None):
    merge_references(*two, by=by or publisher(), reason="The same study.")
    return Reference.objects.get()


def test_the_former_key_still_cites(two):
    merge(two)
    live = make_article("hope", "Some hope [@larkin-nejm, p. 3].")
    (citation,) = live.citations.all()
    assert (citation.reference.key, citation.locator) == ("larkin-2015", "p. 3")
    assert not live.problems


def test_both_keys_are_one_number_in_the_text(two):
    merge(two)
    live = make_article("hope", "One [@larkin-nejm]. Two [@larkin-2015].")
    assert [(c.number, c.nth) for c in live.citations.all()] == [(1, 1), (1, 2)]


def test_stored_pages_cite_the_survivor_at_once(two, client):
    make_article("one", "Some hope [@larkin-nejm].")
    make_article("both", "One [@larkin-nejm]. Two [@larkin-2015].")
    make_term("Cell", "A cell [@larkin-nejm].")
    survivor = merge(two)
    assert rerender_stale() == 0
    for path in ("/articles/one/", "/articles/both/", "/glossary/cell/"):
        page = client.get(path)
        ((number, reference, _),) = page.context["references"]
        assert (number, reference) == (1, survivor)
    cited = client.get("/references/larkin-2015/").content.decode()
    assert "/articles/one/" in cited
    assert "/glossary/cell/" in cited


def test_what_is_no_longer_public_keeps_its_citation(two):
    page = make_article("one", "Some hope [@larkin-nejm].").page
    withdraw(page, by=publisher(), reason="Old.")
    survivor = merge(two)
    assert page.newest().citations.get().reference == survivor


def test_the_former_address_redirects(two, client):
    merge(two)
    response = client.get("/references/larkin-nejm/")
    assert (response.status_code, response["Location"]) == (
        301,
        "/references/larkin-2015/",
    )


def test_chains_collapse(two, client):
    third = make_reference("third")
    merge_references(two[1], third, by=publisher(), reason="The same.")
    merge((two[0], Reference.objects.get(pk=two[1].pk)))
    for key in ("third", "larkin-nejm"):
        response = client.get(f"/references/{key}/")
        assert response["Location"] == "/references/larkin-2015/"
    assert load_library()["third"].key == "larkin-2015"


def test_pages_that_redirect_to_it_redirect_to_the_survivor(two, client):
    page = make_article("hope").page
    withdraw(
        page, by=publisher(), reason="Old.", withdrawn_as="redirected",
        to="/references/larkin-nejm/",
    )  # fmt: skip
    merge(two)
    assert client.get("/articles/hope/")["Location"] == "/references/larkin-2015/"


def test_identifiers_are_united(two):
    survivor = merge(two)
    assert survivor.csl["DOI"] == "10.1000/one"
    assert survivor.csl["PMID"] == "123"
    rows = survivor.identifiers.values_list("scheme", "value", "is_former")
    assert set(rows) == {
        ("doi", "10.1000/one", False),
        ("doi", "10.1000/two", True),
        ("pmid", "123", False),
    }


def test_a_former_identifier_still_names_the_reference(two):
    survivor = merge(two)
    with pytest.raises(ValidationError, match="already has this DOI"):
        make_reference("again", DOI="10.1000/two")
    csl = {**survivor.csl, "title": "Changed"}
    save_reference(survivor.key, csl, by=publisher(), reference=survivor)
    assert survivor.identifiers.filter(value="10.1000/two", is_former=True).exists()
    csl = {**survivor.csl, "DOI": "10.1000/two"}
    save_reference(survivor.key, csl, by=publisher(), reference=survivor)
    assert survivor.identifiers.filter(scheme="doi").get().value == "10.1000/two"


def test_notices_move_each_once(two):
    for reference, day in ((two[0], "2020-01-01"), (two[1], "2020-01-01")):
        add_notice(reference, by=publisher(), noticed_on=day, **RETRACTION)
    add_notice(two[1], by=publisher(), noticed_on="2021-01-01", **RETRACTION)
    survivor = merge(two)
    assert survivor.notices.count() == 2


def test_topics_are_united(two):
    two[1].tags.add(make_tag("Basics"))
    assert [tag.name for tag in merge(two).tags.all()] == ["Basics"]


def test_nobody_may_take_the_former_key(two):
    merge(two)
    with pytest.raises(ValidationError, match="was merged had this citation key"):
        make_reference("larkin-nejm")


def test_is_written_into_the_audit_of_both(two, editor):
    other = two[1]
    survivor = merge(two, by=editor)
    entries = AuditEntry.objects.filter(by=editor, action="merge reference")
    assert {entry.subject_id for entry in entries} == {other.pk or 0, survivor.pk} or (
        entries.count() == 2
    )
    assert entries.first().details["before"]["DOI"] == "10.1000/two"


def test_takes_the_rights_to_change_and_delete(two, author):
    with pytest.raises(PermissionDenied, match="references.delete_reference"):
        merge_references(*two, by=author, reason="The same.")
    assert Reference.objects.count() == 2


def test_refuses_a_reference_and_itself(two):
    with pytest.raises(ValidationError, match="the same reference"):
        merge((two[0], two[0]))


def test_the_plan_says_what_will_change(two):
    make_article("hope", "Some hope [@larkin-nejm].")
    plan = plan_references(*two)
    assert dict(plan.gains)["Is also cited by"] == ("[@larkin-nejm]",)
    assert dict(plan.gains)["Identifiers"] == (
        "DOI 10.1000/two (as a former one)",
        "PMID 123",
    )
    assert plan.pages == (("/articles/hope/", "Hope"),)


class TestInTheAdmin:
    def address(self, two) -> str:
        return f"/admin/references/reference/{two[0].pk}/merge/"

    def test_is_shown_first_and_then_done(self, two, client, editor):
        client.force_login(editor)
        shown = client.get(f"{self.address(two)}?other={two[1].pk}")
        assert "[@larkin-nejm]" in shown.content.decode()
        sent = {"other": two[1].pk, "reason": "The same."}
        assert client.post(self.address(two), sent).status_code == 302
        assert Reference.objects.get().key == "larkin-2015"

    def test_is_not_for_authors(self, two, client, author):
        client.force_login(author)
        assert client.get(self.address(two)).status_code == 403


class TestDeleting:
    def confirmation(self, client, reference) -> str:
        address = f"/admin/references/reference/{reference.pk}/delete/"
        return client.get(address).content.decode()

    def test_lists_the_pages_live_and_draft_that_cite_it(self, two, client, editor):
        client.force_login(editor)
        make_article("hope", "Some hope [@larkin-2015].")
        draft_article("draft", "To come [@larkin-2015; @larkin-nejm].")
        draft_article("other", "To come [@larkin-2015b].")
        page = self.confirmation(client, two[0])
        assert ">Hope</a>, public" in page
        assert ">Draft</a>, in the newest draft" in page
        assert "Other" not in page
        assert "can’t be deleted" in page

    def test_a_draft_alone_is_told_and_forbids_nothing(self, two, client, editor):
        client.force_login(editor)
        draft_article("draft", "To come [@larkin-2015].")
        page = self.confirmation(client, two[0])
        assert ">Draft</a>, in the newest draft" in page
        assert "Yes, I’m sure" in page
