"""Where terms are mentioned, and where they never are; what a term itself leads to."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from immunosite.core.pages import LinkBase
from references.models import CitationBase

from .terms import Term, TermRevision


class NeverHere(models.Model):
    """A word that a page never links by itself, since an editor said so.

    ``kind`` is the page's label ("articles.article"), ``word`` is folded.
    """

    kind = models.CharField(max_length=40)
    page_id = models.BigIntegerField()
    word = models.CharField(max_length=600)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "page_id", "word"], name="glossary_neverhere_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(word=""), name="glossary_neverhere_has_word"
            ),
        ]

    def __str__(self) -> str:
        return self.word


class MentionBase(models.Model):
    """One term that a rendered revision links; apps add ``revision``."""

    term = models.ForeignKey(
        Term, on_delete=models.PROTECT, related_name="%(app_label)s_mentions"
    )
    words = models.CharField(max_length=300)
    anchor = models.CharField(max_length=140)
    position = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "term"], name="%(app_label)s_%(class)s_once"
            )
        ]

    def __str__(self) -> str:
        return self.words


class TermCitation(CitationBase):
    revision = models.ForeignKey(
        TermRevision, on_delete=models.CASCADE, related_name="citations"
    )

    class Meta(CitationBase.Meta):
        pass


class TermMention(MentionBase):
    revision = models.ForeignKey(
        TermRevision, on_delete=models.CASCADE, related_name="mentions"
    )

    class Meta(MentionBase.Meta):
        pass


class TermLink(LinkBase):
    revision = models.ForeignKey(
        TermRevision, on_delete=models.CASCADE, related_name="links"
    )

    class Meta(LinkBase.Meta):
        pass
