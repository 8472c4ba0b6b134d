"""The places that use an address outside the site, as staff know them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from immunosite.core.outsidelinks import LinkUse, OutsideLink
from references.models import Reference

from .deskrows import PAGES, REVISIONS

REFERENCE = "references.reference"
# The label of a kind of place → it.
KINDS: dict[str, Any] = {**PAGES, REFERENCE: Reference}


@dataclass(frozen=True, slots=True)
class Place:
    """A live page or a reference that uses an address, the words of its links, and
    whether another address can be written there."""

    kind: str
    subject_id: int
    title: str
    words: tuple[str, ...]
    is_mendable: bool

    @property
    def path(self) -> str:
        """The thing's page of the admin."""
        name = f"admin:{self.kind.replace('.', '_')}_change"
        return reverse(name, args=[self.subject_id])

    @property
    def kind_name(self) -> str:
        return str(KINDS[self.kind]._meta.verbose_name)

    @property
    def key(self) -> str:
        """Names the thing in a form."""
        return f"{self.kind}:{self.subject_id}"


def titles_of(places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """The titles of live pages and the keys of references, by kind and key."""
    keys: dict[str, set[int]] = {}
    for kind, pk in places:
        keys.setdefault(kind, set()).add(pk)
    found: dict[tuple[str, int], str] = {}
    for kind, wanted in keys.items():
        if kind == REFERENCE:
            rows = Reference.objects.filter(pk__in=wanted).values_list("pk", "key")
        else:
            revisions = REVISIONS[kind].objects.live().filter(page__in=wanted)
            rows = revisions.values_list("page_id", "title")
        found |= {(kind, pk): title for pk, title in rows}
    return found


def attach_places(links: Iterable[OutsideLink]) -> list[Any]:
    """The links, each with its ``places``; their uses should have been fetched."""
    found: list[Any] = list(links)
    used = {link.pk: list(link.uses.all()) for link in found}
    titles = titles_of(
        (use.kind, use.subject_id) for uses in used.values() for use in uses
    )
    for link in found:
        link.places = _places(used[link.pk], titles)
    return found


def _places(
    uses: Iterable[LinkUse], titles: Mapping[tuple[str, int], str]
) -> list[Place]:
    """The places of uses, each once. What has gone from the site since the last check
    is none."""
    by_place: dict[tuple[str, int], list[LinkUse]] = {}
    for use in uses:
        by_place.setdefault((use.kind, use.subject_id), []).append(use)
    return [
        Place(
            *place,
            title=titles[place],
            words=tuple(use.words for use in own),
            is_mendable=any(use.is_mendable for use in own),
        )
        for place, own in by_place.items()
        if place in titles
    ]
