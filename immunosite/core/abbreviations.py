"""Abbreviations that a page uses and doesn't explain. Pure.

An abbreviation is a word of two to six capital letters, with figures and hyphens among
them: CRS, PD-L1, HER2. It is explained where words and it stand side by side, one of
them in brackets, in the block of its first use or the next: “cytokine release syndrome
(CRS)”, “CRS (cytokine release syndrome)”.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from .checklist import advice
from .markdown import Problem

# Nobody needs these explained; or they are words written loudly, or numbers.
EVERYDAY = frozenset(
    "AIDS COVID-19 DNA EU FAQ HIV ID OK PDF TV UK US USA UV "
    "AND DO NO NOT ONLY OR "
    "II III IV VI VII VIII IX XI XII".split()
)
# “CARs” is “CAR”. A single letter with figures (B7, V600E) is the name of a thing.
_CANDIDATE = re.compile(
    r"(?<!\w)([A-Z]{2}[A-Z0-9]*(?:-[A-Z0-9]+)*|[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+)s?(?!\w)"
)
_LETTERS = range(2, 7)
# Between a bracket and the abbreviation in it: “(also called CRS)”.
_BEFORE = 40

# The places (start, end) of words in a block that the glossary explains.
Explained = Callable[[str], Iterable[tuple[int, int]]]


def unexplained(
    text: str, body: str, *, explained: Explained, known: Callable[[str], bool]
) -> list[Problem]:
    """One problem for each abbreviation of a page that is left unexplained.

    ``text`` has the words of the page, one block a line; ``body`` is searched for the
    line of the first use. ``explained`` finds words of the glossary in a block, of
    which an abbreviation may be a part; ``known`` says whether it is one by itself.
    """
    blocks = text.split("\n")
    seen: set[str] = set()
    problems = []
    for number, block in enumerate(blocks):
        new = [match for match in _candidates(block) if match[1] not in seen]
        if not new:
            continue
        spans = list(explained(block))
        nearby = "\n".join(blocks[number : number + 2])
        for match in new:
            word = match[1]
            if word in seen:
                continue
            seen.add(word)
            is_part = any(
                start <= match.start() and match.end(1) <= end for start, end in spans
            )
            if not (is_part or known(word) or _is_expanded(word, nearby)):
                problems.append(_problem(word, body))
    return problems


def _candidates(block: str) -> Iterable[re.Match[str]]:
    for match in _CANDIDATE.finditer(block):
        letters = sum(char.isalpha() for char in match[1])
        if letters in _LETTERS and match[1] not in EVERYDAY:
            yield match


def _is_expanded(word: str, nearby: str) -> bool:
    name = re.escape(word)
    in_brackets = rf"\w[\"'”’]?\s*\((?:[^()]{{0,{_BEFORE}}}\W)?{name}s?(?!\w)"
    # Words that begin with its letter, not “PFS (about 5%)”.
    before_brackets = rf"(?<!\w){name}s?\s*\(\W?(?i:{word[0]})\w+[\s-]\w"
    return bool(re.search(in_brackets, nearby) or re.search(before_brackets, nearby))


def _problem(word: str, body: str) -> Problem:
    # Not “MSI” in “MSI-H”.
    found = re.search(rf"(?<!\w){re.escape(word)}s?(?!\w|-[A-Z0-9])", body)
    line = body.count("\n", 0, found.start()) + 1 if found else None
    message = (
        f"“{word}” is neither explained here nor in the glossary. Write “words "
        f"({word})” at its first use, or add it to the glossary."
    )
    return advice("abbreviation", message, line)
