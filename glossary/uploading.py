"""Files of terms, uploaded: see :mod:`immunosite.core.uploading`."""

from __future__ import annotations

from collections.abc import Iterator

from immunosite.core.batches import MAX_NAME
from immunosite.core.records import Rejected
from immunosite.core.uploading import Uploads

from .exchange import read_entries
from .formats import FORMATS, Entry, sniff
from .models import TermImport, TermImportRow


class TermUploads(Uploads):
    batches = TermImport
    formats = FORMATS
    most = 5_000
    command = "exchange_terms"

    def sniff(self, file_name: str, text: str) -> str | None:
        return sniff(file_name, text)

    def read(self, text: str, format: str) -> Iterator[Entry | Rejected]:
        return read_entries(text, format=format)

    def fill(self, row: TermImportRow, record: Entry) -> None:
        row.name = record.headword[:MAX_NAME]
        row.slug, row.said = record.slug, record.said


UPLOADS = TermUploads()
