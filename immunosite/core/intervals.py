"""When a row is live: an interval, not a flag.

A row is live while ``live_from <= now < live_until``, without end when ``live_until``
is empty.
"""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Self

from django.db import models
from django.utils import timezone

from .markdown import PIPELINE_VERSION


class State(models.TextChoices):
    """What a revision is at one moment; a page is what its best revision is."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LIVE = "live"
    ENDED = "ended"


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
        # In this shape an index finds them: it can look for what is less and what is
        # more, not for what is not equal, and for each only with one kind of end.
        other = (
            models.Q(rendered_by__lt=PIPELINE_VERSION),
            models.Q(rendered_by__gt=PIPELINE_VERSION),
        )
        ends = models.Q(live_until=None), models.Q(live_until__gt=timezone.now())
        wanted = reduce(or_, (end & each for end in ends for each in other))
        return self.filter(wanted, live_from__isnull=False)

    def unannounced(self, at: datetime | None = None) -> Self:
        """Revisions that began or ceased to be live since the other pages were told."""
        at = at or timezone.now()
        begun = _is_live(at) & ~models.Q(announced=State.LIVE)
        ended = ~_is_live(at) & models.Q(announced=State.LIVE)
        return self.filter(begun | ended)


class PageQuerySet(models.QuerySet):
    def live(self, at: datetime | None = None) -> Self:
        """Pages that have a live revision."""
        revisions: Any = self.model._meta.get_field("revisions").related_model
        return self.filter(
            models.Exists(
                revisions.objects.live(at).filter(page_id=models.OuterRef("pk"))
            )
        )
