from __future__ import annotations

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from . import reading
from .models import ArticleRevision


class ArticleSitemap(Sitemap):
    def items(self) -> QuerySet[ArticleRevision]:
        return reading.live_pages()

    def location(self, item: ArticleRevision) -> str:
        return item.page.get_absolute_url()

    def lastmod(self, item: ArticleRevision) -> datetime | None:
        return item.live_from
