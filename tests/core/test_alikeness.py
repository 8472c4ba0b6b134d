"""Which names are probably two spellings of one thing."""

from __future__ import annotations

from difflib import SequenceMatcher

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from immunosite.core.alikeness import LEAST, alike, plain

WORDS = st.sampled_from(
    ["lung", "Lungs", "cancer", "cancers", "cáncer", "of", "the", "t", "cell", "PD-1",
     "PD-L1", "tumor", "tumour", "side-effect", "effects", "side", "aa", "aaa"]
)  # fmt: skip
NAMES = st.lists(
    st.lists(WORDS, min_size=1, max_size=4).map(" ".join), min_size=2, max_size=12
)


class TestAlike:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Melanoma", "MELANOMA"),
            ("Checkpoint inhibitor", "Checkpoint inhibitors"),
            ("Side effects", "Side-effects"),
            ("Lung cancer", "Cancer of the lung"),
            ("Café", "Cafe"),
            ("The", "the"),
        ],
    )
    def test_the_same_words_are_quite_alike(self, one, other):
        assert list(alike([one, other])) == [(0, 1, 1.0)]

    @pytest.mark.parametrize(
        ("one", "other"),
        [("Tumor vaccines", "Tumour vaccines"), ("Imunotherapy", "Immunotherapy")],
    )
    def test_almost_the_same_letters_are_alike(self, one, other):
        ((_, _, likeness),) = alike([one, other])
        assert LEAST <= likeness < 1

    @pytest.mark.parametrize(
        ("one", "other"),
        [("T cells", "B cells"), ("Melanoma", "Lymphoma"), ("", "Basics"), ("!", "?")],
    )
    def test_others_are_not(self, one, other):
        assert list(alike([one, other])) == []

    @given(NAMES)
    @example(["aaa aaa", "aaaaaa", "aa aa"])
    def test_none_is_missed_that_comparing_all_with_all_would_find(self, names):
        texts = [plain(name) for name in names]

        def ratio(one: str, other: str) -> float:
            pair = sorted((one, other))
            return SequenceMatcher(None, *pair, autojunk=False).ratio()

        wanted = {
            (one, other)
            for other in range(len(names))
            for one in range(other)
            if ratio(texts[one], texts[other]) >= LEAST
        }
        found = [(one, other) for one, other, _ in alike(names)]
        assert wanted <= set(found)
        assert len(found) == len(set(found))
