"""CSV: one reference a row, one variable of CSL-JSON a column. Pure.

RFC 4180. docs/formats.md tells the columns. Names are parted by semicolons, dates are
EDTF; a text that a spreadsheet would run as a formula has an apostrophe before it,
which reading takes away.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from immunosite.core.exporting import csv_lines
from immunosite.core.records import MalformedFile, Rejected

from .csl_json import DATES, NAMES, TEXTS
from .dates import write_edtf
from .drafts import Draft
from .names import OTHERS, is_complete, read_braced, write_braced
from .records import Record

# The columns that every file has, in this order; those of other variables follow.
COLUMNS = (
    *("id", "type", "title", "author", "editor", "container-title", "issued"),
    *("volume", "issue", "page", "publisher", "publisher-place"),
    *("DOI", "PMID", "PMCID", "ISBN", "ISSN", "URL", "accessed"),
    *("abstract", "keyword", "language", "note"),
)
_VARIABLES = {name.lower(): name for name in NAMES | DATES | TEXTS | {"type"}}
# What people call a column.
_ALIASES = {
    "key": "id",
    "authors": "author",
    "editors": "editor",
    "translators": "translator",
    "journal": "container-title",
    "year": "issued",
    "date": "issued",
    "pages": "page",
    "keywords": "keyword",
    "notes": "note",
    "place": "publisher-place",
    "number of pages": "number-of-pages",
    "url": "URL",
}
_DELIMITERS = ",;\t"
# The apostrophes before a formula: one more is written, one is taken away.
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
# The most characters of a cell, and the most records that end in the middle.
_MOST = 131_072
_MOST_BROKEN = 20


def load(text: str) -> Iterator[Record | Rejected]:
    """The references of a file. Raises MalformedFile when its first row names no
    column “title”, or when too many of its rows can't be told apart."""
    lines = _Lines(text.removeprefix("\ufeff"))
    heading, delimiter = _heading(lines)
    position, broken = 0, 0
    while True:
        line, cells = _next_row(lines, delimiter)
        if line is None:
            return
        position += 1
        if cells is None:
            broken += 1
            yield _unreadable(position, line)
        else:
            yield _read(heading, cells, Draft(position, line))
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
        return self.text[start : min(end, start + 2 * _MOST)]

    def mark(self) -> tuple[int, int]:
        return self.place, self.number

    def go_back(self, mark: tuple[int, int]) -> None:
        self.place, self.number = mark


def _heading(lines: _Lines) -> tuple[list[str], str]:
    """The names of the columns and what parts them."""
    first = next((line for line in lines if line.strip()), "").strip("\r\n")
    for delimiter in sorted(_DELIMITERS, key=first.count, reverse=True):
        names = next(csv.reader([first[:_MOST]], delimiter=delimiter), [])
        columns = [_variable(name) for name in names]
        if "title" in columns:
            return columns, delimiter
    raise MalformedFile("The first row must name the columns, “title” among them.")


def _variable(name: str) -> str:
    """The variable that a column holds, or its name when there is none."""
    name = name.strip().lstrip("'")
    lower = name.lower()
    return _ALIASES.get(lower) or _VARIABLES.get(lower.replace(" ", "-")) or name


def _next_row(lines: _Lines, delimiter: str) -> tuple[int | None, list[str] | None]:
    """(line, cells) of the next row that is not empty. No line at the end; no cells
    when a quotation mark has no end: then only the row's first line is passed over."""
    while True:
        mark = (0, 0)
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
        if size > 2 * _MOST:
            raise csv.Error("This row has no end.")
        yield line


def _unreadable(position: int, line: int) -> Rejected:
    reason = "A quotation mark has no end, or a cell is longer than 131,072 characters."
    return Rejected(position, f"row {position}", "", reason, line)


def _read(
    heading: Sequence[str], cells: Sequence[str], draft: Draft
) -> Record | Rejected:
    for variable, cell in zip(heading, cells, strict=False):
        text = cell[1:] if _GUARDED.match(cell) else cell
        if text.strip():
            _put(variable, text, draft)
    for cell in cells[len(heading) :]:
        if cell.strip():
            draft.leave("a cell without a column", cell)
    draft.csl.setdefault("type", "document")
    return draft.finish()


def _put(variable: str, text: str, draft: Draft) -> None:
    if variable in NAMES:
        for part in _parted(text):
            draft.put_name(variable, read_braced(part))
    elif variable in DATES:
        draft.put_date(variable, text, variable)
    elif variable in TEXTS or variable == "type":
        draft.put(variable, text, variable)
    else:
        draft.leave(f"column {variable[:60]}" if variable else "nameless column", text)


def _parted(text: str) -> list[str]:
    """Names between semicolons, but for those within braces."""
    return re.findall(r"(?:\{[^{}]*\}|[^;{}]|[{}])+", text)


def dump(items: Iterable[Mapping[str, Any]]) -> str:
    """References as CSV; what it can't carry is left out (docs/formats.md)."""
    items = list(items)
    used = {variable for item in items for variable in item} & set(_VARIABLES.values())
    columns = [*COLUMNS, *sorted(used - set(COLUMNS))]
    rows = ([_cell(item, column) for column in columns] for item in items)
    return "".join(csv_lines(columns, rows))


def _cell(item: Mapping[str, Any], variable: str) -> str:
    if variable in NAMES:
        names = [*map(write_braced, item.get(variable, []))]
        if variable == "author" and not is_complete(item):
            names.append(OTHERS)
        text = "; ".join(filter(None, names))
    elif variable in DATES:
        text = write_edtf(item.get(variable, {}))
    else:
        text = str(item.get(variable, ""))
    return f"'{text}" if _GUARDED.match(text) else text
