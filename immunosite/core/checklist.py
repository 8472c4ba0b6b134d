"""A publish checklist as data: what is asked of a page, and how a page stands. Pure.

Apps write their own table of checks (:mod:`articles.gate`, :mod:`glossary.gate`). A
check asks facts of its app's own kind and answers problems. A problem that is an error
blocks; only checks with the severity BLOCKING may make errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from .markdown import Problem

F = TypeVar("F")


class Severity(StrEnum):
    """What a check can do at most."""

    BLOCKING = "blocking"
    ADVISORY = "advisory"


class State(StrEnum):
    """How an item stands."""

    OK = "ok"
    ADVISORY = "advisory"
    BLOCKING = "blocking"


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know, at a line of the body (from 1) or nowhere, that is no problem."""

    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What a check found out by measuring: in a few words, and at which places."""

    words: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Check(Generic[F]):
    """A row of the table. ``title`` says in an editor's words what is right when there
    is no problem; ``measure`` is what to show whether there is one or not."""

    code: str
    title: str
    severity: Severity
    find: Callable[[F], Iterable[Problem]]
    measure: Callable[[F], Measured | None] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A check with what it found on one page."""

    code: str
    title: str
    severity: Severity
    problems: tuple[Problem, ...]
    measured: Measured | None = None

    @property
    def state(self) -> State:
        if any(problem.severity == "error" for problem in self.problems):
            return State.BLOCKING
        return State.ADVISORY if self.problems else State.OK


@dataclass(frozen=True, slots=True)
class Checklist:
    """All items, in the table's order."""

    items: tuple[Item, ...]

    def __getitem__(self, code: str) -> Item:
        """The item of a check. Raises KeyError."""
        for item in self.items:
            if item.code == code:
                return item
        raise KeyError(code)

    @property
    def worst_first(self) -> list[Item]:
        """What blocks, what is advised, what is in order."""
        return [*self.blocking, *self.advisory, *self._in(State.OK)]

    @property
    def blocking(self) -> list[Item]:
        return self._in(State.BLOCKING)

    @property
    def advisory(self) -> list[Item]:
        return self._in(State.ADVISORY)

    def _in(self, state: State) -> list[Item]:
        return [item for item in self.items if item.state is state]


def check_all(checks: Sequence[Check[F]], facts: F) -> Checklist:
    """Ask every check of a table."""
    return Checklist(
        tuple(
            Item(
                check.code,
                check.title,
                check.severity,
                tuple(check.find(facts)),
                check.measure(facts) if check.measure else None,
            )
            for check in checks
        )
    )


def errors_in(checks: Sequence[Check[F]], facts: F) -> list[Problem]:
    """What blocks, in the order of the lines; only those checks are asked that can."""
    found = [
        problem
        for check in checks
        if check.severity is Severity.BLOCKING
        for problem in check.find(facts)
        if problem.severity == "error"
    ]
    return sorted(found, key=lambda problem: problem.line or 0)


def advice(code: str, message: str, line: int | None = None) -> Problem:
    """A problem that does not block."""
    return Problem(line=line, severity="warning", code=code, message=message)


def missing(name: str, value: str) -> list[Problem]:
    """The blocking problem that a field is blank, if it is."""
    if value.strip():
        return []
    message = f"The {name} is missing."
    return [Problem(line=None, severity="error", code="missing", message=message)]
