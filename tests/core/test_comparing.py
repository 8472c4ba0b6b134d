"""What changed between two texts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosite.core.comparing import FOLDED_FROM, compare, without_ids

TEXTS = st.text("ab \n.é", max_size=60)


def pieces(before: str, after: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in compare(before, after).pieces]


def joined(comparison, without: str) -> str:
    return "".join(p.text for p in comparison.pieces if p.kind != without)


def test_a_changed_word_is_gone_and_new():
    assert pieces("One small word.", "One great word.") == [
        ("same", "One "),
        ("gone", "small"),
        ("new", "great"),
        ("same", " word."),
    ]


def test_a_letter_changes_its_whole_word():
    assert ("gone", "cell") in pieces("A cell grows.", "A cells grows.")


def test_a_new_line_is_new():
    found = pieces("One.\nThree.\n", "One.\nTwo.\nThree.\n")
    assert [text for kind, text in found if kind == "new"] == ["Two.\n"]


def test_equal_texts_are_the_same():
    assert compare("One.", "One.").is_same
    assert compare("", "").pieces == ()
    assert not compare("One.", "").is_same


def test_what_stays_is_folded_where_it_is_long():
    long = "word " * FOLDED_FROM
    found = compare(f"One {long}two.", f"Won {long}two.").pieces
    assert [piece.kind for piece in found] == ["gone", "new", "same", "folded"]
    assert compare(long, long).is_same


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_it(before, after):
    comparison = compare(before, after)
    assert joined(comparison, "new") == before
    assert joined(comparison, "gone") == after


@given(TEXTS, TEXTS, st.integers(0, 40))
def test_also_when_the_steps_are_used_up(before, after, steps):
    comparison = compare(before, after, steps=steps)
    assert joined(comparison, "new") == before
    assert joined(comparison, "gone") == after


@given(TEXTS)
def test_a_text_is_the_same_as_itself(text):
    assert compare(text, text, steps=0).is_same


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (" ".join(map(str, range(20_000))), " ".join(map(str, range(20_000, 1, -1)))),
        ("a b " * 25_000, "b a " * 25_000),
        ("a\nb\n" * 25_000, "b\na\nc\n" * 16_000),
        ("." * 100_000, "-" * 100_000),
        ("ab. " * 25_000, ""),
    ],
)
def test_hundred_thousand_characters_take_less_than_two_seconds(before, after):
    start = time.process_time()
    comparison = compare(before[:100_000], after[:100_000])
    assert time.process_time() - start < 2
    assert joined(comparison, "new") == before[:100_000]
    assert joined(comparison, "gone") == after[:100_000]


def test_says_when_it_shows_changes_as_a_whole():
    assert compare("." * 100_000, "-" * 100_000).is_coarse
    assert not compare("One.", "Two.").is_coarse


def test_two_renderings_can_stand_on_one_page():
    html = '<h2 id="why">Why id="x"</h2><a class="term" id="mention-a" href="#b">a</a>'
    plain = '<h2>Why id="x"</h2><a class="term" href="#b">a</a>'
    assert without_ids(html) == plain
