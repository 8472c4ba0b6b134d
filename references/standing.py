"""How its notices leave a source standing. Pure.

A reinstatement ends the retractions and expressions of concern before it; of one that
is of the same day the warning holds. A retraction is not softened by an expression of
concern that comes later. A correction changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar


class Announced(Protocol):
    """A notice: its kind as :class:`references.models.NoticeKind` names it, its day."""

    kind: str
    noticed_on: date


N = TypeVar("N", bound=Announced)


class Standing(StrEnum):
    """The word that readers get beside a citation; none for a source that stands."""

    SOUND = ""
    QUESTIONED = "questioned"
    RETRACTED = "retracted"


WARNINGS = {"concern": Standing.QUESTIONED, "retraction": Standing.RETRACTED}


def in_force(notices: Iterable[N]) -> list[N]:
    """The retractions and expressions of concern that no reinstatement ended."""
    given = list(notices)
    ends = [each.noticed_on for each in given if each.kind == "reinstatement"]
    ended_on = max(ends, default=date.min)
    return [
        each for each in given if each.kind in WARNINGS and each.noticed_on >= ended_on
    ]


def standing_of(notices: Iterable[Announced]) -> Standing:
    """How all notices of one source together leave it standing."""
    found = {WARNINGS[each.kind] for each in in_force(notices)}
    if Standing.RETRACTED in found:
        return Standing.RETRACTED
    return Standing.QUESTIONED if found else Standing.SOUND
