"""CSV that a spreadsheet can open without running anything."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosite.core.exporting import csv_lines, guard, unguard

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def read(*rows) -> list[list[str]]:
    text = "".join(csv_lines(["A", "B"], rows))
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_begins_with_the_mark_that_excel_looks_for():
    assert next(csv_lines(["A", "B"], [])) == "\ufeffA,B\r\n"


def test_is_made_line_by_line():
    def endless():
        while True:
            yield ["x", 1]

    lines = csv_lines(["A", "B"], endless())
    assert [next(lines) for _ in range(3)][1:] == ["x,1\r\n", "x,1\r\n"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_text_that_would_be_a_formula_gets_an_apostrophe(start):
    assert read([f"{start}1+1", "x"])[1] == [f"'{start}1+1", "x"]


def test_numbers_moments_and_nothing_are_cells_as_well():
    moment = datetime(2026, 1, 5, 9, 30, 1, 5, tzinfo=UTC)
    assert read([-1, moment], [None, date(2026, 1, 5)])[1:] == [
        ["-1", "2026-01-05 09:30:01+00:00"],
        ["", "2026-01-05"],
    ]


@given(TEXT, TEXT)
def test_any_text_comes_back_but_for_the_apostrophe(one, other):
    found = read([one, other])[1]
    for cell, text in zip(found, (one, other), strict=True):
        assert cell in (text, f"'{text}")
        assert not cell.startswith(tuple("=+-@\t\r\n"))


@given(TEXT)
def test_a_guarded_cell_comes_back_as_it_was(text):
    ((cell, _),) = read([guard(text), ""])[1:]
    assert unguard(cell) == text
