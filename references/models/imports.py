"""Files of references on their way in: looked at first, then brought in bit by bit."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from .references import Reference


class BatchState(models.TextChoices):
    READING = "reading", "Not read to its end"
    CHECKING = "checking", "Being checked"
    READY = "ready", "Checked, nothing is stored yet"
    IMPORTING = "importing", "Being brought in"
    DONE = "done", "Brought in"


ON_EXISTING = [("keep", "stays as it is"), ("update", "is updated from the file")]


class ImportBatch(models.Model):
    """One uploaded file. Its records are checked, shown, and brought in when somebody
    says so; each step goes a bounded number of records further."""

    file_name = models.CharField(max_length=200)
    format = models.CharField(max_length=20)
    on_existing = models.CharField(
        "a record that exists",
        max_length=10,
        choices=ON_EXISTING,
        default="keep",
    )
    look_alikes = models.BooleanField(
        "also what looks like a reference that is here", default=False
    )
    state = models.CharField(
        max_length=10, choices=BatchState.choices, default=BatchState.READING
    )
    created_at = models.DateTimeField("uploaded at", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="uploaded by",
    )

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = "import"
        default_permissions = ("view", "add")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=BatchState.values),
                name="references_importbatch_state_known",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """One record of a file. ``outcome`` is what will become of it, or has when
    ``is_done``; empty while it has not been checked.

    ``csl`` and ``notes`` are as the file has them, ``own_id`` and ``claim`` what the
    records after it have to know (see :mod:`references.earlier`).
    """

    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="rows"
    )
    position = models.PositiveIntegerField()
    line = models.PositiveIntegerField(null=True, blank=True)
    name = models.CharField(max_length=200)
    csl = models.JSONField(null=True, blank=True)
    notes = models.JSONField(default=list, blank=True)
    own_id = models.CharField(max_length=1000, blank=True)
    claim = models.JSONField(null=True, blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    message = models.TextField(blank=True)
    is_done = models.BooleanField(default=False)
    reference = models.ForeignKey(
        Reference, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["position"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["batch", "outcome"], name="references_row_outcome")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "position"], name="references_importrow_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.name}"
