"""The terms that somebody may mean who has typed only a little, or not quite so. Pure.

All is compared in plain letters (glossary.lettering): case, accents, hyphens and spaces
make no difference. First come forms that begin with what was typed, then those in which
a word does, then those that hold it elsewhere; and where all these are few, what is a
slip or two away.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from heapq import heapify, heappop
from itertools import accumulate, groupby

from immunosite.core.excerpts import Piece

from .lettering import place_of, plain_words
from .linking import Entry
from .typos import allowed, slips

LEAST_LETTERS = 2
MOST = 10
_FEW = 3
# The letters that decide whether a word may be near: of its beginning, and further on.
_HEAD, _REACH = 5, 12
_LAST = chr(0x10FFFF)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A term, by that of its forms which fits best; ``text[start:end]`` of the form is
    what fits. ``is_near`` when it does so only but for a slip."""

    entry: Entry
    text: str
    start: int
    end: int
    is_near: bool = False

    @property
    def pieces(self) -> list[Piece]:
        """The form, what fits apart from the rest."""
        cuts = (0, self.start, self.end, len(self.text))
        parts = [self.text[cut:end] for cut, end in zip(cuts, cuts[1:], strict=False)]
        pieces = [Piece(part, is_hit=index == 1) for index, part in enumerate(parts)]
        return [piece for piece in pieces if piece.text]


def _mask(letters: str) -> int:
    """Which letters there are, as bits; some letters share one."""
    mask = 0
    for letter in letters:
        mask |= 1 << (ord(letter) & 63)
    return mask


@dataclass(frozen=True, slots=True)
class _Row:
    """A form of a term; ``letters`` are its plain words without the gaps."""

    entry: Entry
    text: str
    letters: str
    starts: tuple[int, ...]


class Suggester:
    """Suggests terms out of ``entries``; immutable."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        # In the order in which equally good forms are shown.
        self._rows = _sorted_rows(entries)
        count = len(self._rows)
        keys = sorted(
            (row.letters[start:], number + (count if start else 0), start)
            for number, row in enumerate(self._rows)
            for start in row.starts
        )
        # The letters from each word of each form on, and beside them where that is:
        # the number of the row, and the count of rows more if not at its beginning.
        self._keys = [key for key, _, _ in keys]
        self._ranks = [rank for _, rank, _ in keys]
        self._starts = [start for _, _, start in keys]
        self._whole = "\n".join(row.letters for row in self._rows)
        self._ends = list(accumulate(len(row.letters) + 1 for row in self._rows))
        self._heads = self._by_mask()
        self._masks = [_mask(key[:_REACH]) for key in self._keys]
        self._kept = lru_cache(1_000)(self._found)

    def _by_mask(self) -> dict[int, list[int]]:
        """The places of the keys, by which letters they begin with."""
        found: dict[int, list[int]] = {}
        places = range(len(self._keys))
        for head, run in groupby(places, key=lambda at: self._keys[at][:_HEAD]):
            found.setdefault(_mask(head), []).extend(run)
        return found

    def suggest(self, typed: str, *, most: int = MOST) -> tuple[Suggestion, ...]:
        """At most ``most`` terms for what was typed, the best first, each once."""
        words = plain_words(typed)
        letters = "".join(words)
        if len(letters) < LEAST_LETTERS:
            return ()
        return self._kept(letters, len(words[0]), most)

    def _found(self, typed: str, first: int, most: int) -> tuple[Suggestion, ...]:
        """For plain letters, of which so many are the ``first`` word."""
        found: dict[str, Suggestion] = {}
        self._take(self._beginning(typed), found, most)
        self._take(self._holding(typed, first), found, most)
        for count in range(1, allowed(typed) + 1):
            if len(found) < _FEW:
                self._take(self._near(typed, count), found, most)
        return tuple(found.values())

    def _take(
        self,
        hits: Iterator[tuple[int, int, int, bool]],
        found: dict[str, Suggestion],
        most: int,
    ) -> None:
        """Take from (row, start, end, is_near), best first, the terms not yet found."""
        while len(found) < most:
            hit = next(hits, None)
            if hit is None:
                return
            number, start, end, is_near = hit
            row = self._rows[number]
            if row.entry.slug not in found:
                place = place_of(row.text, start, end)
                found[row.entry.slug] = Suggestion(
                    row.entry, row.text, *place, is_near=is_near
                )

    def _beginning(self, typed: str) -> Iterator[tuple[int, int, int, bool]]:
        """Forms that are it, then that begin with it, then in which a word does."""
        count = len(self._rows)
        first = bisect_left(self._keys, typed)
        same = bisect_right(self._keys, typed, lo=first)
        last = bisect_left(self._keys, typed + _LAST, lo=same)
        ordered = [
            (rank - count if at < same and rank < count else rank, self._starts[at])
            for at, rank in enumerate(self._ranks[first:last], first)
        ]
        heapify(ordered)
        while ordered:
            rank, start = heappop(ordered)
            yield rank % count, start, start + len(typed), False

    def _holding(self, typed: str, first: int) -> Iterator[tuple[int, int, int, bool]]:
        """Forms with it inside a word, where its own first word must end in that word:
        “nin” is not in “protein inhibitor”."""
        at = self._whole.find(typed)
        while at >= 0:
            number = bisect_right(self._ends, at)
            row = self._rows[number]
            start = at - self._ends[number] + len(row.letters) + 1
            if not any(start < each < start + first for each in row.starts):
                yield number, start, start + len(typed), False
            at = self._whole.find(typed, at + 1)

    def _near(self, typed: str, most: int) -> Iterator[tuple[int, int, int, bool]]:
        """Forms in which a word begins with it but for slips, the fewest first."""
        found = []
        length = len(typed) + most
        places = self._nearby(typed, most)
        for known, same in groupby(places, key=lambda at: self._keys[at][:length]):
            near = slips(typed, known, most=most)
            if near:
                count, end = near
                found += [
                    (count, self._ranks[at], self._starts[at], end) for at in same
                ]
        for _, rank, start, end in sorted(found):
            yield rank % len(self._rows), start, start + end, True

    def _nearby(self, typed: str, most: int) -> Iterator[int]:
        """The places of the keys that may be so near: each slip can bring one letter
        into a beginning, and take one out of it."""
        head, beginning = _mask(typed[:_HEAD]), _mask(typed[: _REACH - most])
        for mask, places in self._heads.items():
            if (mask & ~head).bit_count() <= most >= (head & ~mask).bit_count():
                for at in places:
                    if (beginning & ~self._masks[at]).bit_count() <= most:
                        yield at


def _sorted_rows(entries: Iterable[Entry]) -> list[_Row]:
    """All forms: headwords before others, short before long."""
    rows = []
    for entry in entries:
        for form in entry.forms:
            words = plain_words(form.text)
            starts = tuple(accumulate(map(len, words[:-1]), initial=0)) if words else ()
            order = (form.kind != "headword", sum(map(len, words)))
            row = _Row(entry, form.text, "".join(words), starts)
            if words:
                rows.append((order, row.letters, form.text, entry.slug, row))
    rows.sort(key=lambda each: each[:4])
    return [row for *_, row in rows]
