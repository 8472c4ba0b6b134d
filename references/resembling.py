"""Which records of a list are probably of one work. Pure.

Each test looks only at records that share something exact (a block), as in record
linkage (Christen, Data Matching, 2012, chapter 4), so that twenty thousand records
take a fraction of a second.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations, islice
from typing import NamedTuple

# What one list may hold; whoever works it off sees the rest afterwards.
MOST = 1_000
# What so many records share says nothing.
_MOST_ALIKE = 1_000
_MOST_NEAR = 200
_ENDS = 12
# Of two titles of a hundred letters, about five may differ.
_LEAST_RATIO = 0.95
# “Editorial” by two people is two editorials.
_LONG_TITLE = 25
_DIGITS = re.compile(r"[0-9]+")
_SCHEME = re.compile(r"\Ahttps?://(?:www\.)?", re.IGNORECASE)


class Candidate(NamedTuple):
    """What is compared of a record: its number, its :mod:`references.likeness`, the
    year if known, its web address if any."""

    pk: int
    likeness: str
    year: int | None
    url: str | None

    @property
    def title(self) -> str:
        return self.likeness.rpartition("|")[0]

    @property
    def author(self) -> str:
        return self.likeness.rpartition("|")[2]


@dataclass(frozen=True, slots=True)
class Likely:
    """Two records, the lower number first, and why they are probably one work."""

    keys: tuple[int, int]
    reason: str


Block = Callable[[Candidate], Iterable[Hashable]]
Test = Callable[[Candidate, Candidate], bool]


def likely_pairs(
    candidates: Iterable[Candidate], *, but: Iterable[tuple[int, int]] = ()
) -> list[Likely]:
    """At most :data:`MOST` pairs, the surest first, each once with its surest reason;
    ``but`` are pairs, the lower number first, that are left out."""
    return list(islice(_all_pairs(list(candidates), set(but)), MOST))


def _all_pairs(
    candidates: list[Candidate], told: set[tuple[int, int]]
) -> Iterator[Likely]:
    for reason, block, most, test in _TESTS:
        for one, other in _within(candidates, block, most):
            keys = (min(one.pk, other.pk), max(one.pk, other.pk))
            if keys not in told and test(one, other):
                told.add(keys)
                yield Likely(keys, reason)


def _within(
    candidates: list[Candidate], block: Block, most: int
) -> Iterator[tuple[Candidate, Candidate]]:
    blocks: dict[Hashable, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        for key in block(candidate):
            blocks[key].append(candidate)
    for together in blocks.values():
        if len(together) <= most:
            yield from combinations(together, 2)


# Blocks


def _same(candidate: Candidate) -> list[Hashable]:
    return [candidate.likeness] if candidate.likeness else []


def _same_title(candidate: Candidate) -> list[Hashable]:
    title = candidate.title
    return [title] if len(title) >= _LONG_TITLE else []


def _same_address(candidate: Candidate) -> list[Hashable]:
    rest = _SCHEME.sub("", str(candidate.url or "")).partition("#")[0].rstrip("/")
    host, _, path = rest.partition("/")
    # The start page of a site is the address of many a thing.
    return [f"{host.lower()}/{path}"] if path else []


def _same_author_and_end(candidate: Candidate) -> list[Hashable]:
    title, author = candidate.title, candidate.author
    if not author or len(title) < _LONG_TITLE:
        return []
    # A single mistake leaves the beginning or the end as it was.
    return [(author, title[:_ENDS], ""), (author, "", title[-_ENDS:])]


# Tests


def _is_near(one: Candidate, other: Candidate) -> bool:
    """Whether the years are at most one apart, or one is not known."""
    if one.year is None or other.year is None:
        return True
    return abs(one.year - other.year) <= 1


def _is_misspelled(one: Candidate, other: Candidate) -> bool:
    """Whether the titles differ by a letter or two, and not in a number: the parts of
    a series, or the statistics of two years, are not one work."""
    if not _is_near(one, other):
        return False
    if _DIGITS.findall(one.title) != _DIGITS.findall(other.title):
        return False
    matcher = SequenceMatcher(None, one.title, other.title, autojunk=False)
    return (
        matcher.real_quick_ratio() >= _LEAST_RATIO
        and matcher.quick_ratio() >= _LEAST_RATIO
        and matcher.ratio() >= _LEAST_RATIO
    )


def _is_any(one: Candidate, other: Candidate) -> bool:
    return True


_TESTS: tuple[tuple[str, Block, int, Test], ...] = (
    ("Same title and first author, year ±1", _same, _MOST_ALIKE, _is_near),
    ("Same web address", _same_address, _MOST_ALIKE, _is_any),
    ("Same title, year ±1, another first author", _same_title, _MOST_ALIKE, _is_near),
    (
        "Nearly the same title, same first author, year ±1",
        _same_author_and_end,
        _MOST_NEAR,
        _is_misspelled,
    ),
)
