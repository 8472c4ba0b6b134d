"""What an import did with each record. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its name, what became of it, why, and its line in the file."""

    name: str
    outcome: Outcome
    message: str = ""
    line: int | None = None

    @property
    def is_rejected(self) -> bool:
        return self.outcome is Outcome.REJECTED

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        reason = f" – {self.message}" if self.message else ""
        return f"{place}{self.name}: {self.outcome}{reason}"


@dataclass(slots=True)
class Report:
    """All records of one import, in their order."""

    rows: list[Row] = field(default_factory=list)

    def add(
        self, name: str, outcome: Outcome, message: str = "", *, line: int | None = None
    ) -> None:
        self.rows.append(Row(name, outcome, message, line))

    @property
    def counts(self) -> Counter[Outcome]:
        return Counter(row.outcome for row in self.rows)

    @property
    def has_rejects(self) -> bool:
        return any(row.is_rejected for row in self.rows)

    def summary(self) -> str:
        """``3 created, 1 rejected``; ``nothing to import`` for an empty file."""
        counts = self.counts
        parts = [f"{counts[kind]} {kind}" for kind in Outcome if counts[kind]]
        return ", ".join(parts) or "nothing to import"

    def as_lines(self) -> list[str]:
        """One line for each record that has something to say, rejected ones first."""
        told = [str(row) for row in self.rows if row.message and not row.is_rejected]
        return [*self.complaints(), *told]

    def complaints(self) -> list[str]:
        """One line for each rejected record."""
        return [str(row) for row in self.rows if row.is_rejected]
