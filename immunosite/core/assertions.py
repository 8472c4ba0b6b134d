"""Which sentences assert what a source should back: numbers and comparisons. Pure.

The rule looks at words only. It is meant to be right often enough to be read, not to
judge: what it flags may be common knowledge, and what it passes may be wrong. How often
it agrees with a person is measured in ``tests/core/test_assertions.py``.

Not counted are questions, labels (“Step 1”, “After surgery, 2018.”), names that hold a
figure (“PD-1”, “phase 2b”, “CheckMate 067”), telephone numbers, times of day, and when a
page was reviewed. Of what asks readers to do something only figures count: “Call if your
temperature is above 100.4 °F.”
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Kind(StrEnum):
    """What makes a sentence an assertion."""

    NUMBER = "number"
    COMPARISON = "comparison"
    ABSOLUTE = "strong word"


@dataclass(frozen=True, slots=True)
class Assertion:
    """The first ``words`` of a sentence that a source should back."""

    kind: Kind
    words: str


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.I)


_YEAR = r"(?:19|20)\d\d"
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_LABEL = re.compile(
    rf"(?:[^.,]{{1,60}}, )?{_YEAR}(?:(?: and | or | to |–){_YEAR})?[.:]?\Z"
)
_OF_THE_PAGE = _any_of(
    r"\b(?:last|next) (?:review|update|check)",
    r"\b(?:this|our) (?:page|list|site)\b.*\b(?:review|update|check|written|from)",
    r"\breview(?:ed)? (?:due|on)\b",
)
# What a figure or a word means is no finding.
_EXPLAINS = _any_of(
    r"\A(?:an? )?(?:\w+ )?(?:of |below |above )?[\d.]+ (?:would )?means?\b",
    r"\b(?:of|above|below) [\d.]+ (?:would )?means?\b",
    r"[\"”’] (?:is|means?|does not mean|tells?)\b",
    r"\Awords such as\b",
)
# Figures that are no numbers: they are blanked out.
_NAMES = re.compile(
    "|".join(
        (
            r"\A\s*\d+[.)]\s",
            # What looks like a citation or a footnote and is none
            r"\[[@^][^\]]*\]",
            # Telephones, and when they are answered
            r"(?:\+?\d[ .-])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}",
            r"(?i:\b(?:call|dial) (?:911|112|999|988|116117))\b",
            r"\b24/7\b|(?i:\b24 hours a day\b|\b7 days a week\b)",
            r"(?i:\b\d{1,2}(?::\d\d)?\s?[ap]\.?m\b)",
            # “phase 2b”, “stages 3 to 4”, “p. 3”
            r"(?i:\b(?:steps?|stages?|phases?|grades?|types?|parts?|chapters?|pages?|pp?\."
            r"|figs?\.?|figures?|tables?|no\.|versions?|levels?|days?|cohorts?|arms?"
            r"|lines?|sections?|questions?|groups?|notes?|charts?|weeks?|cycles?)"
            r"\s+\d+[a-d]?(?:\s?(?:–|-|to|and|or|,)\s?\d+[a-d]?)*)\b",
            r"\b[IVX]+ \(\d\)",
            # “PD-1”, “CD8”, “HLA-A*02:01”, “mRNA-4157”; “CheckMate 067”
            r"\b[^\W\d_][\w*:]*[-‑–/]?(?:[^\W\d_][\w*:]*)?\d[\w*:]*",
            r"\b(?:[A-Z][a-z]+[A-Z]\w*|[A-Z]{4,})\s(?!(?:19|20)\d\d)\d{2,4}\b",
        )
    )
)
_FIGURE = re.compile(r"\d[\d.,:–-]*\d|\d")
_COUNT = (
    "(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty"
    "|thirty|forty|fifty|sixty|seventy|eighty|ninety|(?:a |one )?hundred)"
)
_UNIT = (
    "(?:percent|per cent|years?|months?|weeks?|days?|hours?|minutes?|times|people"
    "|persons|patients|men|women|children|adults|deaths)"
)
_SPELLED = _any_of(
    rf"\b{_COUNT}(?: to {_COUNT})? (?:\w+ )?{_UNIT}\b",
    rf"\b(?:one|{_COUNT}) (?:in|of|out of) (?:every )?{_COUNT}\b",
    r"\b(?:half|(?:a|one|two) (?:third|quarter)s?|three quarters)\b(?= of|\Z)",
    r"\b(?:a|one) (?:third|quarter) (?:of )?(?:them|the)\b|\bone third\b",
    r"\b(?:two thirds|three quarters)\b",
    r"\b(?:dozens|hundreds|thousands|millions|billions)\b",
)
# These do not compare two things of the world.
_IDIOMS = _any_of(
    r"\b(?:other|rather) than\b",
    r"\bmore than (?:once|one\b|you\b|that\b)",
    r"\bmore and more\b|\bno longer\b|\bonce more\b|\bany more\b",
    r"\b(?:at|know) (?:best|most)\b|\bmost of all\b|\bbest known\b",
    r"\bbetter (?:to|not)\b[^.]*\bthan\b|\bno best\b",
    r"\b(?:get|gets|getting|got|become|becomes) worse\b",
    r"\b(?:more|most) important\b",
    r"\bnot (?:\w+ )?always\b|\bnever (?:mind|hesitate|been)\b",
    # Where to read on
    r"\b(?:read|learn|know|hear|say|says|tell|tells|is|find) more\b(?! (?:common|likely|often"
    r"|severe|serious|effective))",
    r"\bmore (?:about|in|on the page|here)\b",
)
_DEGREE = (
    "(?:likely|common|commonly|often|severe|serious|effective|harmful|visible|sensitive"
    "|aggressive|dangerous|frequent|frequently|quickly|slowly|widely|people|patients"
    "|men|women|side|severe|harm|deaths|cases|infections|responses|risk|risks|pain)"
)
_COMPARED = _any_of(
    r"\b(?:more|less|fewer|worse|better|\w{2,}er)\b[^.;:]{0,60}?\bthan\b",
    rf"\b(?:more|less) {_DEGREE}\b",
    r"\b(?:higher|lower|longer|shorter|fewer|worse|better|greater|milder|safer|rarer)\b",
    r"\b(?:best|worst|longest|shortest|highest|lowest|largest|smallest|greatest|fastest"
    r"|slowest|oldest|safest|strongest|biggest|deadliest)\b",
    r"\bmost\b",
    r"\b(?:twice|doubled?|doubles|tripled?|triples|halved?|\w+fold)\b",
    r"\b(?:does|did|do) (?:\w+ )?(?:more|less|better|worse)\b",
    r"\bonly (?:a few|few|a minority)\b",
)
_STRONG = _any_of(
    r"\b(?:never|always)\b",
    r"(?<!how it )(?<!how they )(?<!what )(?<!this )(?<!the )(?<!their )(?<!its )"
    r"(?<!your )\bwork(?:s|ed)?\b(?= (?:well|for|against|perfectly)\b|[.!;]|\Z)",
    r"(?<!not )\b(?:proven|proved|proves)\b",
    r"(?<!if )(?<!whether )\b(?:is|are|was|were) (?:very |quite |also |completely )?safe\b",
    r"\bcures?\b|\bguarantee\w*|\bprevents\b",
    r"(?<!how )\b(?:is|are|was|were) (?:very |highly )?effective\b",
    r"\b(?:no|without) (?:side effects?|risks?|deaths?)\b",
    r"\bno (?:test|drug|treatment|study) can\b",
    r"\b(?:all|every|each) (?:patient|person|people|child|tumor)s? (?:respond|were|was|had)",
    r"\bno one (?:died|responded)\b|\b(?:everyone|everybody|nobody) (?:died|responded)\b",
)
_ASKS = _any_of(
    r"\A(?:please |then |so |before that,? )?(?:ask|bring|call|check|choose|consider"
    r"|contact|do|find|get|go|hold|keep|learn|let|look|make|mark|note|read|remember|say"
    r"|see|show|stay|stop|take|talk|tell|think|try|use|visit|watch|write)\b(?! \w+ed\b)",
    r", (?:please )?(?:ask|call|tell|see|talk)\b|: ask\b",
    r"\A(?:it|this|that) is (?:\w+ )?(?:better|best|fine|safe) to\b",
    r"\Ayour (?:care )?team may\b|\bwhether it is (?:safe|better)\b|\bwhat works\b",
    r"\b(?:asks?|see|find out) (?:if|whether|which|how)\b",
    r"\b(?:web )?pages say\b",
)
# Without a figure or one of these words a sentence need not be looked at.
_COUNTS = frozenset(
    "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty "
    "forty fifty sixty seventy eighty ninety hundred half third thirds quarter quarters "
    "dozens hundreds thousands millions billions".split()
)
_COMPARING = frozenset(
    "best better biggest deadliest double doubled doubles fastest few fewer greater "
    "greatest halve halved higher highest largest less longer longest lower lowest "
    "milder minority more most oldest rarer safer safest shorter shortest slowest "
    "smallest strongest tenfold than triple tripled triples twice worse worst".split()
)
_STRONG_WORDS = frozenset(
    "always cure cures each effective every everybody everyone guarantee guaranteed "
    "guarantees never no nobody all prevents proved proven proves safe without work "
    "worked works".split()
)
_WORD = re.compile("[a-z]+")


# A text that is being written is asked about again and again, and changes little.
@lru_cache(maxsize=10_000)
def assertion(text: str) -> Assertion | None:
    """What of a sentence a source should back; None when nothing is found."""
    found, kind = _found(text, frozenset(_WORD.findall(text.lower())))
    if found is None or _is_none(text):
        return None
    if kind is not Kind.NUMBER and _ASKS.search(text):
        return None
    return Assertion(kind, found)


def _found(text: str, words: frozenset[str]) -> tuple[str | None, Kind]:
    plain = text
    if _FIGURE.search(text):
        plain = _NAMES.sub(" ", text)
        if match := _FIGURE.search(plain):
            return match[0], Kind.NUMBER
    if not _COUNTS.isdisjoint(words) and (match := _SPELLED.search(plain)):
        return match[0], Kind.NUMBER
    if not _COMPARING.isdisjoint(words):
        if match := _COMPARED.search(_IDIOMS.sub(" ", plain)):
            return match[0], Kind.COMPARISON
    if not _STRONG_WORDS.isdisjoint(words):
        if match := _STRONG.search(_IDIOMS.sub(" ", plain)):
            return match[0], Kind.ABSOLUTE
    return None, Kind.NUMBER


def _is_none(text: str) -> bool:
    """Whether it is a question, a label, about the page itself, or an explanation."""
    return (
        text.rstrip("\"'”’) ").endswith("?")
        or _LABEL.match(text) is not None
        or _OF_THE_PAGE.search(text) is not None
        or _EXPLAINS.search(text) is not None
    )
