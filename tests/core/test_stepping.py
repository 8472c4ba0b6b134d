"""An uploaded file of either kind: checked in steps, brought in in steps, discarded."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from immunosite.core.audit import AuditEntry
from immunosite.core.caching import Epoch
from immunosite.core.tagging import Tag
from tests.factories import make_user
from tests.uploads import KINDS, rows

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.app),
]


class TestChecking:
    def test_goes_so_many_records_at_a_time(self, kind, author, monkeypatch):
        monkeypatch.setattr(kind.steps, "at_a_time", 2)
        batch = kind.upload(*"abc", by=author)
        progress = kind.steps.check_step(batch, by=author)
        assert (progress.done, progress.total, progress.is_running) == (2, 3, True)
        progress = kind.steps.check_step(batch, by=author)
        assert (progress.state, progress.is_running) == ("ready", False)

    def test_says_in_words_how_far_it_is(self, kind, author):
        unit = kind.steps.batches.unit
        progress = kind.steps.progress_of(kind.upload(*"ab", by=author, bad="b"))
        assert progress.doing == f"Checking the {unit}s. Nothing is stored yet."
        assert str(progress) == f"1 of 2 {unit}s"

    def test_of_a_checked_batch_does_nothing(self, kind, author):
        batch = kind.checked("a", by=author)
        before = list(batch.rows.values())
        assert not kind.steps.check_step(batch, by=author).is_running
        assert list(batch.rows.values()) == before

    def test_changes_nothing_that_is_here(self, kind, author):
        kind.brought_in(kind.checked("a", by=author), by=author)
        batch = kind.upload("a", "b", by=author, on_existing="update")
        before = (
            kind.keys(), AuditEntry.objects.count(), Epoch.objects.get().value,
            Tag.objects.count(),
        )  # fmt: skip
        kind.steps.check_step(batch, by=author)
        assert before == (
            kind.keys(), AuditEntry.objects.count(), Epoch.objects.get().value,
            Tag.objects.count(),
        )  # fmt: skip


class TestImporting:
    def test_stores_what_was_shown(self, kind, author):
        batch = kind.checked("a", "b", by=author, bad="b")
        assert [row[:2] for row in rows(batch)] == [("a", "created"), ("b", "rejected")]
        kind.brought_in(batch, by=author)
        assert (batch.state, kind.keys()) == ("done", ["a"])
        assert list(batch.rows.values_list("outcome", "is_done")) == [
            ("created", True), ("rejected", False),
        ]  # fmt: skip

    def test_is_written_down(self, kind, author):
        kind.brought_in(kind.checked("a", by=author), by=author)
        action = f"import {kind.things._meta.verbose_name_plural}"
        entry = AuditEntry.objects.get(action=action)
        assert (entry.by, entry.details) == (author, {"outcomes": {"created": 1}})

    def test_waits_until_it_is_started(self, kind, author):
        batch = kind.checked("a", by=author)
        assert kind.steps.import_step(batch, by=author).state == "ready"
        assert kind.keys() == []

    def test_can_not_be_started_before_all_is_checked(self, kind, author):
        batch = kind.upload("a", by=author)
        assert kind.steps.start_import(batch, by=author).state == "checking"
        kind.steps.import_step(batch, by=author)
        assert kind.keys() == []

    def test_goes_on_where_it_stopped_and_does_nothing_twice(
        self, kind, author, monkeypatch
    ):
        monkeypatch.setattr(kind.steps, "at_a_time", 2)
        batch = kind.checked(*"abc", by=author)
        kind.steps.start_import(batch, by=author)
        progress = kind.steps.import_step(batch, by=author)
        assert (progress.done, progress.total) == (2, 3)
        assert kind.keys() == ["a", "b"]
        # A second window started it, too, and its steps come in between.
        kind.steps.start_import(batch, by=author)
        assert kind.steps.import_step(batch, by=author).state == "done"
        before = kind.keys(), AuditEntry.objects.count()
        assert kind.steps.import_step(batch, by=author).state == "done"
        assert kind.steps.start_import(batch, by=author).state == "done"
        assert (kind.keys(), AuditEntry.objects.count()) == before

    def test_of_nothing_is_done_at_once(self, kind, author):
        kind.brought_in(kind.checked("a", by=author), by=author)
        batch = kind.checked("a", by=author)
        assert [row[1] for row in rows(batch)] == ["kept"]
        assert kind.steps.start_import(batch, by=author).state == "done"

    def test_looks_anew_at_what_is_there(self, kind, author):
        first, second = (kind.checked("a", by=author) for _ in range(2))
        assert rows(second) == [("a", "created", "")]
        kind.brought_in(first, by=author)
        assert rows(kind.brought_in(second, by=author)) == [("a", "kept", "")]

    def test_takes_the_rights_at_each_step(self, kind, author):
        batch = kind.checked("a", by=author)
        kind.steps.start_import(batch, by=author)
        author.groups.clear()
        author = type(author).objects.get(pk=author.pk)
        with pytest.raises(PermissionDenied):
            kind.steps.import_step(batch, by=author)
        assert kind.keys() == []


class TestWhoseItIs:
    def test_nobody_else_goes_on_with_it(self, kind, author, editor):
        batch = kind.upload("a", by=author)
        steps = kind.steps
        for deed in (steps.check_step, steps.start_import, steps.import_step):
            with pytest.raises(PermissionDenied, match="belongs to somebody else"):
                deed(batch, by=editor)
        assert steps.progress_of(batch).done == 0

    def test_who_uploaded_it_discards_it(self, kind, author):
        batch = kind.brought_in(kind.checked("a", by=author), by=author)
        kind.steps.discard_batch(batch, by=author)
        assert not kind.steps.batches.objects.exists()
        assert kind.keys() == ["a"]
        assert AuditEntry.objects.filter(action="discard import").exists()

    def test_or_who_may_delete_what_it_brings_in(self, kind, author, editor):
        kind.steps.discard_batch(kind.upload("a", by=author), by=editor)
        assert not kind.steps.batches.objects.exists()

    def test_and_nobody_else(self, kind, author):
        batch = kind.upload("a", by=author)
        with pytest.raises(PermissionDenied):
            kind.steps.discard_batch(batch, by=make_user("other", role="Author"))
        assert kind.steps.batches.objects.exists()
