"""What others tell of notices, and Retraction Watch's table of them. Pure.

The table is a CSV whose columns its user guide names:
https://www.crossref.org/documentation/retrieve-metadata/retraction-watch/. What Crossref
tells is read in :mod:`references.updates`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .identifiers import InvalidIdentifier, parse_doi, parse_pmid, url

Identifier = tuple[str, str]
_MOST_NOTE = 500
MOST_SOURCE = 200


class NotRead(ValueError):
    """What was told can't be used; says why in plain words."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """A notice that somebody tells of: ``kind`` as NoticeKind names it, ``doi`` that of
    the notice or "", ``source`` the address where it can be read."""

    kind: str
    noticed_on: date
    doi: str
    source: str
    note: str = ""


COLUMNS = (
    *("RetractionDate", "RetractionDOI", "RetractionPubMedID", "OriginalPaperDOI"),
    *("OriginalPaperPubMedID", "RetractionNature"),
)
_NATURES = {
    "retraction": "retraction",
    "expression of concern": "concern",
    "correction": "correction",
    "reinstatement": "reinstatement",
}
_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?: [0-9:]+)?(?: [AP]M)?")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table; ``line`` is its last in the file. ``values`` is None for one
    that can't be read."""

    line: int
    values: Mapping[str, str] | None

    @property
    def articles(self) -> list[Identifier]:
        """The identifiers of the article that it is about: (scheme, canonical form)."""
        values = self.values or {}
        found = (
            ("doi", doi_or_none(values.get("OriginalPaperDOI"))),
            ("pmid", _pmid(values.get("OriginalPaperPubMedID"))),
        )
        return [(scheme, value) for scheme, value in found if value]

    def announcement(self) -> Announcement:
        """What it tells. Raises NotRead."""
        values = self.values or {}
        nature = " ".join((values.get("RetractionNature") or "").split())
        kind = _NATURES.get(nature.lower())
        if kind is None:
            raise NotRead(f"RetractionNature: “{nature[:60]}” is no kind of notice.")
        doi = doi_or_none(values.get("RetractionDOI"))
        return Announcement(
            kind=kind,
            noticed_on=_day(values.get("RetractionDate") or ""),
            doi=doi,
            source=self._source(doi),
            note=_reasons(values.get("Reason") or ""),
        )

    def _source(self, doi: str) -> str:
        """Where the notice is, else the article, whose page tells of it."""
        pmid = _pmid((self.values or {}).get("RetractionPubMedID"))
        places = [("doi", doi), ("pmid", pmid), *self.articles]
        addresses = [url(scheme, value) for scheme, value in places if value]
        for address in addresses:
            if address and len(address) <= MOST_SOURCE:
                return address
        raise NotRead("No address where the notice can be read is short enough.")


def read_table(lines: Iterable[str]) -> Iterator[Row]:
    """The rows of Retraction Watch's table, one at a time.

    Raises NotRead at once when it is another table. A row that is no CSV has no values.
    """
    reader = csv.reader(lines)
    header = [name.strip() for name in next(reader, [])]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise NotRead(f"This is not Retraction Watch's table: it lacks {missing[0]}.")
    return _rows(reader, header)


def _rows(reader: Any, header: list[str]) -> Iterator[Row]:
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row(reader.line_num, None)
            continue
        if cells:
            values = dict(zip(header, cells, strict=False))
            yield Row(reader.line_num, values if len(cells) >= len(header) else None)


def doi_or_none(text: Any) -> str:
    """Canonical, or "" for “unavailable” and everything else that is none."""
    try:
        return parse_doi(text if isinstance(text, str) else "")
    except InvalidIdentifier:
        return ""


def _pmid(text: str | None) -> str:
    # “0” stands for none.
    try:
        return parse_pmid(text or "")
    except InvalidIdentifier:
        return ""


def _day(text: str) -> date:
    """``11/25/2026 0:00``: the month first."""
    typed = text.strip()
    match = _DAY.fullmatch(typed)
    try:
        if match:
            return date(int(match[3]), int(match[1]), int(match[2]))
        return date.fromisoformat(typed)
    except ValueError:
        message = f"RetractionDate: “{typed[:40]}” is no date like 11/25/2026."
        raise NotRead(message) from None


def _reasons(text: str) -> str:
    """``+Error in Data;+Notice - Limited or No Information;`` as one phrase."""
    reasons = [part.strip().lstrip("+").strip() for part in text.split(";")]
    named = "; ".join(filter(None, reasons))
    note = f"Reasons that Retraction Watch names: {named}." if named else ""
    return note if len(note) <= _MOST_NOTE else note[: _MOST_NOTE - 1].rstrip() + "…"
