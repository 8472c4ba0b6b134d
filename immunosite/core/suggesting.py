"""“Did you mean …?”: the names nearest to one that nobody knows. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nlargest

_LEAST = 0.4


def _pairs(word: str) -> set[str]:
    text = f" {word.casefold()} "
    return {text[index : index + 2] for index in range(len(text) - 1)}


def nearest(word: str, names: Iterable[str], *, most: int = 3) -> list[str]:
    """At most ``most`` of ``names`` that share many letter pairs with ``word``.

    The measure is Dice's coefficient over letter pairs, whatever the case. It looks at
    ten thousand names in a few hundredths of a second, where difflib takes seconds.
    """
    own = _pairs(word)
    scored = ((_score(own, name, len(word)), name) for name in set(names))
    best = nlargest(most, (pair for pair in scored if pair[0] >= _LEAST))
    return [name for _, name in best]


def _score(own: set[str], name: str, length: int) -> float:
    if not length / 2 <= len(name) <= length * 2:
        return 0.0
    other = _pairs(name)
    return 2 * len(own & other) / (len(own) + len(other))
