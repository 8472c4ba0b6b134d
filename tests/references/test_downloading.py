"""References as files: one, those of an article, all of them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from articles.publishing import rename, withdraw
from immunosite.core import caching
from references.curating import save_reference
from references.formats import FORMATS, Record
from references.merging import merge_references
from references.models import Reference
from tests.factories import (
    draft_article,
    make_article,
    make_reference,
    publisher,
)

pytestmark = pytest.mark.django_db
OFFERED = [each for each in FORMATS.values() if each.extension != "csv"]
FORM_IDS = [each.name for each in OFFERED]


def records_in(response, form) -> list[dict]:
    found = list(form.load(response.content.decode()))
    assert all(isinstance(each, Record) for each in found)
    return [each.csl for each in found]


class TestOneReference:
    @pytest.mark.parametrize("form", OFFERED, ids=FORM_IDS)
    def test_is_a_file_in_every_format(self, client, form):
        make_reference("larkin-2015")
        response = client.get(f"/references/larkin-2015/cite.{form.extension}")
        assert response["Content-Type"] == f"{form.media_type}; charset=utf-8"
        name = f'attachment; filename="larkin-2015.{form.extension}"'
        assert response["Content-Disposition"] == name
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Robots-Tag"] == "noindex"
        (record,) = records_in(response, form)
        assert record["title"] == "A study called larkin-2015"

    @pytest.mark.parametrize(
        ("key", "name"),
        [
            ("smith/2020", 'filename="smith-2020.ris"'),
            ("smith.v2", 'filename="smith.v2.ris"'),
            ("müller-2020", "filename*=utf-8''m%C3%BCller-2020.ris"),
        ],
    )
    def test_has_a_name_that_a_file_may_have(self, client, key, name):
        reference = make_reference(key)
        response = client.get(f"{reference.get_absolute_url()}cite.ris")
        assert response["Content-Disposition"] == f"attachment; {name}"

    def test_a_key_may_look_like_a_file(self, client):
        odd = make_reference("a/cite.ris")
        make_reference("a")
        assert "a/cite.ris" in client.get(odd.get_absolute_url()).text
        one = json.loads(client.get("/references/a/cite.json").text)
        other = json.loads(client.get(f"{odd.get_absolute_url()}cite.json").text)
        assert (one[0]["id"], other[0]["id"]) == ("a", "a/cite.ris")

    @pytest.mark.parametrize("end", ["cite.docx", "cite.csv", "cite.ris.ris"])
    def test_has_no_other_files(self, client, end):
        make_reference("larkin-2015")
        assert client.get(f"/references/larkin-2015/{end}").status_code == 404

    def test_that_is_not_there_is_none(self, client):
        assert client.get("/references/nobody/cite.ris").status_code == 404

    def test_that_was_merged_leads_to_the_other(self, client):
        kept, gone = make_reference("kept"), make_reference("gone")
        merge_references(kept, gone, by=publisher(), reason="The same.")
        response = client.get("/references/gone/cite.ris")
        assert response.status_code == 301
        assert response["Location"] == "/references/kept/cite.ris"

    def test_keeps_back_what_is_for_staff_or_not_ours(self, client):
        make_reference(
            "larkin-2015", abstract="Theirs.", note="Doubtful.", annote="Hm.",
            keyword="zebrafish", custom={"authors_complete": True, "by": "me"},
        )  # fmt: skip
        make_reference("open-2015", custom={"authors_complete": False, "by": "me"})
        (closed,) = json.loads(client.get("/references/larkin-2015/cite.json").text)
        assert not {"abstract", "note", "annote", "keyword", "custom"} & closed.keys()
        (opened,) = json.loads(client.get("/references/open-2015/cite.json").text)
        assert opened["custom"] == {"authors_complete": False}


class TestTheWholeBibliography:
    @pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
    def test_holds_every_reference(self, client, form):
        for key in ("zeta-2001", "alpha-2002", "beta-2003"):
            make_reference(key)
        response = client.get(f"/references/download.{form.extension}")
        name = f'attachment; filename="references.{form.extension}"'
        assert response["Content-Disposition"] == name
        titles = {record["title"] for record in records_in(response, form)}
        assert len(titles) == 3

    @pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
    def test_may_be_empty(self, client, form):
        response = client.get(f"/references/download.{form.extension}")
        assert response.status_code == 200
        # A table has its head, and JSON a list.
        assert len(response.text.splitlines()) <= 1

    def test_is_asked_for_in_one_query(self, client, django_assert_num_queries):
        make_reference("one")
        with django_assert_num_queries(1 + 1 + 1):  # the epoch, the records, the clock
            client.get("/references/download.json")

    def test_changes_with_the_records(self, client):
        make_reference("one")
        first = client.get("/references/download.json")
        make_reference("two")
        second = client.get("/references/download.json")
        assert len(json.loads(first.text)) == 1
        assert len(json.loads(second.text)) == 2
        assert first["ETag"] != second["ETag"]

    def test_is_not_made_again_for_who_has_it(
        self, client, django_assert_num_queries, monkeypatch
    ):
        make_reference("one")
        monkeypatch.setattr(caching, "MOST_KEPT", 10)
        etag = client.get("/references/download.json")["ETag"]
        with django_assert_num_queries(1):
            response = client.get(
                "/references/download.json", headers={"If-None-Match": etag}
            )
        assert (response.status_code, response.content) == (304, b"")

    def test_is_kept_unless_it_is_large(self, client, monkeypatch):
        make_reference("one")
        client.get("/references/download.json")
        Reference.objects.update(csl={"id": "other", "type": "book", "title": "X"})
        assert "other" not in client.get("/references/download.json").text
        cache.clear()
        monkeypatch.setattr(caching, "MOST_KEPT", 10)
        assert "other" in client.get("/references/download.json").text
        Reference.objects.update(csl={"id": "third", "type": "book", "title": "X"})
        assert "third" in client.get("/references/download.json").text

    @pytest.mark.parametrize("extension", ["docx", "x%0Ay", '"'])
    def test_has_no_other_files_whatever_a_reader_has(self, client, extension):
        response = client.get(
            f"/references/download.{extension}", headers={"If-None-Match": "*"}
        )
        assert response.status_code == 404

    def test_is_linked_from_the_list(self, client):
        make_reference("one")
        page = client.get("/references/").text
        for form in FORMATS.values():
            assert f'href="/references/download.{form.extension}"' in page


class TestAnArticlesReferences:
    @pytest.mark.parametrize("form", OFFERED, ids=FORM_IDS)
    def test_are_a_file_in_their_order(self, client, form):
        for key in ("alpha", "beta", "unused"):
            make_reference(key)
        make_article("hope", "Words [@beta]. More [@alpha; @beta].")
        response = client.get(f"/articles/hope/references.{form.extension}")
        name = f'attachment; filename="hope-references.{form.extension}"'
        assert response["Content-Disposition"] == name
        titles = {record["title"] for record in records_in(response, form)}
        assert titles == {"A study called alpha", "A study called beta"}

    def test_are_linked_below_the_list(self, client):
        make_reference("alpha")
        make_article("hope", "Words [@alpha].")
        make_article("bare", "Words.")
        assert (
            'href="/articles/hope/references.bib"' in client.get("/articles/hope/").text
        )
        assert "references.bib" not in client.get("/articles/bare/").text

    def test_of_an_article_without_any_are_an_empty_file(self, client):
        make_article("bare", "Words.")
        response = client.get("/articles/bare/references.json")
        assert json.loads(response.text) == []

    def test_follow_a_correction_at_once(self, client):
        reference = make_reference("alpha")
        make_article("hope", "Words [@alpha].")
        client.get("/articles/hope/references.json")
        changed = {**reference.csl, "title": "Corrected"}
        save_reference("alpha", changed, by=publisher(), reference=reference)
        assert "Corrected" in client.get("/articles/hope/references.json").text


@pytest.mark.parametrize("file", ["cite.ris", "references.ris"])
class TestFilesOfWhatIsNotLive:
    def test_a_draft_has_none(self, client, file):
        draft_article("secret", "Words.")
        assert client.get(f"/articles/secret/{file}").status_code == 404

    def test_nor_has_what_is_to_come(self, client, file):
        make_article("later", live_from=timezone.now() + timedelta(days=1))
        assert client.get(f"/articles/later/{file}").status_code == 404

    def test_nor_has_a_page_about_the_site(self, client, file):
        make_article("privacy", kind="site page")
        assert client.get(f"/articles/privacy/{file}").status_code != 200

    def test_what_was_withdrawn_is_gone(self, client, file):
        revision = make_article("gone")
        withdraw(revision.page, by=publisher(), withdrawn_as="gone", reason="Old.")
        assert client.get(f"/articles/gone/{file}").status_code == 410

    def test_a_former_address_leads_to_the_article(self, client, file):
        revision = make_article("old")
        rename(revision.page, "new", by=publisher())
        response = client.get(f"/articles/old/{file}")
        assert response["Location"] == "/articles/new/"
