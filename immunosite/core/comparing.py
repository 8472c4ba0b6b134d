"""What changed between two texts, word by word. Pure.

The shortest edit script of Myers (“An O(ND) Difference Algorithm and Its Variations”,
Algorithmica 1, 1986), first over lines, then over the words of the lines that changed.
Python's difflib is quadratic at best where many words differ; here a budget of steps
ends the search, and what is left is then shown as one whole change.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

# About a second of work in all, whatever the texts.
MAX_STEPS = 1_500_000
# Longer unchanged stretches are folded; so much of them stays in sight at either end.
FOLDED_FROM = 600
IN_SIGHT = 200

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_SPACE = re.compile(r"\s")
_TAG = re.compile(r"<[^<>]*>")
_ID = re.compile(r'\s(?:id|aria-describedby|aria-labelledby)="[^"]*"')

Kind = Literal["same", "folded", "gone", "new"]
Block = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: in both (``folded`` when it is long), only in the former
    (``gone``) or only in the latter (``new``)."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts as one run of pieces; ``is_coarse`` when they differ so much that some
    of the changes are shown as a whole."""

    pieces: tuple[Piece, ...]
    is_coarse: bool

    @property
    def is_same(self) -> bool:
        return all(piece.kind in ("same", "folded") for piece in self.pieces)


def compare(before: str, after: str, *, steps: int = MAX_STEPS) -> Comparison:
    """Compare two texts by words. Its time is bounded by their length and ``steps``.

    Joined without the ``new`` pieces the texts are ``before``, without the ``gone``
    ones ``after``, to the character.
    """
    search = _Search(steps)
    pieces = list(_by_lines(before, after, search))
    return Comparison(tuple(_folded(_joined(pieces))), search.is_coarse)


def without_ids(html: str) -> str:
    """Our own HTML without its ids, so that two renderings can stand on one page."""
    return _TAG.sub(lambda tag: _ID.sub("", tag[0]), html)


class _Search:
    """Finds edit scripts until its steps are used up."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.is_coarse = False

    def blocks(self, a: Sequence[str], b: Sequence[str]) -> list[Block]:
        """What changed, as (start, end) in ``a`` and (start, end) in ``b``."""
        head = _common(a, b)
        a_end, b_end = len(a), len(b)
        while a_end > head and b_end > head and a[a_end - 1] == b[b_end - 1]:
            a_end, b_end = a_end - 1, b_end - 1
        if a_end == head and b_end == head:
            return []
        if a_end == head or b_end == head:
            return [(head, a_end, head, b_end)]
        trace = self._trace(a[head:a_end], b[head:b_end])
        if trace is None:
            self.is_coarse = True
            return [(head, a_end, head, b_end)]
        moves = _moves(trace, a_end - head, b_end - head)
        return [
            (head + i, head + i2, head + j, head + j2)
            for i, i2, j, j2 in _merged(moves)
        ]

    def _trace(self, a: Sequence[str], b: Sequence[str]) -> list[array] | None:
        """For 0, 1, 2 … changes how far in ``a`` each diagonal reaches (the n-th of d
        changes is that of ``x - y == 2 n - d``), or None when it takes too long."""
        trace = [array("l", [_common(a, b)])]
        ends = len(a), len(b)
        while ends != _end(trace, *ends):
            changes, before = len(trace), trace[-1]
            self.steps -= changes + 1
            if self.steps < 0:
                return None
            reached = array("l")
            for n in range(changes + 1):
                x = start = before[n] if _is_down(before, n) else before[n - 1] + 1
                y = x - (2 * n - changes)
                while x < ends[0] and y < ends[1] and a[x] == b[y]:
                    x, y = x + 1, y + 1
                self.steps -= x - start
                reached.append(x)
            trace.append(reached)
        return trace


def _is_down(before: array, n: int) -> bool:
    """Whether the n-th diagonal is best reached by an addition."""
    return n == 0 or (n < len(before) and before[n - 1] < before[n])


def _end(trace: list[array], x: int, y: int) -> tuple[int, int] | None:
    """(x, y) if the last search has reached it."""
    changes = len(trace) - 1
    n, odd = divmod(x - y + changes, 2)
    is_there = not odd and 0 <= n <= changes and trace[-1][n] >= x
    return (x, y) if is_there else None


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """How many elements both begin with."""
    pairs = zip(a, b, strict=False)
    return next((n for n, (x, y) in enumerate(pairs) if x != y), min(len(a), len(b)))


def _moves(trace: list[array], x: int, y: int) -> Iterator[Block]:
    """The single removals and additions of a finished search, the last one first."""
    for changes in range(len(trace) - 1, 0, -1):
        before, n = trace[changes - 1], (x - y + changes) // 2
        if _is_down(before, n):
            x = before[n]
            y = x - (2 * n - changes) - 1
            yield x, x, y, y + 1
        else:
            x = before[n - 1]
            y = x - (2 * n - changes) + 1
            yield x, x + 1, y, y


def _merged(moves: Iterator[Block]) -> list[Block]:
    """Neighbouring moves as one block, from the first to the last."""
    found: list[Block] = []
    for i, i2, j, j2 in reversed(list(moves)):
        if found and found[-1][1] == i and found[-1][3] == j:
            i, j = found[-1][0], found[-1][2]
            found.pop()
        found.append((i, i2, j, j2))
    return found


def _by_lines(before: str, after: str, search: _Search) -> Iterator[Piece]:
    a, b = before.splitlines(keepends=True), after.splitlines(keepends=True)
    end = 0
    for i, i2, j, j2 in search.blocks(a, b):
        yield Piece("same", "".join(a[end:i]))
        if i2 - i == j2 - j:
            # As many lines as before: each against its own successor.
            for old, new in zip(a[i:i2], b[j:j2], strict=True):
                yield from _by_words(old, new, search)
        else:
            yield from _by_words("".join(a[i:i2]), "".join(b[j:j2]), search)
        end = i2
    yield Piece("same", "".join(a[end:]))


def _by_words(before: str, after: str, search: _Search) -> Iterator[Piece]:
    a, b = _TOKEN.findall(before), _TOKEN.findall(after)
    end = 0
    for i, i2, j, j2 in search.blocks(a, b):
        yield Piece("same", "".join(a[end:i]))
        yield Piece("gone", "".join(a[i:i2]))
        yield Piece("new", "".join(b[j:j2]))
        end = i2
    yield Piece("same", "".join(a[end:]))


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Without empty pieces, neighbours of one kind as one."""
    found: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if found and found[-1].kind == piece.kind:
            piece = Piece(piece.kind, found.pop().text + piece.text)
        found.append(piece)
    return found


def _folded(pieces: list[Piece]) -> Iterator[Piece]:
    for number, piece in enumerate(pieces):
        if piece.kind != "same" or len(piece.text) < FOLDED_FROM:
            yield piece
            continue
        start, end = 0, len(piece.text)
        if number:
            start = _word_end(piece.text, IN_SIGHT)
        if number < len(pieces) - 1:
            end = max(start, _word_end(piece.text, end - IN_SIGHT))
        yield from _joined(
            [
                Piece("same", piece.text[:start]),
                Piece("folded", piece.text[start:end]),
                Piece("same", piece.text[end:]),
            ]
        )


def _word_end(text: str, at: int) -> int:
    """The first white space from a place on, or the place when it is far."""
    found = _SPACE.search(text, at, at + IN_SIGHT)
    return found.start() if found else at
