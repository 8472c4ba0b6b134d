"""What Crossref's metadata tells of notices. Pure.

An article's ``updated-by`` names its notices, a notice's ``update-to`` its articles:
https://www.crossref.org/documentation/crossmark/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .announcements import MOST_SOURCE, Announcement, NotRead, doi_or_none
from .identifiers import url

_PART = "The publisher took back a part of it (partial retraction)."
_TYPES = {
    "retraction": ("retraction", ""),
    "removal": ("retraction", "The publisher removed it."),
    "withdrawal": ("retraction", "The publisher withdrew it."),
    "partial_retraction": ("correction", _PART),
    "expression_of_concern": ("concern", ""),
    "correction": ("correction", ""),
    "corrigendum": ("correction", ""),
    "erratum": ("correction", ""),
    "reinstatement": ("reinstatement", ""),
}
# More or newer text, which takes nothing back.
_NO_NOTICE = frozenset(
    "addendum clarification new_edition new_version interim_revision".split()
)


@dataclass(frozen=True, slots=True)
class Update:
    """A tie between the article ``doi`` and one of its notices, as Crossref tells it."""

    doi: str
    notice_doi: str
    told: Mapping[str, Any]

    @property
    def type(self) -> str:
        """Crossref's name of its kind, in lower case with underscores."""
        return re.sub(r"[\s-]+", "_", str(self.told.get("type", "")).strip().lower())

    @property
    def origin(self) -> str:
        """Who told Crossref: ``publisher`` or ``retraction-watch``."""
        return str(self.told.get("source", ""))

    def announcement(self) -> Announcement:
        """What it tells. Raises NotRead."""
        if self.type not in _TYPES:
            raise NotRead(f"“{self.type[:60]}” is no kind of notice.")
        kind, note = _TYPES[self.type]
        doi = self.notice_doi or self.doi
        source = url("doi", doi)
        if source is None or len(source) > MOST_SOURCE:
            raise NotRead("The address of the notice is too long.")
        day = _day_of(self.told.get("updated"))
        return Announcement(kind, day, self.notice_doi, source, note)


def read_works(answer: Any) -> Iterator[Update]:
    """The notices in an answer of Crossref's ``/works`` or ``/works/{DOI}``, whatever
    it holds beside them. Raises NotRead for another answer."""
    message = answer.get("message") if isinstance(answer, Mapping) else None
    if not isinstance(message, Mapping):
        raise NotRead("The answer is not one of Crossref's.")
    items = message.get("items", [message])
    for item in items if isinstance(items, list) else []:
        if isinstance(item, Mapping):
            yield from _updates(item)


def _updates(item: Mapping[str, Any]) -> Iterator[Update]:
    own = doi_or_none(item.get("DOI"))
    for name in ("updated-by", "update-to"):
        told = item.get(name)
        for each in told if isinstance(told, list) else []:
            if not isinstance(each, Mapping):
                continue
            other = doi_or_none(each.get("DOI"))
            is_notice = name == "updated-by"
            update = Update(
                own if is_notice else other, other if is_notice else own, each
            )
            if update.doi and update.type not in _NO_NOTICE:
                yield update


def _day_of(updated: Any) -> date:
    """The day of ``{"date-parts": [[2010, 2, 6]]}``; of a month or year its first."""
    try:
        parts = [int(part) for part in updated["date-parts"][0] if part is not None]
        year, month, day = [*parts, 1, 1][:3]
        return date(year, month, day)
    except (TypeError, KeyError, IndexError, ValueError, OverflowError):
        raise NotRead("The notice has no date.") from None
