"""References as files for readers, in every format of :mod:`references.formats`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpResponse

from immunosite.core.attaching import attachment

from .formats import FORMATS, Format
from .models import Reference

# What staff wrote for themselves, and what is somebody else's text, stays here.
_PRIVATE = frozenset("abstract annote categories custom keyword note".split())
_BY_EXTENSION = {each.extension: each for each in FORMATS.values()}
# A table is for a whole list.
TABLE = "csv"


def offered(path: str, *, has_table: bool = False) -> list[tuple[str, str]]:
    """The (label, address) of each format; ``path`` is the address but for its
    extension."""
    return [
        (each.label, f"{path}{each.extension}")
        for each in FORMATS.values()
        if has_table or each.extension != TABLE
    ]


def format_named(extension: str, *, has_table: bool = False) -> Format:
    """The format of an extension. Raises Http404 when it is not offered."""
    found = _BY_EXTENSION.get(extension)
    if found is None or (found.extension == TABLE and not has_table):
        raise Http404(f"There is no file of the kind “{extension}”.")
    return found


def whole_bibliography() -> Iterable[Mapping[str, Any]]:
    """The public part of every record, by key."""
    records = Reference.objects.order_by("key").values_list("csl", flat=True)
    return map(public_part, records.iterator())


def public_part(csl: Mapping[str, Any]) -> dict[str, Any]:
    """A record as readers may have it: what it takes to cite the work."""
    kept = {name: value for name, value in csl.items() if name not in _PRIVATE}
    if csl.get("custom", {}).get("authors_complete") is False:
        kept["custom"] = {"authors_complete": False}
    return kept


def file_response(
    records: Iterable[Mapping[str, Any]], form: Format, name: str
) -> HttpResponse:
    """A file to save, called ``name`` as far as a file may be."""
    return attachment(
        form.dump(records),
        name,
        extension=form.extension,
        media_type=form.media_type,
        otherwise="references",
    )
