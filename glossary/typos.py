"""How many slips of the hand lie between what was typed and a word. Pure.

A slip is a letter too many, too few, another letter, or two neighbors exchanged. This is
the “optimal string alignment” distance, the restricted form of F. J. Damerau's (1964),
doi:10.1145/363958.363994.
"""

from __future__ import annotations

_ONE, _TWO = 4, 8


def allowed(typed: str) -> int:
    """How many slips may be in so many letters: one from four on, two from eight on."""
    return (len(typed) >= _ONE) + (len(typed) >= _TWO)


def slips(typed: str, known: str, *, most: int) -> tuple[int, int] | None:
    """(slips, end): the fewest, at most ``most``, that turn ``typed`` into a beginning
    ``known[:end]``; None when more are needed.

    A number is no slip: IL-6 is not meant by whoever types IL-2, so the digits of both
    must be the same.
    """
    known = known[: len(typed) + most]
    before: list[int] = []
    row = list(range(len(known) + 1))
    for index, letter in enumerate(typed):
        # Only cells this near to the diagonal can hold so few.
        first, last = max(0, index - most), min(len(known), index + 1 + most)
        following = [most + 1] * (len(known) + 1)
        following[0] = index + 1
        for at in range(first, last):
            cost = min(
                row[at] + (letter != known[at]), row[at + 1] + 1, following[at] + 1
            )
            is_exchange = index and at and letter == known[at - 1]
            if is_exchange and typed[index - 1] == known[at]:
                cost = min(cost, before[at - 1] + 1)
            following[at + 1] = cost
        if min(following) > most:
            return None
        before, row = row, following
    ends = sorted(
        (count, -end) for end, count in enumerate(row) if end and count <= most
    )
    digits = _digits(typed)
    found = (each for each in ends if _digits(known[: -each[1]]) == digits)
    best = next(found, None)
    return (best[0], -best[1]) if best else None


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
