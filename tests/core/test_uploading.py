"""A file of either kind is read into rows; nothing of it is stored as a thing."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from immunosite.core.audit import AuditEntry
from tests.uploads import KINDS, rows

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.app),
]


class TestMakeBatch:
    def test_keeps_every_record_and_no_thing(self, kind, author):
        batch = kind.upload("a", "b", by=author, bad="b")
        assert (batch.state, batch.created_by) == ("checking", author)
        assert [row[:2] for row in rows(batch)] == [("a", ""), ("b", "rejected")]
        assert kind.keys() == []

    def test_is_written_down(self, kind, author):
        batch = kind.upload("a", by=author)
        entry = AuditEntry.objects.get()
        what = kind.things._meta.verbose_name_plural
        assert (entry.action, entry.by, entry.subject) == (
            f"upload {what}", author, "in.json",
        )  # fmt: skip
        assert entry.details == {"format": batch.format, "records": 1}

    @pytest.mark.parametrize(
        ("data", "field", "words"),
        [
            (b"", "file", "This file is empty."),
            (b" \n\n", "file", "This file is empty."),
            (b"Dear colleague", "format", "was not recognized"),
            (bytes(range(256)) * 8, "file", ""),
        ],
    )
    def test_refuses_at_the_field(self, kind, author, data, field, words):
        with pytest.raises(ValidationError) as refused:
            kind.uploads.make_batch(data, by=author, file_name="in.txt")
        assert list(refused.value.message_dict) == [field]
        assert words in refused.value.message_dict[field][0]
        assert not kind.uploads.batches.objects.exists()

    def test_refuses_a_file_without_a_record(self, kind, author):
        with pytest.raises(ValidationError) as refused:
            kind.uploads.make_batch(b"[]", by=author, file_name="in.json")
        (message,) = refused.value.message_dict["file"]
        thing = kind.things._meta.verbose_name
        assert message.startswith(f"There is no {thing} in this file, read as ")

    def test_goes_as_far_as_the_file_can_be_read(self, kind, author):
        data = kind.file("a")[:-1] + b", {"
        batch = kind.uploads.make_batch(data, by=author, file_name="in.json")
        assert [row[:2] for row in rows(batch)] == [("a", ""), ("The file", "rejected")]

    def test_stops_at_more_records_than_one_request_can_read(
        self, kind, author, monkeypatch
    ):
        monkeypatch.setattr(kind.uploads, "most", 2)
        kind.upload(*"ab", by=author)
        with pytest.raises(ValidationError) as refused:
            kind.upload(*"abc", by=author)
        assert "more than 2 " in refused.value.message_dict["file"][0]
        assert kind.uploads.batches.objects.count() == 1

    def test_stores_nothing_that_a_database_can_not_hold(self, kind, author):
        data = kind.file("a", bad="a").replace(b'"a"', b'"a\\u0000\\ud800"')
        batch = kind.uploads.make_batch(data, by=author, file_name="in\0.json")
        assert batch.file_name == "in.json"
        ((name, outcome, message),) = rows(batch)
        assert outcome == "rejected"
        assert not {"\0", "\ud800"} & {*name, *message}

    @pytest.mark.parametrize(
        ("lost", "how"), [("batch", "keep"), ("add", "keep"), ("change", "update")]
    )
    def test_takes_the_rights(self, kind, author, lost, how):
        batches = kind.uploads.batches._meta.model_name
        right = f"{kind.app}.add_{batches}" if lost == "batch" else kind.right(lost)
        group = author.groups.get()
        codename = right.partition(".")[2]
        group.permissions.remove(group.permissions.get(codename=codename))
        with pytest.raises(PermissionDenied, match=right):
            kind.upload("a", by=author, on_existing=how)
