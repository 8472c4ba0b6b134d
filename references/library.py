"""The database's references as the snapshot that rendering works on."""

from __future__ import annotations

from itertools import groupby

from .citing import Library, Source
from .models import Notice, Reference, ReferenceAlias
from .standing import standing_of

_LABEL = 100


def load_library() -> Library:
    """All references by key, and by the keys of those merged into them, in three
    queries."""
    rows = Reference.objects.values_list("pk", "key", "authors", "year", "title")
    standings = _standings()
    library = {
        key: Source(key, _label(authors, year, title), standings.get(pk, ""))
        for pk, key, authors, year, title in rows
    }
    aliases = ReferenceAlias.objects.values_list("key", "reference__key")
    return {alias: library[key] for alias, key in aliases} | library


def _standings() -> dict[int, str]:
    """How the references stand that have notices."""
    notices = Notice.objects.order_by("reference")
    grouped = groupby(notices, key=lambda notice: notice.reference_id)
    return {pk: standing_of(about) for pk, about in grouped}


def _label(authors: str, year: int | None, title: str) -> str:
    """``Larkin James 2015 Combined nivolumab…``: at most 100 characters."""
    first = authors.partition(";")[0]
    label = " ".join(filter(None, [first, str(year or ""), title]))
    return label if len(label) <= _LABEL else label[: _LABEL - 1].rstrip() + "…"
