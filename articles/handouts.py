"""What a reader takes along to a visit: the heart of an article, short enough for paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from glossary.models import TermRevision
from glossary.reading import words_on
from immunosite.core.callouts import callouts
from immunosite.core.fields import trusted
from references.reading import flagged, references_of

from .models import ArticleRevision
from .reading import live_articles

# More than one visit can hold.
MOST = 10


@dataclass(frozen=True, slots=True)
class Handout:
    """An article's key points and questions, its words and its references."""

    revision: ArticleRevision
    key_points: list[SafeString]
    questions: list[SafeString]
    words: list[TermRevision]
    references: list[tuple[int, Any, list[Any]]]


def handout(revision: ArticleRevision) -> Handout:
    """The handout of one of :func:`articles.reading.live_articles`."""
    references = references_of(revision)
    found = callouts(flagged(revision.html, references))
    return Handout(
        revision=revision,
        key_points=[trusted(c.html) for c in found if c.kind == "key-points"],
        questions=[trusted(c.html) for c in found if c.kind == "questions"],
        words=words_on(revision),
        references=references,
    )


def chosen(slugs: Sequence[str]) -> list[ArticleRevision]:
    """The live articles of these slugs in this order, MOST at most; others are left
    out."""
    wanted = list(dict.fromkeys(slugs))[:MOST]
    known = {
        revision.page.slug: revision
        for revision in live_articles().filter(page__slug__in=wanted)
    }
    return [known[slug] for slug in wanted if slug in known]
