r"""CSV: one term a row, one field a column. RFC 4180, see immunosite.core.sheets. No
database.

Several values of a cell are parted by ``|``, tables are ``key: value|key: value``;
``\|`` and ``\\`` are the signs themselves. A text that a spreadsheet would run as a
formula has an apostrophe before it, which reading takes away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from immunosite.core.exporting import csv_lines, guard, unguard
from immunosite.core.records import MalformedFile, Rejected
from immunosite.core.sheets import UNREADABLE, read_sheet

from .entries import FIELDS, LISTS, REQUIRED, Entry, checked, nameless, tidy

_ITEM = re.compile(r"((?:\\[\\|]|[^|])+)")
_ESCAPED = re.compile(r"\\([\\|])")


def load(text: str) -> Iterator[Entry | Rejected]:
    """The terms of a file. Raises MalformedFile for a heading that lacks one of
    REQUIRED, or holds what is none of FIELDS, and where the file can't be read on."""
    sheet = read_sheet(text, has_heading=_is_heading)
    if sheet is None:
        raise MalformedFile(_complaint([]))
    names, rows = sheet
    columns = list(map(_column, names))
    if complaint := _complaint(columns):
        raise MalformedFile(complaint)
    for position, (line, cells) in enumerate(rows, start=1):
        yield _read(position, line, columns, cells)


def _column(name: str) -> str:
    return "_".join(name.lower().split())


def _is_heading(names: list[str]) -> bool:
    return not {*map(_column, names)}.isdisjoint(REQUIRED)


def _complaint(columns: list[str]) -> str:
    missing = [name for name in REQUIRED if name not in columns]
    unknown = [name for name in columns if name not in FIELDS]
    twice = sorted({name for name in columns if columns.count(name) > 1} - {*unknown})
    parts = [
        f"The header lacks {', '.join(missing)}." if missing else "",
        f"Unknown columns: {', '.join(map(repr, unknown))}." if unknown else "",
        f"These columns are there twice: {', '.join(twice)}." if twice else "",
    ]
    told = " ".join(filter(None, parts))
    return f"{told} Known columns: {', '.join(FIELDS)}." if told else ""


def _read(
    position: int, line: int, columns: list[str], cells: list[str] | None
) -> Entry | Rejected:
    if cells is None:
        return Rejected(position, nameless(position, line), "", UNREADABLE, line)
    given = dict(zip(columns, map(unguard, cells), strict=False))
    name = given.get("headword", "")[:200] or nameless(position, line)
    if len(cells) != len(columns):
        reason = "This row has not as many cells as the header."
        return Rejected(position, name, "", reason, line)
    said = {}
    for column, cell in given.items():
        try:
            said[column] = _value(column, cell)
        except ValueError as error:
            return Rejected(position, name, column, str(error), line)
    found: Entry | Rejected = checked(position, line, said)
    return found


def _value(column: str, cell: str) -> Any:
    if column in LISTS:
        return _parted(cell)
    if column == "translations":
        return dict(_pairs(cell, "es: célula", last=False))
    if column == "rules":
        pairs = _pairs(cell, "ALL: exact", last=True)
        return {word: rules.split(",") for word, rules in pairs}
    return cell


def _parted(cell: str) -> list[str]:
    items = (_ESCAPED.sub(r"\1", item).strip() for item in _ITEM.findall(cell))
    return [item for item in items if item]


def _pairs(cell: str, example: str, *, last: bool) -> Iterator[tuple[str, str]]:
    """(what is before the first or last colon, what is behind) of each item. Raises
    ValueError for one that has none, and for a key that is there twice."""
    seen = set()
    for item in _parted(cell):
        key, colon, value = item.rpartition(":") if last else item.partition(":")
        key = key.strip()
        if not colon or not key:
            raise ValueError(f"“{item}” is not written like “{example}”.")
        if key in seen:
            raise ValueError(f"“{key}” is there twice.")
        seen.add(key)
        yield key, value.strip()


def dump(terms: Iterable[Mapping[str, Any]]) -> str:
    """Terms as CSV; equal ones give equal bytes."""
    rows = (
        [_cell(name, term.get(name, "")) for name in FIELDS]
        for term in map(tidy, terms)
    )
    return "".join(csv_lines(FIELDS, rows))


def _cell(name: str, value: Any) -> str:
    if name in LISTS:
        return guard(_joined(value))
    if name == "rules" and value:
        return guard(
            _joined(f"{word}: {', '.join(one)}" for word, one in value.items())
        )
    if name == "translations" and value:
        return guard(_joined(f"{code}: {word}" for code, word in value.items()))
    return guard(value or "")


def _joined(items: Iterable[str]) -> str:
    return "|".join(re.sub(r"([\\|])", r"\\\1", item) for item in items)
