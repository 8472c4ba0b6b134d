"""What tables and charts say, and what is cited in a heading: no running text. Pure.

A cell of a table is read with the words at the head of its row and of its column, so
that it says something by itself; a chart is one thing said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from markdown_it.token import Token

from .charts import Chart
from .markdown import plain_text
from .sentences import read_passage

_HEADINGS = ("heading_open", "dt_open")
_CELLS = ("th_open", "td_open")


@dataclass(frozen=True, slots=True)
class Cell:
    """``text`` with its line (from 1), and what the citations in it hold; ``is_covered``
    says that a citation at the head of its row or column stands for it, too."""

    text: str
    line: int | None
    cited: tuple[Any, ...] = ()
    is_covered: bool = False


@dataclass(slots=True)
class _Table:
    """The heads of the columns, and the cells of the row that were read."""

    heads: list[Cell] = field(default_factory=list)
    row: list[Cell] = field(default_factory=list)

    def read(self, inline: Token, *, is_head: bool) -> Cell | None:
        """The next cell, unless it is a head that nothing is cited in."""
        cell = _cell(inline)
        column = len(self.row)
        self.row.append(cell)
        if is_head:
            self.heads.append(cell)
        is_name = is_head or (column == 0 and len(self.heads) > 1)
        if is_name or not cell.text:
            return cell if cell.cited else None
        heads = [*self.row[: min(column, 1)], *self.heads[column : column + 1]]
        names = ", ".join(head.text for head in heads if head.text)
        text = f"{names}: {cell.text}" if names else cell.text
        is_covered = any(head.cited for head in heads)
        return Cell(text, cell.line, cell.cited, is_covered)


def cells(tokens: Iterable[Token]) -> Iterator[Cell]:
    """The cells and charts among a parser's tokens, and the headings that cite."""
    table = _Table()
    chart: list[Cell] = []
    for before, token in pairwise(tokens):
        if before.type == "table_open":
            table = _Table()
        elif before.type == "tr_open":
            table.row = []
        if token.type == "chart_table":
            yield _chart(token, chart)
            chart = []
        elif token.type == "inline" and token.meta.get("chart"):
            chart.append(_cell(token))
        elif before.type in _CELLS:
            if cell := table.read(token, is_head=before.type == "th_open"):
                yield cell
        elif before.type in _HEADINGS and "@" in token.content:
            if (cell := _cell(token)).cited:
                yield cell


def _cell(inline: Token) -> Cell:
    passage = read_passage(inline)
    cited = tuple(item for _, items in passage.marks for item in items)
    return Cell(" ".join(passage.text.split()), passage.line, cited)


def _chart(token: Token, said: list[Cell]) -> Cell:
    """“Title. Counted, in months: one 7; other 9.”"""
    chart: Chart = token.meta["chart"]
    title, counted = plain_text(token.meta["title"].children), said[1].text
    unit = f" ({chart.unit})" if chart.unit else ""
    rows = "; ".join(
        f"{plain_text(label.children)}: {row.shown}"
        for row, label in zip(chart.rows, token.meta["labels"], strict=True)
    )
    cited = tuple(item for cell in said for item in cell.cited)
    return Cell(f"{title} – {counted}{unit} – {rows}", chart.title.line, cited)
