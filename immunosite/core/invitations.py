"""The links for experts outside, as they are kept. See :mod:`immunosite.core.signoff`."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from .pages import Page, Revision


class SignOffLinkQuerySet(models.QuerySet):
    def about(self, page: Page) -> Self:
        """The links to all revisions of a page."""
        return self.filter(kind=page._meta.label_lower, page_id=page.pk)

    def unspent(self, at: datetime | None = None) -> Self:
        """Links that could still be used."""
        return self.filter(
            expires_at__gt=at or timezone.now(), revoked_at=None, used_at=None
        )


class SignOffLink(models.Model):
    """One invitation. ``content_hash`` is of the revision as it was then, ``token_hash``
    the SHA-256 of the token that the address holds, both in 64 hexadecimal digits."""

    kind = models.CharField(max_length=40)
    page_id = models.BigIntegerField()
    revision_id = models.BigIntegerField()
    content_hash = models.CharField(max_length=64)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_name = models.CharField(
        "name",
        max_length=120,
        help_text="Of the expert. They can mend it when they sign.",
    )
    email = models.EmailField(
        "mail address",
        blank=True,
        help_text="The link is sent there. Leave it empty to pass the link on yourself.",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = SignOffLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["kind", "page_id"], name="core_signoff_page")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(invited_name=""), name="core_signoff_has_name"
            ),
            models.CheckConstraint(
                condition=~Q(token_hash="") & ~Q(content_hash=""),
                name="core_signoff_has_hashes",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="core_signoff_expires_later",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(used_at__isnull=True),
                name="core_signoff_used_or_revoked",
            ),
        ]

    def __str__(self) -> str:
        return f"Link for {self.invited_name}"

    @property
    def is_unspent(self) -> bool:
        """Whether it could still be used."""
        is_spent = self.revoked_at or self.used_at
        return not is_spent and self.expires_at > timezone.now()


def content_hash(revision: Revision) -> str:
    """SHA-256 of what a revision says: title, summary, body, tags (by slug) and other
    texts, if it has any."""
    summary = getattr(revision, "summary", "")
    tags = sorted(revision.tags.values_list("slug", flat=True))
    names = [name for name in revision.markdown_fields if name != "body"]
    more = filter(None, (getattr(revision, name) for name in names))
    return sha256(json.dumps([revision.title, summary, revision.body, tags, *more]))


def sha256(text: str) -> str:
    """In hexadecimal digits; of any text, also of one that is not Unicode."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
