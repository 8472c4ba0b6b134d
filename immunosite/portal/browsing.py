"""Topics: what is live under each tag. A draft counts for nothing here."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from articles.models import ArticleTag
from articles.reading import live_articles
from glossary.models import TermTag
from glossary.reading import live_terms
from immunosite.core.tagging import Tag, TagKind
from references.models import Reference, ReferenceTag


def _count(rows: QuerySet[Any]) -> Coalesce:
    own = rows.filter(tag=OuterRef("pk")).order_by()
    counted = own.values("tag").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def public_tags() -> QuerySet[Tag]:
    """Tags that something live bears, with ``articles``, ``terms``, ``references`` and
    their sum ``total``."""
    articles = ArticleTag.objects.filter(
        content_object__in=live_articles().values("pk")
    )
    terms = TermTag.objects.filter(content_object__in=live_terms().values("pk"))
    return (
        Tag.objects.annotate(
            articles=_count(articles),
            terms=_count(terms),
            references=_count(ReferenceTag.objects.all()),
        )
        .annotate(total=F("articles") + F("terms") + F("references"))
        .filter(total__gt=0)
    )


PICTURED = (TagKind.CANCER_TYPE, TagKind.TREATMENT)
HEADINGS = {
    TagKind.CANCER_TYPE: "By cancer type",
    TagKind.TREATMENT: "By treatment",
    TagKind.TOPIC: "Topics",
    TagKind.SIDE_EFFECT: "Side effects",
    TagKind.AUDIENCE: "For",
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """The public tags of one kind; readers choose the pictured ones by looking."""

    heading: str
    is_pictured: bool
    tags: list[Tag]


def tags_by_kind() -> list[Shelf]:
    """Public tags of each kind, kinds in the order of TagKind."""
    order = {kind: place for place, kind in enumerate(TagKind.values)}
    tags = sorted(public_tags(), key=lambda tag: (order[tag.kind], tag.name.casefold()))
    return [
        Shelf(HEADINGS[TagKind(kind)], kind in PICTURED, list(group))
        for kind, group in groupby(tags, key=lambda tag: tag.kind)
    ]


def articles_under(tag: Tag) -> Any:
    return live_articles().filter(tags=tag)


def terms_under(tag: Tag) -> Any:
    return live_terms().filter(tags=tag)


def references_under(tag: Tag) -> Any:
    return (
        Reference.objects.filter(tags=tag)
        .order_by("-year", "key")
        .prefetch_related("notices")
    )
