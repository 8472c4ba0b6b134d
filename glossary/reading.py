"""What readers see of terms: the A–Z, a term's relatives, where it is mentioned."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.core.paginator import Page
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower

from immunosite.core.documents import pages_that_use
from immunosite.core.reviews import with_dates
from immunosite.core.standing import as_stood
from immunosite.core.uses import (
    Place,
    places_linking,
    places_naming,
    places_with,
    united,
)
from references.reading import with_standing

from .mentioning import ANCHOR
from .models import MentionBase, Term, TermRevision

OTHER = "#"
PAGE_SIZE = 60


def dated_terms(at: datetime | None = None) -> Any:
    """:func:`live_terms` with what :func:`immunosite.core.reviews.with_dates` adds."""
    return with_dates(live_terms(at), at)


def live_terms(at: datetime | None = None) -> QuerySet[TermRevision]:
    """The live revisions, by headword; or those that were live at a moment, as far as
    readers may still see them."""
    terms = as_stood(TermRevision.objects.select_related("page"), at)
    return terms.order_by(Lower("title"), "pk")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the A–Z and the page of the list on which it begins."""

    letter: str
    page: int

    @property
    def anchor(self) -> str:
        """The letter in an address's fragment."""
        return "other" if self.letter == OTHER else self.letter.lower()


def initial(title: str) -> str:
    """The letter under which a headword stands, ``#`` when it begins with none."""
    plain = unicodedata.normalize("NFD", title.strip()[:1]).upper()[:1]
    return plain if plain.isalpha() else OTHER


def letters(titles: Collection[str], *, size: int) -> list[Letter]:
    """The letters that occur in a sorted list, when ``size`` titles make one page."""
    first: dict[str, int] = {}
    for index, title in enumerate(titles):
        first.setdefault(initial(title), index // size + 1)
    return [Letter(letter, page) for letter, page in first.items()]


def alphabet() -> list[Letter]:
    """The letters of all live terms."""
    return letters(list(live_terms().values_list("title", flat=True)), size=PAGE_SIZE)


def by_letter(page: Page) -> list[tuple[Letter, list[TermRevision]]]:
    """The terms of one page of the list, under their letters."""
    grouped = groupby(page, key=lambda term: initial(term.title))
    return [(Letter(letter, page.number), list(terms)) for letter, terms in grouped]


def related_to(revision: TermRevision, *, most: int = 8) -> QuerySet[TermRevision]:
    """Live terms that this definition mentions, or whose definitions mention it."""
    mentioned = Q(page__glossary_mentions__revision=revision)
    mentioning = Q(mentions__term=revision.page_id)
    related = live_terms().filter(mentioned | mentioning)
    return related.exclude(page=revision.page_id).distinct()[:most]


def pages_mentioning(term: Any) -> Any:
    """The live documents that link a term, itself and its fellow terms apart."""
    mentioning = pages_that_use(term, MentionBase)
    return mentioning.exclude(kind=term._meta.label_lower)


def places_of(term: Term) -> list[Place]:
    """The other pages that link a term, or mark one of its words, or draft to."""
    newest = term.newest()
    words = newest.forms.values_list("text", flat=True) if newest else ()
    names = [*term.all_slugs(), *words]
    marked = "|".join(map(re.escape, names))
    mark = re.compile(rf"\[\[\s*(?:{marked})\s*(?:\||\]\])", re.IGNORECASE)
    linked = [
        places_with(model._default_manager.filter(term=term), by="revision")
        for model in mention_models()
    ]
    direct = places_linking(term.get_absolute_url())
    found = united(places_naming(names, mark), direct, *linked)
    own = (term._meta.label_lower, term.pk)
    return [place for place in found if (place.kind, place.page_id) != own]


def mention_models() -> list[Any]:
    """The tables of mentions, one for each kind of page."""
    models: list[Any] = [
        relation.related_model for relation in Term._meta.related_objects
    ]
    return [model for model in models if issubclass(model, MentionBase)]


def words_on(revision: Any, at: datetime | None = None) -> list[TermRevision]:
    """The live definitions of the terms that a revision of any kind links, by headword,
    or the definitions as they were at a moment.

    Each has the ``anchor`` of its first mention there and the ``name`` that the links
    use: the term's slug when the page was compiled, so a rename breaks no link; and the
    ``standing`` of the sources of the definition (see :mod:`references.standing`).
    """
    mentions: Any = revision._meta.get_field("mentions").related_model
    path = f"page__{mentions._meta.get_field('term').related_query_name()}"
    words = live_terms(at).filter(**{f"{path}__revision": revision})
    words = with_standing(words)
    found: list[Any] = list(words.annotate(anchor=F(f"{path}__anchor")))
    for word in found:
        word.name = word.anchor.removeprefix(ANCHOR)
    return found
