"""Who did what to which thing, when: one row for every change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class AuditEntry(models.Model):
    """One change. Entries are only ever added."""

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
        indexes = [
            models.Index(
                fields=["subject_type", "subject_id"], name="core_audit_subject"
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} “{self.subject}”"


def record(
    subject: models.Model, action: str, *, by: AbstractUser, **details: Any
) -> AuditEntry:
    """Add an entry about ``subject``; call it inside the change's transaction."""
    return AuditEntry.objects.create(
        by_id=by.pk,
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject=str(subject)[:300],
        details=details,
    )


def require(by: AbstractUser, permission: str) -> None:
    """Raise PermissionDenied unless ``by`` holds ``permission`` ("app.codename")."""
    if not by.has_perm(permission):
        raise PermissionDenied(f"{by} may not do this: it needs {permission}.")
