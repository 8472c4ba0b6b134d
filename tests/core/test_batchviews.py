"""The admin of imports of either kind: upload, see what will become of it, bring it in."""

from __future__ import annotations

import csv
import re
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from immunosite.core.exchanging import MAX_BYTES
from tests.factories import make_user
from tests.uploads import KINDS, Kind

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.app),
]


def root(kind: Kind) -> str:
    return f"/admin/{kind.app}/{kind.steps.batches._meta.model_name}/"


def page_of(client: Client, kind: Kind, batch: Any, query: str = "") -> str:
    return client.get(f"{root(kind)}{batch.pk}/change/{query}").content.decode()


@pytest.fixture
def desk(client, author) -> Client:
    client.force_login(author)
    return client


class TestUploading:
    def test_leads_to_the_records_and_stores_nothing_else(self, kind, desk, author):
        sent = SimpleUploadedFile("in.json", kind.file("a"))
        answer = desk.post(f"{root(kind)}add/", {"file": sent, "on_existing": "update"})
        batch = kind.steps.batches.objects.get()
        assert answer["Location"] == f"{root(kind)}{batch.pk}/change/"
        assert (batch.created_by, batch.on_existing) == (author, "update")
        assert kind.keys() == []

    @pytest.mark.parametrize(
        ("name", "data", "field", "words"),
        [
            ("in.json", b"", "file", "This file is empty."),
            ("in.txt", b"Dear colleague", "format", "was not recognized."),
            ("in.json", b'[{"id": 1', "file", "This can't be read as "),
            ("in.json", b"[]", "file", " in this file"),
            ("in.json", bytes(range(256)) * 8, "file", ""),
        ],
    )
    def test_tells_what_is_wrong_at_the_field(
        self, kind, desk, name, data, field, words
    ):
        sent = {"file": SimpleUploadedFile(name, data), "on_existing": "update"}
        answer = desk.post(f"{root(kind)}add/", sent)
        errors = answer.context["form"].errors
        assert list(errors) == [field]
        assert words in errors[field][0]
        # What was chosen besides is not lost.
        assert re.search(r'value="update"[^>]* checked', answer.content.decode())
        assert not kind.steps.batches.objects.exists()

    def test_takes_no_file_that_is_too_large(self, kind, desk, monkeypatch):
        file = SimpleUploadedFile("in.json", kind.file("a"))
        monkeypatch.setattr("immunosite.core.batchforms.MAX_BYTES", file.size - 1)
        sent = {"file": file, "on_existing": "keep"}
        answer = desk.post(f"{root(kind)}add/", sent)
        (error,) = answer.context["form"].errors["file"]
        assert error.startswith("This file has 0 MB, and 64 MB is the most.")
        assert kind.uploads.command in error
        assert MAX_BYTES == 64 * 1024**2

    def test_without_a_file_says_so(self, kind, desk):
        answer = desk.post(f"{root(kind)}add/", {"on_existing": "keep"})
        assert answer.context["form"].errors["file"] == ["This field is required."]

    def test_is_found_from_the_list_of_things_and_the_front_page(self, kind, desk):
        things = f"/admin/{kind.app}/{kind.things._meta.model_name}/"
        for address in (things, "/admin/"):
            page = desk.get(address).content.decode()
            assert f'href="{root(kind)}add/"' in page
        label = f"Import {kind.things._meta.verbose_name_plural}</a>"
        assert label in desk.get("/admin/").content.decode()

    def test_is_offered_only_to_who_may(self, kind, client, reviewer):
        client.force_login(reviewer)
        things = f"/admin/{kind.app}/{kind.things._meta.model_name}/"
        page = client.get(things).content.decode()
        assert f"{root(kind)}add/" not in page
        assert client.get(f"{root(kind)}add/").status_code == 403


