"""What readers see of articles: one query each, for every door that shows them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Count, IntegerField, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from .models import ArticleRevision, ArticleTag, Kind, Mention

TAG_WEIGHT = 3


def live_pages() -> QuerySet[ArticleRevision]:
    """The live revisions of every kind, newest first, each with ``published_at``: the
    moment when the article was first live."""
    earlier = ArticleRevision.objects.filter(
        page=OuterRef("page"), live_from__lte=timezone.now()
    ).order_by()
    first = earlier.values("page").annotate(first=Min("live_from")).values("first")
    return (
        ArticleRevision.objects.live()
        .select_related("page")
        .annotate(published_at=Subquery(first))
        .order_by("-live_from", "-pk")
    )


def live_articles() -> QuerySet[ArticleRevision]:
    """Those of :func:`live_pages` that are about medicine, not about the site."""
    return live_pages().filter(page__kind=Kind.ARTICLE)


def related_to(
    revision: ArticleRevision,
    *,
    tags: Collection[Any],
    terms: Collection[Any],
    most: int = 4,
) -> QuerySet[ArticleRevision]:
    """Live articles that share most tags and terms; a tag counts as TAG_WEIGHT terms."""
    shared_tags = _count(
        ArticleTag.objects.filter(content_object=OuterRef("pk"), tag__in=tags),
        "content_object",
    )
    shared_terms = _count(
        Mention.objects.filter(revision=OuterRef("pk"), term__in=terms), "revision"
    )
    return (
        live_articles()
        .exclude(page=revision.page_id)
        .annotate(closeness=shared_tags * TAG_WEIGHT + shared_terms)
        .filter(closeness__gt=0)
        .order_by("-closeness", "title")[:most]
    )


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
