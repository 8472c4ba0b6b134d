"""What counts as a slip of the hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary.typos import allowed, slips

few_letters = st.text("abc1", max_size=7)


def distance(one: str, other: str) -> int:
    """The textbook's table, whole, for comparison."""
    rows = [[max(i, j) for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            cost = one[i - 1] != other[j - 1]
            ways = [rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost]
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
                ways.append(rows[i - 2][j - 2] + 1)
            rows[i][j] = min(ways)
    return rows[-1][-1]


def digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


class TestAllowed:
    @pytest.mark.parametrize(
        ("typed", "count"),
        [("", 0), ("gen", 0), ("gene", 1), ("antigen", 1), ("antibody", 2)],
    )
    def test_grows_with_the_letters(self, typed, count):
        assert allowed(typed) == count


class TestSlips:
    @pytest.mark.parametrize(
        ("typed", "known"),
        [
            ("tumr", "tumor"),
            ("tumoor", "tumor"),
            ("tumar", "tumor"),
            ("tmuor", "tumor"),
        ],
        ids=["one missing", "one too many", "another letter", "two exchanged"],
    )
    def test_is_one_for(self, typed, known):
        assert slips(typed, known, most=1) == (1, len(known))

    def test_need_only_the_beginning_of_a_word(self):
        assert slips("chekp", "checkpoint", most=1) == (1, len("checkp"))

    def test_are_none_beyond_the_most(self):
        assert slips("tmour", "tumor", most=1) is None
        assert slips("tmour", "tumor", most=2) == (2, 5)

    def test_are_never_in_a_number(self):
        assert slips("ctla5", "ctla4", most=2) is None
        assert slips("cd200", "cd20", most=2) is None
        assert slips("clta4", "ctla4", most=1) == (1, 5)

    @given(few_letters, few_letters, st.integers(0, 2))
    def test_are_the_textbooks_for_the_best_beginning(self, typed, known, most):
        fitting = [
            (distance(typed, known[:end]), end)
            for end in range(1, len(known) + 1)
            if digits(known[:end]) == digits(typed)
        ]
        fewest = min((count for count, _ in fitting), default=most + 1)
        found = slips(typed, known, most=most)
        if fewest > most:
            assert found is None
        else:
            assert found is not None
            assert found in fitting
            assert found[0] == fewest