class TestChecking:
    def test_shows_how_far_it_is_and_a_button_to_go_on(self, kind, desk, author):
        batch = kind.upload("a", "b", by=author, bad="b")
        page = page_of(desk, kind, batch)
        assert '<progress id="steps" value="1" max="2"></progress>' in page
        assert f'action="{root(kind)}{batch.pk}/step/"' in page
        assert "Not checked yet" in page

    def test_goes_on_with_each_post(self, kind, desk, author):
        batch = kind.upload("a", by=author)
        answer = desk.post(f"{root(kind)}{batch.pk}/step/")
        assert answer["Location"] == f"{root(kind)}{batch.pk}/change/"
        assert f"Bring in 1 {batch.unit}" in page_of(desk, kind, batch)

    def test_tells_the_script_how_far_it_is(self, kind, desk, author, monkeypatch):
        monkeypatch.setattr(kind.steps, "at_a_time", 1)
        batch = kind.upload("a", "b", by=author)
        headers = {"Accept": "application/json"}
        answer = desk.post(f"{root(kind)}{batch.pk}/step/", headers=headers)
        unit = batch.unit
        assert answer.json() == {
            "done": 1, "total": 2, "is_running": True,
            "doing": f"Checking the {unit}s. Nothing is stored yet.",
            "words": f"1 of 2 {unit}s",
        }  # fmt: skip


class TestPreview:
    def test_says_that_nothing_is_stored(self, kind, desk, author):
        page = page_of(desk, kind, kind.checked("a", "b", by=author, bad="b"))
        words = f"<strong>Nothing is stored yet.</strong> 2 {kind.steps.batches.unit}s"
        assert f"{words} are checked." in page

    def test_leads_to_the_thing_that_is_here(self, kind, desk, author):
        kind.brought_in(kind.checked("a", by=author), by=author)
        page = page_of(desk, kind, kind.checked("a", by=author))
        model = kind.things._meta.model_name
        path = f"/admin/{kind.app}/{model}/{kind.things.objects.get().pk}/change/"
        assert f'<a href="{path}">a</a>' in page
        assert "Kept as it is" in page

    def test_is_narrowed_to_an_outcome(self, kind, desk, author):
        batch = kind.checked("aa", "bb", by=author, bad="bb")
        page = page_of(desk, kind, batch, "?outcome=rejected")
        assert ">bb<" in page
        assert ">aa<" not in page
        assert ">aa<" in page_of(desk, kind, batch, "?outcome=nonsense")

    def test_is_cut_into_pages(self, kind, desk, author):
        names = [f"name-{number}" for number in range(101)]
        batch = kind.upload(*names, by=author)
        page = page_of(desk, kind, batch)
        assert "Page 1 of 2" in page
        assert "name-100" not in page
        assert "name-100" in page_of(desk, kind, batch, "?page=2")
        beyond = desk.get(f"{root(kind)}{batch.pk}/change/?page=9")
        assert beyond.status_code == 404

    def test_its_queries_do_not_grow(self, kind, desk, author):
        names = [f"name-{number}" for number in range(40)]
        kind.brought_in(kind.checked(*names, by=author), by=author)
        few = kind.checked(*names[:2], by=author)
        many = kind.checked(*names, by=author)
        counted = []
        for batch in (few, many):
            with CaptureQueriesContext(connection) as captured:
                page_of(desk, kind, batch)
            counted.append(len(captured))
        assert counted[0] == counted[1]

    def test_escapes_what_the_file_says(self, kind, desk, author):
        batch = kind.checked("<script>alert(1)</script>", by=author)
        page = page_of(desk, kind, batch)
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page

    def test_without_anything_to_bring_in_has_no_button(self, kind, desk, author):
        kind.brought_in(kind.checked("a", by=author), by=author)
        page = page_of(desk, kind, kind.checked("a", by=author))
        unit = kind.steps.batches.unit
        assert f"No {unit} of this file would change anything here." in page
        assert "Bring in" not in page


