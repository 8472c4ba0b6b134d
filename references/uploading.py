"""Read an uploaded file of references into rows that :mod:`references.importing` works off.

Nothing becomes a reference here.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from immunosite.core import audit
from immunosite.core.reports import Outcome

from .exchange import THE_FILE, chunks, read_records
from .formats import FORMATS, MalformedFile, Record, Rejected, decode, sniff
from .models import BatchState, ImportBatch, ImportRow
from .styling import plain_text
from .verdicts import with_field

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

MAX_NAME = ImportRow._meta.get_field("name").max_length
# One request reads the whole file; of the slowest format, these take ten seconds.
MOST_RECORDS = 20_000


def make_batch(
    data: bytes,
    *,
    by: AbstractUser,
    file_name: str,
    format: str = "",
    on_existing: str = "keep",
    look_alikes: bool = False,
) -> ImportBatch:
    """Keep the records of a file as rows to be checked; without a ``format`` it is
    recognized. Raises ValidationError keyed ``file`` or ``format``."""
    require_rights(by, updating=on_existing == "update")
    text = _text_of(data)
    found = format or _format_of(file_name, text)
    records = _not_too_many(_readable(text, found))
    batch = ImportBatch.objects.create(
        file_name=file_name[:200],
        format=found,
        on_existing=on_existing,
        look_alikes=look_alikes,
        created_by_id=by.pk,
    )
    _keep(records, batch)
    return _finish_reading(batch, by=by)


def _format_of(file_name: str, text: str) -> str:
    found = sniff(file_name, text)
    if found is None:
        message = "The format of this file was not recognized. Choose it, if it is one of these."
        raise ValidationError({"format": message})
    return found


def _keep(records: Iterator[Record | Rejected], batch: ImportBatch) -> None:
    """Store all records of a file, or nothing: then the batch goes, too."""
    is_whole = False
    try:
        # The file may take seconds to read, and nobody else waits for that.
        for some in chunks(records, size=500):
            ImportRow.objects.bulk_create(_row(batch, record) for record in some)
        is_whole = True
    finally:
        if not is_whole:
            batch.delete()


def _text_of(data: bytes) -> str:
    try:
        text = decode(data)
    except MalformedFile as error:
        raise ValidationError({"file": f"Line {error.line}: {error}"}) from error
    if not text.strip():
        raise ValidationError({"file": "This file is empty."})
    return text


def _readable(text: str, format: str) -> Iterator[Record | Rejected]:
    """The records of a file. Raises ValidationError where there is not a single one."""
    records = read_records(text, format=format)
    label = FORMATS[format].label
    try:
        first = next(records)
    except StopIteration:
        message = f"There is no reference in this file, read as {label}."
        raise ValidationError({"file": message}) from None
    if isinstance(first, Rejected) and first.name == THE_FILE:
        message = f"This can't be read as {label}. Line {first.line}: {first.reason}"
        raise ValidationError({"file": message})
    return chain([first], records)


def _not_too_many(
    records: Iterator[Record | Rejected],
) -> Iterator[Record | Rejected]:
    for record in records:
        if record.position > MOST_RECORDS:
            message = (
                f"This file has more than {MOST_RECORDS:,} records. Cut it into parts, "
                "or use manage.py exchange_references."
            )
            raise ValidationError({"file": message})
        yield record


def _row(batch: ImportBatch, record: Record | Rejected) -> ImportRow:
    row = ImportRow(batch=batch, position=record.position, line=record.line)
    if isinstance(record, Rejected):
        # What is wrong with it alone needs no second look.
        row.name, row.outcome = record.name[:MAX_NAME], Outcome.REJECTED
        row.message = with_field(record.field, record.reason)
    else:
        own_id = str(record.csl.get("id", "")).strip()
        row.name = (own_id or plain_text(record.csl["title"]))[:MAX_NAME]
        row.csl, row.notes = record.csl, list(record.notes)
    return row


@transaction.atomic
def _finish_reading(batch: ImportBatch, *, by: AbstractUser) -> ImportBatch:
    batch.state = BatchState.CHECKING
    batch.save()
    audit.record(
        batch,
        "upload references",
        by=by,
        format=batch.format,
        records=batch.rows.count(),
    )
    return batch


def require_rights(by: AbstractUser, *, updating: bool) -> None:
    """Raise PermissionDenied unless ``by`` may import, and change what is there."""
    rights = ["add_importbatch", "add_reference"]
    for right in [*rights, *(["change_reference"] if updating else [])]:
        audit.require(by, f"references.{right}")
