"""Read an uploaded file into rows that :mod:`immunosite.core.stepping` works off.

Nothing of it becomes a thing of the site here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction

from . import audit
from .batches import MAX_NAME, Batch, BatchState, require_rights
from .decoding import decode
from .publishing import UNSTORABLE
from .records import THE_FILE, MalformedFile, Rejected, with_field
from .reports import Outcome

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

_AT_A_TIME = 500


class Uploads:
    """Takes files of one kind of things. ``most`` records are taken, since one request
    reads the whole file; ``command`` is for those that hold more."""

    batches: type[Batch]
    formats: Mapping[str, Any]
    most: int
    command: str

    def sniff(self, file_name: str, text: str) -> str | None:
        """The name of a file's format, or None."""
        raise NotImplementedError

    def read(self, text: str, format: str) -> Iterator[Any]:
        """The records of a file, each with its ``position`` and ``line``, or Rejected;
        where it can't be read on, a last one named THE_FILE says why."""
        raise NotImplementedError

    def fill(self, row: Any, record: Any) -> None:
        """Put what a record says into its row."""
        raise NotImplementedError

    def make_batch(
        self,
        data: bytes,
        *,
        by: AbstractUser,
        file_name: str,
        format: str = "",
        on_existing: str = "keep",
        **options: Any,
    ) -> Any:
        """Keep the records of a file as rows to be checked; without a ``format`` it is
        recognized. ``options`` are fields that only these batches have. Raises
        ValidationError keyed ``file`` or ``format``, PermissionDenied."""
        require_rights(by, self.batches, updating=on_existing == "update")
        text = _text_of(data)
        found = format or self._format_of(file_name, text)
        records = self._not_too_many(self._readable(text, found))
        batch = self.batches._default_manager.create(
            file_name=UNSTORABLE.sub("", file_name)[:200],
            format=found,
            on_existing=on_existing,
            created_by_id=by.pk,
            **options,
        )
        self._keep(records, batch)
        return _finish_reading(batch, by=by)

    def _format_of(self, file_name: str, text: str) -> str:
        found = self.sniff(file_name, text)
        if found is None:
            message = "The format of this file was not recognized. Choose it, if it is one of these."
            raise ValidationError({"format": message})
        return found

    def _readable(self, text: str, format: str) -> Iterator[Any]:
        """The records of a file. Raises ValidationError where there is not a single
        one."""
        records = self.read(text, format)
        label = self.formats[format].label
        try:
            first = next(records)
        except StopIteration:
            thing = self.batches.things._meta.verbose_name
            message = f"There is no {thing} in this file, read as {label}."
            raise ValidationError({"file": message}) from None
        if isinstance(first, Rejected) and first.name == THE_FILE:
            message = (
                f"This can't be read as {label}. Line {first.line}: {first.reason}"
            )
            raise ValidationError({"file": message})
        return chain([first], records)

    def _not_too_many(self, records: Iterator[Any]) -> Iterator[Any]:
        for record in records:
            if record.position > self.most:
                message = (
                    f"This file has more than {self.most:,} {self.batches.unit}s. Cut it "
                    f"into parts, or use manage.py {self.command}."
                )
                raise ValidationError({"file": message})
            yield record

    def _keep(self, records: Iterator[Any], batch: Batch) -> None:
        """Store all records of a file, or nothing: then the batch goes, too."""
        is_whole = False
        try:
            # The file may take seconds to read, and nobody else waits for that.
            while rows := [
                self._row(batch, record) for record in islice(records, _AT_A_TIME)
            ]:
                batch.rows.bulk_create(rows)
            is_whole = True
        finally:
            if not is_whole:
                batch.delete()

    def _row(self, batch: Batch, record: Any) -> Any:
        row = batch.rows.model(batch=batch, position=record.position, line=record.line)
        if isinstance(record, Rejected):
            # What is wrong with it alone needs no second look.
            row.name = UNSTORABLE.sub("\ufffd", record.name)[:MAX_NAME]
            row.outcome = Outcome.REJECTED
            why = with_field(record.field, record.reason)
            row.message = UNSTORABLE.sub("\ufffd", why)
        else:
            self.fill(row, record)
        return row


def _text_of(data: bytes) -> str:
    try:
        text = decode(data)
    except MalformedFile as error:
        raise ValidationError({"file": f"Line {error.line}: {error}"}) from error
    if not text.strip():
        raise ValidationError({"file": "This file is empty."})
    return text


@transaction.atomic
def _finish_reading(batch: Batch, *, by: AbstractUser) -> Batch:
    batch.state = BatchState.CHECKING
    batch.save()
    audit.record(
        batch,
        f"upload {batch.things._meta.verbose_name_plural}",
        by=by,
        format=batch.format,
        records=batch.rows.count(),
    )
    return batch
