"""What tables and charts say can be read by itself; citations at a head count for all."""

from __future__ import annotations

from immunosite.core import drawing
from immunosite.core.markdown import build_parser
from immunosite.core.tabled import cells
from references import citing

TABLE = """\
| Drug | Median survival [@a] | Rash |
|------|----------------------|------|
| One  | 36.9 months          | 5%   |
| Two  | 19.9 months          | 7% [@b] |
"""
CHART = """\
```chart
type: bars
title: Half lived longer
source: A trial [@a; @b]
unit: months

| Drug | Median survival |
| One | 36.9 |
| Two | 19.9 |
```
"""


def read(body):
    parser = build_parser()
    citing.install(parser)
    drawing.install(parser)
    return list(cells(parser.parse(body, {})))


def keys(cell):
    return [item.key for item in cell.cited]


def test_a_cell_is_read_with_its_heads_and_has_its_line():
    found = [(cell.text, cell.line) for cell in read(TABLE)]
    assert found == [
        ("Median survival", 1),
        ("One, Median survival: 36.9 months", 3),
        ("One, Rash: 5%", 3),
        ("Two, Median survival: 19.9 months", 4),
        ("Two, Rash: 7%", 4),
    ]


def test_a_citation_at_the_head_of_a_column_or_row_covers_it():
    found = read(TABLE)
    assert [cell.is_covered for cell in found] == [False, True, False, True, False]
    assert [keys(cell) for cell in found] == [["a"], [], [], [], ["b"]]
    row = read("| Drug | Rash |\n|---|---|\n| One [@a] | 5% |")
    assert [(cell.text, cell.is_covered) for cell in row] == [
        ("One", False), ("One, Rash: 5%", True),
    ]  # fmt: skip


def test_the_only_column_has_no_heads_of_rows():
    found = read("| Numbers |\n|---|\n| 5 of 9 |")
    assert [cell.text for cell in found] == ["Numbers: 5 of 9"]


def test_empty_cells_and_a_second_table_start_anew():
    found = read("| a | b |\n|---|---|\n| c |  |\n\n| d | e |\n|---|---|\n| f | 1 |")
    assert [cell.text for cell in found] == ["f, e: 1"]


def test_a_chart_is_one_thing_said():
    (chart,) = read(CHART)
    assert chart.text == (
        "Half lived longer – Median survival (months) – One: 36.9; Two: 19.9"
    )
    assert (keys(chart), chart.line) == (["a", "b"], 3)


def test_a_heading_counts_only_when_it_cites():
    assert [(c.text, keys(c)) for c in read("## One [@a]\n\n## Two\n\nText.")] == [
        ("One", ["a"])
    ]


def test_running_text_is_left_to_others():
    assert read("Words [@a].\n\n- An item [@b].") == []
