"""CSV: one reference a row, one variable of CSL-JSON a column. Pure.

RFC 4180. docs/formats.md tells the columns. Names are parted by semicolons, dates are
EDTF; a text that a spreadsheet would run as a formula has an apostrophe before it,
which reading takes away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from immunosite.core.exporting import csv_lines, guard, unguard
from immunosite.core.records import MalformedFile, Rejected
from immunosite.core.sheets import UNREADABLE, read_sheet

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


def load(text: str) -> Iterator[Record | Rejected]:
    """The references of a file. Raises MalformedFile when its first row names no
    column “title”, or when too many of its rows can't be told apart."""
    sheet = read_sheet(text, has_heading=_has_title)
    if sheet is None:
        message = "The first row must name the columns, “title” among them."
        raise MalformedFile(message)
    names, rows = sheet
    heading = [_variable(name) for name in names]
    for position, (line, cells) in enumerate(rows, start=1):
        if cells is None:
            yield Rejected(position, f"row {position}", "", UNREADABLE, line)
        else:
            yield _read(heading, cells, Draft(position, line))


def _has_title(names: list[str]) -> bool:
    return "title" in map(_variable, names)


def _variable(name: str) -> str:
    """The variable that a column holds, or its name when there is none."""
    name = name.strip().lstrip("'")
    lower = name.lower()
    return _ALIASES.get(lower) or _VARIABLES.get(lower.replace(" ", "-")) or name


def _read(
    heading: Sequence[str], cells: Sequence[str], draft: Draft
) -> Record | Rejected:
    for variable, cell in zip(heading, cells, strict=False):
        text = unguard(cell)
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
    return guard(text)
