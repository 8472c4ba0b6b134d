"""What readers see of references: the list with its search, entries, who cites them."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from immunosite.core.documents import pages_that_use

from .models import CitationBase, Reference

MAX_WORDS = 8


def find_references(words: str = "", year: int | None = None) -> QuerySet[Reference]:
    """References that hold every word in author, title, journal or key, newest first."""
    found = Reference.objects.all()
    for word in words.split()[:MAX_WORDS]:
        found = found.filter(
            Q(authors__icontains=word)
            | Q(title__icontains=word)
            | Q(container__icontains=word)
            | Q(key__icontains=word)
        )
    if year is not None:
        found = found.filter(year=year)
    # Databases differ in where they put what has no year.
    newest = F("year").desc(nulls_last=True)
    return found.order_by(newest, "authors", "key").prefetch_related("notices")


def references_of(revision: Any) -> list[tuple[int, Reference, list[Any]]]:
    """The list of references of a rendered revision of any kind: (number, reference,
    its citations in the text), with the references' notices, in two queries."""
    citations = revision.citations.select_related("reference").prefetch_related(
        "reference__notices"
    )
    grouped = groupby(citations, key=lambda use: use.number)
    listed = [(number, list(uses)) for number, uses in grouped]
    return [(number, uses[0].reference, uses) for number, uses in listed]


def pages_citing(reference: Reference) -> Any:
    """The live documents that cite a reference."""
    return pages_that_use(reference, CitationBase)


def with_cited_by(references: QuerySet[Reference]) -> QuerySet[Reference]:
    """Adds ``cited_by``: the number of live pages that cite each."""
    counts = map(_live_pages, _citation_models())
    return references.annotate(cited_by=sum(counts, Value(0)))


def _live_pages(model: Any) -> Coalesce:
    revisions = model._meta.get_field("revision").related_model
    citing = model.objects.filter(
        reference=OuterRef("pk"), revision__in=revisions.objects.live()
    )
    counted = citing.order_by().values("reference")
    counted = counted.annotate(pages=Count("revision", distinct=True))
    return Coalesce(Subquery(counted.values("pages")), 0)


def titles_citing(reference: Reference) -> list[str]:
    """The titles of all revisions, live or not, that cite a reference."""
    titles: set[str] = set()
    for model in _citation_models():
        citations = model.objects.filter(reference=reference)
        for citation in citations.select_related("revision__page"):
            titles.add(citation.revision.title or citation.revision.page.slug)
    return sorted(titles)


def _citation_models() -> list[Any]:
    models: list[Any] = [
        relation.related_model for relation in Reference._meta.related_objects
    ]
    return [model for model in models if issubclass(model, CitationBase)]
