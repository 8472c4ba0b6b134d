"""Find the words of a whole vocabulary in a text: longest match first. Pure.

A trie over words, not characters: offsets can't shift when letters change length under
case folding (İ, ß), and no match can end inside a word. In our measurements it is as
fast as the Aho–Corasick packages for 10,000 terms.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import compress
from typing import NamedTuple

from .wording import WORD, Form, exactness, fold, fold_word, words_of

_HYPHENS = frozenset("-\u2010\u2011")
# An en dash joins names ("Calmette–Guérin") but glues nothing: it also stands for “to”.
_JOINING = _HYPHENS | {"\u2013"}
# Straight and curly: "Hodgkin's lymphoma" is one form however it is typed.
_APOSTROPHES = frozenset("'\u2019")


@dataclass(frozen=True, slots=True)
class Entry:
    """A term: its slug, headword and all its forms, the headword among them; the
    ``former`` slugs, which still name it; the slugs of the ``topics`` it bears."""

    slug: str
    headword: str
    forms: tuple[Form, ...]
    is_automatic: bool = True
    former: tuple[str, ...] = ()
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Senses:
    """The terms that own one form, which ``name`` is, folded, each as a sense."""

    name: str
    entries: tuple[Entry, ...]

    def chosen(self, topics: Collection[str]) -> Entry | None:
        """The only one that bears one of the topics of a page, if there is one."""
        fitting = [each for each in self.entries if not each.topics.isdisjoint(topics)]
        return fitting[0] if len(fitting) == 1 else None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What of a page decides which of its words link: the slugs of its topics, and the
    words, folded, that an editor never wants to be linked there by themselves."""

    topics: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()


NOWHERE = Surroundings()


@dataclass(frozen=True, slots=True)
class MentionUse:
    """The link to a term, the only one on the page. ``anchor`` is its id."""

    slug: str
    words: str
    anchor: str
    line: int | None
    is_explicit: bool


class Match(NamedTuple):
    """Words ``text[start:end]`` that are a form of ``owner``."""

    start: int
    end: int
    owner: Entry | Senses


@dataclass(slots=True)
class _Node:
    following: dict[str, _Node] = field(default_factory=dict)
    # (how each word must be written, or None for any case, or nothing when all may be
    # in any case; the owner)
    endings: list[_Ending] = field(default_factory=list)


_Ending = tuple[tuple[str | None, ...], Entry | Senses]


