"""What goes live, ends and falls due in a month, day by day, for one person."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from .deskrows import PAGES, REVISIONS, may_view

# Weeks begin on Sunday in the United States.
WEEKS = calendar.Calendar(firstweekday=calendar.SUNDAY)
YEARS = range(1970, 9000)
# So many events of a day are in sight at once.
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to a page on a day; ``at`` is None for a whole day."""

    what: str
    title: str
    kind: str
    path: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    events: tuple[Event, ...]
    is_today: bool

    @property
    def shown(self) -> tuple[Event, ...]:
        """The first events of the day."""
        return self.events[:SHOWN]

    @property
    def folded(self) -> tuple[Event, ...]:
        """What would make the day's cell longer than anybody reads."""
        return self.events[SHOWN:]


@dataclass(frozen=True, slots=True)
class Month:
    """A month in the current time zone; ``column`` (1 to 7) is that of its first day."""

    first: date
    days: tuple[Day, ...]
    column: int
    before: date | None
    after: date | None


def month_of(first: date, user: Any) -> Month:
    """The month that begins on ``first`` with all events of pages that ``user`` may
    view, on the days of the current time zone."""
    after = next_month(first)
    begin, end = _midnight(first), _midnight(after)
    by_day: defaultdict[date, list[Event]] = defaultdict(list)
    for kind in PAGES:
        if may_view(user, kind):
            for event in _moments(kind, begin, end):
                by_day[timezone.localdate(event.at)].append(event)
            for day, event in _due(kind, first, after):
                by_day[day].append(event)
    today = timezone.localdate()
    month_days = (day for day in WEEKS.itermonthdates(first.year, first.month))
    days = tuple(
        Day(day, tuple(sorted(by_day[day], key=_order)), day == today)
        for day in month_days
        if day.month == first.month
    )
    return Month(
        first=first,
        days=days,
        column=(first.weekday() - WEEKS.firstweekday) % 7 + 1,
        before=_in_reach(previous_month(first)),
        after=_in_reach(after),
    )


def next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def previous_month(first: date) -> date:
    return date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)


def _in_reach(first: date) -> date | None:
    return first if first.year in YEARS else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def _order(event: Event) -> tuple[bool, str, str]:
    return event.at is not None, str(event.at or ""), event.title


def _moments(kind: str, begin: datetime, end: datetime) -> Iterator[Event]:
    """When revisions go live, and when pages end without a successor."""
    revisions, now = REVISIONS[kind].objects, timezone.now()
    successor = revisions.filter(
        page=OuterRef("page"), live_from=OuterRef("live_until")
    )
    for field, found, words in (
        ("live_from", revisions, ("went live", "goes live")),
        ("live_until", revisions.exclude(Exists(successor)), ("ended", "ends")),
    ):
        rows = found.filter(
            **{f"{field}__gte": begin, f"{field}__lt": end}
        ).values_list("page_id", "page__slug", "title", field)
        for page_id, slug, title, at in rows:
            path = _path(kind, page_id)
            yield Event(words[at > now], title or slug, _name(kind), path, at)


def _due(kind: str, first: date, after: date) -> Iterator[tuple[date, Event]]:
    newest = REVISIONS[kind].objects.filter(page=OuterRef("pk")).order_by("-number")
    pages = PAGES[kind].objects.filter(
        review_due_on__gte=first, review_due_on__lt=after, withdrawn_as=""
    )
    titled = pages.annotate(title=Subquery(newest.values("title")[:1]))
    for page in titled:
        title, path = page.title or page.slug, _path(kind, page.pk)
        yield page.review_due_on, Event("review due", title, _name(kind), path)


def _path(kind: str, page_id: int) -> str:
    return reverse(f"admin:{kind.replace('.', '_')}_change", args=[page_id])


def _name(kind: str) -> str:
    return str(PAGES[kind]._meta.verbose_name)
