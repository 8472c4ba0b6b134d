"""Tell other pages what became or ceased to be live; compile again what is stale."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

import glossary.relinking
from glossary.models import TermRevision
from glossary.rendering import Rendered
from glossary.storing import (
    ARTICLES,
    article_targets,
    compile_body,
    rerender,
    surroundings,
)
from immunosite.core import caching, publishing
from immunosite.core.publishing import AT_ONCE

from .models import Article, ArticleRevision, FormerSlug


def upcoming(body: str) -> set[str]:
    """The slugs in a body's ``article:`` targets that are or were some article's."""
    targets = article_targets(body)
    present = Article.objects.filter(slug__in=targets)
    former = FormerSlug.objects.filter(slug__in=targets)
    return {
        *present.values_list("slug", flat=True),
        *former.values_list("slug", flat=True),
    }


def rendered_now(revision: ArticleRevision) -> Rendered:
    """The rendering of a revision against what is live now. Raises BodyRefused."""
    return compile_body(
        revision.body,
        upcoming=upcoming(revision.body),
        surroundings=surroundings(revision),
    )


@transaction.atomic
def announce() -> int:
    """Tell the pages that link articles which of them became or ceased to be live.

    Publishing calls it; so does the ``rerender_stale`` command, for what went live or
    ended by the clock. Returns how many revisions that concerned.
    """
    caching.hold_epoch()
    ended, began = publishing.take_unannounced(
        ArticleRevision.objects.all(), timezone.now()
    )
    pages = {revision.page for revision in ended} ^ {rev.page for rev in began}
    link_anew({slug for page in pages for slug in page.all_slugs()})
    return len(ended) + len(began)


def link_anew(slugs: set[str]) -> None:
    """Mark as stale what links one of these slugs; few are compiled again at once."""
    if not slugs:
        return
    for model in (TermRevision, ArticleRevision):
        model.objects.filter(links__slug__in=slugs).update(rendered_by="")
    glossary.relinking.rerender_few()
    rerender_few()


def rerender_stale(*, limit: int | None = None) -> int:
    """Compile again what is out of date, each in its own transaction; return how many.

    An article that can no longer be rendered keeps its last rendering and stays
    stale.
    """
    return rerender(ArticleRevision, rendered_now, kind=ARTICLES, limit=limit)


def rerender_few() -> int:
    """The same, unless it is so much that it must wait for the command."""
    return rerender(ArticleRevision, rendered_now, kind=ARTICLES, most=AT_ONCE)


def rerender_pages(pages: Collection[int]) -> int:
    """The same for the articles with these keys, whatever else is out of date."""
    return rerender(ArticleRevision, rendered_now, kind=ARTICLES, pages=pages)
