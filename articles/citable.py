"""How an article itself is cited, and what it tells indexes of scholarly works."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString

from immunosite.core.fields import trusted
from immunosite.core.metadata import absolute
from references.styling import STYLES, format_entry, plain_name, plain_text, year_of

# The formats of references.formats that can hold a web page.
FILES = (("BibTeX", "bib"), ("RIS", "ris"), ("CSL-JSON", "json"))
_STYLES = ("nlm", "apa")
# What a citation_reference says of a source, by variable of CSL.
_CITED = {
    "container-title": "citation_journal_title",
    "volume": "citation_volume",
    "issue": "citation_issue",
    "DOI": "citation_doi",
    "PMID": "citation_pmid",
}


def csl_of(revision: Any) -> dict[str, Any]:
    """A live article as a CSL-JSON item; ``revision`` has ``dated_at``.

    The site is its author: who reviewed it did not write it, and readers are told of
    no other author. The day on which it was read is left to the reader.
    """
    day = timezone.localdate(revision.dated_at)
    return {
        "id": revision.page.slug,
        "type": "webpage",
        "title": revision.title,
        "author": [{"literal": settings.SITE_NAME}],
        "container-title": settings.SITE_NAME,
        "publisher": settings.SITE_NAME,
        "issued": {"date-parts": [[day.year, day.month, day.day]]},
        "URL": absolute(revision.page.get_absolute_url()),
        "language": "en",
    }


def entries_of(revision: Any) -> list[tuple[str, str, SafeString]]:
    """The (name, label, entry) of a live article in each style that is offered."""
    csl = csl_of(revision)
    return [
        (name, STYLES[name].label, trusted(format_entry(csl, name, has_links=True)))
        for name in _STYLES
    ]


def meta_tags(
    revision: Any, references: Iterable[tuple[int, Any, Any]]
) -> list[tuple[str, str]]:
    """The (name, content) of each Highwire Press tag.

    ``references`` are those of :func:`references.reading.references_of`. There is no
    citation_author: nobody is named as one.
    https://scholar.google.com/intl/en/scholar/inclusion.html
    """
    published = timezone.localdate(revision.published_at)
    return [
        ("citation_title", revision.title),
        ("citation_publication_date", published.strftime("%Y/%m/%d")),
        ("citation_publisher", settings.SITE_NAME),
        ("citation_language", "en"),
        *(("citation_reference", _cited(source.csl)) for _, source, _ in references),
    ]


def _cited(csl: dict[str, Any]) -> str:
    authors = [plain_name(name) for name in csl.get("author", [])[:1]]
    pairs = [
        ("citation_title", plain_text(csl["title"])),
        *(("citation_author", author) for author in authors),
        ("citation_publication_date", year_of(csl)),
        *((tag, plain_text(csl.get(name, ""))) for name, tag in _CITED.items()),
    ]
    # A semicolon parts the pairs.
    return "; ".join(
        f"{tag}={str(value).replace(';', ',')}" for tag, value in pairs if value
    )
