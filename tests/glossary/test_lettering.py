"""Words in plain letters, and where those letters stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary.lettering import place_of, plain_words


class TestPlainWords:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("T Cell", ["t", "cell"]),
            ("PD-L1", ["pd", "l1"]),
            ("Sjögren’s syndrome", ["sjogrens", "syndrome"]),
            ("naı\u0308ve", ["naive"]),
            ("Straße", ["strasse"]),
            ("Sørensen", ["sorensen"]),
            ("IFN-γ", ["ifn", "gamma"]),
            ("TNFα", ["tnfalpha"]),
            ("κ and λ", ["kappa", "and", "lambda"]),
            ("β₂", ["beta2"]),
            ("γδ", ["γδ"]),
            ("CD4+", ["cd4"]),
            ("… – !", []),
            ("", []),
        ],
    )
    def test_of(self, text, words):
        assert plain_words(text) == words

    @given(st.text())
    def test_are_letters_and_digits(self, text):
        assert all(word.isalnum() for word in plain_words(text))


class TestPlaceOf:
    @pytest.mark.parametrize(
        ("text", "start", "end", "shown"),
        [
            ("PD-L1 inhibitor", 0, 4, "PD-L1"),
            ("anti-PD-1", 4, 7, "PD-1"),
            ("Straße", 0, 5, "Straß"),
            ("cafe\u0301", 0, 4, "cafe\u0301"),
            ("IFN-γ", 3, 5, "γ"),
        ],
    )
    def test_are_the_characters_that_the_letters_come_from(
        self, text, start, end, shown
    ):
        first, last = place_of(text, start, end)
        assert text[first:last] == shown

    @given(st.text(), st.data())
    def test_lie_in_the_text(self, text, data):
        letters = "".join(plain_words(text))
        if letters:
            start = data.draw(st.integers(0, len(letters) - 1))
            end = data.draw(st.integers(start + 1, len(letters)))
            first, last = place_of(text, start, end)
            assert 0 <= first < last <= len(text)
