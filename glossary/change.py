"""A change of the vocabulary that somebody thinks of, and what it would make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from . import gate
from .linking import Entry, Vocabulary
from .models import Term, TermRevision
from .vocabulary import load_vocabulary


@dataclass(frozen=True)
class Change:
    """The entries that go and those that come; ``terms`` are the keys of the terms
    whose they are. A new term only comes, a withdrawn one only goes."""

    goes: tuple[Entry, ...]
    comes: tuple[Entry, ...]
    terms: frozenset[int]

    @property
    def subject(self) -> str:
        """The slug of the term that it is about."""
        return (self.comes or self.goes)[0].slug if self.comes or self.goes else ""

    @property
    def same(self) -> Mapping[str, str]:
        """The slug before → the slug after of a term that gets another address."""
        if len(self.goes) == len(self.comes) == 1:
            return {self.goes[0].slug: self.comes[0].slug}
        return {}

    def added(self) -> set[str]:
        """What names the terms from then on and did not, or by other rules."""
        return self._names(self.comes, but=self.goes)

    def removed(self) -> set[str]:
        """What names the terms now and won't, or by other rules."""
        return self._names(self.goes, but=self.comes)

    def _names(self, entries: tuple[Entry, ...], *, but: tuple[Entry, ...]) -> set[str]:
        return {name for name, *_ in self._rows(entries) - self._rows(but)}

    def _rows(self, entries: tuple[Entry, ...]) -> set[tuple[Any, ...]]:
        """Each name with all that decides whether and where it leads."""
        rows: set[tuple[Any, ...]] = set()
        for entry in entries:
            owner = self.same.get(entry.slug, entry.slug)
            for form in entry.forms:
                topics = entry.topics if form.is_sense else None
                rows.add((form.text, owner, form, entry.is_automatic, topics))
            rows |= {(slug, owner) for slug in (entry.slug, *entry.former)}
        return rows

    def before(self) -> Vocabulary:
        """The vocabulary as it is."""
        return load_vocabulary()

    def after(self) -> Vocabulary:
        """The vocabulary as it would be."""
        gone = frozenset(entry.slug for entry in self.goes)
        return _altered(load_vocabulary(), gone, self.comes)


# A list is read page by page, and to build a vocabulary takes long.
@lru_cache(maxsize=2)
def _altered(
    vocabulary: Vocabulary, gone: frozenset[str], comes: tuple[Entry, ...]
) -> Vocabulary:
    staying = (entry for entry in vocabulary.entries if entry.slug not in gone)
    return Vocabulary([*staying, *comes])


def of_publishing(revision: TermRevision) -> Change:
    """The change that publishing a revision would be."""
    term = revision.page
    return _change(term, entry_of(revision))


def of_withdrawing(term: Term) -> Change:
    return _change(term)


def of_renaming(term: Term, slug: str) -> Change:
    """The change that another address of a live term would be; none for one that is
    not live."""
    entries = live_entries(term)
    former = sorted(term.all_slugs() - {slug})
    comes = (replace(entry, slug=slug, former=tuple(former)) for entry in entries)
    return _change(term, *comes)


def _change(term: Term, *comes: Entry) -> Change:
    return Change(live_entries(term), comes, frozenset({term.pk}))


def live_entries(term: Term) -> tuple[Entry, ...]:
    """What the vocabulary has of a term now: an entry, or none."""
    entries = load_vocabulary().entries
    return tuple(entry for entry in entries if entry.slug == term.slug)


def entry_of(revision: TermRevision) -> Entry:
    """What the vocabulary would have of a revision."""
    forms = tuple(gate.forms_of(revision))
    topics: frozenset[str] = frozenset()
    if any(form.is_sense for form in forms):
        topics = frozenset(revision.tags.values_list("slug", flat=True))
    term = revision.page
    former = term.former_slugs.order_by("slug").values_list("slug", flat=True)
    return Entry(
        term.slug, revision.title, forms, revision.is_automatic, tuple(former), topics
    )
