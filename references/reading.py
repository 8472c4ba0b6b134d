"""What readers see of references: the list with its search, entries, who cites them."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet

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
    return found.order_by("-year", "authors", "key").prefetch_related("notices")


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
