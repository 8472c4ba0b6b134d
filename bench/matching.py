"""How fast are the words of a great glossary found in a long page, against a package
in C that finds strings? At most 2.5 times as long.

Both give the same places, or the measure stops: so on top of the package's automaton
Python does what it knows nothing of, word boundaries, names held by hyphens, exact
case, and the choice of the leftmost and longest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import ahocorasick
from stage import corpus
from stage.timing import alternate, show

from glossary.linking import Entry, Vocabulary
from glossary.wording import Form, exactness

BASELINE = "pyahocorasick and the rules"
_JOINS = str.maketrans(dict.fromkeys("-\u2010\u2011\u2013'\u2019\n", " "))
_HYPHENS = "-\u2010\u2011"
_WORDS = re.compile(r"\w+")


def automaton(entries: Iterable[Entry]) -> ahocorasick.Automaton:
    found = ahocorasick.Automaton()
    owners: dict[str, list[tuple[Form, bool]]] = {}
    for entry in entries:
        for form in entry.forms:
            owner = (form, any(exactness(form)))
            owners.setdefault(form.text.lower().translate(_JOINS), []).append(owner)
    for text, forms in owners.items():
        found.add_word(text, (len(text), forms))
    found.make_automaton()
    return found


def places(known: ahocorasick.Automaton, text: str) -> list[tuple[int, int]]:
    """Leftmost and longest matches that are whole words."""
    longest: dict[int, int] = {}
    for last, (length, forms) in known.iter(text.lower().translate(_JOINS)):
        start, end = last + 1 - length, last + 1
        before, after = text[start - 1 : start], text[end : end + 1]
        if before and (before.isalnum() or before in _HYPHENS or before == "_"):
            continue
        if after and (after.isalnum() or after == "_"):
            continue
        if after and after in _HYPHENS and not _is_plain(text, end + 1):
            continue
        if all(needed and not _agrees(text[start:end], form) for form, needed in forms):
            continue
        longest[start] = end
    chosen, free = [], 0
    for start in sorted(longest):
        if start >= free:
            free = longest[start]
            chosen.append((start, free))
    return chosen


def _is_plain(text: str, at: int) -> bool:
    word = _WORDS.match(text, at)
    if word is None:
        return True
    letters = word[0]
    has_digit = any(map(str.isdigit, letters))
    return len(letters) > 1 and letters[0].islower() and not has_digit


def _agrees(words: str, form: Form) -> bool:
    pairs = zip(_WORDS.findall(words), exactness(form), strict=True)
    return all(exact in (None, word) for word, exact in pairs)


def main() -> None:
    body, entries = corpus.article(citations=0), corpus.entries()
    known, vocabulary = automaton(entries), Vocabulary(entries)
    ours = [(start, end) for start, end, _ in vocabulary.find(body)]
    if ours != places(known, body):
        raise SystemExit("The two find different places.")
    seconds = alternate(
        {
            BASELINE: lambda: places(known, body),
            "ours": lambda: list(vocabulary.find(body)),
        },
        runs=51,
    )
    words = f"{len(entries):,} terms in {len(body.split()):,} words"
    show(f"{words}: {len(ours)} places", seconds, baseline=BASELINE)


if __name__ == "__main__":
    main()
