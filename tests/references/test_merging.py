"""Two references become one, and every citation still cites."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from articles.publishing import withdraw
from articles.relinking import rerender_stale
from immunosite.core.audit import AuditEntry
from references.curating import save_reference
from references.library import load_library
from references.merging import merge_references, plan_references, state_of
from references.models import Reference
from references.noticing import add_notice
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
    assert dict(plan.gains)["Identifiers"] == ("DOI 10.1000/two", "PMID 123")
    assert plan.pages == (("/articles/hope/", "Hope"),)


class TestTheRecordOfBoth:
    def merged(self, two, **kwargs):
        merge_references(*two, by=publisher(), reason="The same.", **kwargs)
        return Reference.objects.get()

    def test_takes_from_the_other_what_was_chosen(self, two, client):
        survivor = self.merged(two, take={"title"})
        assert survivor.csl["title"] == "A study called larkin-nejm"
        assert survivor.csl["id"] == "larkin-2015"
        assert "PMID" not in survivor.csl
        assert "A study called larkin-nejm" in survivor.entry
        found = client.get("/search/", {"q": "larkin-nejm"}).content.decode()
        assert "/references/larkin-2015/" in found

    def test_takes_what_is_missing_when_nobody_chose(self, two):
        csl = {**two[1].csl, "volume": "3"}
        save_reference(two[1].key, csl, by=publisher(), reference=two[1])
        assert self.merged(two).csl["volume"] == "3"

    def test_an_identifier_that_was_not_chosen_still_names_the_reference(self, two):
        survivor = self.merged(two, take={"DOI"})
        assert survivor.csl["DOI"] == "10.1000/two"
        rows = survivor.identifiers.values_list("value", "is_former")
        assert set(rows) == {
            ("10.1000/two", False),
            ("10.1000/one", True),
            ("123", True),
        }

    def test_is_refused_when_one_has_changed_since(self, two):
        seen = state_of(*two)
        csl = {**two[1].csl, "title": "Changed"}
        other = Reference.objects.get(pk=two[1].pk)
        save_reference(other.key, csl, by=publisher(), reference=other)
        with pytest.raises(ValidationError, match="changed while you were looking"):
            self.merged(two, seen=seen)
        assert Reference.objects.count() == 2

    def test_is_refused_when_one_is_gone(self, two):
        Reference.objects.filter(pk=two[1].pk).delete()
        with pytest.raises(ValidationError, match="not there any more"):
            merge_references(*two, by=publisher(), reason="The same.")

    def test_has_a_notice_once_that_two_sources_told_of(self, two):
        for reference, day in ((two[0], "2020-01-01"), (two[1], "2020-01-02")):
            told = {**RETRACTION, "doi": "10.1000/retraction", "noticed_on": day}
            add_notice(reference, by=publisher(), **told)
        assert self.merged(two).notices.count() == 1


class TestInTheAdmin:
    def address(self, two) -> str:
        return f"/admin/references/reference/{two[0].pk}/merge/"

    def sent(self, client, two) -> dict[str, str]:
        """What a browser would send of the page as it is first shown."""
        page = client.get(f"{self.address(two)}?other={two[1].pk}")
        form = page.context["form"]
        chosen = {field.html_name: field.value() for _, field in form.rows() if field}
        last = {"other": str(two[1].pk), "seen": form.state, "reason": "The same."}
        return chosen | last

    def test_is_shown_first_and_then_done(self, two, client, editor):
        client.force_login(editor)
        shown = client.get(f"{self.address(two)}?other={two[1].pk}")
        assert "[@larkin-nejm]" in shown.content.decode()
        sent = self.sent(client, two)
        assert client.post(self.address(two), sent).status_code == 302
        survivor = Reference.objects.get()
        assert (survivor.key, survivor.csl["PMID"]) == ("larkin-2015", "123")

    def test_offers_our_values_and_the_other_ones_where_we_have_none(
        self, two, client, editor
    ):
        client.force_login(editor)
        sent = self.sent(client, two)
        assert {name: sent[name] for name in sent if name.startswith("take-")} == {
            "take-title": "ours",
            "take-DOI": "ours",
            "take-PMID": "theirs",
        }

    def test_stores_what_was_chosen(self, two, client, editor):
        client.force_login(editor)
        sent = self.sent(client, two) | {"take-title": "theirs", "take-PMID": "ours"}
        client.post(self.address(two), sent)
        survivor = Reference.objects.get()
        assert survivor.title == "A study called larkin-nejm"
        assert "PMID" not in survivor.csl

    def test_shows_the_pages_live_and_draft_that_cite_each(self, two, client, editor):
        client.force_login(editor)
        make_article("hope", "Some hope [@larkin-2015].")
        draft_article("draft", "To come [@larkin-nejm].")
        page = client.get(f"{self.address(two)}?other={two[1].pk}").content.decode()
        assert ">Hope</a>, public" in page
        assert ">Draft</a>, in a draft" in page

    def test_leads_to_the_other_direction(self, two, client, editor):
        client.force_login(editor)
        page = client.get(f"{self.address(two)}?other={two[1].pk}").content.decode()
        swapped = f"/admin/references/reference/{two[1].pk}/merge/?other={two[0].pk}"
        assert f'href="{swapped}"' in page

    @pytest.mark.parametrize(
        "forged",
        [
            {"take-title": "nobody"},
            {"take-title": ""},
            {"seen": ""},
            {"seen": "long ago"},
            {"reason": ""},
            {"other": "999999"},
            {"other": "x"},
        ],
    )
    def test_what_no_form_would_send_merges_nothing(self, two, client, editor, forged):
        client.force_login(editor)
        sent = self.sent(client, two) | forged
        assert client.post(self.address(two), sent).status_code == 200
        assert Reference.objects.count() == 2

    def test_nor_does_a_variable_that_is_not_open_change(self, two, client, editor):
        client.force_login(editor)
        sent = self.sent(client, two) | {"take-id": "theirs", "take-type": "theirs"}
        client.post(self.address(two), sent)
        assert Reference.objects.get().key == "larkin-2015"

    def test_a_refusal_keeps_the_choices_and_can_be_sent_again(
        self, two, client, editor
    ):
        client.force_login(editor)
        sent = self.sent(client, two) | {"take-title": "theirs"}
        late = client.post(self.address(two), sent | {"seen": "long ago"})
        assert "changed while you were looking" in late.content.decode()
        form = late.context["form"]
        assert form["take-title"].value() == "theirs"
        client.post(self.address(two), sent | {"seen": form.state})
        assert Reference.objects.get().title == "A study called larkin-nejm"

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
