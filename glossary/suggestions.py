"""The live terms that somebody may mean, for readers who type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from textwrap import shorten
from typing import Any

from immunosite.core.caching import Epoch

from .linking import Vocabulary
from .models import TermRevision
from .reading import live_terms, moment_of_change
from .suggesting import MOST, Suggester, Suggestion
from .vocabulary import load_vocabulary
from .wording import MAX_FORM

_LONGEST = 160
_LONG = 4
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion and the live revision of its term."""

    suggestion: Suggestion
    revision: TermRevision

    def as_json(self) -> dict[str, Any]:
        """``form`` is the name that fits, in pieces, those ``is_hit`` to be marked."""
        pieces = self.suggestion.pieces
        return {
            "headword": self.revision.title,
            "form": [{"text": each.text, "is_hit": each.is_hit} for each in pieces],
            "is_near": self.suggestion.is_near,
            "address": self.revision.page.get_absolute_url(),
            "definition": shorten(self.revision.lead, _LONGEST, placeholder=" …"),
        }


def suggestions_for(typed: str, *, epoch: Epoch, most: int = MOST) -> list[Suggested]:
    """The live terms that fit what was typed, the best first; ``epoch`` is the present
    one. Of more letters than a form may have, the first count."""
    found = _suggester_now(epoch).suggest(typed[:MAX_FORM], most=most)
    return _with_revisions(found)


def meant_by(typed: str, *, epoch: Epoch, most: int = 3) -> list[Suggested]:
    """At most so many live terms that may be meant by words that are found nowhere: by
    all of them together or, where that is none, by each of the longer ones."""
    suggester = _suggester_now(epoch)
    found = suggester.suggest(typed[:MAX_FORM])
    if not found:
        words = [word for word in typed.split() if len(word) >= _LONG][:_MOST_WORDS]
        best = [each for word in words for each in suggester.suggest(word)[:1]]
        found = tuple({each.entry.slug: each for each in best}.values())
    return _with_revisions(found[:most])


def _suggester_now(epoch: Epoch) -> Suggester:
    """The suggester for what is live now.

    To read ten thousand live terms at every key that a reader presses would take longer
    than all the rest. What is live changes only with the epoch and at the moments when
    something begins or ends; so the last such moments say whether it is still the same.
    """
    return _as_of(epoch.value, epoch.moved_at, *moment_of_change())


# The moment at which the epoch moved is part of the key because a database that was put
# back to an older state counts the same numbers again.
@lru_cache(maxsize=2)
def _as_of(
    epoch: int, moved_at: datetime, begun: datetime | None, ended: datetime | None
) -> Suggester:
    return _suggester(load_vocabulary())


# Most of what moves the epoch is no word.
@lru_cache(maxsize=2)
def _suggester(vocabulary: Vocabulary) -> Suggester:
    return Suggester(vocabulary.entries)


def _with_revisions(found: Sequence[Suggestion]) -> list[Suggested]:
    live = live_terms().filter(page__slug__in=[each.entry.slug for each in found])
    revisions = {revision.page.slug: revision for revision in live} if found else {}
    return [
        Suggested(each, revisions[each.entry.slug])
        for each in found
        if each.entry.slug in revisions
    ]
