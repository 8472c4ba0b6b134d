"""The checks that articles and terms have in common. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from immunosite.core import abbreviations, advising
from immunosite.core.checklist import Check, Measured, Severity, advice
from immunosite.core.markdown import Problem
from immunosite.core.readability import KnownWords, Readability

from .claims import Claim, Split, split, without_source
from .linking import Vocabulary
from .rendering import Rendered

# The codes of a rendering's problems that have a check of their own; the table's last
# one of the text takes all others, so that none is lost.
_OWN = {
    "citations": ("Citations lead to references", ("citation",)),
    "terms": ("Marked words are in the glossary", ("term",)),
    "senses": ("Words with several meanings", ("sense",)),
    "links": ("Links lead to pages", ("link",)),
    "pictures": ("Pictures are described", ("alt", "picture")),
    "headings": ("Heading levels", ("heading",)),
    "html": ("No raw HTML", ("html",)),
}


# More would only make the checklist long; the page of the claims has all.
MOST_CLAIMS = 10


@dataclass(frozen=True)
class Facts:
    """What is asked of a page of any kind. ``live_text`` has the words that readers see
    now, None when they see no other revision; ``own_words`` are explained by the page
    itself; a page about the site needs no sources."""

    title: str
    body: str
    rendered: Rendered
    vocabulary: Vocabulary = Vocabulary()
    public_note: str = ""
    has_due_date: bool = False
    live_text: str | None = None
    own_words: tuple[str, ...] = ()
    needs_sources: bool = True

    @cached_property
    def split(self) -> list[Split]:
        return split(self.rendered.passages)

    @cached_property
    def unsourced(self) -> list[Claim]:
        """What should cite and doesn't; nothing on a page that needs no sources."""
        if not self.needs_sources:
            return []
        return without_source(self.split, self.rendered.cells)

    @cached_property
    def readability(self) -> Readability | None:
        names = _names_of(self.vocabulary)
        sentences = [each for _, found in self.split for each in found]
        return advising.measured(sentences, names)


# A great glossary takes longer to sort than a page to measure.
@lru_cache(maxsize=2)
def _names_of(vocabulary: Vocabulary) -> KnownWords:
    return KnownWords(vocabulary.names())


def _problems(*codes: str) -> Callable[[Any], list[Problem]]:
    """Finds the rendering's problems with these codes."""
    return lambda facts: [
        problem for problem in facts.rendered.problems if problem.code in codes
    ]


def _other_problems(facts: Any) -> list[Problem]:
    own = {code for _, codes in _OWN.values() for code in codes}
    return [problem for problem in facts.rendered.problems if problem.code not in own]


def _standings(facts: Any) -> list[Problem]:
    """The sources that were retracted or questioned, each where it is cited first."""
    found: dict[str, Problem] = {}
    for use in facts.rendered.citations:
        if use.standing:
            message = (
                f"“{use.key}” was {use.standing} by its publisher. Readers see that. "
                "Look whether the text can stay as it is."
            )
            found.setdefault(use.key, advice("standing", message, use.line))
    return list(found.values())


def _abbreviations(facts: Any) -> list[Problem]:
    # Those of the page's own words are explained by it, and words for which only a
    # mark makes a link stand in the glossary all the same.
    rendered, vocabulary = facts.rendered, facts.vocabulary
    return abbreviations.unexplained(
        rendered.text,
        facts.body,
        explained=lambda block: [match[:2] for match in vocabulary.find(block)],
        known=lambda word: (
            word in facts.own_words or vocabulary.by_name(word) is not None
        ),
    )


def _unsourced(facts: Any) -> list[Problem]:
    """The first claims that should cite, each with its line."""
    shown = [
        advice("claims", f"“{claim.text}”", claim.line)
        for claim in facts.unsourced[:MOST_CLAIMS]
    ]
    more = len(facts.unsourced) - len(shown)
    rest = [advice("claims", f"… and {more} more.")] if more else []
    return [*shown, *rest]


def _count_unsourced(facts: Any) -> Measured | None:
    count = len(facts.unsourced)
    return Measured(f"{count} without a source") if count else None


def _from_rendering(code: str, severity: Severity) -> Check[Any]:
    title, codes = _OWN[code]
    return Check(code, title, severity, _problems(*codes))


CITATIONS = _from_rendering("citations", Severity.BLOCKING)

# What a text must be, and should be.
OF_THE_TEXT: tuple[Check[Any], ...] = (
    CITATIONS,
    Check(
        "standing",
        "No source was retracted or questioned",
        Severity.ADVISORY,
        _standings,
    ),
    _from_rendering("terms", Severity.BLOCKING),
    _from_rendering("links", Severity.BLOCKING),
    _from_rendering("pictures", Severity.BLOCKING),
    Check(
        "blocks",
        "Callouts, charts and footnotes are complete",
        Severity.BLOCKING,
        _other_problems,
    ),
    _from_rendering("senses", Severity.ADVISORY),
    _from_rendering("headings", Severity.ADVISORY),
    _from_rendering("html", Severity.ADVISORY),
    Check(
        "abbreviations",
        "Abbreviations are explained",
        Severity.ADVISORY,
        _abbreviations,
    ),
    Check(
        "readability",
        f"Easy to read, grade {advising.TARGET_GRADE:g} at most",
        Severity.ADVISORY,
        lambda facts: advising.readability_problems(facts.readability),
        lambda facts: advising.readability_notes(facts.readability),
    ),
    Check(
        "claims",
        "Numbers and comparisons are cited",
        Severity.ADVISORY,
        _unsourced,
        _count_unsourced,
    ),
)

# What goes with a change.
OF_THE_CARE: tuple[Check[Any], ...] = (
    Check(
        "note",
        "Change note for readers",
        Severity.ADVISORY,
        lambda facts: advising.note_problems(
            facts.public_note, facts.rendered.all_text, facts.live_text
        ),
    ),
    Check(
        "due",
        "Date of the next review",
        Severity.ADVISORY,
        lambda facts: advising.due_problems(facts.has_due_date),
    ),
)
