"""The admin of imports: upload, see what will become of each record, bring it in."""

from __future__ import annotations

import csv
import json
import re
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from immunosite.core.exchanging import MAX_BYTES
from references.importing import start_import, step
from references.models import ImportBatch, Reference
from references.uploading import make_batch
from tests.factories import make_reference, make_user

pytestmark = pytest.mark.django_db
ROOT = "/admin/references/importbatch/"
ADD = f"{ROOT}add/"


def item(key: str, **csl: Any) -> dict[str, Any]:
    return {"id": key, "type": "book", "title": f"About {key}", **csl}


def file_of(*items: Any, name: str = "in.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, json.dumps(items).encode())


def batch_of(*items: Any, by: Any, checked: bool = True, **options: Any) -> ImportBatch:
    data = json.dumps(items).encode()
    batch = make_batch(data, by=by, file_name="in.json", **options)
    while checked and step(batch, by=by).is_running:
        pass
    batch.refresh_from_db()
    return batch


def page_of(client: Client, batch: ImportBatch, query: str = "") -> str:
    return client.get(f"{ROOT}{batch.pk}/change/{query}").content.decode()


@pytest.fixture
def desk(client, author) -> Client:
    client.force_login(author)
    return client


class TestUploading:
    def test_leads_to_the_records_and_stores_no_reference(self, desk, author):
        sent = {"file": file_of(item("a")), "on_existing": "keep"}
        answer = desk.post(ADD, sent)
        batch = ImportBatch.objects.get()
        assert answer["Location"] == f"{ROOT}{batch.pk}/change/"
        assert (batch.created_by, batch.on_existing, batch.look_alikes) == (
            author, "keep", False,
        )  # fmt: skip
        assert not Reference.objects.exists()

    def test_keeps_what_was_chosen(self, desk):
        sent = {"file": file_of(item("a")), "format": "csl-json", "look_alikes": "on"}
        desk.post(ADD, sent | {"on_existing": "update"})
        batch = ImportBatch.objects.get()
        assert (batch.on_existing, batch.look_alikes) == ("update", True)

    @pytest.mark.parametrize(
        ("data", "field", "words"),
        [
            (b"", "file", "This file is empty."),
            (
                b"Dear colleague",
                "format",
                "The format of this file was not recognized.",
            ),
            (b'[{"id": 1', "file", "This can't be read as CSL-JSON. Line 1: "),
            (b"[]", "file", "There is no reference in this file"),
            (bytes(range(256)) * 8, "file", ""),
        ],
    )
    def test_tells_what_is_wrong_at_the_field(self, desk, data, field, words):
        sent = {"file": SimpleUploadedFile("in.json", data), "on_existing": "update"}
        if field == "format":
            sent["file"] = SimpleUploadedFile("in.txt", data)
        answer = desk.post(ADD, sent)
        errors = answer.context["form"].errors
        assert list(errors) == [field]
        assert words in errors[field][0]
        # What was chosen besides is not lost.
        assert re.search(r'value="update"[^>]* checked', answer.content.decode())
        assert not ImportBatch.objects.exists()

    def test_takes_no_file_that_is_too_large(self, desk, monkeypatch):
        file = file_of(item("a"))
        monkeypatch.setattr("references.importforms.MAX_BYTES", file.size - 1)
        answer = desk.post(ADD, {"file": file, "on_existing": "keep"})
        (error,) = answer.context["form"].errors["file"]
        assert error.startswith("This file has 0 MB, and 64 MB is the most.")
        assert MAX_BYTES == 64 * 1024**2

    def test_without_a_file_says_so(self, desk):
        answer = desk.post(ADD, {"on_existing": "keep"})
        assert answer.context["form"].errors["file"] == ["This field is required."]

    def test_is_found_from_the_list_of_references_and_the_front_page(self, desk):
        for address in ("/admin/references/reference/", "/admin/"):
            assert f'href="{ADD}"' in desk.get(address).content.decode()

    def test_is_offered_only_to_who_may(self, client, reviewer):
        client.force_login(reviewer)
        assert ADD not in client.get("/admin/references/reference/").content.decode()
        assert client.get(ADD).status_code == 403


class TestChecking:
    def test_shows_how_far_it_is_and_a_button_to_go_on(self, desk, author):
        batch = batch_of(item("a"), item("b", title=""), by=author, checked=False)
        page = page_of(desk, batch)
        assert '<progress id="steps" value="1" max="2"></progress>' in page
        assert f'action="{ROOT}{batch.pk}/step/"' in page
        assert "Not checked yet" in page

    def test_goes_on_with_each_post(self, desk, author):
        batch = batch_of(item("a"), by=author, checked=False)
        answer = desk.post(f"{ROOT}{batch.pk}/step/")
        assert answer["Location"] == f"{ROOT}{batch.pk}/change/"
        assert "Bring in 1 record" in page_of(desk, batch)

    def test_tells_the_script_how_far_it_is(self, desk, author):
        batch = batch_of(item("a"), by=author, checked=False)
        headers = {"Accept": "application/json"}
        answer = desk.post(f"{ROOT}{batch.pk}/step/", headers=headers)
        assert answer.json() == {"done": 0, "total": 1, "is_running": False}


class TestPreview:
    def test_tells_of_each_record_what_will_become_of_it(self, desk, author):
        here = make_reference("here", DOI="10.1000/x")
        batch = batch_of(
            item("here"), item("b", DOI="10.1000/x"), item("c"), item("d", DOI="?"),
            by=author,
        )  # fmt: skip
        page = page_of(desk, batch)
        assert "<strong>Nothing is stored yet.</strong> 4 records are checked." in page
        for words in (
            *("Kept as it is", "Duplicate, left out", "New", "Rejected, left out"),
            *("DOI: “here” already has this DOI.", "“?” is no DOI."),
        ):
            assert words in page
        assert page.count(f'href="/admin/references/reference/{here.pk}/change/"') == 2

    def test_is_narrowed_to_an_outcome(self, desk, author):
        batch = batch_of(item("a"), item("b", title=""), by=author)
        page = page_of(desk, batch, "?outcome=rejected")
        assert "title: The title is missing." in page
        assert "About a" not in page
        assert "About a" in page_of(desk, batch, "?outcome=nonsense")

    def test_is_cut_into_pages(self, desk, author):
        batch = batch_of(*(item(f"book-{number}") for number in range(101)), by=author)
        page = page_of(desk, batch)
        assert "Page 1 of 2" in page
        assert "book-100" not in page
        assert "book-100" in page_of(desk, batch, "?page=2")
        assert desk.get(f"{ROOT}{batch.pk}/change/?page=9").status_code == 404

    def test_its_queries_do_not_grow(self, desk, author):
        make_reference("here", DOI="10.1000/x")
        items = [item(f"book-{number}", DOI="10.1000/x") for number in range(90)]
        few, many = batch_of(*items[:2], by=author), batch_of(*items, by=author)
        counted = []
        for batch in (few, many):
            with CaptureQueriesContext(connection) as captured:
                page_of(desk, batch)
            counted.append(len(captured))
        assert counted[0] == counted[1]

    def test_escapes_what_the_file_says(self, desk, author):
        batch = batch_of(item("a", title="<script>alert(1)</script>"), by=author)
        assert "<script>alert(1)" not in page_of(desk, batch)

    def test_without_anything_to_bring_in_has_no_button(self, desk, author):
        make_reference("a")
        page = page_of(desk, batch_of(item("a"), by=author))
        assert "No record of this file would change anything here." in page
        assert "Bring in" not in page


class TestBringingIn:
    def test_goes_step_by_step_to_the_result(self, desk, author):
        batch = batch_of(item("a"), item("b", title=""), by=author)
        desk.post(f"{ROOT}{batch.pk}/import/")
        assert 'max="1"' in page_of(desk, batch)
        assert not Reference.objects.exists()
        desk.post(f"{ROOT}{batch.pk}/step/")
        page = page_of(desk, batch)
        assert "<strong>1 record was brought in.</strong>" in page
        assert Reference.objects.get().key == "a"

    def test_a_second_click_does_nothing(self, desk, author):
        batch = batch_of(item("a"), by=author)
        for _ in range(2):
            assert desk.post(f"{ROOT}{batch.pk}/import/").status_code == 302
            assert desk.post(f"{ROOT}{batch.pk}/step/").status_code == 302
        assert Reference.objects.count() == 1

    def test_takes_a_post(self, desk, author):
        batch = batch_of(item("a"), by=author)
        for name in ("step", "import"):
            assert desk.get(f"{ROOT}{batch.pk}/{name}/").status_code == 405
        assert desk.post(f"{ROOT}{batch.pk}/report/").status_code == 405


class TestOthers:
    def test_see_it_and_can_not_go_on(self, client, author, editor):
        batch = batch_of(item("a"), by=author)
        client.force_login(editor)
        page = page_of(client, batch)
        assert "Only author, who uploaded it, can bring it in." in page
        assert "Bring in" not in page
        for name in ("import", "step"):
            assert client.post(f"{ROOT}{batch.pk}/{name}/").status_code == 403

    def test_while_it_runs_see_how_far_it_is(self, client, author, editor):
        batch = batch_of(item("a"), by=author)
        start_import(batch, by=author)
        client.force_login(editor)
        page = page_of(client, batch)
        assert "0 of 1 records are done." in page
        assert "data-steps" not in page
        assert "steps.js" not in page


class TestReport:
    def test_is_the_whole_table(self, desk, author):
        make_reference("here", DOI="10.1000/x")
        batch = batch_of(
            item("=SUM(A1)", title="=cmd"), item("b", DOI="10.1000/x"), by=author
        )
        answer = desk.get(f"{ROOT}{batch.pk}/report/")
        assert f'filename="import-{batch.pk}.csv"' in answer["Content-Disposition"]
        lines = answer.getvalue().decode("utf-8-sig").splitlines()
        heading, first, second = csv.reader(lines)
        assert heading == [
            *("record", "line", "name", "title", "outcome", "reason and notes"),
            "reference here",
        ]
        assert first[3:5] == ["'=cmd", "New"]
        assert second == [
            *("2", "1", "b", "About b", "Duplicate, left out"),
            *("DOI: “here” already has this DOI.", "here"),
        ]


class TestDiscarding:
    def test_asks_and_says_that_references_stay(self, desk, author):
        batch = batch_of(item("a"), by=author)
        asked = desk.get(f"{ROOT}{batch.pk}/delete/").content.decode()
        assert "References that it has brought in stay." in asked
        answer = desk.post(f"{ROOT}{batch.pk}/delete/", {"post": "yes"})
        assert answer["Location"] == ROOT
        (message,) = get_messages(answer.wsgi_request)
        assert str(message) == "The import of “in.json” is deleted. References stay."
        assert not ImportBatch.objects.exists()

    def test_is_for_who_uploaded_it_or_may_delete_references(self, client, author):
        batch = batch_of(item("a"), by=author)
        client.force_login(make_user("other", role="Author"))
        assert client.post(f"{ROOT}{batch.pk}/delete/").status_code == 403
        assert "Discard this import" not in page_of(client, batch)


class TestList:
    def test_has_all_imports(self, desk, author):
        batch_of(item("a"), by=author)
        page = desk.get(ROOT).content.decode()
        for words in (
            "in.json",
            "CSL-JSON",
            "Checked, nothing is stored yet",
            "author",
        ):
            assert words in page

    def test_one_that_is_not_there_is_not_found(self, desk):
        for key in ("0", "x", "9" * 30):
            assert desk.get(f"{ROOT}{key}/change/").status_code == 404
