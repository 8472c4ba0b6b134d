"""What readers see of references: the list with its search, entries, who cites them."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.safestring import SafeString

from immunosite.core.documents import pages_that_use
from immunosite.core.fields import trusted
from immunosite.core.uses import (
    Place,
    current_texts,
    places_linking,
    places_naming,
    places_with,
    united,
)

from .citing import KEY_PATTERN, flag
from .models import CitationBase, Notice, NoticeKind, Reference, ReferenceAlias
from .standing import WARNINGS

MAX_WORDS = 8
_NAMED = re.compile(rf"@({KEY_PATTERN})")


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


def flagged(
    html: str, references: list[tuple[int, Reference, list[Any]]]
) -> SafeString:
    """A stored rendering with a mark at the citations of sources that don't stand;
    ``references`` are those that :func:`references_of` found for it."""
    standings = {number: reference.standing for number, reference, _ in references}
    return trusted(flag(html, standings))


def with_standing(revisions: Any) -> Any:
    """Adds ``standing``: how the worst of the sources stands that a revision cites."""
    citations = revisions.model._meta.get_field("citations").related_model
    cases = []
    for kind in (NoticeKind.RETRACTION, NoticeKind.CONCERN):
        warnings = Notice.objects.in_force().filter(kind=kind)
        cited = citations.objects.filter(
            revision=OuterRef("pk"), reference__notices__in=warnings
        )
        cases.append(When(Exists(cited), then=Value(WARNINGS[kind].value)))
    return revisions.annotate(
        standing=Case(*cases, default=Value(""), output_field=CharField())
    )


def pages_citing(reference: Reference) -> Any:
    """The live documents that cite a reference."""
    return pages_that_use(reference, CitationBase)


def with_cited_by(references: QuerySet[Reference]) -> QuerySet[Reference]:
    """Adds ``cited_by``: the number of live pages that cite each."""
    counts = map(_live_pages, citation_models())
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
    for model in citation_models():
        citations = model.objects.filter(reference=reference)
        for citation in citations.select_related("revision__page"):
            titles.add(citation.revision.title or citation.revision.page.slug)
    return sorted(titles)


def places_of(reference: Reference) -> list[Place]:
    """The pages that cite a reference, live or in a draft, or link its page."""
    linking = places_linking(reference.get_absolute_url())
    return united(places_citing(reference), linking)


def places_citing(reference: Reference) -> list[Place]:
    """The pages that cite a reference: what is or will be public, or the newest draft."""
    keys = [reference.key, *reference.aliases.values_list("key", flat=True)]
    named = "|".join(map(re.escape, keys))
    # A key goes on as long as a letter or digit follows.
    cites = re.compile(rf"@(?:{named})(?![\w:.#$%&\-+?<>~/]*[^\W_])")
    stored = [
        places_with(model.objects.filter(reference=reference), by="revision")
        for model in citation_models()
    ]
    found = places_naming([f"@{key}" for key in keys], cites)
    return united(found, *stored)


def named_now() -> set[int]:
    """The ids of the references whose key, present or former, stands in a text that is
    public, will be, or is a newest draft."""
    keys = dict(Reference.objects.order_by().values_list("key", "pk"))
    keys |= dict(ReferenceAlias.objects.values_list("key", "reference"))
    named = {key for text in current_texts() for key in _NAMED.findall(text)}
    return {keys[key] for key in named if key in keys}


def citation_models() -> list[Any]:
    """The tables of citations, one for each kind of page."""
    models: list[Any] = [
        relation.related_model for relation in Reference._meta.related_objects
    ]
    return [model for model in models if issubclass(model, CitationBase)]
