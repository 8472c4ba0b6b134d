"""“Add by identifier”: looked up, shown, saved, each only when somebody says so."""

from __future__ import annotations

import json
import re

import pytest
from django.core import signing
from django.urls import reverse

from immunosite.core.audit import AuditEntry
from references.lookup import Found
from references.lookupforms import ConfirmForm
from references.lookupviews import LookUpViews
from references.models import Reference, ReferenceAlias
from tests.factories import make_reference
from tests.outside import Patience, Said, connections

pytestmark = pytest.mark.django_db
PAGE = "/admin/references/reference/look-up/"
LIST = "/admin/references/reference/"
DOI = "10.1000/abc"
RECORD = {
    "type": "article-journal",
    "title": "A <i>new</i> study",
    "author": [{"family": "Hodi", "given": "F. S."}, {"family": "Larkin"}],
    "container-title": "Journal of Examples",
    "issued": {"date-parts": [[2010, 8, 19]]},
    "DOI": DOI,
    "reference-count": 3,
}


def said(**changes) -> Said:
    body = json.dumps({**RECORD, **changes}).encode()
    return Said(body, 200, {"Content-Type": "application/vnd.citationstyles.csl+json"})


@pytest.fixture
def desk(client, editor, outside):
    client.force_login(editor)
    outside.says(f"/doi/{DOI}", said())
    return client


@pytest.fixture
def shown(desk):
    """The confirmation page of the record that doi.org tells."""
    return desk.post(PAGE, {"text": DOI})


def record_of(response) -> str:
    return response.context["form"]["record"].value()


def words(response) -> str:
    """The text of the page's main part."""
    content = response.content.decode().partition('id="content"')[2]
    return " ".join(re.sub(r"<[^>]*>", " ", content).split())


def error(response) -> list[str]:
    return response.context["form"].errors["text"]


class TestThePage:
    def test_is_in_the_tools_of_the_list(self, desk):
        assert f'href="{PAGE}"' in desk.get(LIST).content.decode()

    def test_asks_for_one_thing_and_connects_to_nobody(self, desk):
        with connections() as tried:
            page = desk.get(PAGE, {"text": DOI})
        assert page.status_code == 200
        assert page.context["form"].errors == {}
        assert tried == []

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_is_for_those_who_may_add_references(
        self, client, reviewer, outside, method
    ):
        client.force_login(reviewer)
        assert getattr(client, method)(PAGE, {"text": DOI}).status_code == 403
        assert PAGE not in client.get(LIST).content.decode()
        assert outside.asked == []

    def test_answers_a_form_of_this_site_only(self, client, editor, outside):
        client.handler.enforce_csrf_checks = True
        client.force_login(editor)
        assert client.post(PAGE, {"text": DOI}).status_code == 403
        assert outside.asked == []


class TestLookingUp:
    def test_shows_the_entry_the_fields_and_a_key_and_saves_nothing(self, shown):
        content = shown.content.decode()
        assert "Hodi FS, Larkin. A <i>new</i> study." in content
        text = words(shown)
        assert "What doi.org says" in text
        assert "Authors Hodi F. S.; Larkin" in text
        assert "Date 2010-08-19" in text
        assert "1 field of the answer left out" in text
        assert "reference-count" in text
        assert shown.context["form"]["key"].value() == "hodi-2010"
        assert not Reference.objects.exists()

    def test_proposes_a_key_that_nobody_has(self, desk):
        other = make_reference("hodi-2010")
        ReferenceAlias.objects.create(key="hodi-2010b", reference=other)
        page = desk.post(PAGE, {"text": DOI})
        assert page.context["form"]["key"].value() == "hodi-2010c"

    def test_does_not_ask_for_what_is_here_already(self, desk, outside):
        reference = make_reference("hodi", DOI=DOI.upper())
        page = desk.post(PAGE, {"text": f"https://doi.org/{DOI}"})
        assert error(page) == ["“hodi” is this work already."]
        change = reverse("admin:references_reference_change", args=[reference.pk])
        assert f'href="{change}"' in page.content.decode()
        assert outside.asked == []

    def test_says_that_what_was_found_is_here_already(self, desk, outside):
        outside.says(f"/doi/{DOI}", said(PMID="12"))
        make_reference("hodi", PMID="12")
        page = desk.post(PAGE, {"text": DOI})
        assert "This work is here already: hodi" in words(page)
        assert 'name="key"' not in page.content.decode()

    def test_shows_what_looks_like_it_and_can_be_saved_all_the_same(self, desk):
        make_reference(
            "hodi-old", title="A new study!", author=[{"family": "Hodi"}],
            issued={"date-parts": [[2011]]},
        )  # fmt: skip
        page = desk.post(PAGE, {"text": DOI})
        assert "Is it one of these? hodi-old" in words(page)
        assert 'name="key"' in page.content.decode()

    def test_shows_what_lies_at_the_same_address(self, desk, outside):
        url = outside.says(
            "/page",
            Said(b"<title>New title</title>", 200, {"Content-Type": "text/html"}),
        )
        make_reference("nci", title="Old title", type="webpage", URL=url)
        page = desk.post(PAGE, {"text": url})
        assert [one.key for one in page.context["alike"]] == ["nci"]

    def test_shows_markup_of_an_answer_as_words(self, desk, outside):
        script = "<script>alert(1)</script><img src=x onerror=alert(2)>"
        outside.says(
            f"/doi/{DOI}",
            said(title=f"A {script}", publisher=script, **{script: 1}, language="<x>"),
        )
        content = desk.post(PAGE, {"text": DOI}).content.decode()
        assert "<script>alert" not in content
        assert "<img" not in content


