"""Files on their way in: looked at first, then brought in bit by bit.

Apps make tables of :class:`Batch` and :class:`BatchRow`; :mod:`immunosite.core.uploading`
fills them, :mod:`immunosite.core.stepping` works them off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.auth import get_permission_codename
from django.db import models

from . import audit

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class BatchState(models.TextChoices):
    READING = "reading", "Not read to its end"
    CHECKING = "checking", "Being checked"
    READY = "ready", "Checked, nothing is stored yet"
    IMPORTING = "importing", "Being brought in"
    DONE = "done", "Brought in"


ON_EXISTING = [("keep", "stays as it is"), ("update", "is updated from the file")]


class Batch(models.Model):
    """One uploaded file. Its records are checked, shown, and brought in when somebody
    says so; each step goes a bounded number of records further.

    Subclasses name what a record becomes (``things``) and what their users call a
    record (``unit``). ``always_changes``: bringing in takes the right to change things,
    too, whatever becomes of those that are there.
    """

    things: ClassVar[type[models.Model]]
    unit: ClassVar[str] = "record"
    always_changes: ClassVar[bool] = False
    rows: Any

    file_name = models.CharField(max_length=200)
    format = models.CharField(max_length=20)
    on_existing = models.CharField(
        "a record that exists",
        max_length=10,
        choices=ON_EXISTING,
        default="keep",
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
        abstract = True
        ordering = ["-created_at", "-pk"]
        verbose_name = "import"
        default_permissions = ("view", "add")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=BatchState.values),
                name="%(app_label)s_%(class)s_state_known",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class BatchRow(models.Model):
    """One record of a file. ``outcome`` is what will become of it, or has when
    ``is_done``; empty while it has not been checked.

    Subclasses add ``batch``, whose ``related_name`` is ``rows``, what the file says of
    the record, and the thing that it is.
    """

    position = models.PositiveIntegerField()
    line = models.PositiveIntegerField(null=True, blank=True)
    name = models.CharField(max_length=200)
    outcome = models.CharField(max_length=10, blank=True)
    message = models.TextField(blank=True)
    is_done = models.BooleanField(default=False)

    class Meta:
        abstract = True
        ordering = ["position"]
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["batch", "outcome"], name="%(app_label)s_%(class)s_outcome"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "position"], name="%(app_label)s_%(class)s_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.name}"


MAX_NAME = BatchRow._meta.get_field("name").max_length


def right(model: type[models.Model], deed: str) -> str:
    """The permission for a deed on things of a kind: "references.add_reference"."""
    return f"{model._meta.app_label}.{get_permission_codename(deed, model._meta)}"


def rights(batches: type[Batch], *, updating: bool) -> list[str]:
    """What it takes to import: to upload files, to add things, and to change them."""
    needed = [right(batches, "add"), right(batches.things, "add")]
    if updating or batches.always_changes:
        needed.append(right(batches.things, "change"))
    return needed


def require_rights(by: AbstractUser, batches: type[Batch], *, updating: bool) -> None:
    """Raise PermissionDenied unless ``by`` may import, and change what is there."""
    for each in rights(batches, updating=updating):
        audit.require(by, each)