class Vocabulary:
    """All terms that a text may link; immutable. Where two entries own one form and not
    both as a sense, the first by slug has it."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._root = _Node()
        self._by_name: dict[str, list[_Ending]] = {}
        self.entries = tuple(sorted(entries, key=lambda entry: entry.slug))
        for entry in self.entries:
            for form in entry.forms:
                self._add(form, entry)
        # Word as written → node that it leads to from the root, or None.
        following = self._root.following
        self._first = lru_cache(50_000)(lambda word: following.get(fold_word(word)))

    def _add(self, form: Form, entry: Entry) -> None:
        words = [fold_word(word) for word in words_of(form.text)]
        if not words:
            return
        exact = exactness(form)
        if not any(exact):
            exact = ()
        name = " ".join(words)
        _own(self._by_name.setdefault(name, []), exact, form, entry, name)
        if not (entry.is_automatic and form.is_automatic):
            return
        node = self._root
        for word in words:
            node = node.following.setdefault(word, _Node())
        _own(node.endings, exact, form, entry, name)

    @property
    def version(self) -> str:
        """A hash of the content."""
        return hashlib.sha256(repr(self.entries).encode()).hexdigest()[:16]

    def names(self) -> list[str]:
        """Every form, for suggestions."""
        return [form.text for entry in self.entries for form in entry.forms]

    def by_name(self, name: str) -> Entry | Senses | None:
        """Who has this form or slug, now or formerly; exact case first, then any."""
        words = words_of(name)
        endings = self._by_name.get(_folded(words), [])
        for exact, owner in endings:
            if not exact or _agrees(words, exact):
                return owner
        if endings:
            return endings[0][1]
        present = (entry for entry in self.entries if entry.slug == name)
        formerly = (entry for entry in self.entries if name in entry.former)
        return next(present, None) or next(formerly, None)

    def find(self, text: str, *, never: Collection[str] = ()) -> Iterator[Match]:
        """All automatic matches in ``text``, leftmost and longest, none overlapping.

        ``never`` holds words, folded, that match nothing here; so shorter ones within
        them may.
        """
        # Gap, word, gap, … word, gap: so the gap before word 3 is gaps[3].
        parts = WORD.split(text)
        gaps, words = parts[::2], parts[1::2]
        after = place = 0
        nodes = list(map(self._first, words))
        for first in compress(range(len(nodes)), nodes):
            node = nodes[first]
            if node is None or first < after:
                continue
            count, owner = self._longest(node, gaps, words, first, never)
            if owner is not None:
                start = place + sum(map(len, parts[2 * after : 2 * first + 1]))
                after = first + count
                place = start + sum(map(len, parts[2 * first + 1 : 2 * after]))
                yield Match(start, place, owner)

    def _longest(
        self,
        node: _Node,
        gaps: list[str],
        words: list[str],
        first: int,
        never: Collection[str],
    ) -> tuple[int, Entry | Senses | None]:
        """(number of words, owner) of the longest match that begins at a word."""
        best: tuple[int, Entry | Senses | None] = (0, None)
        for after in range(first + 1, len(words) + 1):
            if (
                node.endings
                and _may_end(gaps[after], words[after : after + 1])
                and not (never and _folded(words[first:after]) in never)
            ):
                for exact, owner in node.endings:
                    if not exact or _agrees(words[first:after], exact):
                        best = (after - first, owner)
                        break
            if after == len(words) or not node.following or not _joins(gaps[after]):
                break
            following = node.following.get(fold_word(words[after]))
            if following is None:
                break
            node = following
        return best if best[0] and _may_begin(gaps[first], first) else (0, None)


def _own(
    endings: list[_Ending],
    exact: tuple[str | None, ...],
    form: Form,
    entry: Entry,
    name: str,
) -> None:
    """Enter an owner of a form, among its senses if it is one of several."""
    for place, (other, owner) in enumerate(endings):
        if form.is_sense and other == exact and _is_sense(owner, name):
            others = owner.entries if isinstance(owner, Senses) else (owner,)
            if entry not in others:
                endings[place] = (exact, Senses(name, (*others, entry)))
            return
    endings.append((exact, entry))


def _is_sense(owner: Entry | Senses, name: str) -> bool:
    return isinstance(owner, Senses) or any(
        form.is_sense and fold(form.text) == name for form in owner.forms
    )


def _folded(words: list[str]) -> str:
    return " ".join(map(fold_word, words))


def _agrees(words: list[str], exact: tuple[str | None, ...]) -> bool:
    return all(
        wanted in (None, word) or unicodedata.normalize("NFC", word) == wanted
        for word, wanted in zip(words, exact, strict=True)
    )


def _joins(gap: str) -> bool:
    """May stand between two words of one form: white space, a hyphen, an apostrophe."""
    return gap == " " or gap in _JOINING or gap in _APOSTROPHES or gap.isspace()


def _may_begin(gap: str, index: int) -> bool:
    """Not glued to the word before: "non-cancer" holds no cancer."""
    return index == 0 or gap not in _HYPHENS


def _may_end(gap: str, following: list[str]) -> bool:
    """Not glued to the word that follows: "PD" does not end in "PD-1" or "PD-L1",
    "HPV" does in "HPV-positive". “CTLA-4-Ig” is another name."""
    return not following or gap not in _HYPHENS or _is_plain_word(following[0])


def _is_plain_word(word: str) -> bool:
    return len(word) > 1 and word[0].islower() and not any(map(str.isdigit, word))
