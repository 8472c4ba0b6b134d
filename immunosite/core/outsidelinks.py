"""Links that lead out of the site: what answered there last, and who uses them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

MAX_URL = 1_000


class OutsideLink(models.Model):
    """An address outside the site. ``status`` is the HTTP status of the last answer,
    None where none came; ``failing_since`` is when it stopped being good."""

    url = models.CharField("address", max_length=MAX_URL, unique=True)
    checked_at = models.DateTimeField(null=True, blank=True, db_index=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)
    redirected_to = models.CharField(max_length=MAX_URL, blank=True)
    is_moved = models.BooleanField(
        default=False, help_text="Every redirect on the way said that it is for good."
    )
    good_at = models.DateTimeField("last good", null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    archived_url = models.URLField("archived copy", max_length=MAX_URL, blank=True)
    ignored_reason = models.CharField(max_length=300, blank=True)
    ignored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    ignored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["url"]
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ignored_reason="", ignored_by=None, ignored_at=None)
                | (
                    models.Q(ignored_by__isnull=False, ignored_at__isnull=False)
                    & ~models.Q(ignored_reason="")
                ),
                name="core_outsidelink_ignored_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class LinkUse(models.Model):
    """A place that uses an address: a page ("articles.article"), or a reference."""

    link = models.ForeignKey(OutsideLink, on_delete=models.CASCADE, related_name="uses")
    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    words = models.CharField("link text", max_length=200, blank=True)

    class Meta:
        ordering = ["kind", "subject_id", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["link", "kind", "subject_id", "words"],
                name="core_linkuse_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.words} → {self.link_id}"
