"""Pages, their revisions, and when a revision is live.

Live is an interval, not a flag: a revision is live while
``live_from <= now < live_until``. Everything that a reader sees of a page belongs to
a revision, so a draft can leak nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from .constraints import NoOverlap
from .fields import HTMLField
from .intervals import PageQuerySet, RevisionQuerySet, State


class Status(models.TextChoices):
    """How far a revision has come on the desk, whatever its interval says."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    CHANGES_REQUESTED = "changes requested"
    APPROVED = "approved"


class Withdrawal(models.TextChoices):
    """What a reader gets at the address of a page that was withdrawn."""

    GONE = "gone", "A page that says it is gone"
    EXPLAINED = "explained", "A page that says why it is gone"
    REDIRECTED = "redirected", "Another page"


class Page(models.Model):
    """What keeps its identity and its address while its revisions come and go."""

    slug = models.SlugField(max_length=120, unique=True, allow_unicode=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Who is asked when the page falls due for a review.",
    )
    review_due_on = models.DateField(
        "next review due",
        null=True,
        blank=True,
        db_index=True,
        help_text="Readers see it. A sign-off sets it anew.",
    )
    withdrawn_as = models.CharField(
        max_length=12, blank=True, choices=Withdrawal.choices, editable=False
    )
    withdrawn_text = models.CharField(max_length=500, blank=True, editable=False)
    withdrawn_to = models.CharField(max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PageQuerySet.as_manager()
    revisions: Any

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(withdrawn_as=Withdrawal.EXPLAINED)
                | ~models.Q(withdrawn_text=""),
                name="%(app_label)s_%(class)s_explains",
            ),
            models.CheckConstraint(
                condition=~models.Q(withdrawn_as=Withdrawal.REDIRECTED)
                | ~models.Q(withdrawn_to=""),
                name="%(app_label)s_%(class)s_redirects",
            ),
        ]

    @property
    def is_at_foot(self) -> bool:
        """Whether the foot of every public page links it while it is live."""
        return False

    def all_slugs(self) -> set[str]:
        """The present slug and every former one that redirects to it."""
        return {self.slug}

    def newest(self) -> Any:
        """The newest revision, draft or not, or None."""
        return self.revisions.order_by("-number").first()

    def live_revision(self, at: datetime | None = None) -> Any:
        """The revision that is live at a moment, or None."""
        return self.revisions.live(at).first()

    def last_public(self) -> Any:
        """The revision that readers saw last or see now; None if there was none."""
        seen = self.revisions.filter(live_from__lte=timezone.now())
        return seen.order_by("-live_from").first()


class LinkBase(models.Model):
    """One ``article:slug`` target in a revision; apps add ``revision``."""

    slug = models.CharField(max_length=120, db_index=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "slug"], name="%(app_label)s_%(class)s_once"
            )
        ]

    def __str__(self) -> str:
        return self.slug


class Revision(models.Model):
    """One saved state of a page: what was typed, when it is live, what was compiled.

    Concrete classes add ``page``, a foreign key with the related name ``revisions``.
    """

    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    note = models.CharField(
        "change note",
        max_length=300,
        blank=True,
        help_text="What changed and why, for colleagues.",
    )
    public_note = models.CharField(
        "change note for readers",
        max_length=300,
        blank=True,
        help_text="What is new, in plain words. Only with it does the date “Updated” "
        "move; leave it empty for a corrected typo.",
    )
    status = models.CharField(
        max_length=20,
        choices=Status.choices,
        default=Status.DRAFT,
        editable=False,
        db_index=True,
    )
    forced_reason = models.CharField(
        "published without an approval because",
        max_length=300,
        blank=True,
        editable=False,
    )
    # RESTRICT: the revisions of a page can only be deleted together, with the page.
    based_on = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    live_from = models.DateTimeField(null=True, blank=True, db_index=True)
    live_until = models.DateTimeField(null=True, blank=True, db_index=True)
    announced = models.CharField(
        max_length=10,
        blank=True,
        default="",
        editable=False,
        help_text="The state that the pages which mention this one were told of.",
    )
    html = HTMLField()
    text = models.TextField(blank=True, default="", editable=False)
    contents = models.JSONField(default=list, blank=True, editable=False)
    problems = models.JSONField(default=list, blank=True, editable=False)
    word_count = models.PositiveIntegerField(default=0, editable=False)
    rendered_by = models.CharField(
        max_length=40, blank=True, default="", editable=False, db_index=True
    )

    objects = RevisionQuerySet.as_manager()
    page: Any
    page_id: int
    tags: Any
    # What of it is typed as Markdown.
    markdown_fields: tuple[str, ...] = ("body",)

    class Meta:
        abstract = True
        ordering = ["-number"]
        indexes = [
            models.Index(
                fields=["live_until", "rendered_by"],
                name="%(app_label)s_%(class)s_stale",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "number"], name="%(app_label)s_%(class)s_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(live_until__isnull=True)
                | models.Q(live_until__gt=models.F("live_from")),
                name="%(app_label)s_%(class)s_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(live_until__isnull=True)
                | models.Q(live_from__isnull=False),
                name="%(app_label)s_%(class)s_end_needs_start",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=Status.values),
                name="%(app_label)s_%(class)s_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(live_from__isnull=True)
                | models.Q(status=Status.APPROVED)
                | ~models.Q(forced_reason=""),
                name="%(app_label)s_%(class)s_live_needs_approval",
            ),
            NoOverlap(page="page", name="%(app_label)s_%(class)s_no_overlap"),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.page.slug} (revision {self.number})"

    @property
    def written(self) -> str:
        """All that was typed as Markdown."""
        return "\n".join(getattr(self, name) for name in self.markdown_fields)

    def state_at(self, at: datetime | None = None) -> State:
        at = at or timezone.now()
        if self.live_from is None:
            return State.DRAFT
        if at < self.live_from:
            return State.SCHEDULED
        if self.live_until is None or at < self.live_until:
            return State.LIVE
        return State.ENDED
