"""Files of references, uploaded: see :mod:`immunosite.core.uploading`."""

from __future__ import annotations

from collections.abc import Iterator

from immunosite.core.batches import MAX_NAME
from immunosite.core.records import Rejected
from immunosite.core.uploading import Uploads

from .exchange import read_records
from .formats import FORMATS, Record, sniff
from .models import ImportBatch, ImportRow
from .styling import plain_text


class ReferenceUploads(Uploads):
    batches = ImportBatch
    formats = FORMATS
    # Of the slowest format, these take ten seconds.
    most = 20_000
    command = "exchange_references"

    def sniff(self, file_name: str, text: str) -> str | None:
        return sniff(file_name, text)

    def read(self, text: str, format: str) -> Iterator[Record | Rejected]:
        return read_records(text, format=format)

    def fill(self, row: ImportRow, record: Record) -> None:
        own_id = str(record.csl.get("id", "")).strip()
        row.name = (own_id or plain_text(record.csl["title"]))[:MAX_NAME]
        row.csl, row.notes = record.csl, list(record.notes)


UPLOADS = ReferenceUploads()
