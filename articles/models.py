"""Articles, their revisions, what those cite and mention, and former addresses."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from taggit.managers import TaggableManager

from glossary.models import MentionBase
from immunosite.core.pages import LinkBase, Page, Revision
from immunosite.core.tagging import TaggedItem
from references.models import CitationBase

WORDS_A_MINUTE = 180


class Article(Page):
    """A page of the site. What it says is in its revisions."""

    class Meta:
        ordering = ["slug"]
        permissions = [("publish_article", "Can publish articles")]

    def __str__(self) -> str:
        newest = self.newest()
        return newest.title if newest and newest.title else self.slug

    def get_absolute_url(self) -> str:
        return reverse("articles:detail", args=[self.slug])

    def all_slugs(self) -> set[str]:
        return {self.slug, *self.former_slugs.values_list("slug", flat=True)}


class ArticleRevision(Revision):
    """One saved state of an article."""

    page = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="revisions"
    )
    summary = models.TextField(
        blank=True,
        max_length=400,
        help_text="One or two plain sentences: what the reader will learn.",
    )
    tags = TaggableManager(through="ArticleTag", blank=True)

    class Meta(Revision.Meta):
        pass

    @property
    def reading_minutes(self) -> int:
        """Whole minutes at an easy pace, at least one."""
        return max(1, round(self.word_count / WORDS_A_MINUTE))


class ArticleTag(TaggedItem):
    content_object = models.ForeignKey(ArticleRevision, on_delete=models.CASCADE)

    class Meta(TaggedItem.Meta):
        pass


class Citation(CitationBase):
    revision = models.ForeignKey(
        ArticleRevision, on_delete=models.CASCADE, related_name="citations"
    )

    class Meta(CitationBase.Meta):
        pass


class Mention(MentionBase):
    revision = models.ForeignKey(
        ArticleRevision, on_delete=models.CASCADE, related_name="mentions"
    )

    class Meta(MentionBase.Meta):
        pass


class ArticleLink(LinkBase):
    revision = models.ForeignKey(
        ArticleRevision, on_delete=models.CASCADE, related_name="links"
    )

    class Meta(LinkBase.Meta):
        pass


class FormerSlug(models.Model):
    """An address that an article had; it redirects to the present one."""

    slug = models.SlugField(max_length=120, unique=True, allow_unicode=True)
    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="former_slugs"
    )

    def __str__(self) -> str:
        return self.slug
