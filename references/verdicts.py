"""How an import is asked for, and what becomes of each record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from immunosite.core.reports import Outcome, Row

from .earlier import Claim
from .models import Reference


@dataclass(frozen=True, slots=True)
class Rules:
    """How to bring records in. ``look_alikes``: also those that look like one that is
    there. ``is_whole``: the format can carry all of a record, so an update replaces it;
    otherwise what the format has no place for stays as it is."""

    on_existing: Literal["keep", "update"] = "keep"
    look_alikes: bool = False
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one record, and why.

    ``csl`` is what will be stored, with its key as id; ``reference`` the one that is
    there: which it is, or which stands against it. ``changed`` names the variables that
    an update changes.
    """

    position: int
    line: int | None
    name: str
    outcome: Outcome
    message: str = ""
    own_id: str = ""
    reference: Reference | None = None
    csl: dict[str, Any] | None = None
    claim: Claim | None = None
    changed: tuple[str, ...] = ()

    @property
    def matched(self) -> int | None:
        """The id of the reference that the record is."""
        is_one = self.outcome in (Outcome.UPDATED, Outcome.UNCHANGED, Outcome.KEPT)
        return self.reference.pk if is_one and self.reference else None

    @property
    def identifiers(self) -> dict[str, str]:
        return dict(self.claim.identifiers) if self.claim else {}

    def as_row(self) -> Row:
        return Row(self.name, self.outcome, self.message, self.line)


class Settled(Exception):
    """A record's fate is known. ``about`` is the reference that it is or meets."""

    def __init__(
        self, outcome: Outcome, why: str = "", *, about: Reference | None = None
    ) -> None:
        super().__init__(why)
        self.outcome, self.why, self.about = outcome, why, about
