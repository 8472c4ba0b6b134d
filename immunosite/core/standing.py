"""Pages as they stood on a date, and what changed on them, for readers.

What was withdrawn is shown no more, also when the page is public again: the reason may
have been a danger.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Exists, F, Max, OuterRef, Q
from django.http import Http404, HttpRequest
from django.utils import timezone

from .audit import AuditEntry
from .reviews import Review, reviews_of

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Nothing is older; the first and last years can't be moved to another time zone.
_FIRST_YEAR = 1990


@dataclass(frozen=True, slots=True)
class Standing:
    """A day that a reader asked for, and its last moment, or now when it is today."""

    on: date
    at: datetime


def asked_for(request: HttpRequest) -> Standing | None:
    """What ``?on=2026-05-01`` names, a day of the site's time zone; None without it.

    Raises BadRequest for what is no date, Http404 for a day to come.
    """
    given = request.GET.get("on")
    if given is None:
        return None
    try:
        day = date.fromisoformat(given) if _DATE.fullmatch(given) else None
    except ValueError:
        day = None
    if day is None:
        raise BadRequest("Write the date like 2026-05-01.")
    if not _FIRST_YEAR <= day.year or day > timezone.localdate():
        raise Http404("There is no page of that day.")
    return Standing(day, end_of(day))


def end_of(day: date) -> datetime:
    """The last moment of a day in the site's time zone, at most now: what is to come
    stays unknown."""
    midnight = datetime.combine(day + timedelta(days=1), time())
    last = timezone.make_aware(midnight) - timedelta.resolution
    return min(last, timezone.now())


def as_stood(revisions: Any, at: datetime | None) -> Any:
    """The revisions of a queryset that were live at a moment (None: that are live) and
    may still be read: their page is live now and was not withdrawn since."""
    if at is None:
        return revisions.live()
    model = revisions.model
    now_live = model.objects.live().filter(page=OuterRef("page"))
    withdrawn = AuditEntry.objects.filter(
        subject_type=_kind(model), subject_id=OuterRef("page_id"), action="withdraw"
    )
    return revisions.live(at).filter(
        Exists(now_live), ~Exists(withdrawn.filter(at__gte=at))
    )


def is_hidden(page: Any, at: datetime) -> bool:
    """Whether the page as it stood at a moment was withdrawn since."""
    withdrawn_at = _withdrawn_at(page)
    return withdrawn_at is not None and withdrawn_at >= at


def _kind(model: Any) -> str:
    return model._meta.get_field("page").related_model._meta.label_lower


def _withdrawn_at(page: Any) -> datetime | None:
    """When the page was last withdrawn."""
    entries = AuditEntry.objects.filter(
        subject_type=page._meta.label_lower, subject_id=page.pk, action="withdraw"
    )
    return entries.aggregate(last=Max("at"))["last"]


@dataclass(frozen=True, slots=True)
class Change:
    """What readers may know of one revision: when it went live, its note for readers,
    who signed it off; ``on`` is the day to read the page as it stood then."""

    at: datetime
    is_first: bool
    note: str
    sign_offs: list[Review] = field(default_factory=list)
    on: date | None = None


def changes_of(page: Any) -> list[Change]:
    """What changed on a live page, the newest first, since it was last withdrawn.

    Revisions without a note for readers and without a sign-off are corrected typos.
    """
    withdrawn_at = _withdrawn_at(page)
    since = Q(live_from__gt=withdrawn_at) if withdrawn_at else Q()
    shown = page.revisions.filter(since, live_from__lte=timezone.now())
    # One that was replaced in the moment in which it began was never seen.
    seen = shown.exclude(live_until=F("live_from")).order_by("live_from")
    rows = list(seen.only("pk", "page", "live_from", "live_until", "public_note"))
    signed: dict[int, list[Review]] = {}
    for review in reviews_of(page).filter(is_sign_off=True):
        signed.setdefault(review.revision_id, []).append(review)
    changes = [
        Change(
            at=row.live_from,
            is_first=index == 0,
            note=row.public_note,
            sign_offs=signed.get(row.pk, []),
            on=_day_of(row, rows),
        )
        for index, row in enumerate(rows)
    ]
    told = [c for c in changes if c.is_first or c.note or c.sign_offs][::-1]
    # Of several on one day only the last stood at its end.
    days = [change.on for change in told]
    return [
        replace(change, on=None) if change.on in days[:index] else change
        for index, change in enumerate(told)
    ]


def _day_of(row: Any, rows: list[Any]) -> date | None:
    """The day on which a revision went live, if something was live at its end."""
    day = timezone.localdate(row.live_from)
    end = end_of(day)
    was_live = any(
        each.live_from <= end and (each.live_until is None or end < each.live_until)
        for each in rows
    )
    return day if was_live else None
