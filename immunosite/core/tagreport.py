"""What an editor should look at in the vocabulary of tags: those that are probably the
same, and those that hardly anything bears."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef

from . import audit
from .alikeness import alike
from .pages import Revision
from .tagging import Tag, TagAlias, bearings
from .tidying import TagsApart
from .uses import Place, current_revisions, places_with

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


@dataclass(frozen=True, slots=True)
class Pair:
    """Two tags that look alike by these two of their names, from 0.85 to 1."""

    first: Tag
    second: Tag
    names: tuple[str, str]
    likeness: float

    @property
    def is_same_words(self) -> bool:
        """Whether just case, accents, hyphens, plural and order of words differ."""
        return self.likeness == 1.0


def near_duplicates() -> list[Pair]:
    """The pairs of tags whose names or aliases are alike, the most alike first, without
    those that were judged not to be the same."""
    named = [(tag.name, tag) for tag in Tag.objects.all()]
    aliases = TagAlias.objects.exclude(name="").select_related("tag")
    named += [(alias.name, alias.tag) for alias in aliases]
    apart = set(TagsApart.objects.values_list("first", "second"))
    best: dict[tuple[int, int], Pair] = {}
    for one, other, likeness in alike([name for name, _ in named]):
        first, second = sorted((named[one], named[other]), key=lambda row: row[1].pk)
        key = (first[1].pk, second[1].pk)
        is_news = key not in best or likeness > best[key].likeness
        if first[1].pk != second[1].pk and key not in apart and is_news:
            names = (first[0], second[0])
            best[key] = Pair(first[1], second[1], names, likeness)
    return sorted(
        best.values(), key=lambda pair: (-pair.likeness, pair.first.name.casefold())
    )


def uses() -> dict[int, int]:
    """By key of tag: how many things bear it. Pages count with their public and their
    newest text."""
    counts: dict[int, int] = defaultdict(int)
    for model in bearings():
        rows, what = _current_rows(model)
        counted = rows.values("tag").annotate(count=Count(what, distinct=True))
        for tag, count in counted.values_list("tag", "count"):
            counts[tag] += count
    return dict(counts)


def borne_by_none(counts: dict[int, int]) -> list[Tag]:
    """The tags that nothing bears, ``counts`` being :func:`uses`. A tag with others
    below it groups them, and needs no bearer."""
    below = Tag.objects.filter(parent=OuterRef("pk"))
    return [tag for tag in Tag.objects.exclude(Exists(below)) if tag.pk not in counts]


def borne_by_one(counts: dict[int, int]) -> list[tuple[Tag, Place]]:
    """The tags that one thing bears, with its place, ``counts`` being :func:`uses`."""
    by_key = Tag.objects.in_bulk([pk for pk, count in counts.items() if count == 1])
    found = []
    for model in bearings():
        rows, what = _current_rows(model)
        borne = rows.filter(tag__in=list(by_key))
        tags_of = defaultdict(set)
        for bearer, tag in borne.values_list(what, "tag"):
            tags_of[bearer].add(by_key[tag])
        places = places_with(borne, by="content_object")
        found += [(tag, place) for place in places for tag in tags_of[place.page_id]]
    return sorted(found, key=lambda row: row[0].name.casefold())


def _current_rows(model: Any) -> tuple[Any, str]:
    """The rows of a table of bearings whose bearers are public or newest, and the path
    from a row to what they are revisions of."""
    bearer = model._meta.get_field("content_object").related_model
    if not issubclass(bearer, Revision):
        return model.objects.all(), "content_object"
    current = current_revisions(bearer).order_by().values("pk")
    return model.objects.filter(content_object__in=current), "content_object__page"


@transaction.atomic
def keep_apart(one: Tag, other: Tag, *, by: AbstractUser) -> None:
    """Note that two tags are not the same, though they look alike."""
    audit.require(by, "core.change_tag")
    first, second = sorted((one, other), key=lambda tag: tag.pk)
    _, is_new = TagsApart.objects.get_or_create(
        first=first, second=second, defaults={"by_id": by.pk}
    )
    if is_new:
        audit.record(first, "keep tags apart", by=by, other=second.name)


@transaction.atomic
def forget_apart(apart: TagsApart, *, by: AbstractUser) -> None:
    """Let two tags be shown as alike again."""
    audit.require(by, "core.change_tag")
    details = {"other": apart.second.name}
    audit.record(apart.first, "show tags as alike again", by=by, **details)
    apart.delete()
