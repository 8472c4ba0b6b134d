"""What reading a file of records tells of those, and of files, that can't be read. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record, by its place in the file from 1, that can't be brought in, and why.

    ``field`` is the variable, or empty when the fault lies with the whole.
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
