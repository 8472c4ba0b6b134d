"""What changes elsewhere and makes pages stale: the vocabulary, merged references."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.dispatch import receiver

import glossary.relinking
from glossary.signals import vocabulary_changed, words_rejected
from glossary.storing import ARTICLES
from references.signals import references_merged

from .models import ArticleRevision
from .relinking import rerender_few, rerender_pages


@receiver(vocabulary_changed)
def mark_stale(
    sender: Any,
    *,
    forms: set[str],
    within: Mapping[str, set[int]] | None,
    **kwargs: Any,
) -> None:
    """Mark current revisions that hold one of the forms; few are done at once."""
    glossary.relinking.mark(ArticleRevision, forms, kind=ARTICLES, within=within)
    rerender_few()


@receiver(words_rejected)
def link_anew(sender: Any, *, pages: dict[str, set[int]], **kwargs: Any) -> None:
    """Compile again the articles whose words an editor rejected or accepted."""
    rerender_pages(pages.get(ARTICLES, set()))


@receiver(references_merged)
def renumber(sender: Any, **kwargs: Any) -> None:
    """Compile again what cited two references that are now one, if it is little."""
    glossary.relinking.rerender_few()
    rerender_few()
