"""The live terms as concepts of SKOS (see :mod:`glossary.skos`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Min
from django.urls import reverse
from django.utils import timezone

from immunosite.core import rdf
from immunosite.core.metadata import absolute
from immunosite.core.plaintext import in_words
from immunosite.core.rdf import Iri, iri_of
from references.models import Reference

from .models import (
    Form,
    FormKind,
    Relation,
    RelationKind,
    TermCitation,
    TermRevision,
    TermTag,
)
from .skos import PREFIXES, Concept, Scheme, resources

ABOUT = "Words about immunotherapy and cancer, explained in plain language from A to Z."
DEMONSTRATION = "Demonstration content, not medically reviewed."
_WRITERS: Mapping[str, Callable[..., str]] = {
    "skos-turtle": rdf.turtle,
    "skos-jsonld": rdf.json_ld,
}
SKOS_FORMATS = tuple(_WRITERS)
_SHOWN = ("title", "html", "professional_html", "translations", "picture", "audio")


def export_skos(format: str) -> str:
    """All live terms as a file in one of SKOS_FORMATS."""
    return _WRITERS[format](resources(live_scheme()), prefixes=PREFIXES)


def live_scheme() -> Scheme:
    """The glossary as readers have it now, by slug, in seven queries."""
    at = timezone.now()
    live: Any = TermRevision.objects.live(at)
    around = _around(live, at)
    rows = live.order_by("page__slug").values_list(
        "pk", "page", "page__slug", "live_from", *_SHOWN
    )
    return Scheme(
        iri=Iri(absolute(reverse("glossary:list"))),
        title=f"{settings.SITE_NAME}: glossary",
        about=ABOUT,
        concepts=tuple(_concept(row, around) for row in rows.iterator()),
        note=DEMONSTRATION if settings.DEMO_NOTICE else "",
    )


# What lies around the revisions


@dataclass(frozen=True, slots=True)
class _Around:
    """What other tables say of revisions or pages, each by the key of that."""

    names: Mapping[int, list[tuple[str, str]]]
    relations: Mapping[int, list[tuple[str, Iri]]]
    sources: Mapping[int, list[Iri | str]]
    topics: Mapping[int, list[Iri]]
    begun: Mapping[int, datetime]


def _around(live: Any, at: datetime) -> _Around:
    seen = TermRevision.objects.filter(live_from__lte=at).order_by().values_list("page")
    return _Around(
        names=_names(live),
        relations=_relations(live),
        sources=_sources(live),
        topics=_topics(live),
        # As with_dates says it: when the page was first public.
        begun=dict(seen.annotate(first=Min("live_from"))),
    )


def _names(live: Any) -> Mapping[int, list[tuple[str, str]]]:
    forms = Form.objects.filter(revision__in=live).order_by("position", "pk")
    return _grouped(forms.values_list("revision", "kind", "text"))


def _relations(live: Any) -> Mapping[int, list[tuple[str, Iri]]]:
    """(kind, term) by revision. To ask the database which of these terms are live takes
    it twenty seconds of ten thousand; glossary.skos leaves out the others."""
    rows = Relation.objects.filter(revision__in=live)
    named = rows.values_list("revision", "kind", "term__slug")
    return _grouped((pk, kind, _term(slug)) for pk, kind, slug in named)


def _topics(live: Any) -> Mapping[int, list[Iri]]:
    rows = TermTag.objects.filter(content_object__in=live).order_by("tag__slug")
    found: dict[int, list[Iri]] = defaultdict(list)
    for pk, slug in rows.values_list("content_object", "tag__slug"):
        found[pk].append(Iri(absolute(reverse("topics:detail", args=[slug]))))
    return found


def _sources(live: Any) -> Mapping[int, list[Iri | str]]:
    """The address of each source, or its entry, in the order of their numbers."""
    uses = TermCitation.objects.filter(revision__in=live)
    cited = Reference.objects.filter(pk__in=uses.values("reference"))
    told = {each.pk: _source(each) for each in cited.only("csl", "entry")}
    found: dict[int, dict[Iri | str, None]] = defaultdict(dict)
    for pk, reference in uses.order_by("number").values_list("revision", "reference"):
        if reference in told:
            found[pk][told[reference]] = None
    return {pk: list(sources) for pk, sources in found.items()}


def _source(reference: Reference) -> Iri | str:
    addresses = (address for *_, address in reference.links if address)
    return iri_of(next(addresses, "")) or in_words(reference.entry)


def _grouped(rows: Any) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for pk, *rest in rows:
        found[pk].append(tuple(rest))
    return found


# One revision


def _concept(row: tuple[Any, ...], around: _Around) -> Concept:
    pk, page, slug, live_from, *shown = row
    title, html, professional, translations, picture, audio = shown
    names, kin = around.names.get(pk, []), around.relations.get(pk, [])
    return Concept(
        iri=_term(slug),
        slug=slug,
        headword=title,
        created=around.begun.get(page, live_from),
        modified=live_from,
        others=tuple(_of_kind(names, _OTHERS)),
        plurals=tuple(_of_kind(names, {FormKind.PLURAL})),
        translations=translations,
        definition=in_words(html),
        professional=in_words(professional),
        broader=tuple(_of_kind(kin, {RelationKind.BROADER})),
        wholes=tuple(_of_kind(kin, {RelationKind.WHOLE})),
        related=tuple(_of_kind(kin, {RelationKind.RELATED})),
        sources=tuple(around.sources.get(pk, ())),
        topics=tuple(around.topics.get(pk, ())),
        picture=iri_of(absolute(picture)) if picture else None,
        audio=iri_of(absolute(audio)) if audio else None,
    )


_OTHERS = {FormKind.SYNONYM, FormKind.VARIANT, FormKind.ABBREVIATION}


def _of_kind(pairs: list[tuple[str, Any]], kinds: Collection[str]) -> Iterator[Any]:
    return (each for kind, each in pairs if kind in kinds)


def _term(slug: str) -> Iri:
    return Iri(absolute(reverse("glossary:detail", args=[slug])))
