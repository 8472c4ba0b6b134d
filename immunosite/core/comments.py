"""What colleagues and experts outside say of a paragraph of a draft.

A comment belongs to the revision that it was made on and to a paragraph, by the key that
:mod:`immunosite.core.paragraphs` makes of its words. So it is shown beside that paragraph
in every later revision in which the words still stand, and as orphaned in the others.
Comments are never public. The deeds are in :mod:`immunosite.core.commenting`.
"""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from .pages import Page

MAX_COMMENT = 2_000


class CommentQuerySet(models.QuerySet):
    def about(self, page: Page) -> Self:
        """The comments on all revisions of a page."""
        return self.filter(kind=page._meta.label_lower, page_id=page.pk)


class Comment(models.Model):
    """What one person said of one paragraph.

    ``kind`` is the page's label ("articles.article"), ``page_id`` its key, ``number``
    the revision's number, ``anchor`` the paragraph's key and ``quote`` its first words.
    It is by an account (``author``) or by an expert outside (``link``); ``name`` is how
    they were called then. Threads have one level: an answer has a ``parent`` that has
    none.
    """

    kind = models.CharField(max_length=40)
    page_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    anchor = models.CharField(max_length=64)
    quote = models.CharField(max_length=200)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    link = models.ForeignKey(
        "core.SignOffLink",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="comments",
    )
    name = models.CharField(max_length=150)
    text = models.TextField(max_length=MAX_COMMENT)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="answers"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["kind", "page_id"], name="core_comment_page")]
        constraints = [
            models.CheckConstraint(
                condition=Q(author__isnull=False, link__isnull=True)
                | Q(author__isnull=True, link__isnull=False),
                name="core_comment_by_one",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="core_comment_has_name"),
            models.CheckConstraint(condition=~Q(text=""), name="core_comment_has_text"),
            models.CheckConstraint(
                condition=~Q(anchor="") & ~Q(quote=""), name="core_comment_has_place"
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(
                    resolved_at__isnull=False,
                    resolved_by__isnull=False,
                    parent__isnull=True,
                ),
                name="core_comment_resolved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("pk")),
                name="core_comment_answers_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} on “{self.quote}”"