class TestTrouble:
    @pytest.mark.parametrize("text", ["", "Larkin 2015", "10.1000", "x" * 3_000])
    def test_with_what_was_typed_is_said_at_the_field(self, desk, outside, text):
        page = desk.post(PAGE, {"text": text})
        assert len(error(page)) == 1
        assert text.strip() in page.content.decode()
        assert outside.asked == []

    def test_with_a_service_is_said_and_offers_the_form_filled_in(self, desk, outside):
        outside.says(f"/doi/{DOI}", Said(b"", 404))
        page = desk.post(PAGE, {"text": f"doi:{DOI}"})
        assert error(page) == ["doi.org has no such record."]
        path = page.context["add_path"]
        assert "You can fill in the form instead" in words(page)
        assert f'value="doi:{DOI}"' in page.content.decode()
        assert desk.get(path).context["adminform"].form["doi"].value() == DOI

    def test_with_the_network_is_said(self, desk, settings, monkeypatch):
        monkeypatch.setattr(LookUpViews, "clock", Patience().clock)
        settings.FETCH_ALLOW = ["127.0.0.1:1"]
        settings.DOI_URL = settings.CROSSREF_URL = "http://127.0.0.1:1"
        page = desk.post(PAGE, {"text": DOI})
        assert error(page) == ["The network, or doi.org, can’t be reached."]

    @pytest.mark.parametrize(
        "url", ["http://127.0.0.1:22/", "http://169.254.169.254/", "http://[::1]/"]
    )
    def test_with_an_address_that_is_not_asked_is_said(self, desk, url):
        with connections() as tried:
            page = desk.post(PAGE, {"text": url})
        assert error(page)[0].startswith("This address is not asked.")
        assert tried == []
        form = desk.get(page.context["add_path"]).context["adminform"].form
        assert form["url"].value() == url


class TestSaving:
    def test_stores_what_was_shown_under_the_key_that_was_typed(self, desk, shown):
        sent = {"record": record_of(shown), "key": "hodi-ipilimumab"}
        page = desk.post(PAGE, sent, follow=True)
        reference = Reference.objects.get()
        change = reverse("admin:references_reference_change", args=[reference.pk])
        assert page.redirect_chain == [(change, 302)]
        assert "Authors cite it as [@hodi-ipilimumab]." in page.content.decode()
        assert reference.key == "hodi-ipilimumab"
        assert reference.csl == {
            "id": "hodi-ipilimumab",
            **{name: RECORD[name] for name in RECORD if name != "reference-count"},
        }
        assert [row.value for row in reference.identifiers.all()] == [DOI]
        assert AuditEntry.objects.latest("pk").action == "add reference"

    def test_can_go_on_with_another(self, desk, shown):
        sent = {"record": record_of(shown), "key": "a", "_addanother": "1"}
        assert desk.post(PAGE, sent).url == PAGE
        assert Reference.objects.count() == 1

    def test_asks_nobody_again(self, desk, shown, outside):
        before = len(outside.asked)
        desk.post(PAGE, {"record": record_of(shown), "key": "a"})
        assert len(outside.asked) == before

    @pytest.mark.parametrize("key", ["", "two words", "taken", "x" * 121, "-"])
    def test_says_what_is_wrong_with_the_key_and_loses_nothing(self, desk, shown, key):
        make_reference("taken")
        page = desk.post(PAGE, {"record": record_of(shown), "key": key})
        assert page.status_code == 200
        assert list(page.context["form"].errors) == ["key"]
        assert page.context["form"]["key"].value() == key
        assert Reference.objects.count() == 1
        again = {"record": record_of(page), "key": "hodi-2010"}
        assert desk.post(PAGE, again).status_code == 302

    def test_refuses_what_somebody_else_saved_meanwhile(self, desk, shown):
        make_reference("sooner", DOI=DOI)
        page = desk.post(PAGE, {"record": record_of(shown), "key": "later"})
        assert "This work is here already: sooner" in words(page)
        assert [one.key for one in Reference.objects.all()] == ["sooner"]

    @pytest.mark.parametrize("change", ["x", "", "other", "salt"])
    def test_refuses_a_record_that_is_not_the_one_that_was_shown(
        self, desk, shown, change
    ):
        told = {"csl": {**RECORD, "title": "Forged"}, "source": "x", "left_out": []}
        record = {
            "x": record_of(shown)[:-1] + "x",
            "": "",
            "other": json.dumps(told),
            "salt": signing.dumps(told, salt="another form", compress=True),
        }[change]
        page = desk.post(PAGE, {"record": record, "key": "a"})
        assert page.status_code == 200
        assert "Nothing was saved" in page.content.decode()
        assert not Reference.objects.exists()

    def test_refuses_a_record_that_is_of_another_day(self, desk, monkeypatch):
        with monkeypatch.context() as long_ago:
            long_ago.setattr("django.core.signing.time.time", lambda: 1_000_000_000)
            found = Found({"type": "book", "title": "Old"}, "doi.org")
            record = ConfirmForm.of(found)["record"].value()
        page = desk.post(PAGE, {"record": record, "key": "a"})
        assert "too old by now" in page.content.decode()
        assert not Reference.objects.exists()

    def test_is_for_those_who_may_add_references(self, desk, shown, client, reviewer):
        client.force_login(reviewer)
        sent = {"record": record_of(shown), "key": "a"}
        assert client.post(PAGE, sent).status_code == 403
        assert not Reference.objects.exists()

    def test_without_a_record_is_a_mistake_of_the_program(self):
        with pytest.raises(ValueError, match="ours"):
            ConfirmForm({"record": "x", "key": "a"}).save(by=None)
