"""The admin of files of terms: see :mod:`immunosite.core.batchviews`."""

from __future__ import annotations

from immunosite.core.batchviews import BatchAdmin

from .importforms import TermUploadForm
from .importing import STEPS
from .models import TermImportRow


class TermImportAdmin(BatchAdmin):
    upload = TermUploadForm
    steps = STEPS
    thing = "term"
    known_by = "slug"
    names = ("headword", "address")

    def beside_name(self, row: TermImportRow) -> str:
        return row.slug
