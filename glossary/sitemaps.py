from __future__ import annotations

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from . import reading
from .models import TermRevision


class TermSitemap(Sitemap):
    def items(self) -> QuerySet[TermRevision]:
        return reading.live_terms()

    def location(self, item: TermRevision) -> str:
        return item.page.get_absolute_url()

    def lastmod(self, item: TermRevision) -> datetime | None:
        return item.live_from
