"""The desk's front page and its lists: what a person sees, narrows and exports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone

from immunosite.core.exporting import csv_lines
from immunosite.core.metadata import absolute

from .deskchanges import Changes
from .desklinks import LinksToMend
from .desklists import (
    Drafts,
    Problems,
    Scheduled,
    Unapproved,
    Waiting,
)
from .deskreviews import OwnerSum, ReviewsDue
from .deskrows import NOBODY, DeskList, Row, Wanted
from .desksources import Sources

# In the order of the front page; by the last part of their addresses.
LISTS: dict[str, DeskList] = {
    listing.name: listing
    for listing in (
        Drafts(),
        Waiting(),
        ReviewsDue(),
        Scheduled(),
        Sources(),
        Problems(),
        LinksToMend(),
        Unapproved(),
        Changes(),
    )
}
# So many lines of each list stand on the front page.
FIRST = 10
# So many lines are held in memory while a list is exported.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Section:
    """The beginning of a list; ``total`` is that of the whole."""

    listing: DeskList
    rows: list[Row]
    total: int
    owners: list[OwnerSum]


def lists_for(user: Any) -> list[DeskList]:
    """The lists that a person may see."""
    return [listing for listing in LISTS.values() if listing.is_for(user)]


def sections_for(user: Any) -> list[Section]:
    """The front page of a person."""
    return [_section(listing, user) for listing in lists_for(user)]


def owners_on(listing: DeskList, user: Any) -> list[OwnerSum]:
    """Whose pages a list is about, where it tells."""
    return listing.by_owner(user) if isinstance(listing, ReviewsDue) else []


def rows_of(listing: DeskList, found: Any, user: Any) -> list[Row]:
    return [listing.row(line, user) for line in found]


def csv_of(listing: DeskList, user: Any, wanted: Wanted) -> Iterator[str]:
    """All lines of a list as CSV, bit by bit; moments in the time zone of the reader."""
    # Asked for now: when the lines are sent, the request and its time zone are over.
    zone = timezone.get_current_timezone()
    found = listing.found(user, wanted).iterator(chunk_size=_CHUNK)
    rows = (_cells(listing, listing.row(line, user), zone) for line in found)
    return csv_lines(_heading(listing), rows)


class Narrowing(forms.Form):
    """What a list is narrowed to, as its address says it."""

    q = forms.CharField(label="Title or address", max_length=200, required=False)
    kind = forms.ChoiceField(label="Kind", required=False)
    person = forms.ChoiceField(label="Owner", required=False)
    whose = forms.ChoiceField(
        label="Whose",
        choices=[("mine", "Mine"), ("all", "Everybody’s")],
        required=False,
    )

    def __init__(self, query: Mapping[str, Any], listing: DeskList, user: Any) -> None:
        super().__init__(query, auto_id="filter-%s")
        self.listing = listing
        kinds = [(key, name.capitalize()) for key, name in listing.kinds(user).items()]
        self._choose("kind", [("", "All kinds"), *kinds])
        people: Any = get_user_model()._default_manager.filter(is_staff=True)
        named = [
            (str(person.pk), person.get_full_name() or person.get_username())
            for person in people.order_by("username")
        ]
        nobody = [(NOBODY, "Nobody")] if listing.has_owner else []
        self._choose("person", [("", "Anybody"), *nobody, *named])
        self.fields["person"].label = "Owner" if listing.has_owner else listing.who
        if not listing.has_mine:
            del self.fields["whose"]
        elif not query.get("whose"):
            first = "mine" if listing.starts_mine else "all"
            self.data = {**{key: query.get(key) for key in query}, "whose": first}

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        given = self.cleaned_data
        return Wanted(
            kind=given["kind"],
            person=given["person"],
            is_mine=given.get("whose") == "mine",
            text=given["q"],
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether it asks for anything but what the list shows at first."""
        return self.is_valid() and self.wanted() != self.listing.at_first()


def _section(listing: DeskList, user: Any) -> Section:
    found = listing.found(user, listing.at_first())
    rows = rows_of(listing, found[:FIRST], user)
    # A short list needs no query to be counted.
    total = len(rows) if len(rows) < FIRST else found.count()
    return Section(listing, rows, total, owners_on(listing, user) if rows else [])


def _heading(listing: DeskList) -> list[str]:
    owner = ["Owner"] if listing.has_owner else []
    last = [listing.who, listing.moment, "Address"]
    return ["Title", "Kind", listing.what, *owner, *last]


def _cells(listing: DeskList, row: Row, zone: tzinfo) -> list[Any]:
    when = row.moment
    if isinstance(when, datetime):
        when = when.astimezone(zone)
    owner = [row.owner] if listing.has_owner else []
    address = absolute(row.path) if row.path else ""
    return [row.title, row.kind, row.what, *owner, row.who, when, address]
