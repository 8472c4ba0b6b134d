"""The database's references as the snapshot that rendering works on."""

from __future__ import annotations

from .citing import Library, Source
from .models import Reference, ReferenceAlias

_LABEL = 100


def load_library() -> Library:
    """All references by key, and by the keys of those merged into them, in two
    queries."""
    rows = Reference.objects.values_list("key", "authors", "year", "title")
    library = {
        key: Source(key, _label(authors, year, title))
        for key, authors, year, title in rows
    }
    aliases = ReferenceAlias.objects.values_list("key", "reference__key")
    return {alias: library[key] for alias, key in aliases} | library


def _label(authors: str, year: int | None, title: str) -> str:
    """``Larkin James 2015 Combined nivolumab…``: at most 100 characters."""
    first = authors.partition(";")[0]
    label = " ".join(filter(None, [first, str(year or ""), title]))
    return label if len(label) <= _LABEL else label[: _LABEL - 1].rstrip() + "…"
