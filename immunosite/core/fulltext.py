"""Full-text search. The only room that speaks a vendor's search dialect.

SQLite: an FTS5 table; PostgreSQL: a ``tsvector`` column with a GIN index. Both are
given tokens from :mod:`immunosite.core.stemming`, which hold letters and digits only,
so no input of a reader can become syntax.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count
from django.db.models.expressions import RawSQL
from django.utils import timezone

from .documents import Document, DocumentSlug
from .stemming import tokens

MAX_QUERY_WORDS = 16
_COLUMNS = ("title", "names", "summary", "text")

_INSERT = {
    "sqlite": "INSERT INTO core_fulltext (rowid, title, names, summary, text) "
    "VALUES (%s, %s, %s, %s, %s)",
    "postgresql": "INSERT INTO core_fulltext (rowid, vector) VALUES (%s, "
    "setweight(to_tsvector('simple', %s), 'A') || "
    "setweight(to_tsvector('simple', %s), 'B') || "
    "setweight(to_tsvector('simple', %s), 'C') || "
    "setweight(to_tsvector('simple', %s), 'D'))",
}
_MATCH = {
    "sqlite": "SELECT rowid FROM core_fulltext WHERE core_fulltext MATCH %s",
    "postgresql": "SELECT rowid FROM core_fulltext "
    "WHERE vector @@ to_tsquery('simple', %s)",
}
# Both give a greater number to a better hit.
_RANK = {
    "sqlite": "(SELECT -bm25(core_fulltext, 10.0, 6.0, 3.0, 1.0) FROM core_fulltext "
    "WHERE core_fulltext MATCH %s AND rowid = core_document.id)",
    "postgresql": "(SELECT ts_rank_cd('{0.1, 0.3, 0.6, 1.0}', vector, "
    "to_tsquery('simple', %s), 1) FROM core_fulltext "
    "WHERE rowid = core_document.id)",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What one revision (or one reference) offers to search."""

    slugs: tuple[str, ...]
    path: str
    title: str
    names: str
    summary: str
    text: str
    live_from: datetime
    live_until: datetime | None = None
    revision_id: int | None = None
    is_at_foot: bool = False


def shelve(kind: str, page_id: int, entries: Iterable[Entry]) -> None:
    """Replace everything on the shelf of one page by ``entries``; none removes it."""
    shelve_all(kind, {page_id: list(entries)})


@transaction.atomic
def shelve_all(kind: str, entries_of: Mapping[int, Sequence[Entry]]) -> None:
    """As :func:`shelve`, for the pages of a kind by id, in a bounded number of queries."""
    old = Document.objects.filter(kind=kind, page_id__in=entries_of)
    keys = [(pk,) for pk in old.values_list("pk", flat=True)]
    pairs = [(pk, entry) for pk, several in entries_of.items() for entry in several]
    with connection.cursor() as cursor:
        if keys:
            cursor.executemany("DELETE FROM core_fulltext WHERE rowid = %s", keys)
            old.delete()
        documents = Document.objects.bulk_create(
            _document(kind, page_id, entry) for page_id, entry in pairs
        )
        both = [
            (document, entry)
            for document, (_, entry) in zip(documents, pairs, strict=True)
        ]
        DocumentSlug.objects.bulk_create(
            DocumentSlug(document=document, slug=slug)
            for document, entry in both
            for slug in entry.slugs
        )
        rows: Any = [(document.pk, *_words(entry)) for document, entry in both]
        if rows:
            cursor.executemany(_INSERT[connection.vendor], rows)


def _document(kind: str, page_id: int, entry: Entry) -> Document:
    values = {name: getattr(entry, name) for name in Entry.__slots__}
    del values["slugs"]
    return Document(kind=kind, page_id=page_id, **values)


def _words(entry: Entry) -> list[str]:
    return [tokens(getattr(entry, column)) for column in _COLUMNS]


def _query(phrases: Sequence[Sequence[str]], *, starts_with: bool = False) -> str:
    """All phrases must occur; the last word may be a beginning."""
    if connection.vendor == "sqlite":
        parts = ['"' + " ".join(phrase) + '"' for phrase in phrases]
        return " AND ".join(parts) + ("*" if starts_with else "")
    parts = ["(" + " <-> ".join(phrase) + ")" for phrase in phrases]
    if starts_with:
        parts[-1] = parts[-1].rstrip(")") + ":*)"
    return " & ".join(parts)


def search(words: str, *, at: datetime | None = None) -> Any:
    """Live documents that hold every word, best first, each with a ``rank``.

    The last word also matches words that begin with it. Words past the sixteenth are
    not looked at; a query without a letter or digit finds nothing.
    """
    stems = tokens(words).split()[:MAX_QUERY_WORDS]
    if not stems:
        return Document.objects.none()
    query = _query([[stem] for stem in stems], starts_with=True)
    found = _matching(query).live(at)
    ranked = found.annotate(rank=RawSQL(_RANK[connection.vendor], [query]))
    return ranked.order_by("-rank", "title", "pk")


# What stands for a column in PostgreSQL: its weight.
_WEIGHTS = dict(zip(_COLUMNS, "ABCD", strict=True))


def beginning_with(words: str, *, within: Sequence[str]) -> Any:
    """Live documents in whose columns ``within`` (title, names, summary, text) each
    word begins one; in no order."""
    stems = tokens(words).split()[:MAX_QUERY_WORDS]
    if not stems:
        return Document.objects.none()
    if connection.vendor == "sqlite":
        query = " AND ".join(f'"{stem}"*' for stem in stems)
        query = f"{{{' '.join(within)}}} : ({query})"
    else:
        weights = "".join(_WEIGHTS[column] for column in within)
        query = " & ".join(f"{stem}:*{weights}" for stem in stems)
    return _matching(query).live()


def counts_by_kind(found: Any) -> dict[str, int]:
    """How many of the found documents are of each kind."""
    rows = found.order_by().values_list("kind").annotate(count=Count("pk"))
    return dict(rows)


def holding(phrases: Iterable[str], *, kind: str) -> set[int]:
    """Ids of the current revisions of a kind whose words hold one of the phrases.

    Compared by stem, so the answer may hold a few revisions more than the exact
    words would give, never fewer.
    """
    return _holding(phrases, kind, "revision_id")


def pages_holding(phrases: Iterable[str], *, kind: str) -> set[int]:
    """The same, as the ids of the pages."""
    return _holding(phrases, kind, "page_id")


def _holding(phrases: Iterable[str], kind: str, name: str) -> set[int]:
    found: set[int] = set()
    for phrase in set(map(tokens, phrases)) - {""}:
        matching = _matching(_query([phrase.split()])).current(timezone.now())
        found.update(matching.filter(kind=kind).values_list(name, flat=True))
    return found


def _matching(query: str) -> Any:
    return Document.objects.filter(pk__in=RawSQL(_MATCH[connection.vendor], [query]))
