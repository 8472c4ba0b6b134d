"""Where a thing is used, live and in drafts: asked before it is deleted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from .pages import Revision


@dataclass(frozen=True, slots=True)
class Place:
    """A page that uses a thing: its kind ("articles.article"), key and title; whether
    readers see the use (or will), or it is in the newest draft only."""

    kind: str
    page_id: int
    title: str
    is_public: bool

    @property
    def change_name(self) -> str:
        """The name of the admin's address of the page."""
        return f"admin:{self.kind.replace('.', '_')}_change"

    @property
    def kind_name(self) -> str:
        """The kind in words: “article”."""
        return str(apps.get_model(self.kind)._meta.verbose_name)


def places_naming(needles: Iterable[str], pattern: re.Pattern[str]) -> list[Place]:
    """The pages whose public or newest text matches ``pattern``; the database looks for
    one of the plain ``needles`` (in any case) first."""
    sought = list(needles)
    if not sought:
        return []
    return _places(
        row
        for model in _models()
        for row in current_revisions(model).filter(_holding(model, sought))
        if pattern.search(row.written)
    )


def current_texts() -> Iterator[str]:
    """The texts of all pages that are public, will be, or are the newest."""
    for model in _models():
        rows = current_revisions(model).values_list(*model.markdown_fields)
        for texts in rows.iterator():
            yield from texts


def _holding(model: Any, needles: Iterable[str]) -> Q:
    has = Q()
    for needle in needles:
        for name in model.markdown_fields:
            has |= Q(**{f"{name}__icontains": needle})
    return has


def places_linking(path: str) -> list[Place]:
    """The pages whose public or newest text links an address of this site."""
    ended = re.compile(re.escape(path) + r"(?![\w/-])")
    return places_naming([path], ended)


def places_with(rows: Any, *, by: str) -> list[Place]:
    """What the foreign key ``by`` of ``rows`` leads to: pages whose public or newest
    revision it is, or other things, which are always public."""
    model = rows.model._meta.get_field(by).related_model
    if not issubclass(model, Revision):
        found = model.objects.filter(pk__in=rows.values(by))
        return [Place(model._meta.label_lower, x.pk, str(x), True) for x in found]
    return _places(current_revisions(model).filter(pk__in=rows.values(by)))


def united(*lists: list[Place]) -> list[Place]:
    """Each page once, public if any of the lists says so."""
    found: dict[tuple[str, int], Place] = {}
    for place in (place for each in lists for place in each):
        key = (place.kind, place.page_id)
        if key not in found or place.is_public:
            found[key] = place
    return sorted(found.values(), key=lambda p: (not p.is_public, p.title.casefold()))


def _models() -> list[Any]:
    return list(Revision.__subclasses__())


def current_revisions(model: Any) -> Any:
    """The revisions of a model that are or will be public, or are the newest."""
    newest = model.objects.filter(page=OuterRef("page")).order_by("-number")
    public = Q(live_until__isnull=True) | Q(live_until__gt=timezone.now())
    revisions = model.objects.annotate(top=Subquery(newest.values("number")[:1]))
    wanted = Q(number=F("top")) | (Q(live_from__isnull=False) & public)
    texts = ("html", "text", "contents", "problems")
    return revisions.filter(wanted).select_related("page").defer(*texts)


def _places(rows: Iterable[Any]) -> list[Place]:
    now = timezone.now()
    return united(
        [
            Place(
                kind=row.page._meta.label_lower,
                page_id=row.page_id,
                title=row.title or row.page.slug,
                is_public=row.live_from is not None
                and (row.live_until is None or row.live_until > now),
            )
            for row in rows
        ]
    )


def names_of(places: list[Place]) -> str:
    """The first few titles, for a message."""
    names = ", ".join(f"“{place.title}”" for place in places[:5])
    return f"{names} and {len(places) - 5} more" if len(places) > 5 else names
