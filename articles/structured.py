"""What an article tells search engines: https://schema.org/MedicalWebPage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString

from glossary.models import TermRevision
from immunosite.core.metadata import absolute, json_ld
from immunosite.core.tagging import Tag


def medical_web_page(
    revision: Any, tags: Iterable[Tag], words: Iterable[TermRevision]
) -> SafeString:
    """The script element; ``revision`` is one of :func:`articles.reading.live_articles`."""
    return json_ld(
        {
            "@type": "MedicalWebPage",
            "url": absolute(revision.page.get_absolute_url()),
            "name": revision.title,
            "description": revision.summary,
            "inLanguage": "en",
            "datePublished": revision.published_at,
            "dateModified": revision.dated_at,
            **_review(revision),
            "keywords": [tag.name for tag in tags],
            "mentions": [
                {
                    "@type": "DefinedTerm",
                    "name": word.title,
                    "url": absolute(word.page.get_absolute_url()),
                }
                for word in words
            ],
        }
    )


def _review(revision: Any) -> dict[str, Any]:
    if revision.reviewed_at is None:
        return {}
    return {
        "lastReviewed": revision.reviewed_at.date(),
        "reviewedBy": {
            "@type": "Person",
            "name": revision.sign_off["name"],
            "jobTitle": revision.sign_off["credentials"],
        },
    }
