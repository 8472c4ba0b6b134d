"""Finding a term while somebody types: the editor's picker, and the choice of others."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Lower

from immunosite.core.fulltext import beginning_with

from .models import Form, FormKind, Term, TermRevision
from .reading import live_terms
from .wording import fold

# What would end a mark or mean something else in it.
_NO_MARK = re.compile(r"[\[\]|]|\A!")


def pick_terms(words: str, *, most: int) -> list[TermRevision]:
    """At most ``most`` live terms with all words in their forms: the one that is
    written so first, then those that begin so.

    Each has ``mark``, what ``[[…]]`` holds to link it, written as the words are when
    they are one of its forms. A word may be a part of one, or begin one whatever its
    accents.
    """
    folded = fold(words)
    if not folded:
        return []
    shelved = beginning_with(words, within=("title", "names"))
    shelved = shelved.filter(kind="glossary.term").values("revision_id")
    own = Form.objects.filter(revision=OuterRef("pk"))
    same = own.filter(folded=folded)
    found: Any = live_terms().annotate(
        written_as=Subquery(same.values("text")[:1]),
        is_shared=Exists(own.filter(is_sense=True)),
    )
    found = found.filter(Q(pk__in=shelved) | _holding(folded))
    rank = Case(
        When(written_as__isnull=False, then=Value(0)),
        When(title__istartswith=words, then=Value(1)),
        default=Value(2),
    )
    found = list(found.order_by(rank, Lower("title"), F("pk"))[:most])
    for term in found:
        term.mark = _mark(term)
    return found


def nearest_first(terms: Any, words: str) -> Any:
    """The terms, drafts among them, those first whose headword is what was typed, then
    those whose headword begins so; whatever the case and the hyphens."""
    typed = fold(words)
    headwords = Form.objects.filter(
        revision__page=OuterRef("pk"), kind=FormKind.HEADWORD
    )
    newest = headwords.order_by("-revision__number").values("folded")[:1]
    rank = Case(
        When(headword=typed, then=Value(0)),
        When(headword__startswith=typed, then=Value(1)),
        default=Value(2),
    )
    # The terms by their keys: their query may find one by several of its words.
    found = Term.objects.filter(pk__in=terms.order_by().values("pk"))
    return found.annotate(headword=Subquery(newest)).order_by(rank, "headword", "pk")


def _holding(folded: str) -> Q:
    parts = [Form.objects.filter(folded__contains=word) for word in folded.split()]
    found = Q()
    for part in parts:
        found &= Q(pk__in=part.values("revision"))
    return found


def _mark(term: Any) -> str:
    """The words name the term, unless other terms may have them too."""
    words = term.written_as or term.title
    slug = term.page.slug
    if _NO_MARK.search(words):
        return slug
    return f"{slug}|{words}" if term.is_shared else words
