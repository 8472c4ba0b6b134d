"""Live articles by the thousand, written straight to the tables.

Import it after :mod:`stage.database`, which prepares Django.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from articles.models import Article, ArticleRevision
from glossary.storing import ARTICLES
from immunosite.core import fulltext
from immunosite.core.documents import Document
from immunosite.core.markdown import PIPELINE_VERSION

from . import corpus

WORDS = 500
_TEXTS = 200
_BATCH = 5_000


def texts() -> list[str]:
    """Plain passages of 500 words each."""
    words = " ".join(corpus.article(citations=0).split()).split()
    starts = [place * 37 % len(words) for place in range(_TEXTS)]
    return [" ".join((words * 2)[start : start + WORDS]) for start in starts]


def fill(first: int, last: int, *, by: Any, pool: list[tuple[str, str]]) -> None:
    """Live articles number ``first`` to ``last``. ``pool`` has their texts in turn, each
    with its stems."""
    for begin in range(first, last, _BATCH):
        _batch(range(begin, min(begin + _BATCH, last)), by, pool)


def _batch(numbers: range, by: Any, pool: list[tuple[str, str]]) -> None:
    now = timezone.now()
    pages = Article.objects.bulk_create(Article(slug=f"a-{n}") for n in numbers)
    chosen = [pool[n % len(pool)] for n in numbers]
    revisions = ArticleRevision.objects.bulk_create(
        _revision(page, text, by, now)
        for page, (text, _) in zip(pages, chosen, strict=True)
    )
    documents = Document.objects.bulk_create(
        Document(
            kind=ARTICLES,
            page_id=revision.page_id,
            revision_id=revision.pk,
            path=f"/articles/{revision.page.slug}/",
            title=revision.title,
            text=revision.text,
            live_from=now,
        )
        for revision in revisions
    )
    rows = [
        (document.pk, "", "", "", stems)
        for document, (_, stems) in zip(documents, chosen, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(fulltext._INSERT[connection.vendor], rows)


def _revision(page: Article, text: str, by: Any, now: datetime) -> ArticleRevision:
    return ArticleRevision(
        page=page,
        number=1,
        title=f"Article {page.slug}",
        summary="An article.",
        body=text,
        text=text,
        html=f"<p>{text}</p>",
        word_count=WORDS,
        created_by=by,
        live_from=now,
        announced="live",
        rendered_by=PIPELINE_VERSION,
        forced_reason="A measurement.",
    )
