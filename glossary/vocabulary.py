"""The database's live terms as one immutable Vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from . import models
from .linking import Entry, Form, Vocabulary
from .models import TermRevision


def load_vocabulary() -> Vocabulary:
    """The vocabulary of the terms that are live now.

    It is built once per change: one small query reads which revisions are live, and
    the process keeps what it built for exactly those.
    """
    live = TermRevision.objects.live().order_by("pk")
    return _build(tuple(live.values_list("pk", "page__slug", "created_at")))


# The moment is part of the key because SQLite gives the keys of rows that were rolled
# back to others.
@lru_cache(maxsize=2)
def _build(live: tuple[tuple[int, str, datetime], ...]) -> Vocabulary:
    revisions = TermRevision.objects.filter(pk__in=[pk for pk, *_ in live])
    return Vocabulary(map(_entry, revisions.prefetch_related("page", "forms")))


def _entry(revision: TermRevision) -> Entry:
    return Entry(
        slug=revision.page.slug,
        headword=revision.title,
        forms=tuple(Form(form.text, form.kind) for form in revision.forms.all()),
        is_automatic=revision.is_automatic,
    )


def words_of(revisions: Sequence[TermRevision]) -> set[tuple[str, str, str, bool]]:
    """(slug, text, kind, is_automatic) of every form, and of the slug, which is a name
    too; so a corrected definition changes nothing here."""
    forms = models.Form.objects.filter(revision__in=revisions)
    fields = ("revision__page__slug", "text", "kind", "revision__is_automatic")
    slugs = [revision.page.slug for revision in revisions]
    return {*forms.values_list(*fields), *((slug, slug, "", False) for slug in slugs)}
