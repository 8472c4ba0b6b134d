"""Files of references on their way in."""

from __future__ import annotations

from django.db import models

from immunosite.core.batches import Batch, BatchRow

from .references import Reference


class ImportBatch(Batch):
    """One uploaded file of references."""

    things = Reference

    look_alikes = models.BooleanField(
        "also what looks like a reference that is here", default=False
    )

    class Meta(Batch.Meta):
        verbose_name = "import of references"
        verbose_name_plural = "imports of references"


class ImportRow(BatchRow):
    """One record of a file.

    ``csl`` and ``notes`` are as the file has them, ``own_id`` and ``claim`` what the
    records after it have to know (see :mod:`references.earlier`).
    """

    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="rows"
    )
    csl = models.JSONField(null=True, blank=True)
    notes = models.JSONField(default=list, blank=True)
    own_id = models.CharField(max_length=1000, blank=True)
    claim = models.JSONField(null=True, blank=True)
    reference = models.ForeignKey(
        Reference, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(BatchRow.Meta):
        pass
