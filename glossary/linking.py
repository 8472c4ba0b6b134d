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
from itertools import groupby


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
_WORD = re.compile(rf"[^\W_]+(?:[{_MARKS}]+[^\W_]*)*")
_HYPHENS = "-\u2010\u2011"
_SPACE = re.compile(r"\s+\Z")
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
    """A term: its slug, headword and all its forms, the headword among them."""

    slug: str
    headword: str
    forms: tuple[Form, ...]
    is_automatic: bool = True


@dataclass(frozen=True, slots=True)
class MentionUse:
    """A term linked in a text. Only the first link of a term has an ``anchor``."""

    slug: str
    words: str
    anchor: str
    line: int | None
    is_explicit: bool


@dataclass(frozen=True, slots=True)
class Match:
    """Words ``text[start:end]`` that are a form of ``entry``."""

    start: int
    end: int
    entry: Entry


@dataclass(slots=True)
class _Node:
    following: dict[str, _Node] = field(default_factory=dict)
    # (words that must be written exactly so, or None for any case; the entry)
    endings: list[tuple[tuple[str | None, ...], Entry]] = field(default_factory=list)


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

    def _add(self, form: Form, entry: Entry) -> None:
        words = [_fold(word) for word in _words(form.text)]
        if not words:
            return
        ending = (_exactness(form), entry)
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
        """The term that has this form or slug; exact case first, then any."""
        words = _words(name)
        endings = self._by_name.get(" ".join(map(_fold, words)), [])
        for exact, entry in endings:
            if _agrees(words, exact):
                return entry
        if endings:
            return endings[0][1]
        return next((entry for entry in self.entries if entry.slug == name), None)

    def find(self, text: str) -> Iterator[Match]:
        """All automatic matches in ``text``, leftmost and longest, none overlapping."""
        spans = [match.span() for match in _WORD.finditer(text)]
        words = [text[start:end] for start, end in spans]
        folded = [_fold(word) for word in words]
        following = self._root.following
        index = 0
        while index < len(words):
            length, entry = 0, None
            if folded[index] in following:
                length, entry = self._longest(text, spans, words, folded, index)
            if entry is not None:
                start, end = spans[index][0], spans[index + length - 1][1]
                yield Match(start, end, entry)
            index += length or 1

    def _longest(
        self,
        text: str,
        spans: list[tuple[int, int]],
        words: list[str],
        folded: list[str],
        first: int,
    ) -> tuple[int, Entry | None]:
        """(number of words, entry) of the longest match that begins at a word."""
        if not _may_begin(text, spans[first][0]):
            return 0, None
        node = self._root
        best: tuple[int, Entry | None] = (0, None)
        for index in range(first, len(words)):
            if index > first and not _joins(
                text[spans[index - 1][1] : spans[index][0]]
            ):
                break
            following = node.following.get(folded[index])
            if following is None:
                break
            node = following
            if node.endings and _may_end(text, spans, index):
                written = words[first : index + 1]
                for exact, entry in node.endings:
                    if _agrees(written, exact):
                        best = (index - first + 1, entry)
                        break
        return best


def _agrees(words: list[str], exact: tuple[str | None, ...]) -> bool:
    return all(
        wanted is None or unicodedata.normalize("NFC", word) == wanted
        for word, wanted in zip(words, exact, strict=True)
    )


def _joins(gap: str) -> bool:
    """May stand between two words of one form: white space, or one hyphen."""
    return gap == " " or gap in _HYPHENS or bool(_SPACE.match(gap))


def _may_begin(text: str, start: int) -> bool:
    """Not glued to what comes before: "non-cancer" and "x_cancer" hold no cancer."""
    if start == 0:
        return True
    before = text[start - 1]
    if before in _HYPHENS:
        return start < 2 or not (text[start - 2].isalnum())
    return before != "_"


def _may_end(text: str, spans: list[tuple[int, int]], index: int) -> bool:
    """Not glued to what follows: "PD" does not end in "PD-1" or "PD-L1", "HPV" does
    in "HPV-positive"."""
    end = spans[index][1]
    after = text[end : end + 1]
    if after and after in _HYPHENS and index + 1 < len(spans):
        start, stop = spans[index + 1]
        if start == end + 1:
            return _is_plain_word(text[start:stop])
    return after != "_"


def _is_plain_word(word: str) -> bool:
    return len(word) > 1 and not word.isupper() and not any(map(str.isdigit, word))
