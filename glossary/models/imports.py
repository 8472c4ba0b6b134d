"""Files of terms on their way in."""

from __future__ import annotations

from django.db import models

from immunosite.core.batches import Batch, BatchRow

from .terms import Term


class TermImport(Batch):
    """One uploaded file of terms."""

    things = Term
    unit = "term"
    # A term that names later ones of its file is saved anew when these are here.
    always_changes = True

    class Meta(Batch.Meta):
        verbose_name = "import of terms"
        verbose_name_plural = "imports of terms"


class TermImportRow(BatchRow):
    """One term of a file.

    ``slug`` and ``said`` are as :class:`glossary.formats.Entry` has them, empty for a
    record that can't be read. ``waits``: it named terms that came later in the file, so
    it is done only when it has been given these, too.
    """

    batch = models.ForeignKey(TermImport, on_delete=models.CASCADE, related_name="rows")
    slug = models.CharField(max_length=120, blank=True)
    said = models.JSONField(null=True, blank=True)
    waits = models.BooleanField(default=False)
    term = models.ForeignKey(
        Term, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(BatchRow.Meta):
        pass
