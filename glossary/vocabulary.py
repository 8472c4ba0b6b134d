"""The database's live terms as one immutable Vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
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
    what terms were called before, and the process keeps what it built for exactly those.
    """
    live = TermRevision.objects.live().order_by("pk")
    # As text, for to parse ten thousand moments takes longer than all the rest.
    moment = Cast("created_at", TextField())
    former = models.FormerSlug.objects.order_by("slug")
    return _build(
        tuple(live.values_list("pk", "page__slug", moment)),
        tuple(former.values_list("term__slug", "slug")),
    )


# The moment is part of the key because SQLite gives the keys of rows that were rolled
# back to others.
@lru_cache(maxsize=2)
def _build(
    live: tuple[tuple[int, str, str], ...], former: tuple[tuple[str, str], ...]
) -> Vocabulary:
    formerly: dict[str, tuple[str, ...]] = {}
    for slug, name in former:
        formerly[slug] = (*formerly.get(slug, ()), name)
    forms = models.Form.objects.filter(revision__in=[pk for pk, *_ in live])
    term = ("revision__page__slug", "revision__title", "revision__is_automatic")
    ordered = forms.order_by("revision_id", "position")
    rows = list(ordered.values_list(*term, *_FORM))
    has_senses = any(is_sense for *_, is_sense in rows)
    topics = _topics_of_senses([pk for pk, *_ in live]) if has_senses else {}
    return Vocabulary(
        Entry(
            slug,
            title,
            tuple(Form(*row[3:]) for row in group),
            is_automatic,
            formerly.get(slug, ()),
            topics.get(slug, frozenset()),
        )
        for (slug, title, is_automatic), group in groupby(rows, key=itemgetter(0, 1, 2))
    )


def _topics_of_senses(keys: list[int]) -> dict[str, frozenset[str]]:
    """The topics of the terms that share a word with others, by slug; of no others,
    for nobody asks."""
    shared = models.Form.objects.filter(revision__in=keys, is_sense=True)
    rows = models.TermTag.objects.filter(content_object__in=shared.values("revision"))
    found: dict[str, frozenset[str]] = {}
    for slug, topic in rows.values_list("content_object__page__slug", "tag__slug"):
        found[slug] = found.get(slug, frozenset()) | {topic}
    return found


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
