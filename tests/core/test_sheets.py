"""The rows of a CSV file, whatever parts its cells."""

from __future__ import annotations

import pytest

from immunosite.core.records import MalformedFile
from immunosite.core.sheets import MOST, read_sheet


def rows(text: str) -> tuple[list[str], list[tuple[int, list[str] | None]]] | None:
    sheet = read_sheet(text, has_heading=lambda names: "a" in names)
    return sheet and (sheet[0], list(sheet[1]))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_are_told_apart_by_what_parts_the_heading(delimiter):
    text = "\ufeff\n\nb,a\n1,2\n".replace(",", delimiter)
    assert rows(text) == (["b", "a"], [(4, ["1", "2"])])


def test_without_a_heading_there_are_none():
    assert rows("b,c\n1,2\n") is None
    assert rows("") is None


def test_empty_ones_are_passed_over_and_lines_counted():
    text = 'a,b\n\n"1\n\n2",x\n,\n  \n3,y'
    assert rows(text) == (["a", "b"], [(3, ["1\n\n2", "x"]), (8, ["3", "y"])])


def test_one_without_an_end_takes_no_other_along():
    assert rows('a,b\n"1,x\n2,y\n') == (["a", "b"], [(2, None), (3, ["2", "y"])])


def test_a_cell_that_is_too_long_is_told():
    text = f"a,b\n{'x' * (MOST + 1)},y\n2,z\n"
    assert rows(text) == (["a", "b"], [(2, None), (3, ["2", "z"])])


def test_too_many_without_an_end_end_the_file():
    sheet = read_sheet("a\n" + '"x\n' * 30, has_heading=lambda names: True)
    assert sheet is not None
    with pytest.raises(MalformedFile, match="Too many rows") as error:
        list(sheet[1])
    assert error.value.line == 22
