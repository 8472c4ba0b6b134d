"""The rows of a CSV file as spreadsheets write it, and what of it can't be told apart.
Pure.

RFC 4180, also with semicolons or tabs in place of the commas.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator

from .records import MalformedFile

_DELIMITERS = ",;\t"
# The most characters of a cell, and the most rows that end in the middle.
MOST = 131_072
_MOST_BROKEN = 20
UNREADABLE = (
    f"A quotation mark has no end, or a cell is longer than {MOST:,} characters."
)


def read_sheet(
    text: str, *, has_heading: Callable[[list[str]], bool]
) -> tuple[list[str], Iterator[tuple[int, list[str] | None]]] | None:
    """The names of the columns as they are written, and (line, cells) of each row that
    is not empty; no cells where a row can't be told apart from what follows.

    The delimiter is the one with which the first row is a heading; None when none
    gives one. The rows raise MalformedFile when too many can't be told apart.
    """
    lines = _Lines(text.removeprefix("\ufeff"))
    first = next((line for line in lines if line.strip()), "").strip("\r\n")
    for delimiter in sorted(_DELIMITERS, key=first.count, reverse=True):
        names = next(csv.reader([first[:MOST]], delimiter=delimiter), [])
        if has_heading(names):
            return names, _rows(lines, delimiter)
    return None


def _rows(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    broken = 0
    while True:
        line, cells = _next_row(lines, delimiter)
        if line is None:
            return
        yield line, cells
        broken += cells is None
        if broken > _MOST_BROKEN:
            raise MalformedFile("Too many rows have quotation marks without end.", line)


class _Lines:
    """The lines of a text, which can be gone back to; too long ones are cut."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self.place >= len(self.text):
            raise StopIteration
        start = self.place
        end = self.text.find("\n", start) + 1 or len(self.text)
        self.place, self.number = end, self.number + 1
        return self.text[start : min(end, start + 2 * MOST)]

    def mark(self) -> tuple[int, int]:
        return self.place, self.number

    def go_back(self, mark: tuple[int, int]) -> None:
        self.place, self.number = mark


def _next_row(lines: _Lines, delimiter: str) -> tuple[int | None, list[str] | None]:
    """(line, cells) of the next row that is not empty. No line at the end; no cells
    when a quotation mark has no end: then only the row's first line is passed over."""
    while True:
        first = next(lines, None)
        while first is not None and not first.strip(" \r\n"):
            first = next(lines, None)
        if first is None:
            return None, None
        mark, number = lines.mark(), lines.number
        cells = _cells(first, lines, delimiter)
        if cells is None:
            lines.go_back(mark)
            return number, None
        if any(cell.strip() for cell in cells):
            return number, cells


def _cells(first: str, lines: _Lines, delimiter: str) -> list[str] | None:
    """The cells of the row that begins with this line, or None when it has no end."""
    reader = csv.reader(_chained(first, lines), delimiter=delimiter, strict=True)
    try:
        return next(reader)
    except csv.Error:
        return None


def _chained(first: str, lines: _Lines) -> Iterator[str]:
    yield first
    size = len(first)
    for line in lines:
        size += len(line)
        if size > 2 * MOST:
            raise csv.Error("This row has no end.")
        yield line
