"""What reading a file of records tells of those, and of files, that can't be read. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# How a report names what no single record is to blame for.
THE_FILE = "The file"


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


@dataclass(frozen=True, slots=True)
class Format:
    """A file format. ``load`` is lazy, gives records and Rejected, and raises
    MalformedFile where it can't go on: what it gave before that stays good."""

    name: str
    label: str
    extension: str
    media_type: str
    load: Callable[[str], Iterator[Any]]
    dump: Callable[[Iterable[Mapping[str, Any]]], str]


def with_field(field: str, reason: str) -> str:
    """A reason with the variable that it is about, if it is about one."""
    return f"{field}: {reason}" if field else reason


class MalformedFile(ValueError):
    """The file can't be read, or not on from ``line``."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def read_on(records: Iterable[Any]) -> Iterator[Any]:
    """The records (each with its ``position``) of a file that may be malformed: where it
    can't be read on, a last Rejected says why."""
    position = 0
    try:
        for record in records:
            position = record.position
            yield record
    except MalformedFile as error:
        yield Rejected(position + 1, THE_FILE, "", str(error), error.line)
