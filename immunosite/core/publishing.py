"""Pages, their revisions, and when a revision is live.

Live is an interval, not a flag: a revision is live while
``live_from <= now < live_until``. Everything that a reader sees of a page belongs to
a revision, so a draft can leak nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from . import audit
from .constraints import NoOverlap
from .fields import HTMLField
from .markdown import PIPELINE_VERSION, Problem

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class State(models.TextChoices):
    """What a revision is at one moment; a page is what its best revision is."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LIVE = "live"
    ENDED = "ended"


class PublishingRefused(Exception):
    """The page may not go live as it is; ``problems`` say why in plain words."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in problems))


class EditConflict(Exception):
    """Somebody else saved in between; ``newest`` is the revision they made."""

    def __init__(self, newest: Revision) -> None:
        self.newest = newest
        super().__init__(
            f"{newest.created_by} saved revision {newest.number} of this page "
            "while you were writing."
        )


def _is_live(at: datetime, prefix: str = "") -> models.Q:
    return models.Q(**{f"{prefix}live_from__lte": at}) & (
        models.Q(**{f"{prefix}live_until__isnull": True})
        | models.Q(**{f"{prefix}live_until__gt": at})
    )


class IntervalQuerySet(models.QuerySet):
    """Rows that carry ``live_from`` and ``live_until``."""

    def live(self, at: datetime | None = None) -> Self:
        """Rows that are live at a moment, by default now. The one place that says so."""
        return self.filter(_is_live(at or timezone.now()))

    def current(self, at: datetime | None = None) -> Self:
        """Rows that are live or will be."""
        ends_later = models.Q(live_until__isnull=True) | models.Q(
            live_until__gt=at or timezone.now()
        )
        return self.filter(ends_later, live_from__isnull=False)

    def next_change(self, at: datetime) -> datetime | None:
        """The first moment after ``at`` when a row begins or ceases to be live."""
        moments = self.aggregate(
            begins=models.Min("live_from", filter=models.Q(live_from__gt=at)),
            ends=models.Min("live_until", filter=models.Q(live_until__gt=at)),
        )
        return min((moment for moment in moments.values() if moment), default=None)


class RevisionQuerySet(IntervalQuerySet):
    def stale(self) -> Self:
        """Current revisions whose stored rendering is out of date."""
        return self.current().exclude(rendered_by=PIPELINE_VERSION)

    def unannounced(self, at: datetime | None = None) -> Self:
        """Revisions that began or ceased to be live since the other pages were told."""
        at = at or timezone.now()
        begun = _is_live(at) & ~models.Q(announced=State.LIVE)
        ended = ~_is_live(at) & models.Q(announced=State.LIVE)
        return self.filter(live_from__isnull=False).filter(begun | ended)


class PageQuerySet(models.QuerySet):
    def live(self, at: datetime | None = None) -> Self:
        """Pages that have a live revision."""
        revisions = self.model._meta.get_field("revisions").related_model
        return self.filter(
            models.Exists(
                revisions.objects.live(at).filter(page_id=models.OuterRef("pk"))
            )
        )


class Page(models.Model):
    """What keeps its identity and its address while its revisions come and go."""

    slug = models.SlugField(max_length=120, unique=True, allow_unicode=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PageQuerySet.as_manager()
    revisions: Any

    class Meta:
        abstract = True

    def all_slugs(self) -> set[str]:
        """The present slug and every former one that redirects to it."""
        return {self.slug}

    def newest(self) -> Any:
        """The newest revision, draft or not, or None."""
        return self.revisions.order_by("-number").first()

    def live_revision(self, at: datetime | None = None) -> Any:
        """The revision that is live at a moment, or None."""
        return self.revisions.live(at).first()


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
    based_on = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
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

    class Meta:
        abstract = True
        ordering = ["-number"]
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
            NoOverlap(page="page", name="%(app_label)s_%(class)s_no_overlap"),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.page.slug} (revision {self.number})"

    def state_at(self, at: datetime | None = None) -> State:
        at = at or timezone.now()
        if self.live_from is None:
            return State.DRAFT
        if at < self.live_from:
            return State.SCHEDULED
        if self.live_until is None or at < self.live_until:
            return State.LIVE
        return State.ENDED


def lock_page(page: Page) -> None:
    """Let nobody else change the page until this transaction ends."""
    type(page)._default_manager.select_for_update().get(pk=page.pk)


def lock(page: Page, *, based_on: int | None) -> Revision | None:
    """Hold the page for this transaction and return its newest revision.

    Raises EditConflict when that is not the revision numbered ``based_on``, the one
    that the editor had before them. Call it inside a transaction.
    """
    lock_page(page)
    newest = page.newest()
    if newest is not None and newest.number != based_on:
        raise EditConflict(newest)
    return newest


@transaction.atomic
def append_revision(
    page: Page, *, based_on: int | None, by: AbstractUser, **fields: Any
) -> Any:
    """Add a draft after the revision numbered ``based_on``.

    ``fields`` are the revision's own. Raises EditConflict as :func:`lock` does.
    """
    newest = lock(page, based_on=based_on)
    revision = page.revisions.create(
        number=newest.number + 1 if newest else 1,
        based_on=newest,
        created_by=by,
        **fields,
    )
    audit.record(page, "save draft", by=by, revision=revision.number)
    return revision


def go_live(
    revision: Revision,
    *,
    by: AbstractUser,
    at: datetime,
    live_from: datetime | None = None,
    live_until: datetime | None = None,
) -> None:
    """Give ``revision`` its interval and close its predecessor's.

    A revision of the same page that is scheduled for later keeps its start: this one
    then ends there. ``live_from`` defaults to ``at``. Raises PublishingRefused for an
    interval that is in the past or ends before it starts, or a revision that has
    already been live. Call it inside a transaction that holds the page.
    """
    start = live_from or at
    _check_interval(revision, start, live_until, at)
    others = revision.page.revisions.exclude(pk=revision.pk)
    others.filter(live_from=start).update(live_from=None, live_until=None)
    others.live(start).update(live_until=start)
    following = (
        others.filter(live_from__gt=start)
        .order_by("live_from")
        .values_list("live_from")
    ).first()
    if following and (live_until is None or live_until > following[0]):
        live_until = following[0]
    revision.live_from, revision.live_until = start, live_until
    revision.save(update_fields=["live_from", "live_until"])
    audit.record(
        revision.page,
        "publish" if start <= at else "schedule",
        by=by,
        revision=revision.number,
        live_from=start,
        live_until=live_until,
    )


def take_down(page: Page, *, by: AbstractUser, at: datetime, reason: str) -> None:
    """End what is live and unschedule what was to come.

    Raises PublishingRefused when nothing of the page is or will be public.
    """
    current = page.revisions.current(at)
    numbers = list(current.values_list("number", flat=True))
    if not numbers:
        raise PublishingRefused(
            [refusal("This page is not public, nothing to withdraw.")]
        )
    current.filter(live_from__gte=at).update(live_from=None, live_until=None)
    current.live(at).update(live_until=at)
    audit.record(page, "withdraw", by=by, reason=reason, revisions=numbers)


def stand_in(revision: Revision, *, at: datetime) -> None:
    """Make ``revision`` the live one with no end, whatever it was.

    For a preview only: the caller must roll the transaction back.
    """
    others = revision.page.revisions.exclude(pk=revision.pk)
    others.filter(live_from__gte=at).update(live_from=None, live_until=None)
    others.live(at).update(live_until=at)
    revision.live_from, revision.live_until = at, None
    revision.save(update_fields=["live_from", "live_until"])


@transaction.atomic
def discard(page: Page, *, by: AbstractUser) -> None:
    """Delete a page that has never been public, with all its drafts.

    Raises PublishingRefused for one that has.
    """
    lock_page(page)
    if page.revisions.filter(live_from__isnull=False).exists():
        raise PublishingRefused(
            [refusal("This page has been public. Withdraw it instead.")]
        )
    audit.record(page, "delete", by=by, slug=page.slug)
    page.delete()


def refusal(message: str) -> Problem:
    """A blocking problem that belongs to no line of the text."""
    return Problem(line=None, severity="error", code="refused", message=message)


def _check_interval(
    revision: Revision, start: datetime, end: datetime | None, at: datetime
) -> None:
    if revision.live_from is not None:
        raise PublishingRefused(
            [refusal("This revision has been published before. Restore it first.")]
        )
    if start < at:
        raise PublishingRefused([refusal("The date to go live is in the past.")])
    if end is not None and end <= start:
        raise PublishingRefused([refusal("The end must come after the start.")])
