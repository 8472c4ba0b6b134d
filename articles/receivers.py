"""A change of the vocabulary makes stale just the articles that hold its words."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from glossary.signals import vocabulary_changed
from glossary.storing import ARTICLES
from immunosite.core import fulltext

from .models import ArticleRevision
from .publishing import rerender_few


@receiver(vocabulary_changed)
def mark_stale(sender: Any, *, forms: set[str], **kwargs: Any) -> None:
    """Mark current revisions that hold one of the forms; few are done at once."""
    holding = fulltext.holding(forms, kind=ARTICLES)
    ArticleRevision.objects.filter(pk__in=holding).update(rendered_by="")
    rerender_few()
