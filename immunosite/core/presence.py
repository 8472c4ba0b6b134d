"""Who has which page open in the editor right now.

A browser says so every half minute. It is a table and not the cache, since without a
shared cache each process has one of its own. It says nothing of the past, so it is not
audited.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from . import audit
from .pages import Page
from .workflow import right

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

# Three pings; static/js/presence.js sends one every 30 seconds.
GONE_AFTER = timedelta(seconds=90)


class Presence(models.Model):
    """One person at one page. ``kind`` is the page's label ("articles.article")."""

    kind = models.CharField(max_length=40)
    page_id = models.BigIntegerField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "page_id", "user"], name="core_presence_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.kind} {self.page_id}"


@transaction.atomic
def be_present(page: Page, *, by: AbstractUser) -> list[Presence]:
    """Note that somebody has a page open; return who else has, the longest first.

    Their own rows about pages that they have left are deleted. Raises PermissionDenied
    without the right to change the page.
    """
    audit.require(by, right(page, "change"))
    now = timezone.now()
    here = {"kind": page._meta.label_lower, "page_id": page.pk}
    Presence.objects.filter(user_id=by.pk, seen_at__lt=now - GONE_AFTER).delete()
    Presence.objects.update_or_create(
        **here,
        user_id=by.pk,
        defaults={"seen_at": now},
        create_defaults={"since": now, "seen_at": now},
    )
    others: Any = Presence.objects.filter(**here, seen_at__gte=now - GONE_AFTER)
    return list(
        others.exclude(user_id=by.pk).select_related("user").order_by("since", "pk")
    )
