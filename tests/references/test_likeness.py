"""Which records are taken for one work, however they are spelled."""

from __future__ import annotations

import pytest

from references.likeness import MAX_LENGTH, likeness

TITLE = "Nivolumab, or Ipilimumab."


def of(title: str = TITLE, **name: str) -> str:
    return likeness({"title": title, "author": [name]} if name else {"title": title})


class TestLikeness:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({"family": "García"}, {"family": "Garcia", "given": "Ana"}),
            (
                {"family": "van den Berg"},
                {"family": "Berg", "non-dropping-particle": "van den"},
            ),
            ({"literal": "The CheckMate Group"}, {"literal": "the checkmate group"}),
        ],
    )
    def test_is_the_same_for_two_spellings_of_a_name(self, one, other):
        assert of(**one) == of(**other)

    def test_is_the_same_for_two_spellings_of_a_title(self):
        assert of(TITLE) == of("nivolumab or <i>ipilimumab</i>")

    def test_differs_with_the_first_author_and_the_title(self):
        assert len({of(), of("Other"), of(family="Doe"), of(family="Roe")}) == 4

    def test_is_empty_for_a_title_without_words(self):
        assert of("–", family="Doe") == ""

    def test_is_never_too_long(self):
        assert len(of("x" * 999, family="y" * 999)) <= MAX_LENGTH
