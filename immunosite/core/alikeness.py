"""Names that are probably two spellings of one thing. Pure.

Two names are alike when their words are the same but for case, accents, hyphens,
plural and order, or when difflib finds them alike by LEAST.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from .stemming import tokens

LEAST = 0.85
# "Cancer of the lung" says what "Lung cancer" does.
_EMPTY_WORDS = {"a", "and", "for", "in", "of", "the", "to", "with"}


def plain(name: str) -> str:
    """A name's words in the order of the alphabet, without case, accents, hyphens and
    words that say nothing."""
    text = unicodedata.normalize("NFKD", name.casefold())
    letters = (char if char.isalnum() else " " for char in text if not _is_mark(char))
    words = "".join(letters).split()
    return " ".join(sorted(w for w in words if w not in _EMPTY_WORDS) or sorted(words))


def alike(names: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """The pairs of names that are alike: their places in ``names`` and how much, from
    LEAST to 1 (the same words).

    Only names that share enough pairs of letters are measured: when the blocks that
    difflib finds hold M letters of the L of both, there are at most L − 2M + 1 of them,
    so at least 0.275 L − 1 pairs of letters are shared. So thousands of names take a
    second, and none is missed.
    """
    texts = [plain(name) for name in names]
    stems = [" ".join(sorted(tokens(text).split())) for text in texts]
    yield from _same_words(stems)
    holders: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, text in enumerate(texts):
        pairs = _pairs(text)
        shared = Counter(other for pair in pairs for other in holders[pair])
        for pair in pairs:
            holders[pair].append(index)
        for other, count in shared.items():
            total = len(text) + len(texts[other])
            if count < 0.275 * total - 1 or stems[other] == stems[index]:
                continue
            ratio = _ratio(texts[other], text)
            if ratio >= LEAST:
                yield other, index, ratio


def _same_words(stems: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    places: dict[str, list[int]] = defaultdict(list)
    for index, words in enumerate(stems):
        if words:
            yield from ((other, index, 1.0) for other in places[words])
            places[words].append(index)


def _ratio(one: str, other: str) -> float:
    first, second = sorted((one, other))
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    is_close = matcher.real_quick_ratio() >= LEAST and matcher.quick_ratio() >= LEAST
    return matcher.ratio() if is_close else 0.0


def _pairs(text: str) -> list[tuple[str, int]]:
    """The pairs of letters of a text, each with the number of its occurrence."""
    seen: Counter[str] = Counter()
    found = []
    for index in range(len(text) - 1):
        pair = text[index : index + 2]
        found.append((pair, seen[pair]))
        seen[pair] += 1
    return found


def _is_mark(char: str) -> bool:
    return unicodedata.combining(char) != 0
