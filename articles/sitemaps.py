from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap

from . import reading
from .models import ArticleRevision


class ArticleSitemap(Sitemap):
    def items(self) -> Any:
        return reading.live_pages()

    def location(self, item: ArticleRevision) -> str:
        return item.page.get_absolute_url()

    def lastmod(self, item: Any) -> datetime:
        return item.dated_at
