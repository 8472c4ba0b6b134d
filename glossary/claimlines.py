"""The claims of a page as the lines of a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.timezone import localtime

from .sourcing import Row, Sourced, Support

HEADING = (
    *("Line", "Sentence", "Status", "Found", "Reference", "Place", "Quotation"),
    *("Quotation by", "Verified by", "Verified", "The sentence was"),
)


def lines_of(found: Sourced) -> list[list[Any]]:
    """One line for each citation, one for a sentence without any; at the end the
    quotations of sentences that are gone. Moments are in the reader's time zone."""
    return [*_lines(found)]


def _lines(found: Sourced) -> Iterator[list[Any]]:
    for row in found.rows:
        for support in row.supports:
            yield [*_sentence(row, support.backing), *_backed(support)]
        if not row.supports:
            yield [*_sentence(row, row.backing), *[None] * 7]
    for evidence in found.gone:
        written = [evidence.quotation, *_by_whom(evidence), evidence.claim]
        place = evidence.reference.key, evidence.locator
        yield [None, None, "sentence is gone", None, *place, *written]


def _sentence(row: Row, status: str) -> list[Any]:
    said = row.claim.assertion
    found = f"{said.kind}: {said.words}" if said else None
    return [row.claim.line, row.claim.text, str(status), found]


def _backed(support: Support) -> list[Any]:
    evidence, former = support.evidence, support.former
    key = support.place.reference.key if support.place else support.key
    if evidence is None:
        was = former.claim if former else None
        return [key, support.locator, None, None, None, None, was]
    return [key, support.locator, evidence.quotation, *_by_whom(evidence), None]


def _by_whom(evidence: Any) -> list[Any]:
    at = evidence.verified_at
    verified = [evidence.verified_by, localtime(at)] if at else [None, None]
    return [str(evidence.updated_by), verified[0] and str(verified[0]), verified[1]]
