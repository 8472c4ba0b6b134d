"""What the admin's imports of terms have of their own; what all imports have in common
is in tests/core/test_batchviews.py."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest
from django.test import Client

from glossary.importing import STEPS
from glossary.models import Term, TermImport
from glossary.uploading import UPLOADS
from tests.factories import make_term

pytestmark = pytest.mark.django_db
ROOT = "/admin/glossary/termimport/"


def entry(headword: str, **said: Any) -> dict[str, Any]:
    return {"headword": headword, "definition": f"What {headword} means.", **said}


def batch_of(*entries: Any, by: Any, **options: Any) -> TermImport:
    data = json.dumps(entries).encode()
    batch = UPLOADS.make_batch(data, by=by, file_name="in.json", **options)
    while STEPS.step(batch, by=by).is_running:
        pass
    batch.refresh_from_db()
    return batch


def page_of(client: Client, batch: TermImport) -> str:
    return client.get(f"{ROOT}{batch.pk}/change/").content.decode()


@pytest.fixture
def desk(client, author) -> Client:
    client.force_login(author)
    return client


class TestUploading:
    def test_says_what_it_takes_and_that_terms_come_in_as_drafts(self, desk):
        page = desk.get(f"{ROOT}add/").content.decode()
        for words in (
            *("Recognize it", "CSV or JSON, up to 64 MB and 5,000 terms."),
            *("A term that is here already", "Terms come in as drafts."),
        ):
            assert words in page

    def test_is_not_offered_without_the_right_to_change_terms(self, desk, author):
        group = author.groups.get()
        group.permissions.remove(group.permissions.get(codename="change_term"))
        page = desk.get("/admin/glossary/term/").content.decode()
        assert f"{ROOT}add/" not in page
        assert desk.get(f"{ROOT}add/").status_code == 403


class TestPreview:
    def test_tells_of_each_term_what_will_become_of_it(self, desk, author):
        make_term("here", "What here means.")
        page = page_of(
            desk, batch_of(entry("here"), entry("T cell"), entry("lost", related=["x"]), by=author)
        )  # fmt: skip
        for words in (
            *("Kept as it is", "New", "Rejected, left out"),
            "related: There is no term “x”, neither here nor in this file.",
            "What is brought in are drafts.",
            "A term that is here stays as it is.",
            '<th scope="row">T cell</th>',
            ">Bring in 1 term</button>",
        ):
            assert words in page


class TestBringingIn:
    def test_goes_step_by_step_to_drafts(self, desk, author):
        batch = batch_of(entry("T cell", broader=["cell"]), entry("Cell"), by=author)
        desk.post(f"{ROOT}{batch.pk}/import/")
        assert "Saving the drafts." in page_of(desk, batch)
        assert not Term.objects.exists()
        desk.post(f"{ROOT}{batch.pk}/step/")
        page = page_of(desk, batch)
        assert "Adding the related terms that came later in the file." in page
        assert "0 of 1 terms" in page
        desk.post(f"{ROOT}{batch.pk}/step/")
        page = page_of(desk, batch)
        assert "<strong>2 terms are drafts now.</strong>" in page
        term = Term.objects.get(slug="t-cell")
        assert f'<a href="/admin/glossary/term/{term.pk}/change/">t-cell</a>' in page

    def test_leads_to_the_terms_with_a_draft(self, desk, author):
        batch = batch_of(entry("T cell"), by=author)
        STEPS.start_import(batch, by=author)
        STEPS.import_step(batch, by=author)
        page = page_of(desk, batch)
        assert 'href="/admin/glossary/term/?state=draft"' in page
        listed = desk.get("/admin/glossary/term/?state=draft").content.decode()
        assert "T cell" in listed

    def test_readers_see_nothing_of_it(self, desk, author, client):
        batch = batch_of(entry("Cytotalk"), by=author)
        STEPS.start_import(batch, by=author)
        STEPS.import_step(batch, by=author)
        reader = Client()
        assert "Cytotalk" not in reader.get("/glossary/").content.decode()
        assert reader.get("/glossary/cytotalk/").status_code == 404


class TestReport:
    def test_has_the_address_of_each_term(self, desk, author):
        batch = batch_of(entry("T cell"), entry("B cell", slug="b-cells"), by=author)
        answer = desk.get(f"{ROOT}{batch.pk}/report/")
        lines = answer.getvalue().decode("utf-8-sig").splitlines()
        heading, first, second = csv.reader(lines)
        assert heading == [
            *("record", "line", "headword", "address", "outcome"),
            *("reason and notes", "term here"),
        ]
        assert first[2:] == ["T cell", "t-cell", "New", "", ""]
        assert second[2:4] == ["B cell", "b-cells"]
