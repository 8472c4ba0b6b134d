"""What reading a file of references gives: records, refusals, or no file at all. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Record:
    """One reference of a file, by its place from 1.

    ``csl`` is a CSL-JSON item that is valid but for its ``id``, which is missing or
    empty when the file gives the reference no key. ``notes`` say, in a user's words,
    what stood in the record and could not be carried over.
    """

    position: int
    line: int | None
    csl: dict[str, Any]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record, by its place in the file from 1, that is no valid reference, and why.

    ``field`` is the CSL variable, or empty when the fault lies with the whole.
    """

    position: int
    name: str
    field: str
    reason: str
    line: int | None = None


class MalformedFile(ValueError):
    """The file can't be read, or not on from ``line``."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line
