"""Which terms may have to give way when words become or cease to be forms. Pure.

The longest form that begins first wins (see :mod:`glossary.linking`), so a new form
takes words from those that overlap it, and these make room for the ones that overlap
them in turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .linking import Entry
from .wording import fold

Words = tuple[str, ...]


def names_of(entry: Entry) -> set[str]:
    """Everything that names a term in a text, folded: its forms and its slugs."""
    names = (*(form.text for form in entry.forms), entry.slug, *entry.former)
    return {fold(name) for name in names} - {""}


class Overlaps:
    """The names of some entries, by the words that they hold."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._holding: dict[str, list[tuple[Words, str]]] = {}
        for entry in entries:
            for name in names_of(entry):
                words = _words(name)
                for word in set(words):
                    self._holding.setdefault(word, []).append((words, entry.slug))

    def touching(self, names: Iterable[str]) -> set[str]:
        """The slugs of those with a name that may stand on the same words as one of
        ``names``: they may gain what such a name leaves."""
        return {slug for name in names for _, slug in self._beside(_words(name))}

    def yielding(self, *, added: Iterable[str], removed: Iterable[str]) -> set[str]:
        """The slugs of those that may lose a place when some names begin to link and
        others cease to. One that gains a place may lose it where it stood before."""
        found = self.touching(removed)
        waiting = [_words(name) for name in added]
        waiting += [
            other for name in removed for other, _ in self._beside(_words(name))
        ]
        seen = set(waiting)
        while waiting:
            taking = waiting.pop()
            for taken, slug in self._beside(taking):
                if not _takes(taking, taken):
                    continue
                found.add(slug)
                for freed, other in self._beside(taken):
                    found.add(other)
                    if freed not in seen:
                        seen.add(freed)
                        waiting.append(freed)
        return found

    def _beside(self, words: Words) -> Iterator[tuple[Words, str]]:
        for word in set(words):
            for other, slug in self._holding.get(word, ()):
                if _within(words, other) or _within(other, words):
                    yield other, slug
                elif _follows(words, other) or _follows(other, words):
                    yield other, slug


def _words(name: str) -> Words:
    return tuple(fold(name).split())


def _takes(one: Words, other: Words) -> bool:
    """Whether a match of ``one`` may keep ``other`` from being one: that lies within it,
    or begins within it and goes on."""
    return _within(other, one) or _follows(one, other)


def _within(short: Words, long: Words) -> bool:
    size = len(short)
    return any(long[at : at + size] == short for at in range(len(long) - size + 1))


def _follows(one: Words, other: Words) -> bool:
    """Whether the end of one is the beginning of the other."""
    most = min(len(one), len(other))
    return any(one[-count:] == other[:count] for count in range(1, most))
