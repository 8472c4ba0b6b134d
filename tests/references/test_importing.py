"""An uploaded file: read, checked in steps, brought in in steps, discarded."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from immunosite.core.audit import AuditEntry
from immunosite.core.caching import Epoch
from references.curating import delete_reference, save_reference
from references.exchange import import_references
from references.importing import (
    check_step,
    counts_of,
    discard_batch,
    import_step,
    progress_of,
    start_import,
    step,
)
from references.models import ImportBatch, ImportRow, Reference
from references.uploading import make_batch
from tests.factories import make_reference, make_user

pytestmark = pytest.mark.django_db


def item(key: str, **csl: Any) -> dict[str, Any]:
    return {"id": key, "type": "book", "title": f"About {key}", **csl}


def upload(*items: Any, by: Any, **options: Any) -> ImportBatch:
    data = json.dumps(items).encode()
    return make_batch(data, by=by, file_name="in.json", **options)


def checked(*items: Any, by: Any, **options: Any) -> ImportBatch:
    """A batch, checked to its end."""
    batch = upload(*items, by=by, **options)
    while check_step(batch, by=by).is_running:
        pass
    batch.refresh_from_db()
    return batch


def brought_in(batch: ImportBatch, *, by: Any) -> ImportBatch:
    start_import(batch, by=by)
    while import_step(batch, by=by).is_running:
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

    def test_is_written_down(self, author):
        upload(item("a"), by=author)
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.by, entry.subject) == (
            "upload references", author, "in.json",
        )  # fmt: skip
        assert entry.details == {"format": "csl-json", "records": 1}

    def test_recognizes_the_format_or_is_told(self, author):
        ris = b"TY  - BOOK\nTI  - A trial\nER  - \n"
        assert make_batch(ris, by=author, file_name="x").format == "ris"
        with pytest.raises(ValidationError) as refused:
            make_batch(ris, by=author, file_name="x", format="csl-json")
        assert refused.value.message_dict["file"][0].startswith(
            "This can't be read as CSL-JSON. Line 1: "
        )

    @pytest.mark.parametrize(
        ("data", "field", "words"),
        [
            (b"", "file", "This file is empty."),
            (b" \n\n", "file", "This file is empty."),
            (b"[]", "file", "There is no reference in this file, read as CSL-JSON."),
            (b"Dear colleague", "format", "was not recognized"),
            (bytes(range(256)) * 8, "file", ""),
        ],
    )
    def test_refuses_at_the_field(self, author, data, field, words):
        with pytest.raises(ValidationError) as refused:
            make_batch(data, by=author, file_name="in.txt")
        assert list(refused.value.message_dict) == [field]
        assert words in refused.value.message_dict[field][0]
        assert not ImportBatch.objects.exists()

    def test_goes_as_far_as_the_file_can_be_read(self, author):
        data = json.dumps([item("a")]).encode()[:-1] + b", {"
        batch = make_batch(data, by=author, file_name="in.json")
        assert [row[:2] for row in rows(batch)] == [("a", ""), ("The file", "rejected")]

    def test_stops_at_more_records_than_one_request_can_read(self, author, monkeypatch):
        monkeypatch.setattr("references.uploading.MOST_RECORDS", 2)
        upload(*map(item, "ab"), by=author)
        with pytest.raises(ValidationError) as refused:
            upload(*map(item, "abc"), by=author)
        assert "more than 2 records" in refused.value.message_dict["file"][0]
        assert ImportBatch.objects.count() == 1

    @pytest.mark.parametrize(
        ("lost", "how"),
        [
            ("references.add_importbatch", "keep"),
            ("references.add_reference", "keep"),
            ("references.change_reference", "update"),
        ],
    )
    def test_takes_the_rights(self, author, lost, how):
        group = author.groups.get()
        codename = lost.partition(".")[2]
        group.permissions.remove(group.permissions.get(codename=codename))
        with pytest.raises(PermissionDenied, match=lost):
            upload(item("a"), by=author, on_existing=how)


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

    def test_goes_so_many_records_at_a_time(self, author):
        batch = upload(*map(item, "abc"), by=author)
        progress = check_step(batch, by=author, at_a_time=2)
        assert (progress.done, progress.total, progress.is_running) == (2, 3, True)
        progress = check_step(batch, by=author, at_a_time=2)
        assert (progress.state, progress.is_running) == ("ready", False)

    def test_knows_the_records_of_the_steps_before(self, author):
        items = [
            item("a", DOI="10.1000/x"), item("a"), item("b", DOI="10.1000/x"),
            item("c", title="About d"), item("d"),
        ]  # fmt: skip
        batch = upload(*items, by=author)
        while check_step(batch, by=author, at_a_time=1).is_running:
            pass
        at_once = import_references(json.dumps(items), by=author, dry_run=True)
        expected = [(row.name, row.outcome, row.message) for row in at_once.rows]
        assert rows(batch) == expected
        assert [outcome for _, outcome, _ in rows(batch)] == [
            "created", "rejected", "duplicate", "created", "duplicate",
        ]  # fmt: skip

    def test_of_a_checked_batch_does_nothing(self, author):
        batch = checked(item("a"), by=author)
        before = list(ImportRow.objects.values())
        assert not check_step(batch, by=author).is_running
        assert list(ImportRow.objects.values()) == before

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

    def test_waits_until_it_is_started(self, author):
        batch = checked(item("a"), by=author)
        assert import_step(batch, by=author).state == "ready"
        assert references() == []

    def test_can_not_be_started_before_all_is_checked(self, author):
        batch = upload(item("a"), by=author)
        assert start_import(batch, by=author).state == "checking"
        import_step(batch, by=author)
        assert references() == []

    def test_goes_on_where_it_stopped_and_does_nothing_twice(self, author):
        batch = checked(*map(item, "abc"), by=author)
        start_import(batch, by=author)
        progress = import_step(batch, by=author, at_a_time=2)
        assert (progress.done, progress.total) == (2, 3)
        assert Reference.objects.count() == 2
        # A second window started it, too, and its steps come in between.
        start_import(batch, by=author)
        assert import_step(batch, by=author, at_a_time=2).state == "done"
        before = references(), AuditEntry.objects.count()
        assert import_step(batch, by=author).state == "done"
        assert start_import(batch, by=author).state == "done"
        assert (references(), AuditEntry.objects.count()) == before

    def test_of_nothing_is_done_at_once(self, author):
        make_reference("a")
        batch = checked(item("a"), by=author)
        assert start_import(batch, by=author).state == "done"

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

    def test_takes_the_rights_at_each_step(self, author):
        batch = checked(item("a"), by=author)
        start_import(batch, by=author)
        author.groups.clear()
        author = type(author).objects.get(pk=author.pk)
        with pytest.raises(PermissionDenied):
            import_step(batch, by=author)
        assert references() == []

    def test_a_second_time_changes_nothing(self, author):
        ris = (
            "TY  - BOOK\nTI  - A trial\nAU  - García, A.\nPY  - 2015\nER  - \n"
            "TY  - BOOK\nTI  - Another\nDO  - 10.1000/x\nER  - \n"
        ).encode()
        outcomes = []
        for _ in range(2):
            batch = make_batch(
                ris,
                by=author,
                file_name="x.ris",
                on_existing="update",
                look_alikes=True,
            )
            while step(batch, by=author).is_running:
                pass
            batch.refresh_from_db()
            start_import(batch, by=author)
            batch.refresh_from_db()
            while step(batch, by=author).is_running:
                pass
            outcomes.append(dict(counts_of(batch)))
        assert outcomes == [{"created": 2}, {"unchanged": 2}]
        assert Reference.objects.count() == 2


class TestWhoseItIs:
    def test_nobody_else_goes_on_with_it(self, author, editor):
        batch = upload(item("a"), by=author)
        for deed in (check_step, start_import, import_step):
            with pytest.raises(PermissionDenied, match="belongs to somebody else"):
                deed(batch, by=editor)
        assert progress_of(batch).done == 0

    def test_who_uploaded_it_discards_it(self, author):
        batch = brought_in(checked(item("a"), by=author), by=author)
        discard_batch(batch, by=author)
        assert not ImportBatch.objects.exists()
        assert not ImportRow.objects.exists()
        assert Reference.objects.get().key == "a"
        assert AuditEntry.objects.filter(action="discard import").exists()

    def test_or_who_may_delete_references(self, author, editor):
        discard_batch(upload(item("a"), by=author), by=editor)
        assert not ImportBatch.objects.exists()

    def test_and_nobody_else(self, author):
        batch = upload(item("a"), by=author)
        with pytest.raises(PermissionDenied):
            discard_batch(batch, by=make_user("other", role="Author"))
        assert ImportBatch.objects.exists()


def test_a_reference_that_goes_leaves_the_report(author, administrator):
    batch = brought_in(checked(item("a"), by=author), by=author)
    delete_reference(Reference.objects.get(), by=administrator)
    assert rows(batch) == [("a", "created", "")]
    save_reference("a", item("a"), by=administrator)
