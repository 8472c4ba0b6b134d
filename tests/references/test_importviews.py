"""What the admin's imports of references have of their own; what all imports have in
common is in tests/core/test_batchviews.py."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from references.importing import STEPS
from references.models import ImportBatch, Reference
from references.uploading import UPLOADS
from tests.factories import make_reference

pytestmark = pytest.mark.django_db
ROOT = "/admin/references/importbatch/"


def item(key: str, **csl: Any) -> dict[str, Any]:
    return {"id": key, "type": "book", "title": f"About {key}", **csl}


def batch_of(*items: Any, by: Any, **options: Any) -> ImportBatch:
    data = json.dumps(items).encode()
    batch = UPLOADS.make_batch(data, by=by, file_name="in.json", **options)
    while STEPS.step(batch, by=by).is_running:
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
    @pytest.mark.parametrize("sent", [{}, {"look_alikes": "on"}])
    def test_keeps_whether_look_alikes_are_wanted(self, desk, sent):
        file = SimpleUploadedFile("in.json", json.dumps([item("a")]).encode())
        sent = {"file": file, "format": "csl-json", "on_existing": "update", **sent}
        desk.post(f"{ROOT}add/", sent)
        batch = ImportBatch.objects.get()
        wanted = "look_alikes" in sent
        assert (batch.on_existing, batch.look_alikes) == ("update", wanted)

    def test_offers_each_format_and_look_alikes(self, desk):
        page = desk.get(f"{ROOT}add/").content.decode()
        for words in (
            *("Recognize it", "NBIB (PubMed)", "Also bring in look-alikes"),
            "RIS, NBIB, BibTeX, CSL-JSON or CSV, up to 64 MB and 20,000 records.",
        ):
            assert words in page


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
            "Look-alikes are left out.",
        ):
            assert words in page
        assert page.count(f'href="/admin/references/reference/{here.pk}/change/"') == 2

    def test_shows_the_title_and_the_key_beneath(self, desk, author):
        page = page_of(desk, batch_of(item("a"), by=author, look_alikes=True))
        assert '<th scope="row">About a<span class="quiet">a</span></th>' in page
        assert "Look-alikes are brought in." in page


class TestBringingIn:
    def test_goes_step_by_step_to_the_result(self, desk, author):
        batch = batch_of(item("a"), item("b", title=""), by=author)
        desk.post(f"{ROOT}{batch.pk}/import/")
        page = page_of(desk, batch)
        assert 'max="1"' in page
        assert "Bringing the records in." in page
        assert not Reference.objects.exists()
        desk.post(f"{ROOT}{batch.pk}/step/")
        page = page_of(desk, batch)
        assert "<strong>1 record was brought in.</strong>" in page
        assert Reference.objects.get().key == "a"


class TestReport:
    def test_is_the_whole_table(self, desk, author):
        make_reference("here", DOI="10.1000/x")
        batch = batch_of(
            item("=SUM(A1)", title="=cmd"), item("b", DOI="10.1000/x"), by=author
        )
        answer = desk.get(f"{ROOT}{batch.pk}/report/")
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
