"""What readers see of articles: one query each, for every door that shows them."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from immunosite.core.reviews import with_dates
from immunosite.core.standing import as_stood
from immunosite.core.uses import Place, places_linking, places_naming, united

from .models import Article, ArticleRevision, ArticleTag, Kind, Mention

TAG_WEIGHT = 3


def live_pages(at: datetime | None = None) -> Any:
    """The live revisions of every kind, the newest first, with what
    :func:`immunosite.core.reviews.with_dates` adds; or those that were live at a
    moment, as far as readers may still see them."""
    pages = as_stood(ArticleRevision.objects.select_related("page"), at)
    pages = with_dates(pages, at)
    return pages.order_by("-dated_at", "-pk")


def live_articles() -> Any:
    """Those of :func:`live_pages` that are about medicine, not about the site."""
    return live_pages().filter(page__kind=Kind.ARTICLE)


def related_to(
    revision: ArticleRevision,
    *,
    tags: Collection[Any],
    terms: Collection[Any],
    most: int = 4,
) -> Any:
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


def places_of(article: Article) -> list[Place]:
    """The other pages that link an article, by its present or a former address."""
    targets = [f"article:{slug}" for slug in article.all_slugs()]
    names = "|".join(map(re.escape, targets))
    by_name = places_naming(targets, re.compile(rf"(?:{names})(?![\w-])"))
    found = united(by_name, places_linking(article.get_absolute_url()))
    own = (article._meta.label_lower, article.pk)
    return [place for place in found if (place.kind, place.page_id) != own]


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
