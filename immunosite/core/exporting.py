"""Rows as CSV that a spreadsheet may open. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

# Without it Excel takes UTF-8 for something else.
_MARK = "\ufeff"
# What spreadsheets take for the start of a formula, in its full-width forms, too
# (https://owasp.org/www-community/attacks/CSV_Injection).
_STARTS_OF_FORMULAS = tuple("=+-@\t\r\n＝＋－＠")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


class _Line:
    """What ``csv`` writes to: it only hands the line on."""

    def write(self, line: str) -> str:
        return line


def csv_lines(heading: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The lines of a CSV file (RFC 4180), one by one, so that it can be streamed.

    A text that a spreadsheet would run as a formula gets a leading apostrophe; None is
    an empty cell; moments are written as ISO 8601 to the second.
    """
    writer: Any = csv.writer(_Line())
    yield _MARK + writer.writerow(_cell(name) for name in heading)
    for row in rows:
        yield writer.writerow(_cell(value) for value in row)


def guard(text: str) -> str:
    """A cell that is to come back as it was: what already looks guarded gets one
    apostrophe more, since :func:`unguard` takes one away."""
    return f"'{text}" if _GUARDED.match(text) else text


def unguard(cell: str) -> str:
    """A cell without the apostrophe that :func:`csv_lines` put before a formula."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, str) and value.startswith(_STARTS_OF_FORMULAS):
        return f"'{value}"
    return value
