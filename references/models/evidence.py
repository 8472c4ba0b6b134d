"""What in a source supports a sentence, and two records that are not one work."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from .references import Reference


class Evidence(models.Model):
    """The words of a source that support one cited sentence of a page.

    ``kind`` is the page's label ("articles.article"), ``claim`` the sentence as it
    was, ``claim_key`` its digest: a sentence that is written anew has no evidence yet.
    """

    kind = models.CharField(max_length=40)
    page_id = models.BigIntegerField()
    reference = models.ForeignKey(
        Reference, on_delete=models.CASCADE, related_name="evidence"
    )
    locator = models.CharField(max_length=200, blank=True)
    claim = models.TextField()
    claim_key = models.CharField(max_length=64)
    quotation = models.TextField(max_length=2000, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "evidence"
        default_permissions = ("view", "change")
        permissions = [("verify_evidence", "Can verify evidence")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "page_id", "claim_key", "reference", "locator"],
                name="references_evidence_once",
            ),
            models.CheckConstraint(
                condition=Q(verified_at=None, verified_by=None)
                | (
                    Q(verified_at__isnull=False, verified_by__isnull=False)
                    & ~Q(quotation="")
                ),
                name="references_evidence_verified_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference.key}: {self.claim[:60]}"

    @property
    def seen(self) -> str:
        """What a form remembers, to tell whether it is still as it was shown."""
        moments = (self.updated_at, self.verified_at)
        return " ".join(each.isoformat() if each else "-" for each in moments)


class DistinctPair(models.Model):
    """Two records that look alike and that a person has found to be two works."""

    first = models.ForeignKey(Reference, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Reference, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"], name="references_distinctpair_once"
            ),
            models.CheckConstraint(
                condition=Q(first__lt=models.F("second")),
                name="references_distinctpair_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} is not {self.second_id}"
