"""Find the words of a whole vocabulary in a text: longest match first. Pure.

A trie over words, not characters: offsets can't shift when letters change length under
case folding (İ, ß), and no match can end inside a word. In our measurements it is as
fast as the Aho–Corasick packages for 10,000 terms.
"""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import compress, groupby
from typing import NamedTuple


def _combining_marks() -> str:
    """All combining marks as ranges of a regular expression's character class."""
    marks = [
        code
        for code in range(0x300, sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Mn", "Mc")
    ]
    runs = groupby(enumerate(marks), key=lambda pair: pair[1] - pair[0])
    spans = [[code for _, code in run] for _, run in runs]
    return "".join(f"\\U{span[0]:08x}-\\U{span[-1]:08x}" for span in spans)


_MARKS = _combining_marks()
# An underscore is part of a word. The look-ahead only saves time: there are hundreds
# of ranges, and no mark below.
_WORD = re.compile(rf"(\w+(?:(?=[^\0-\u02ff])[{_MARKS}]+\w*)*)")
_HYPHENS = frozenset("-\u2010\u2011")
# Straight and curly: "Hodgkin's lymphoma" is one form however it is typed.
_APOSTROPHES = frozenset("'\u2019")
_CAPITALS = 2
# No form may be longer.
MAX_FORM = 200


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a term; ``kind`` is one of glossary.models.FormKind."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A term: its slug, headword and all its forms, the headword among them; and the
    ``former`` slugs, which still name it."""

    slug: str
    headword: str
    forms: tuple[Form, ...]
    is_automatic: bool = True
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MentionUse:
    """A term linked in a text. Only the first link of a term has an ``anchor``."""

    slug: str
    words: str
    anchor: str
    line: int | None
    is_explicit: bool


class Match(NamedTuple):
    """Words ``text[start:end]`` that are a form of ``entry``."""

    start: int
    end: int
    entry: Entry


@dataclass(slots=True)
class _Node:
    following: dict[str, _Node] = field(default_factory=dict)
    # (how each word must be written, or None for any case, or nothing when all may be
    # in any case; the entry)
    endings: list[tuple[tuple[str | None, ...], Entry]] = field(default_factory=list)


# Prose says the same words over and over.
@lru_cache(maxsize=50_000)
def _fold(word: str) -> str:
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFC", word.casefold())


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _exactness(form: Form) -> tuple[str | None, ...]:
    """Per word: how it must be written, or None. Abbreviations are exact throughout;
    elsewhere a word with two capitals or more is (so "HPV vaccine" is not "hpv")."""
    is_exact = form.kind == "abbreviation"
    return tuple(
        unicodedata.normalize("NFC", word)
        if is_exact or sum(char.isupper() for char in word) >= _CAPITALS
        else None
        for word in _words(form.text)
    )


def fold(text: str) -> str:
    """The words of a form in one case: what all ways of writing it have in common."""
    return " ".join(map(_fold, _words(text)))


def compete(one: Form, other: Form) -> bool:
    """Whether some words in a text would be a match for both forms."""
    name = fold(one.text)
    if not name or name != fold(other.text):
        return False
    pairs = zip(_exactness(one), _exactness(other), strict=True)
    return all(a is None or b is None or a == b for a, b in pairs)


class Vocabulary:
    """All terms that a text may link; immutable. Where two entries own one form, the
    first by slug has it."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._root = _Node()
        self._by_name: dict[str, list[tuple[tuple[str | None, ...], Entry]]] = {}
        self.entries = tuple(sorted(entries, key=lambda entry: entry.slug))
        for entry in self.entries:
            for form in entry.forms:
                self._add(form, entry)
        # Word as written → node that it leads to from the root, or None.
        following = self._root.following
        self._first = lru_cache(50_000)(lambda word: following.get(_fold(word)))

    def _add(self, form: Form, entry: Entry) -> None:
        words = [_fold(word) for word in _words(form.text)]
        if not words:
            return
        exact = _exactness(form)
        ending = (exact if any(exact) else (), entry)
        self._by_name.setdefault(" ".join(words), []).append(ending)
        if not entry.is_automatic:
            return
        node = self._root
        for word in words:
            node = node.following.setdefault(word, _Node())
        node.endings.append(ending)

    @property
    def version(self) -> str:
        """A hash of the content."""
        return hashlib.sha256(repr(self.entries).encode()).hexdigest()[:16]

    def names(self) -> list[str]:
        """Every form, for suggestions."""
        return [form.text for entry in self.entries for form in entry.forms]

    def by_name(self, name: str) -> Entry | None:
        """The term that has this form or slug, now or formerly; exact case first, then
        any."""
        words = _words(name)
        endings = self._by_name.get(" ".join(map(_fold, words)), [])
        for exact, entry in endings:
            if not exact or _agrees(words, exact):
                return entry
        if endings:
            return endings[0][1]
        present = (entry for entry in self.entries if entry.slug == name)
        formerly = (entry for entry in self.entries if name in entry.former)
        return next(present, None) or next(formerly, None)

    def find(self, text: str) -> Iterator[Match]:
        """All automatic matches in ``text``, leftmost and longest, none overlapping."""
        # Gap, word, gap, … word, gap: so the gap before word 3 is gaps[3].
        parts = _WORD.split(text)
        gaps, words = parts[::2], parts[1::2]
        after = place = 0
        nodes = list(map(self._first, words))
        for first in compress(range(len(nodes)), nodes):
            node = nodes[first]
            if node is None or first < after:
                continue
            count, entry = self._longest(node, gaps, words, first)
            if entry is not None:
                start = place + sum(map(len, parts[2 * after : 2 * first + 1]))
                after = first + count
                place = start + sum(map(len, parts[2 * first + 1 : 2 * after]))
                yield Match(start, place, entry)

    def _longest(
        self, node: _Node, gaps: list[str], words: list[str], first: int
    ) -> tuple[int, Entry | None]:
        """(number of words, entry) of the longest match that begins at a word."""
        best: tuple[int, Entry | None] = (0, None)
        for after in range(first + 1, len(words) + 1):
            if node.endings and _may_end(gaps[after], words[after : after + 1]):
                for exact, entry in node.endings:
                    if not exact or _agrees(words[first:after], exact):
                        best = (after - first, entry)
                        break
            if after == len(words) or not node.following or not _joins(gaps[after]):
                break
            following = node.following.get(_fold(words[after]))
            if following is None:
                break
            node = following
        return best if best[0] and _may_begin(gaps[first], first) else (0, None)


def _agrees(words: list[str], exact: tuple[str | None, ...]) -> bool:
    return all(
        wanted in (None, word) or unicodedata.normalize("NFC", word) == wanted
        for word, wanted in zip(words, exact, strict=True)
    )


def _joins(gap: str) -> bool:
    """May stand between two words of one form: white space, a hyphen, an apostrophe."""
    return gap == " " or gap in _HYPHENS or gap in _APOSTROPHES or gap.isspace()


def _may_begin(gap: str, index: int) -> bool:
    """Not glued to the word before: "non-cancer" holds no cancer."""
    return index == 0 or gap not in _HYPHENS


def _may_end(gap: str, following: list[str]) -> bool:
    """Not glued to the word that follows: "PD" does not end in "PD-1" or "PD-L1",
    "HPV" does in "HPV-positive"."""
    return not following or gap not in _HYPHENS or _is_plain_word(following[0])


def _is_plain_word(word: str) -> bool:
    return len(word) > 1 and not word.isupper() and not any(map(str.isdigit, word))
