"""A file of references: read, checked, brought in. What all files have in common is in
tests/core/test_uploading.py and test_stepping.py."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from immunosite.core.audit import AuditEntry
from immunosite.core.caching import Epoch
from immunosite.core.stepping import counts_of
from references.curating import delete_reference, save_reference
from references.exchange import import_references
from references.importing import STEPS
from references.models import ImportBatch, Reference
from references.uploading import UPLOADS
from tests.factories import make_reference

pytestmark = pytest.mark.django_db


def item(key: str, **csl: Any) -> dict[str, Any]:
    return {"id": key, "type": "book", "title": f"About {key}", **csl}


def upload(*items: Any, by: Any, **options: Any) -> ImportBatch:
    data = json.dumps(items).encode()
    return UPLOADS.make_batch(data, by=by, file_name="in.json", **options)


def checked(*items: Any, by: Any, **options: Any) -> ImportBatch:
    """A batch, checked to its end."""
    batch = upload(*items, by=by, **options)
    while STEPS.check_step(batch, by=by).is_running:
        pass
    batch.refresh_from_db()
    return batch


def brought_in(batch: ImportBatch, *, by: Any) -> ImportBatch:
    STEPS.start_import(batch, by=by)
    while STEPS.import_step(batch, by=by).is_running:
        pass
    batch.refresh_from_db()
    return batch


def rows(batch: ImportBatch) -> list[tuple[str, str, str]]:
    return list(batch.rows.values_list("name", "outcome", "message"))


def references() -> list[Any]:
    return list(Reference.objects.order_by("pk").values())


class TestReading:
    def test_keeps_every_record_and_no_reference(self, author):
        batch = upload(item("a"), item("b", title=""), by=author)
        assert (batch.state, batch.format, batch.created_by) == (
            "checking", "csl-json", author,
        )  # fmt: skip
        assert rows(batch) == [
            ("a", "", ""), ("b", "rejected", "title: The title is missing."),
        ]  # fmt: skip
        assert batch.rows.first().csl == item("a")
        assert references() == []

    def test_recognizes_the_format_or_is_told(self, author):
        ris = b"TY  - BOOK\nTI  - A trial\nER  - \n"
        assert UPLOADS.make_batch(ris, by=author, file_name="x").format == "ris"
        with pytest.raises(ValidationError) as refused:
            UPLOADS.make_batch(ris, by=author, file_name="x", format="csl-json")
        assert refused.value.message_dict["file"][0].startswith(
            "This can't be read as CSL-JSON. Line 1: "
        )


class TestChecking:
    def test_says_of_each_record_what_will_become_of_it(self, author):
        here = make_reference("here", DOI="10.1000/x")
        batch = checked(
            item("here"), item("b", DOI="10.1000/X"), item("c"), item("d", DOI="x"),
            by=author,
        )  # fmt: skip
        assert rows(batch) == [
            ("here", "kept", ""),
            ("b", "duplicate", "DOI: “here” already has this DOI."),
            ("c", "created", ""),
            ("d", "rejected", "DOI: “x” is no DOI. A DOI looks like 10.1000/xyz123."),
        ]
        assert [row.reference for row in batch.rows.all()] == [here, here, None, None]
        assert (batch.state, Reference.objects.count()) == ("ready", 1)

    def test_names_what_an_update_would_change(self, author):
        make_reference("a", volume="1")
        batch = checked(item("a"), by=author, on_existing="update")
        ((_, outcome, message),) = rows(batch)
        assert outcome == "updated"
        assert (
            message == "Changes author, container-title, issued, title, type, volume."
        )

    def test_knows_the_records_of_the_steps_before(self, author, monkeypatch):
        monkeypatch.setattr(STEPS, "at_a_time", 1)
        items = [
            item("a", DOI="10.1000/x"), item("a"), item("b", DOI="10.1000/x"),
            item("c", title="About d"), item("d"),
        ]  # fmt: skip
        batch = upload(*items, by=author)
        while STEPS.check_step(batch, by=author).is_running:
            pass
        at_once = import_references(json.dumps(items), by=author, dry_run=True)
        expected = [(row.name, row.outcome, row.message) for row in at_once.rows]
        assert rows(batch) == expected
        assert [outcome for _, outcome, _ in rows(batch)] == [
            "created", "rejected", "duplicate", "created", "duplicate",
        ]  # fmt: skip

    def test_changes_nothing_that_readers_see(self, author):
        make_reference("a")
        before = references(), Epoch.objects.get().value
        checked(item("a"), item("b"), by=author, on_existing="update")
        assert (references(), Epoch.objects.get().value) == before


class TestImporting:
    def test_stores_what_was_shown(self, author):
        batch = brought_in(checked(item("a"), item("b", DOI="x"), by=author), by=author)
        assert batch.state == "done"
        assert [reference.key for reference in Reference.objects.all()] == ["a"]
        created, rejected = batch.rows.all()
        assert (created.reference, created.is_done) == (Reference.objects.get(), True)
        assert (rejected.outcome, rejected.is_done) == ("rejected", False)

    def test_in_the_name_of_whom_it_belongs_to(self, author):
        brought_in(checked(item("a"), by=author), by=author)
        assert AuditEntry.objects.get(action="add reference").by == author
        entry = AuditEntry.objects.get(action="import references")
        assert entry.details == {"outcomes": {"created": 1}}

    def test_looks_anew_at_what_is_there(self, author):
        batch = checked(item("a"), item("b", DOI="10.1000/x"), item("c"), by=author)
        made = make_reference("a")
        make_reference("other", DOI="10.1000/x")
        brought_in(batch, by=author)
        assert rows(batch) == [
            ("a", "kept", ""),
            ("b", "duplicate", "DOI: “other” already has this DOI."),
            ("c", "created", ""),
        ]
        made.refresh_from_db()
        assert made.title == "A study called a"

    def test_an_update_of_what_is_gone_by_now_makes_it_anew(
        self, author, administrator
    ):
        reference = make_reference("a")
        batch = checked(item("a"), by=author, on_existing="update")
        delete_reference(reference, by=administrator)
        brought_in(batch, by=author)
        assert rows(batch) == [("a", "created", "")]
        assert Reference.objects.get().title == "About a"

    def test_a_second_time_changes_nothing(self, author):
        ris = (
            "TY  - BOOK\nTI  - A trial\nAU  - García, A.\nPY  - 2015\nER  - \n"
            "TY  - BOOK\nTI  - Another\nDO  - 10.1000/x\nER  - \n"
        ).encode()
        outcomes = []
        for _ in range(2):
            batch = UPLOADS.make_batch(
                ris,
                by=author,
                file_name="x.ris",
                on_existing="update",
                look_alikes=True,
            )
            while STEPS.step(batch, by=author).is_running:
                pass
            batch.refresh_from_db()
            STEPS.start_import(batch, by=author)
            batch.refresh_from_db()
            while STEPS.step(batch, by=author).is_running:
                pass
            outcomes.append(dict(counts_of(batch)))
        assert outcomes == [{"created": 2}, {"unchanged": 2}]
        assert Reference.objects.count() == 2


def test_a_reference_that_goes_leaves_the_report(author, administrator):
    batch = brought_in(checked(item("a"), by=author), by=author)
    delete_reference(Reference.objects.get(), by=administrator)
    assert rows(batch) == [("a", "created", "")]
    save_reference("a", item("a"), by=administrator)
