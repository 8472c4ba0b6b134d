"""Newest articles as an Atom feed (RFC 4287)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.feedgenerator import Atom1Feed

from . import reading
from .models import ArticleRevision

LENGTH = 20


class Newest(Feed):
    feed_type = Atom1Feed
    title = settings.SITE_NAME
    subtitle = "New and updated articles"
    link = reverse_lazy("articles:list")

    def items(self) -> QuerySet[ArticleRevision]:
        return reading.live_articles()[:LENGTH]

    def item_title(self, item: ArticleRevision) -> str:
        return item.title

    def item_description(self, item: ArticleRevision) -> str:
        return item.summary

    def item_link(self, item: ArticleRevision) -> str:
        return item.page.get_absolute_url()

    def item_pubdate(self, item: Any) -> datetime:
        return item.published_at

    def item_updateddate(self, item: Any) -> datetime:
        return item.dated_at
