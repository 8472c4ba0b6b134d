"""Excerpts show the words searched for, in whatever form they stand there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from immunosite.core.excerpts import excerpt, mark


def shown(pieces):
    return "".join(f"<{p.text}>" if p.is_hit else p.text for p in pieces)


def test_other_forms_of_a_word_are_marked():
    assert shown(mark("Tumors, tumor and TUMOR’s edge", "tumor")) == (
        "<Tumors>, <tumor> and <TUMOR>’s edge"
    )


def test_the_last_word_may_be_a_beginning():
    assert shown(mark("melanoma and mela", "mela")) == "<melanoma> and <mela>"


def test_parts_of_a_hyphenated_name_are_marked():
    assert shown(mark("blocks PD-1 there", "pd-1")) == "blocks <PD>-<1> there"


def test_an_excerpt_is_cut_at_words_around_the_first_hit():
    text = "word " * 100 + "needle " + "word " * 100
    pieces = excerpt(text, "needle", length=60)
    flat = "".join(piece.text for piece in pieces)
    assert "<needle>" in shown(pieces)
    assert flat.startswith("… word") and flat.endswith("word …")
    assert len(flat) < 80


def test_markup_stays_text():
    pieces = mark("<script>alert(1)</script>", "alert")
    assert "".join(piece.text for piece in pieces) == "<script>alert(1)</script>"


@given(st.text(max_size=300), st.text(max_size=40))
def test_marking_never_loses_a_character(text, words):
    assert "".join(piece.text for piece in mark(text, words)) == text


@given(st.text(max_size=600), st.text(max_size=40))
def test_an_excerpt_is_never_much_longer_than_asked(text, words):
    assert sum(len(piece.text) for piece in excerpt(text, words, length=100)) <= 110
