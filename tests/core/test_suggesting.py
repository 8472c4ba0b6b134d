"""“Did you mean …?”"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosite.core.suggesting import nearest

NAMES = ["larkin-2015", "larkin-2019", "hodi-2010", "wolchok-2017", "cytokine"]


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("larkin-2016", "larkin-2015"),
        ("larkin2019", "larkin-2019"),
        ("HODI-2010", "hodi-2010"),
        ("wolchock-2017", "wolchok-2017"),
        ("citokine", "cytokine"),
        ("cytokines", "cytokine"),
    ],
)
def test_a_slip_of_the_hand_is_understood(word, first):
    assert first in nearest(word, NAMES)


@pytest.mark.parametrize("word", ["", "x", "zebrafish", "c", "cytokine" * 20])
def test_what_is_like_nothing_gets_no_answer(word):
    assert nearest(word, NAMES) == []


def test_the_nearest_comes_first():
    names = ["melanoma trial", "melanomas", "melanin"]
    assert nearest("melanoma", names)[0] == "melanomas"


def test_there_are_at_most_so_many():
    names = [f"larkin-{year}" for year in range(2000, 2020)]
    assert len(nearest("larkin-2021", names)) == 3
    assert len(nearest("larkin-2021", names, most=1)) == 1


def test_a_name_given_twice_is_said_once():
    assert nearest("hodi", ["hodi", "hodi"]) == ["hodi"]


@given(st.text(max_size=10), st.lists(st.text(max_size=10), max_size=10))
def test_answers_are_names_in_the_same_order_however_they_are_given(word, names):
    found = nearest(word, names)
    assert set(found) <= set(names)
    assert found == nearest(word, reversed(names))


@given(st.text(st.characters(categories=["L"]), min_size=1, max_size=12))
def test_the_name_itself_is_always_found(name):
    assert nearest(name, [name]) == [name]
