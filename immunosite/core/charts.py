"""The language of charts: a fenced block ``chart`` as an editor types it. Pure.

A block has settings, ``name: value``, then a table of two columns whose first row names
them::

    type: people
    title: Severe side effects from treatment
    source: Trial reported in 2015 [@larkin-2015]
    unit: of 100 people

    | Treatment | Had severe side effects |
    | Nivolumab alone | about 16 |

How a chart becomes HTML is in :mod:`immunosite.core.drawing`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .markdown import Problem

MAX_ROWS = 8
MAX_PEOPLE = 100
MAX_PROBLEMS = 5
_KINDS = ("people", "bars")
_LONGEST = {"title": 120, "source": 300, "unit": 40}
_LONGEST_CELL = 80
_SETTINGS = ("type", *_LONGEST)
_EXAMPLE = "“| Group | People |”, then “| Ipilimumab | 12 |”"

_RULE = frozenset("|:- ")
_SETTING = re.compile(r"(\w+)\s*:\s*(.*)")
_BAR = re.compile(r"(?<!\\)\|")
_NUMBER = re.compile(
    r"(about )?([0-9]{1,3}(?:,[0-9]{3}){1,2}|[0-9]{1,9})(\.[0-9]{1,3})?", re.I
)
_NEGATIVE = re.compile(r"(?:about )?[-−–]\s*[0-9]", re.I)
_OF = re.compile(r"of ([0-9]{1,9}) (\S.*)", re.I)


@dataclass(frozen=True, slots=True)
class Words:
    """Markdown of one line, and that line of the body (from 1)."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Row:
    """One group: ``shown`` is its number as typed (“about 16”), ``number`` its size."""

    label: Words
    shown: str
    number: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart that can be drawn. ``total`` is how many people each row has, 0 for bars;
    ``head`` names the two columns, the first in plain words."""

    kind: Literal["people", "bars"]
    title: Words
    source: Words
    unit: str
    total: int
    head: tuple[Words, Words]
    rows: tuple[Row, ...]

    @property
    def full(self) -> float:
        """The number at which a bar is full; a share of 100 is drawn against 100."""
        most = max(row.number for row in self.rows)
        return 100.0 if self.unit in ("%", "percent") and most <= 100 else most


def parse(source: str, line: int) -> Chart | list[Problem]:
    """Read the block whose fence is at ``line`` (from 1): a chart, or why it is none."""
    problems: list[Problem] = []
    settings, table = _read(source, line, problems)
    kind = _settings(settings, line, problems)
    unit = settings.get(
        "unit", Words("of 100 people" if kind == "people" else "", line)
    )
    total = _total(unit, problems) if kind == "people" else 0
    head, rows = _table(table, total, line, problems)
    if problems or head is None:
        return sorted(problems, key=lambda problem: problem.line or 0)[:MAX_PROBLEMS]
    title, cited = settings["title"], settings["source"]
    drawn: Literal["people", "bars"] = "people" if kind == "people" else "bars"
    return Chart(drawn, title, cited, unit.text, total, head, tuple(rows))


def amiss(line: int, message: str) -> Problem:
    """A problem of a chart; each of them blocks a publish."""
    return Problem(line, "error", "chart", message)


def _read(
    source: str, line: int, problems: list[Problem]
) -> tuple[dict[str, Words], list[Words]]:
    """The settings by name, and the lines of the table."""
    settings: dict[str, Words] = {}
    table: list[Words] = []
    for number, typed in enumerate(source.split("\n"), line + 1):
        text = " ".join(typed.split())
        if text.startswith("|"):
            # The rule that Markdown wants below the names may stand or not.
            if "-" not in text or not _RULE.issuperset(text):
                table.append(Words(text, number))
        elif match := _SETTING.fullmatch(text):
            name = match[1].lower()
            if name not in _SETTINGS:
                known = ", ".join(_SETTINGS)
                message = (
                    f"A chart has no setting “{match[1][:40]}”. The settings are "
                    f"{known}; a row starts with “|”."
                )
                problems.append(amiss(number, message))
            elif name in settings:
                problems.append(amiss(number, f"“{name}” is given twice."))
            else:
                settings[name] = Words(_unquoted(match[2]), number)
        elif text:
            message = f"“{text[:40]}” can't be read. A row of a chart starts with “|”."
            problems.append(amiss(number, message))
    return settings, table


def _unquoted(text: str) -> str:
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1].strip() if is_quoted else text


def _settings(
    settings: dict[str, Words], line: int, problems: list[Problem]
) -> str | None:
    """The kind of the chart; notes what is missing, unknown or too long."""
    kind = settings.pop("type", Words("", line))
    if kind.text not in _KINDS:
        no = f"There is no chart “{kind.text[:40]}”" if kind.text else "Say which chart"
        message = f"{no}. Write “type: people” or “type: bars”."
        problems.append(amiss(kind.line, message))
    for name, example in (
        ("title", "title: Severe side effects"),
        ("source", "source: [@larkin-2015]"),
    ):
        if not settings.get(name, Words("", line)).text:
            message = f"The chart has no {name}. Write a line such as “{example}”."
            problems.append(amiss(line, message))
    for name, given in settings.items():
        if len(given.text) > _LONGEST[name]:
            message = f"The {name} is longer than {_LONGEST[name]} characters."
            problems.append(amiss(given.line, message))
    return kind.text if kind.text in _KINDS else None


def _total(unit: Words, problems: list[Problem]) -> int:
    match = _OF.fullmatch(unit.text)
    total = int(match[1]) if match else 0
    if not match:
        message = "The unit must say of how many: “unit: of 100 people”."
        problems.append(amiss(unit.line, message))
    elif not 1 <= total <= MAX_PEOPLE:
        message = f"A chart can draw 1 to {MAX_PEOPLE} people, not {match[1]}."
        problems.append(amiss(unit.line, message))
    return total


def _table(
    lines: Sequence[Words], total: int, line: int, problems: list[Problem]
) -> tuple[tuple[Words, Words] | None, list[Row]]:
    """The names of the columns and the rows."""
    if len(lines) < 2:
        message = f"The chart has no rows. Name the columns, then add rows: {_EXAMPLE}."
        problems.append(amiss(lines[0].line if lines else line, message))
        return None, []
    if len(lines) > MAX_ROWS + 1:
        message = f"The chart has {len(lines) - 1} rows; {MAX_ROWS} are allowed."
        problems.append(amiss(lines[MAX_ROWS + 1].line, message))
    pairs = [_cells(text, problems) for text in lines[: MAX_ROWS + 1]]
    head, *body = pairs
    if head and _NUMBER.fullmatch(head[1].text):
        message = f"The first row must name the two columns: {_EXAMPLE}."
        problems.append(amiss(head[1].line, message))
    if head and "[" in head[0].text:
        message = "Name the first column in plain words, without a link or citation."
        problems.append(amiss(head[0].line, message))
    rows = [_row(*pair, total, problems) for pair in body if pair]
    return head, [row for row in rows if row]


def _cells(text: Words, problems: list[Problem]) -> tuple[Words, Words] | None:
    cells = [cell.strip().replace("\\|", "|") for cell in _BAR.split(text.text)[1:]]
    if cells and not cells[-1]:
        cells.pop()
    if len(cells) != 2 or not all(cells):
        message = (
            "A row of a chart has two cells, a name and a number: “| Name | 34 |”."
        )
        problems.append(amiss(text.line, message))
        return None
    if too_long := [cell for cell in cells if len(cell) > _LONGEST_CELL]:
        message = (
            f"“{too_long[0][:30]}…” is longer than {_LONGEST_CELL} characters. "
            "Say it in fewer words."
        )
        problems.append(amiss(text.line, message))
        return None
    return Words(cells[0], text.line), Words(cells[1], text.line)


def _row(label: Words, value: Words, total: int, problems: list[Problem]) -> Row | None:
    shown, match = value.text, _NUMBER.fullmatch(value.text)
    number = float((match[2] + (match[3] or "")).replace(",", "")) if match else 0.0
    if _NEGATIVE.match(shown):
        message = f"“{shown[:30]}” is less than zero. A chart starts at zero."
    elif not match:
        message = (
            f"“{shown[:30]}” is not a number. Write only the number, such as 34 or "
            "“about 34”; what it counts goes into “unit”."
        )
    elif total and match[3]:
        nearest = int(number + 0.5)
        message = (
            f"“{shown}” is not a whole number of people. Round it and say so: “about "
            f"{nearest}”."
        )
    elif total and number > total:
        message = f"{shown} is more than the total of {total}."
    else:
        return Row(label, shown.lower(), number)
    problems.append(amiss(value.line, message))
    return None
