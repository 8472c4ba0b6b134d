"""Who looked at a revision and what they said of it; what readers are told of that.

A sign-off is the approval of a whole page by a named reviewer. Only it moves the date
"Reviewed"; only a change note for readers moves the date "Updated".
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from . import caching

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    from .pages import Page, Revision


class ReviewerProfile(models.Model):
    """How a member of the staff signs: shown to readers as it was when they signed."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="reviewer_profile",
    )
    name = models.CharField(max_length=120, help_text="As readers shall see it.")
    credentials = models.CharField(
        max_length=200, help_text="For example: medical oncologist, MD."
    )
    conflicts = models.CharField(
        "conflicts of interest",
        max_length=500,
        help_text="What readers should know, or “None”.",
    )

    def __str__(self) -> str:
        return f"{self.name}, {self.credentials}"


class Verdict(models.TextChoices):
    APPROVED = "approved", "Approved"
    CHANGES_REQUESTED = "changes requested", "Changes requested"


class Review(models.Model):
    """What one person said of one revision. Reviews are only ever added.

    ``kind`` is the page's label ("articles.article"). ``by`` is empty for an expert
    without an account, who is named all the same.
    """

    kind = models.CharField(max_length=40)
    page_id = models.BigIntegerField()
    revision_id = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    name = models.CharField(max_length=120)
    credentials = models.CharField(max_length=200, blank=True)
    conflicts = models.CharField(max_length=500, blank=True)
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    is_sign_off = models.BooleanField(default=False)
    note = models.TextField(blank=True, max_length=2000)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["kind", "page_id"], name="core_review_page")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(name=""), name="core_review_has_name"
            ),
            models.CheckConstraint(
                condition=models.Q(verdict__in=Verdict.values),
                name="core_review_verdict_known",
            ),
            models.CheckConstraint(
                condition=models.Q(is_sign_off=False)
                | (
                    models.Q(verdict=Verdict.APPROVED)
                    & ~models.Q(credentials="")
                    & ~models.Q(conflicts="")
                ),
                name="core_review_sign_off_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} by {self.name}"


def write_review(
    revision: Revision,
    verdict: Verdict,
    *,
    by: AbstractUser,
    note: str,
    is_sign_off: bool = False,
) -> Review:
    """Store what a member of the staff said, signed as their profile says.

    Raises ValidationError for a sign-off without a profile.
    """
    profile = ReviewerProfile.objects.filter(user_id=by.pk).first()
    if is_sign_off and profile is None:
        raise ValidationError(
            "To sign a page off you need a reviewer profile with your name."
        )
    review = new_review(revision, verdict, note, is_sign_off)
    review.by_id = by.pk
    review.name = by.get_full_name() or by.get_username()
    if profile:
        review.name, review.credentials = profile.name, profile.credentials
        review.conflicts = profile.conflicts
    review.full_clean()
    review.save()
    return review


def new_review(
    revision: Revision, verdict: Verdict, note: str, is_sign_off: bool
) -> Review:
    """A review of a revision that is not signed or stored yet."""
    return Review(
        kind=revision.page._meta.label_lower,
        page_id=revision.page_id,
        revision_id=revision.pk,
        verdict=verdict,
        is_sign_off=is_sign_off,
        note=note,
    )


def set_due(page: Page, due_on: date | None) -> None:
    """Let a page's next review be due on a day, which readers see; None means never. Call
    it inside the transaction of the deed that decides it."""
    page.review_due_on = due_on
    page.save(update_fields=["review_due_on"])
    caching.move_epoch()


def reviews_of(page: Any) -> models.QuerySet[Review]:
    """Everything said of a page's revisions, newest first."""
    kind = page._meta.label_lower
    return Review.objects.filter(kind=kind, page_id=page.pk).select_related("by")


def with_dates(revisions: Any, at: datetime | None = None) -> Any:
    """Adds what readers are told of a live revision's page, or were told at a moment.

    ``published_at``: when it was first live; ``updated_at``: when the last revision
    with a change note for readers went live, or None; ``dated_at``: the later of both;
    ``reviewed_at`` and ``sign_off`` (name, credentials, conflicts) of the last sign-off
    of a revision that has been public, or None.
    """
    model, now = revisions.model, at or timezone.now()
    own = model.objects.filter(page=models.OuterRef("page"), live_from__lte=now)
    own = own.order_by().values("page")
    first = own.annotate(moment=models.Min("live_from")).values("moment")
    noted = own.exclude(public_note="").annotate(moment=models.Max("live_from"))
    public = model.objects.filter(
        page=models.OuterRef(models.OuterRef("page_id")), live_from__lte=now
    )
    signed = Review.objects.filter(
        kind=model._meta.get_field("page").related_model._meta.label_lower,
        page_id=models.OuterRef("page_id"),
        is_sign_off=True,
        at__lte=now,
        revision_id__in=public.values("pk"),
    ).order_by("-at")
    who = JSONObject(name="name", credentials="credentials", conflicts="conflicts")
    return revisions.annotate(
        published_at=models.Subquery(first),
        updated_at=models.Subquery(noted.values("moment")),
        reviewed_at=models.Subquery(signed.values("at")[:1]),
        sign_off=models.Subquery(signed.annotate(who=who).values("who")[:1]),
    ).annotate(dated_at=Coalesce("updated_at", "published_at"))
