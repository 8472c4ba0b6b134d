"""What waits on the desk of the staff: the newest drafts, the pages with problems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from articles.models import Article
from glossary.models import Term

# More belongs in the lists, which have filters for both.
_MOST = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A page as the desk names it. ``problems`` is empty or “1 error, 2 warnings”."""

    title: str
    path: str
    kind: str
    state: str
    problems: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Work:
    """At most five pages each, the last saved first."""

    drafts: list[Row]
    troubled: list[Row]


def work_for(request: HttpRequest) -> Work:
    """What the user of this request may see of it, read through the lists' queries."""
    listings: list[Any] = [
        listing
        for listing in map(admin.site.get_model_admin, (Article, Term))
        if listing.has_view_permission(request)
    ]
    drafts: list[Row] = []
    troubled: list[Row] = []
    for listing in listings:
        pages = listing.get_queryset(request).order_by("-newest_at", "-pk")
        drafts += _rows(listing, pages.filter(newest_start=None, newest_pk__gt=0))
        troubled += _rows(listing, pages.exclude(newest_problems=[]))
    return Work(_latest(drafts), _latest(troubled))


def _rows(listing: Any, pages: Any) -> Iterator[Row]:
    for page in pages[:_MOST]:
        yield Row(
            title=listing.page_title(page),
            path=reverse(
                f"admin:{page._meta.app_label}_{page._meta.model_name}_change",
                args=[page.pk],
            ),
            kind=str(page._meta.verbose_name),
            state=listing.state(page),
            problems=listing.problem_count(page) if page.newest_problems else "",
            saved_at=page.newest_at,
        )


def _latest(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row.saved_at, reverse=True)[:_MOST]
