"""What a change of the vocabulary would gain and lose, place by place.

The pages of one page of the list are compiled with the vocabulary as it is and as it
would be, and compared. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from immunosite.core.intervals import State
from immunosite.core.markdown import BodyRefused

from .candidates import (
    Candidates,
    Key,
    kinds_of_pages,
    surroundings_of,
    texts_of,
)
from .change import Change
from .linking import Surroundings, Vocabulary
from .mentioning import MEANINGS
from .models import TermRevision
from .occurrences import Occurrence, differences
from .rendering import Rendered, render
from .wording import fold

# So many pages are compiled for one page of the list.
SHOWN = 25


@dataclass(frozen=True, slots=True)
class Place:
    """One occurrence in a text of a page; ``note`` says what else is to be known."""

    state: State
    number: int
    at: Occurrence
    note: str


@dataclass(frozen=True, slots=True)
class Gain:
    """A word of a page that becomes a link, with the places where it does, or would if
    it were not rejected. What is marked in the text can't be rejected."""

    word: str
    words: str
    is_explicit: bool
    is_rejected: bool
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class PageImpact:
    """What one page gains and loses, in all of its texts."""

    kind: str
    page_id: int
    title: str
    is_public: bool
    gains: tuple[Gain, ...]
    losses: tuple[Place, ...]

    @property
    def key(self) -> Key:
        return self.kind, self.page_id

    @property
    def change_name(self) -> str:
        """The name of the admin's address of the page."""
        return f"admin:{self.kind.replace('.', '_')}_change"

    @property
    def is_gaining(self) -> bool:
        return any(not gain.is_rejected for gain in self.gains)


@dataclass(frozen=True, slots=True)
class Survey:
    """The pages that may gain and those that may lose a link. When they are few they
    were looked at, and are just those that do; ``pages`` is None when they were not."""

    gaining: list[Key]
    losing: list[Key]
    pages: list[PageImpact] | None

    @property
    def gains(self) -> int:
        """How many pages gain a link; at most so many, when none was looked at."""
        if self.pages is None:
            return len(self.gaining)
        return sum(page.is_gaining for page in self.pages)


def survey(change: Change, kinds: Collection[str], *, which: str = "all") -> Survey:
    """Which pages of some kinds gain and lose; ``which`` is as in
    :class:`glossary.candidates.Candidates`."""
    candidates = Candidates(change, kinds)
    gaining, losing = candidates.gaining(which), candidates.losing(which)
    either = {*gaining, *losing}
    if len(either) > SHOWN:
        return Survey(gaining, losing, None)
    pages = look(change, either, which=which)
    return Survey(
        [page.key for page in pages if page.gains],
        [page.key for page in pages if page.losses],
        pages,
    )


def look(
    change: Change, keys: Iterable[Key], *, which: str = "all"
) -> list[PageImpact]:
    """What the pages gain and lose, in the order of the keys. Those that do neither are
    left out."""
    comparison = _Comparison(change)
    found: list[PageImpact] = []
    for kind, group in groupby(sorted(keys), key=lambda key: key[0]):
        model, _ = kinds_of_pages()[kind]
        revisions = texts_of(model, [pk for _, pk in group])
        around = surroundings_of(kind, revisions)
        for _, texts in groupby(revisions, key=lambda each: each.page_id):
            page = comparison.page(kind, list(texts), around, which)
            found += [page] if page.gains or page.losses else []
    return found


class _Comparison:
    """Compiles texts with the vocabulary as it is and as it would be."""

    def __init__(self, change: Change) -> None:
        self._change = change
        self._before, self._after = change.before(), change.after()
        self._own = {fold(form.text) for each in change.comes for form in each.forms}
        entries = (*self._before.entries, *self._after.entries)
        self._names = {entry.slug: entry.headword for entry in entries}

    def page(
        self, kind: str, texts: list[Any], around: dict[int, Surroundings], which: str
    ) -> PageImpact:
        gains: dict[tuple[str, bool, bool], list[Place]] = {}
        losses: list[Place] = []
        shown = [
            text
            for text in texts
            if which in ("all", "live" if text.live_from else "draft")
        ]
        for text in shown:
            for place, is_rejected in self._places(text, around[text.pk]):
                at = place.at
                if at.is_gain:
                    key = fold(at.words), at.is_explicit, is_rejected
                    gains.setdefault(key, []).append(place)
                else:
                    losses.append(place)
        newest = texts[-1]
        return PageImpact(
            kind=kind,
            page_id=newest.page_id,
            title=newest.title or newest.page.slug,
            is_public=any(text.live_from for text in texts),
            gains=tuple(
                Gain(word, places[0].at.words, is_explicit, is_rejected, tuple(places))
                for (word, is_explicit, is_rejected), places in gains.items()
            ),
            losses=tuple(losses),
        )

    def _places(
        self, revision: Any, around: Surroundings
    ) -> Iterator[tuple[Place, bool]]:
        """The places that link otherwise, and whether a gain is rejected."""
        try:
            before = _compiled(revision, self._before, around)
        except BodyRefused:
            return
        after = _compiled(revision, self._after, around)
        linked = {use.slug for use in after.mentions}
        for at in self._differences(before, after):
            yield self._place(revision, at, linked), False
        if not (rejected := around.never & self._own):
            return
        open_to_all = replace(around, never=around.never - rejected)
        after = _compiled(revision, self._after, open_to_all)
        for at in self._differences(before, after):
            if at.is_gain and fold(at.words) in rejected and not at.is_explicit:
                yield self._place(revision, at, linked), True

    def _differences(self, before: Rendered, after: Rendered) -> list[Occurrence]:
        same = self._change.same
        return differences(before, after, subject=self._change.subject, same=same)

    def _place(self, revision: Any, at: Occurrence, linked: set[str]) -> Place:
        note = " ".join(self._notes(at, linked))
        return Place(State(revision.state_at()), revision.number, at, note)

    def _notes(self, at: Occurrence, linked: set[str]) -> Iterator[str]:
        """What one can't see from the words themselves."""
        others = " and ".join(map(self._name, at.others))
        if at.target != self._change.subject:
            verb = "will lead" if at.is_gain else "leads"
            yield f"It {verb} to {self._name(at.target)}{'' if at.is_gain else ' now'}."
        if others and at.is_gain:
            yield f"Words here lead to {others} now."
        elif others:
            yield f"Words here will lead to {others}."
        elif not at.is_gain and at.target in linked:
            yield "Another place of the page links it."

    def _name(self, target: str) -> str:
        if target.startswith(MEANINGS):
            return "a choice of meanings"
        return f"“{self._names.get(target, target)}”"


def _compiled(
    revision: Any, vocabulary: Vocabulary, surroundings: Surroundings
) -> Rendered:
    """A text's rendering as far as terms are concerned: where its other links lead and
    what it cites has no part in that. Raises BodyRefused."""
    of_term = {}
    if isinstance(revision, TermRevision):
        slug, more = revision.page.slug, revision.professional
        of_term = {"own_term": slug, "professional": more}
    return render(
        revision.body,
        vocabulary=vocabulary,
        library={},
        addresses={},
        surroundings=surroundings,
        **of_term,
    )
