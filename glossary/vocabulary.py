"""The database's live terms as one immutable Vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from django.db.models import TextField
from django.db.models.functions import Cast

from . import models
from .linking import Entry, Form, Vocabulary
from .models import TermRevision


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
    rows = forms.order_by("revision_id", "position").values_list(*term, "text", "kind")
    return Vocabulary(
        Entry(
            slug,
            title,
            tuple(Form(*row[3:]) for row in group),
            is_automatic,
            formerly.get(slug, ()),
        )
        for (slug, title, is_automatic), group in groupby(rows, key=itemgetter(0, 1, 2))
    )


def words_of(revisions: Sequence[TermRevision]) -> set[tuple[str, str, str, bool]]:
    """(slug, text, kind, is_automatic) of every form, and of the slug, which is a name
    too; so a corrected definition changes nothing here."""
    forms = models.Form.objects.filter(revision__in=revisions)
    fields = ("revision__page__slug", "text", "kind", "revision__is_automatic")
    slugs = [revision.page.slug for revision in revisions]
    return {*forms.values_list(*fields), *((slug, slug, "", False) for slug in slugs)}
