"""Ask the checklist about an article: as it is saved, and as it is typed just now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glossary.checking import (
    live_text,
    note_typed,
    surroundings_of_newest,
    unrendered,
)
from glossary.rendering import Rendered
from glossary.storing import compile_body, surroundings
from glossary.vocabulary import load_vocabulary
from immunosite.core.checklist import Checklist
from immunosite.core.markdown import BodyRefused

from . import gate
from .models import Article, ArticleRevision, Kind
from .relinking import upcoming


def checklist_of(revision: ArticleRevision) -> Checklist:
    """How a saved revision stands against what is live now."""
    body, vocabulary = revision.body, load_vocabulary()
    try:
        rendered = compile_body(
            body,
            upcoming=upcoming(body),
            vocabulary=vocabulary,
            surroundings=surroundings(revision),
        )
    except BodyRefused as refused:
        rendered = unrendered(refused)
    return gate.check(
        _facts(
            revision.page,
            title=revision.title,
            summary=revision.summary,
            body=body,
            public_note=revision.public_note,
            rendered=rendered,
            vocabulary=vocabulary,
            live_text=live_text(revision.page, but=revision),
        )
    )


def previewed(
    body: str, *, typed: Mapping[str, str], article: Article | None
) -> tuple[Rendered, Checklist]:
    """The rendering of what is typed and how it stands; it stores nothing.

    ``typed`` has the form's other fields as they were sent; ``article`` is None when
    it is new or unknown. Raises BodyRefused.
    """
    vocabulary = load_vocabulary()
    rendered = compile_body(
        body,
        upcoming=upcoming(body),
        vocabulary=vocabulary,
        surroundings=surroundings_of_newest(article),
    )
    texts = {
        "title": typed.get("title", ""),
        "summary": typed.get("summary", "").replace("\r\n", "\n"),
        "body": body,
    }
    facts = _facts(
        article or Article(kind=typed.get("kind", Kind.ARTICLE)),
        **texts,
        public_note=note_typed(article, typed, **texts),
        rendered=rendered,
        vocabulary=vocabulary,
        live_text=live_text(article),
    )
    return rendered, gate.check(facts)


def _facts(article: Article, **given: Any) -> gate.Facts:
    return gate.Facts(
        needs_sources=article.kind == Kind.ARTICLE,
        has_due_date=article.review_due_on is not None,
        **given,
    )
