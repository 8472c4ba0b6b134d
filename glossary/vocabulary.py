"""The database's live terms as one immutable Vocabulary."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from . import models
from .linking import Entry, Vocabulary
from .models import TermRevision
from .wording import Form

# The columns of a form in the order of glossary.wording.Form.
_FORM = ("text", "kind", "case", "is_automatic", "is_sense")


def load_vocabulary() -> Vocabulary:
    """The vocabulary of the terms that are live now.

    It is built once per change: two small queries read which revisions are live and
    what terms were called before, a third, where terms share words, their topics; and
    the process keeps what it built for exactly those.
    """
    live = TermRevision.objects.live().order_by("pk")
    # As text, for to parse ten thousand moments takes longer than all the rest.
    moment = Cast("created_at", TextField())
    former = models.FormerSlug.objects.order_by("slug")
    known = _read(
        tuple(live.values_list("pk", "page__slug", moment)),
        tuple(former.values_list("term__slug", "slug")),
    )
    topics = _topics_of(known.shared) if known.shared else {}
    return _build(known, frozenset(topics.items()))


@dataclass(frozen=True, eq=False)
class _Known:
    """What the live revisions themselves say; ``shared`` are the keys of those with a
    word that other terms may have too: their topics change without them."""

    entries: tuple[Entry, ...]
    shared: frozenset[int]


# The moment is part of the key because SQLite gives the keys of rows that were rolled
# back to others.
@lru_cache(maxsize=2)
def _read(
    live: tuple[tuple[int, str, str], ...], former: tuple[tuple[str, str], ...]
) -> _Known:
    formerly: dict[str, tuple[str, ...]] = {}
    for slug, name in former:
        formerly[slug] = (*formerly.get(slug, ()), name)
    forms = models.Form.objects.filter(revision__in=[pk for pk, *_ in live])
    term = ("revision__page__slug", "revision__title", "revision__is_automatic")
    ordered = forms.order_by("revision_id", "position")
    rows = list(ordered.values_list("revision_id", *term, *_FORM))
    entries = (
        Entry(
            slug,
            title,
            tuple(Form(*row[4:]) for row in group),
            is_automatic,
            formerly.get(slug, ()),
        )
        for (slug, title, is_automatic), group in groupby(rows, key=itemgetter(1, 2, 3))
    )
    return _Known(
        entries=tuple(entries),
        shared=frozenset(pk for pk, *_, is_sense in rows if is_sense),
    )


@lru_cache(maxsize=2)
def _build(known: _Known, topics: frozenset[tuple[str, frozenset[str]]]) -> Vocabulary:
    borne = dict(topics)
    return Vocabulary(
        replace(entry, topics=borne[entry.slug]) if entry.slug in borne else entry
        for entry in known.entries
    )


def _topics_of(revisions: Collection[int]) -> dict[str, frozenset[str]]:
    """The slugs of the tags that revisions with these keys bear, by the term's slug."""
    rows = models.TermTag.objects.filter(content_object__in=revisions)
    found: dict[str, frozenset[str]] = {}
    for slug, topic in rows.values_list("content_object__page__slug", "tag__slug"):
        found[slug] = found.get(slug, frozenset()) | {topic}
    return found


def _topics_of_senses(keys: list[int]) -> dict[str, frozenset[str]]:
    """The topics of the terms that share a word with others, by slug; of no others,
    for nobody asks."""
    shared = models.Form.objects.filter(revision__in=keys, is_sense=True)
    return _topics_of(set(shared.values_list("revision", flat=True)))


def shared_words(kept: Collection[int]) -> set[str]:
    """The words that the live ones of these revisions, given by their keys, share with
    other terms, each as a sense."""
    live = TermRevision.objects.live()
    forms = models.Form.objects.filter(is_sense=True, revision__in=live)
    rows = forms.values_list("revision_id", "text")
    return {text for pk, text in rows if pk in kept}


def words_of(revisions: Sequence[TermRevision]) -> set[tuple[Any, ...]]:
    """All that decides where terms are linked, each with its word first: every form
    with its rules, and the slug, which is a name too; so a corrected definition changes
    nothing here."""
    forms = models.Form.objects.filter(revision__in=revisions)
    fields = ("revision__page__slug", "revision__is_automatic")
    topics = _topics_of_senses([revision.pk for revision in revisions])
    rows = {
        (text, slug, *rules, topics.get(slug))
        for text, slug, *rules in forms.values_list("text", *fields, *_FORM[1:])
    }
    slugs = [revision.page.slug for revision in revisions]
    return rows | {(slug, slug) for slug in slugs}
