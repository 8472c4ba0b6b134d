"""Articles, their revisions, what those cite and mention, and former addresses."""

from __future__ import annotations

from django.core.validators import MaxLengthValidator
from django.db import models
from django.urls import reverse
from taggit.managers import TaggableManager

from glossary.models import MentionBase
from immunosite.core.pages import LinkBase, Page, Revision
from immunosite.core.tagging import TaggedItem
from references.models import CitationBase

WORDS_A_MINUTE = 180
SUMMARY_LENGTH = 400


class Kind(models.TextChoices):
    """What an article is for; it decides its address and where it is listed."""

    ARTICLE = "article", "Article"
    SITE_PAGE = "site page", "Page about the site"


class Article(Page):
    """A page of the site. What it says is in its revisions."""

    kind = models.CharField(
        max_length=20,
        choices=Kind.choices,
        default=Kind.ARTICLE,
        help_text="Pages about the site (privacy, contact …) are linked at the foot of "
        "every page and need no sources. It can't be changed later.",
    )

    class Meta:
        ordering = ["slug"]
        permissions = [
            ("publish_article", "Can publish articles"),
            ("review_article", "Can review articles"),
        ]
        constraints = [
            *Page.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(kind__in=Kind.values),
                name="articles_article_kind_known",
            ),
        ]

    def __str__(self) -> str:
        newest = self.newest()
        return newest.title if newest and newest.title else self.slug

    def get_absolute_url(self) -> str:
        name = "site_page" if self.is_at_foot else "articles:detail"
        return reverse(name, args=[self.slug])

    @property
    def is_at_foot(self) -> bool:
        return self.kind == Kind.SITE_PAGE

    def all_slugs(self) -> set[str]:
        return {self.slug, *self.former_slugs.values_list("slug", flat=True)}


class ArticleRevision(Revision):
    """One saved state of an article."""

    page = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="revisions"
    )
    summary = models.TextField(
        blank=True,
        max_length=SUMMARY_LENGTH,
        validators=[MaxLengthValidator(SUMMARY_LENGTH)],
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
