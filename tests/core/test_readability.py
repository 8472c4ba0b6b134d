"""The Flesch formulas, as measured and with unavoidable names as plain words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosite.core.readability import Counts, KnownWords, measure, total
from immunosite.core.sentences import Passage

NO_NAMES = KnownWords()
HARD = "Pembrolizumab blocks another natural brake of the body."


def measured(*texts, names=(), **options):
    blocks = [Passage(text, line) for line, text in enumerate(texts, start=1)]
    return measure(blocks, known_words=KnownWords(names), **options)


# The formulas, counted by hand


def test_the_grade_is_that_of_kincaid():
    # 6 words, 1 sentence, 6 syllables: 0.39 · 6 + 11.8 · 1 − 15.59
    assert measured("The cat sat on the mat.").measured.grade == pytest.approx(-1.45)


def test_the_reading_ease_is_that_of_flesch():
    # 206.835 − 1.015 · 6 − 84.6 · 1
    found = measured("The cat sat on the mat.")
    assert found.measured.reading_ease == pytest.approx(116.145)


def test_all_that_is_counted_is_told():
    found = measured("Call us. Your doctor may order other medicines.", "Fever")
    # Call us (2) your doctor may order other medicines (1+2+1+2+2+3) fever (2)
    assert found.measured == Counts(words=9, sentences=3, syllables=15)
    assert found.measured.average_sentence_length == 3
    assert found.fragments == 1
    assert (found.long_words, found.long_word_share) == (1, pytest.approx(1 / 9))
    assert found.longest.text == "Your doctor may order other medicines."


def test_long_sentences_raise_the_grade():
    short = measured("We saw the cat. It sat on the mat.")
    long = measured("We saw the cat and it sat on the mat.")
    assert long.measured.grade > short.measured.grade


def test_several_texts_can_be_counted_as_one():
    one, other = measured("One cat sat.").measured, measured("Two do.").measured
    assert total([one, other]) == Counts(words=5, sentences=2, syllables=5)


def test_a_text_without_a_sentence_has_no_grade():
    assert measured() is None
    assert measured("—", "…") is None


# Names


def test_both_grades_are_given_side_by_side():
    found = measured(HARD, names=["pembrolizumab"])
    # pem-bro-li-zu-mab blocks an-oth-er nat-u-ral brake of the bod-y
    assert found.measured.syllables == 5 + 1 + 3 + 3 + 1 + 1 + 1 + 2
    assert found.names_plain.syllables == 2 + 1 + 3 + 3 + 1 + 1 + 1 + 2
    assert found.names_plain.grade < found.measured.grade
    assert found.names_plain.words == found.measured.words


def test_without_known_words_both_grades_are_the_same():
    found = measured(HARD)
    assert found.names_plain == found.measured


def test_a_hard_sentence_tells_its_names_from_its_other_long_words():
    (hardest,) = measured(HARD, names=["Pembrolizumab"]).hardest
    assert hardest.long_words == ("Pembrolizumab", "another", "natural")
    assert hardest.names == ("Pembrolizumab",)


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("checkpoint inhibitor", "A Checkpoint inhibitor is one.", {1, 2}),
        ("checkpoint inhibitor", "An inhibitor of a checkpoint.", set()),
        ("immunotherapy", "“Immunotherapy’s aim”", {0}),
        ("T cell", "Many T-cell tests of T cells", {1}),
        ("PD-L1", "high PD-L1 (PD-L1) or not-PD-L1", {1, 2}),
        ("HPV", "HPV and HPV-positive", {0}),
        ("CAR T-cell therapy", "with CAR T cell therapy", {1, 2, 3, 4}),
        ("", "no name", set()),
    ],
)
def test_names_are_found_whole(name, text, found):
    assert KnownWords([name]).find(text.split()) == found


def test_of_two_names_the_longer_is_found():
    names = KnownWords(["lung cancer", "non-small cell lung cancer", "small"])
    assert names.find("non-small cell lung cancer".split()) == {0, 1, 2, 3}


# The hardest sentences


def test_the_hardest_come_first_with_their_lines():
    easy = "We do not know yet what it is."
    found = measured(easy, HARD, "This is a little bit harder, possibly.", hardest=2)
    assert [each.line for each in found.hardest] == [2, 3]
    assert found.hardest[0].measured.grade > found.hardest[1].measured.grade


def test_a_sentence_of_a_few_words_is_never_called_hard():
    assert measured("Immunotherapy alternatives.").hardest == ()


# How far the grade can be relied on


def test_a_text_below_a_hundred_words_is_rough():
    assert measured("One two three. " * 33).is_rough
    assert not measured("One two three. " * 34).is_rough


def test_the_target_is_held_against_the_grade_as_shown():
    found = measured("The cat sat on the mat.")
    assert round(found.measured.grade, 1) == -1.4
    assert not found.is_above(-1.4)
    assert found.is_above(-1.5)


@given(st.lists(st.text(max_size=120), max_size=6), st.lists(st.text(max_size=20)))
def test_names_as_plain_words_never_make_a_text_harder(texts, names):
    found = measured(*texts, names=names)
    if found is not None:
        assert found.names_plain.grade <= found.measured.grade
        assert found.measured.words >= found.measured.sentences >= 1
        assert found.measured.syllables >= found.measured.words
