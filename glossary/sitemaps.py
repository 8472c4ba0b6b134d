from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap

from . import reading
from .models import TermRevision


class TermSitemap(Sitemap):
    def items(self) -> Any:
        return reading.dated_terms()

    def location(self, item: TermRevision) -> str:
        return item.page.get_absolute_url()

    def lastmod(self, item: Any) -> datetime:
        return item.dated_at
