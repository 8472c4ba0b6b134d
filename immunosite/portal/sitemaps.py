"""The sitemap of everything public (https://www.sitemaps.org/protocol.html)."""

from __future__ import annotations

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from articles.sitemaps import ArticleSitemap
from glossary.sitemaps import TermSitemap
from references.sitemaps import ReferenceSitemap

from . import browsing, combining


class FixedSitemap(Sitemap):
    def items(self) -> list[str]:
        lists = ["articles:list", "glossary:list", "references:list", "topics:list"]
        return ["home", *lists]

    def location(self, item: str) -> str:
        return reverse(item)


class TopicSitemap(Sitemap):
    """Every topic; of those put together only the pairs of
    :func:`combining.pairs_for_map`."""

    def items(self) -> list[str]:
        singles = [tag.slug for tag in browsing.public_tags()]
        return [*singles, *map("+".join, combining.pairs_for_map())]

    def location(self, item: str) -> str:
        return reverse("topics:detail", args=[item])


SITEMAPS = {
    "pages": FixedSitemap,
    "articles": ArticleSitemap,
    "glossary": TermSitemap,
    "topics": TopicSitemap,
    "references": ReferenceSitemap,
}
