"""How hard a text is to read: the Flesch formulas over its running text. Pure.

Two grades are given side by side, never one alone: as measured, and with the names that
the page can't avoid (drugs, tests, diseases) counted as plain words. Sources of the
formulas: Kincaid, Fishburne, Rogers and Chissom, “Derivation of new readability formulas
for Navy enlisted personnel”, 1975 (grade); Flesch, “A new readability yardstick”,
Journal of Applied Psychology 32, 1948 (reading ease). They know lengths only: neither
whether a text is clear nor whether it is true.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .sentences import Passage, Sentence, split_sentences
from .syllables import count_syllables

LONG_WORD = 3
# A name that the reader must meet anyway counts as a word of at most so many syllables.
PLAIN = 2
# A shorter sentence is never called hard: one long word would be most of it.
SHORTEST_RANKED = 5
# Flesch's samples have 100 words; the grade of a shorter text is rough.
SAMPLE = 100


@dataclass(frozen=True, slots=True)
class Counts:
    """What the formulas need; there is at least one sentence with a word."""

    words: int
    sentences: int
    syllables: int

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.words + other.words,
            self.sentences + other.sentences,
            self.syllables + other.syllables,
        )

    @property
    def average_sentence_length(self) -> float:
        """Words a sentence."""
        return self.words / self.sentences

    @property
    def grade(self) -> float:
        """Flesch–Kincaid grade level: a school grade of the United States."""
        per_word = self.syllables / self.words
        return 0.39 * self.average_sentence_length + 11.8 * per_word - 15.59

    @property
    def reading_ease(self) -> float:
        """Flesch reading ease: about 100 for the easiest prose, 0 for the hardest."""
        per_word = self.syllables / self.words
        return 206.835 - 1.015 * self.average_sentence_length - 84.6 * per_word


@dataclass(frozen=True, slots=True)
class MeasuredSentence:
    """A sentence with its line in the body (from 1), both grades, its long words, and
    those of them that are ``names``: part of a known word."""

    text: str
    line: int | None
    measured: Counts
    names_plain: Counts
    long_words: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Readability:
    """A text measured. ``measured`` counts every syllable; ``names_plain`` counts
    known words as words of two syllables at most. ``fragments`` of the sentences are
    list items and the like without a final stop, ``long_words`` of the words have
    three syllables or more."""

    measured: Counts
    names_plain: Counts
    fragments: int
    long_words: int
    longest: MeasuredSentence
    hardest: tuple[MeasuredSentence, ...]

    @property
    def long_word_share(self) -> float:
        """From 0 to 1."""
        return self.long_words / self.measured.words

    @property
    def is_rough(self) -> bool:
        """Too short for a grade that can be relied on."""
        return self.measured.words < SAMPLE

    def is_above(self, target: float) -> bool:
        """Whether the grade as measured, as it is shown, is above ``target``."""
        return round(self.measured.grade, 1) > target


class KnownWords:
    """Names of one word or several, found whole, in any case; hyphens part words, so
    “T cell” is found in “T-cell”."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[list[str]]] = {}
        for name in sorted(set(names), key=len, reverse=True):
            parts = [part for word in name.split() for part in _fold(word)]
            if parts:
                self._by_first.setdefault(parts[0], []).append(parts)

    def find(self, words: Sequence[str]) -> frozenset[int]:
        """The places in ``words`` of those that belong to a name."""
        parts = [(part, at) for at, word in enumerate(words) for part in _fold(word)]
        folded = [part for part, _ in parts]
        places = [at for _, at in parts]
        found: set[int] = set()
        index = 0
        while index < len(parts):
            length = self._longest(folded, places, index)
            found.update(places[index : index + length])
            index += length or 1
        return frozenset(found)

    def _longest(self, folded: list[str], places: list[int], first: int) -> int:
        """How many parts the longest name has that begins here; 0 when none does, or
        when it would hold half a word: “HPV” is no name in “HPV-positive”."""
        if first and places[first - 1] == places[first]:
            return 0
        for name in self._by_first.get(folded[first], ()):
            end = first + len(name)
            if folded[first:end] == name and places[end : end + 1] != [places[end - 1]]:
                return len(name)
        return 0


@lru_cache(maxsize=20_000)
def _fold(word: str) -> tuple[str, ...]:
    """The parts of a word in one case and without the ’s of possession."""
    plain = unicodedata.normalize("NFC", word.casefold()).replace("’", "'")
    plain = plain.strip("\"'“”()[].,;:").removesuffix("'s")
    return tuple(filter(None, plain.replace("‑", "-").replace("‐", "-").split("-")))


def measure(
    passages: Iterable[Passage], *, known_words: KnownWords, hardest: int = 5
) -> Readability | None:
    """Measure the running text of a page; None when it has no sentence.

    ``hardest`` says how many of the hardest sentences to name, by their grade as
    measured.
    """
    sentences = [each for passage in passages for each in split_sentences(passage)]
    return measure_sentences(sentences, known_words=known_words, hardest=hardest)


def measure_sentences(
    sentences: Sequence[Sentence], *, known_words: KnownWords, hardest: int = 5
) -> Readability | None:
    """The same for a text that was split before."""
    if not sentences:
        return None
    found = [_measured(sentence, known_words) for sentence in sentences]
    ranked = [each for each in found if each.measured.words >= SHORTEST_RANKED]
    ranked.sort(key=lambda each: each.measured.grade, reverse=True)
    return Readability(
        measured=total(each.measured for each in found),
        names_plain=total(each.names_plain for each in found),
        fragments=sum(sentence.is_fragment for sentence in sentences),
        long_words=sum(len(each.long_words) for each in found),
        longest=max(found, key=lambda each: each.measured.words),
        hardest=tuple(ranked[:hardest]),
    )


def total(counts: Iterable[Counts]) -> Counts:
    """The counts of several texts as if they were one."""
    return sum(counts, Counts(0, 0, 0))


def _measured(sentence: Sentence, known_words: KnownWords) -> MeasuredSentence:
    words = sentence.words
    syllables = [count_syllables(word) for word in words]
    named = known_words.find(words)
    plain = list(_capped(syllables, named))
    long_words = [at for at, count in enumerate(syllables) if count >= LONG_WORD]
    return MeasuredSentence(
        text=sentence.text,
        line=sentence.line,
        measured=Counts(len(words), 1, sum(syllables)),
        names_plain=Counts(len(words), 1, sum(plain)),
        long_words=tuple(words[at] for at in long_words),
        names=tuple(words[at] for at in long_words if at in named),
    )


def _capped(syllables: Sequence[int], named: frozenset[int]) -> Iterator[int]:
    for at, count in enumerate(syllables):
        yield min(count, PLAIN) if at in named else count
