"""Words as the search sees them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosite.core.stemming import stem, tokens, words_with_places


@pytest.mark.parametrize(
    "words",
    [
        ("cell", "cells", "CELLS", "Cell"),
        ("immunité", "immunite", "IMMUNITÉ", "immunite\u0301"),
        ("infusion", "infusions"),
        ("treated", "treating", "treat", "treats"),
        ("straße", "STRASSE"),
        ("ﬁbrosis", "fibrosis"),
    ],
    ids=lambda words: words[0],
)
def test_one_stem_for_all_ways_of_writing_it(words):
    assert len(set(map(stem, words))) == 1


def test_other_words_keep_apart():
    assert len(set(map(stem, ["cell", "cellar", "immune", "community"]))) == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PD-1 & CTLA_4", "pd 1 ctla 4"),
        ("don’t", "don t"),
        ("p < 0.05", "p 0 05"),
        ("–, …!", ""),
        ("", ""),
    ],
)
def test_every_sign_but_letters_and_digits_parts_words(text, expected):
    assert tokens(text) == expected


@given(st.text(max_size=40))
def test_places_are_those_of_the_text_itself(text):
    found = words_with_places(text)
    assert [stem(text[start:end]) for start, end, _ in found] == [s for *_, s in found]
    assert " ".join(s for *_, s in found) == tokens(text)
    ends = [0, *(end for _, end, _ in found)]
    assert all(start >= end for (start, _, _), end in zip(found, ends, strict=False))
