from __future__ import annotations

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from .models import Reference


class ReferenceSitemap(Sitemap):
    def items(self) -> QuerySet[Reference]:
        return Reference.objects.order_by("key")

    def lastmod(self, item: Reference) -> datetime:
        return item.updated_at
