"""The admin of files of references: see :mod:`immunosite.core.batchviews`."""

from __future__ import annotations

from immunosite.core.batchviews import BatchAdmin

from .importforms import ReferenceUploadForm
from .importing import STEPS
from .models import ImportRow
from .styling import plain_text


class ImportBatchAdmin(BatchAdmin):
    upload = ReferenceUploadForm
    steps = STEPS
    thing = "reference"
    known_by = "key"
    names = ("name", "title")

    def beside_name(self, row: ImportRow) -> str:
        return plain_text(row.csl["title"]) if row.csl else ""
