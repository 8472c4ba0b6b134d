"""Links to other sites as lines of a table, one for each use."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from immunosite.core.linkjudging import said
from immunosite.core.metadata import absolute
from immunosite.core.outsidelinks import OutsideLink

from .linkplaces import Place, attach_places

_AT_A_TIME = 200
COLUMNS = (
    *("address", "state", "status", "since", "last good", "last checked"),
    *("redirects to", "archived copy", "ignored because"),
    *("used in", "kind", "link text", "page in the admin"),
)


def lines_of(links: Any) -> Iterator[tuple[Any, ...]]:
    """The lines of a queryset of links, whose ``uses`` are fetched with it."""
    found = links.iterator(chunk_size=_AT_A_TIME)
    while batch := list(islice(found, _AT_A_TIME)):
        for link in attach_places(batch):
            for place in link.places or [None]:
                yield from _lines(link, place)


def _lines(link: OutsideLink, place: Place | None) -> Iterator[tuple[Any, ...]]:
    of_link = (
        *(link.url, said(link), link.status, link.failing_since, link.good_at),
        *(link.checked_at, link.redirected_to, link.archived_url, link.ignored_reason),
    )
    if place is None:
        yield (*of_link, "", "", "", "")
        return
    for words in place.words:
        yield (*of_link, place.title, place.kind_name, words, absolute(place.path))
