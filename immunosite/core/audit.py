"""Who did what to which thing, when: one row for every change.

Entries are only ever added: there is no right to change or delete one, and triggers of
the database refuse it to everybody. An entry names its subject without a foreign key,
so it outlives what it is about; an account that is in it can't be deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.http import HttpRequest

from .growing import OnlyGrows

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class AuditEntry(models.Model):
    """One change. ``details`` holds ``before`` and ``after``, the values that changed
    by field, and what else belongs to the deed (a reason, a revision's number)."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="audit_entries",
    )
    action = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=80)
    subject_id = models.BigIntegerField()
    subject = models.CharField(max_length=300)
    details = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "audit entries"
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["subject_type", "subject_id"], name="core_audit_subject"
            )
        ]
        constraints = [OnlyGrows(name="core_audit_only_grows")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} “{self.subject}”"

    def changes(self) -> list[Change]:
        """What changed, field by field."""
        sides = [_by_field(self.details.get(side)) for side in ("before", "after")]
        before, after = sides
        return [
            Change(name.replace("_", " "), before.get(name), after.get(name))
            for name in {**before, **after}
        ]

    def particulars(self) -> dict[str, Any]:
        """What else belongs to the deed."""
        return {
            name.replace("_", " "): value
            for name, value in self.details.items()
            if name not in ("before", "after") and value not in ("", None, [], {})
        }


@dataclass(frozen=True, slots=True)
class Change:
    """A field's values; None where there was or is none."""

    field: str
    before: Any
    after: Any


def _by_field(values: Any) -> Mapping[str, Any]:
    if isinstance(values, Mapping):
        return values
    return {} if values is None else {"value": values}


def record(
    subject: models.Model, action: str, *, by: AbstractUser, **details: Any
) -> AuditEntry:
    """Add an entry about ``subject``; call it inside the change's transaction.

    Changed values belong under ``before`` and ``after`` (see :func:`changed`).
    """
    entry = entry_about(subject, action, by=by, **details)
    entry.save(force_insert=True)
    return entry


def record_all(entries: Iterable[AuditEntry]) -> None:
    """Add entries that :func:`entry_about` made, in one go; see :func:`record`."""
    AuditEntry.objects.bulk_create(entries)


def entry_about(
    subject: models.Model, action: str, *, by: AbstractUser, **details: Any
) -> AuditEntry:
    """An entry as :func:`record` would add it, not stored yet."""
    return AuditEntry(
        by_id=by.pk,
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject=str(subject)[:300],
        details=details,
    )


def changed(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """``before`` and ``after`` with only the fields whose values differ."""
    names = [
        name for name in {**before, **after} if before.get(name) != after.get(name)
    ]
    return {
        "before": {name: before[name] for name in names if name in before},
        "after": {name: after[name] for name in names if name in after},
    }


def actor(request: HttpRequest) -> Any:
    """Who is logged in, in a view that nobody else reaches, such as the admin's."""
    return request.user


def require(by: AbstractUser, permission: str) -> None:
    """Raise PermissionDenied unless ``by`` holds ``permission`` ("app.codename")."""
    if not by.has_perm(permission):
        raise PermissionDenied(f"{by} may not do this: it needs {permission}.")
