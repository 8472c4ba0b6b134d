"""Which pages a change of the vocabulary may concern: told by the search, the stored
mentions and the bodies of drafts, so that no page need be compiled to know; and their
texts.

They may be a few more than are concerned, never fewer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Exists, OuterRef, Q

from immunosite.core import fulltext
from immunosite.core.intervals import State
from immunosite.core.uses import current_revisions

from .change import Change
from .linking import Surroundings
from .models import NeverHere
from .overlaps import Overlaps
from .reading import mention_models
from .storing import TERMS
from .wording import fold

# A kind of page ("articles.article") and the key of one; the same and a folded word.
Key = tuple[str, int]
Word = tuple[str, int, str]
_PLAIN = re.compile(r"[a-z0-9]+", re.IGNORECASE)


def kinds_of_pages() -> dict[str, tuple[Any, Any]]:
    """For each kind of page that links terms its models of revisions and mentions."""
    found = {}
    for mentions in mention_models():
        model = mentions._meta.get_field("revision").related_model
        page = model._meta.get_field("page").related_model
        found[page._meta.label_lower] = (model, mentions)
    return found


def kinds_open_to(user: Any) -> list[str]:
    """The kinds of pages that somebody may look at."""
    found = []
    for kind in kinds_of_pages():
        app, _, model = kind.partition(".")
        if any(user.has_perm(f"{app}.{right}_{model}") for right in ("view", "change")):
            found.append(kind)
    return found


class Candidates:
    """The pages of some ``kinds`` that a change may concern. ``which`` is "all", or only
    those with a "live" (or scheduled) text that may be concerned, or with a "draft"."""

    def __init__(self, change: Change, kinds: Collection[str]) -> None:
        self._change = change
        self._added, self._removed = change.added(), change.removed()
        self._models = {
            kind: models for kind, models in kinds_of_pages().items() if kind in kinds
        }

    def gaining(self, which: str = "all") -> list[Key]:
        """The pages that may gain a link."""
        names = set(self._added)
        # What goes makes room for what it covered, and for a later place of its own.
        overlaps = Overlaps(self._change.after().entries)
        if self._change.comes or overlaps.touching(self._removed):
            names |= self._removed
        return self._holding(names, which)

    def losing(self, which: str = "all") -> list[Key]:
        """The pages that may lose a link."""
        names = self._added | self._removed
        entries = self._change.before().entries
        slugs = {entry.slug for entry in self._change.goes}
        slugs |= Overlaps(entries).yielding(added=self._added, removed=self._removed)
        if not slugs:
            return []
        found = self._holding(names, which)
        owners = (entry for entry in entries if entry.slug in slugs)
        if any(form.is_sense for owner in owners for form in owner.forms):
            # A link to a choice of meanings is no stored mention.
            return found
        known = self._linking(slugs)
        known |= set() if which == "live" else set(self._drafts(names))
        return [key for key in found if key in known]

    def words_gained(self, which: str = "all") -> list[Word]:
        """The words that begin to link, each with every page that may hold it."""
        forms = {form.text for entry in self._change.comes for form in entry.forms}
        return sorted(
            {
                (*key, fold(text))
                for text in forms & self._added
                if fold(text)
                for key in self._holding({text}, which)
            }
        )

    def _holding(self, names: set[str], which: str) -> list[Key]:
        found: set[Key] = set()
        if which != "draft":
            for kind in self._models:
                pages = fulltext.pages_holding(names, kind=kind)
                found.update((kind, pk) for pk in pages)
        if which != "live":
            found.update(self._drafts(names))
        # What a term says itself is seen in its own preview.
        return sorted(found - {(TERMS, pk) for pk in self._change.terms})

    def _drafts(self, names: set[str]) -> Iterator[Key]:
        """The pages whose newest revision is a draft that may hold one of the names."""
        if not names:
            return
        for kind, (model, _) in self._models.items():
            newer = model.objects.filter(
                page=OuterRef("page"), number__gt=OuterRef("number")
            )
            drafts = model.objects.filter(~Exists(newer), live_from=None)
            holding = reduce(
                or_,
                (_may_hold(field, x) for field in model.markdown_fields for x in names),
            )
            for pk in drafts.filter(holding).values_list("page_id", flat=True):
                yield kind, pk

    def _linking(self, slugs: set[str]) -> set[Key]:
        """The pages that link one of the terms, and those of which that isn't known."""
        found: set[Key] = set()
        for kind, (model, mentions) in self._models.items():
            rows = mentions.objects.filter(term__slug__in=slugs)
            pages = rows.values_list("revision__page_id", flat=True)
            stale = model.objects.stale().values_list("page_id", flat=True)
            found.update((kind, pk) for pk in {*pages, *stale})
        return found


def _may_hold(field: str, name: str) -> Q:
    """Only the plain letters of a name are looked for, each run by itself: a text may
    part its words by a line break, and write its other letters in several ways."""
    runs = _PLAIN.findall(name) or [""]
    return reduce(and_, (Q(**{f"{field}__icontains": run}) for run in runs))


def texts_of(model: Any, pages: list[int]) -> list[Any]:
    """What of the pages is public, or will be, or is their newest draft; by page."""
    found = current_revisions(model).filter(page_id__in=pages)
    current = (each for each in found if each.state_at() != State.ENDED)
    return sorted(current, key=lambda each: (each.page_id, each.number))


def surroundings_of(kind: str, revisions: list[Any]) -> dict[int, Surroundings]:
    """By the key of the revision what of :func:`glossary.storing.surroundings` it has."""
    if not revisions:
        return {}
    topics: dict[int, set[str]] = {each.pk: set() for each in revisions}
    bearing = revisions[0].tags.through.objects.filter(content_object__in=topics)
    for pk, slug in bearing.values_list("content_object_id", "tag__slug"):
        topics[pk].add(slug)
    never: dict[int, set[str]] = {each.page_id: set() for each in revisions}
    rejected = NeverHere.objects.filter(kind=kind, page_id__in=never)
    for page, word in rejected.values_list("page_id", "word"):
        never[page].add(word)
    return {
        each.pk: Surroundings(
            frozenset(topics[each.pk]), frozenset(never[each.page_id])
        )
        for each in revisions
    }
