"""The sitemap of everything public (https://www.sitemaps.org/protocol.html)."""

from __future__ import annotations

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from articles.sitemaps import ArticleSitemap
from glossary.sitemaps import TermSitemap
from immunosite.core.tagging import Tag
from references.sitemaps import ReferenceSitemap

from . import browsing


class FixedSitemap(Sitemap):
    def items(self) -> list[str]:
        lists = ["articles:list", "glossary:list", "references:list", "topics:list"]
        return ["home", *lists]

    def location(self, item: str) -> str:
        return reverse(item)


class TopicSitemap(Sitemap):
    def items(self) -> QuerySet[Tag]:
        return browsing.public_tags()


SITEMAPS = {
    "pages": FixedSitemap,
    "articles": ArticleSitemap,
    "glossary": TermSitemap,
    "topics": TopicSitemap,
    "references": ReferenceSitemap,
}