class TestBringingIn:
    def test_a_second_click_does_nothing(self, kind, desk, author):
        batch = kind.checked("a", by=author)
        for _ in range(2):
            for name in ("import", "step"):
                answer = desk.post(f"{root(kind)}{batch.pk}/{name}/")
                assert answer.status_code == 302
        assert kind.keys() == ["a"]

    def test_takes_a_post(self, kind, desk, author):
        batch = kind.checked("a", by=author)
        for name in ("step", "import"):
            assert desk.get(f"{root(kind)}{batch.pk}/{name}/").status_code == 405
        assert desk.post(f"{root(kind)}{batch.pk}/report/").status_code == 405


class TestOthers:
    def test_see_it_and_can_not_go_on(self, kind, client, author, editor):
        batch = kind.checked("a", by=author)
        client.force_login(editor)
        page = page_of(client, kind, batch)
        assert "Only author, who uploaded it, can bring it in." in page
        assert "Bring in" not in page
        for name in ("import", "step"):
            answer = client.post(f"{root(kind)}{batch.pk}/{name}/")
            assert answer.status_code == 403
        assert kind.keys() == []

    def test_while_it_runs_see_how_far_it_is(self, kind, client, author, editor):
        batch = kind.checked("a", by=author)
        kind.steps.start_import(batch, by=author)
        client.force_login(editor)
        page = page_of(client, kind, batch)
        assert f"0 of 1 {batch.unit}s are done." in page
        assert "data-steps" not in page
        assert "steps.js" not in page


class TestReport:
    def test_is_the_whole_table(self, kind, desk, author):
        kind.brought_in(kind.checked("here", by=author), by=author)
        batch = kind.checked("=sum(a1)", "here", by=author, bad="=sum(a1)")
        answer = desk.get(f"{root(kind)}{batch.pk}/report/")
        assert f'filename="import-{batch.pk}.csv"' in answer["Content-Disposition"]
        lines = answer.getvalue().decode("utf-8-sig").splitlines()
        heading, first, second = csv.reader(lines)
        assert (heading[:2], heading[4:]) == (
            ["record", "line"],
            ["outcome", "reason and notes", f"{kind.things._meta.verbose_name} here"],
        )
        assert first[2] == "'=sum(a1)"
        assert [second[0], second[2], *second[4:]] == [
            "2", "here", "Kept as it is", "", "here",
        ]  # fmt: skip


class TestDiscarding:
    def test_asks_and_says_what_stays(self, kind, desk, author):
        batch = kind.checked("a", by=author)
        things = kind.things._meta.verbose_name_plural.capitalize()
        asked = desk.get(f"{root(kind)}{batch.pk}/delete/").content.decode()
        assert f"{things} that it has brought in stay." in asked
        answer = desk.post(f"{root(kind)}{batch.pk}/delete/", {"post": "yes"})
        assert answer["Location"] == root(kind)
        (message,) = get_messages(answer.wsgi_request)
        assert str(message) == f"The import of “in.json” is deleted. {things} stay."
        assert not kind.steps.batches.objects.exists()

    def test_is_for_who_uploaded_it_or_may_delete_things(self, kind, client, author):
        batch = kind.checked("a", by=author)
        client.force_login(make_user("other", role="Author"))
        answer = client.post(f"{root(kind)}{batch.pk}/delete/", {"post": "yes"})
        assert answer.status_code == 403
        assert "Discard this import" not in page_of(client, kind, batch)
        assert kind.steps.batches.objects.exists()


class TestList:
    def test_has_all_imports(self, kind, desk, author):
        kind.checked("a", by=author)
        page = desk.get(root(kind)).content.decode()
        for words in ("in.json", "JSON", "Checked, nothing is stored yet", "author"):
            assert words in page

    def test_one_that_is_not_there_is_not_found(self, kind, desk):
        for key in ("0", "x", "9" * 30):
            assert desk.get(f"{root(kind)}{key}/change/").status_code == 404
