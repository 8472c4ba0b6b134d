"""Topics that readers put together: ``/topics/melanoma+side-effects/``.

Such a page lists what stands under all of its tags. It has one address: each tag by its
slug, in the order of the slugs, none beside a tag that is part of it, for whatever
stands under that one stands under the wider one, too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from articles.models import ArticleTag
from articles.reading import live_articles
from immunosite.core.tagging import Tag, TagAlias, TagKind

from . import browsing
from .browsing import Counts, Selection

MOST_TAGS = 5
# More addresses than a reader would put together are not even looked up.
_MOST_PARTS = 20
_BETWEEN = re.compile(r"[+ ]+")
# How many choices of a kind are shown at once, and when all are asked for.
FEW, MOST = 8, 60
# Pairs are in the map of the site when a reader with this cancer would ask for them, and
# when they list more than an article does.
_PAIRED_WITH = (TagKind.TREATMENT, TagKind.SIDE_EFFECT)
_LEAST_IN_PAIR = 2


@dataclass(frozen=True, slots=True)
class Combination:
    """One to MOST_TAGS tags, in the order of their address; ``below`` holds the keys of
    the tags that are part of each."""

    tags: tuple[Tag, ...]
    below: dict[int, list[int]]

    @property
    def text(self) -> str:
        return "+".join(tag.slug for tag in self.tags)

    @property
    def path(self) -> str:
        return path_of(self.tags)

    def __str__(self) -> str:
        *names, last = (tag.name for tag in self.tags)
        return f"{', '.join(names)} and {last}" if names else last

    def selection(self) -> Selection:
        """What stands under all of the tags."""
        families = ([tag.pk, *self.below[tag.pk]] for tag in self.tags)
        return browsing.live_under(*families)

    def without(self, tag: Tag) -> Combination:
        rest = tuple(other for other in self.tags if other != tag)
        return Combination(rest, self.below)


@dataclass(frozen=True, slots=True)
class Choice:
    """A tag with the address that has it too, or no longer, and how much stands there."""

    tag: Any
    path: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Facet:
    """The further choices of one kind of tag: the first ones, and ``more``."""

    heading: str
    first: list[Choice]
    more: list[Choice]


def combination_of(text: str) -> Combination | None:
    """What the end of an address names, in any order and by any alias; None when it
    names a tag that there is not, none at all, or more than MOST_TAGS."""
    parts = {part.casefold(): part for part in _BETWEEN.split(text) if part}
    if not parts or len(parts) > _MOST_PARTS or "\0" in text:
        return None
    found = _tags_at(parts.values())
    if found is None:
        return None
    wider = {tag.parent_id for tag in found}
    tags = tuple(tag for tag in found if tag.pk not in wider)
    if len(tags) > MOST_TAGS:
        return None
    below: dict[int, list[int]] = defaultdict(list)
    rows = Tag.objects.filter(parent__in=tags).values_list("parent", "pk")
    for parent, child in rows:
        below[parent].append(child)
    return Combination(tags, below)


def _tags_at(slugs: Iterable[str]) -> list[Tag] | None:
    """The tags at these slugs or aliases, by slug; None when one leads nowhere."""
    wanted = set(slugs)
    tags = Tag.objects.filter(_is_one_of(wanted)).select_related("parent")
    found = {tag.slug.casefold(): tag for tag in tags}
    missing = {slug for slug in wanted if slug.casefold() not in found}
    if missing:
        aliases = TagAlias.objects.filter(_is_one_of(missing))
        for alias in aliases.select_related("tag__parent"):
            found[alias.slug.casefold()] = alias.tag
    if any(slug.casefold() not in found for slug in wanted):
        return None
    return sorted(set(found.values()), key=lambda tag: tag.slug)


def _is_one_of(slugs: Iterable[str]) -> Q:
    named = Q(pk__in=())
    for slug in slugs:
        named |= Q(slug__iexact=slug)
    return named


def path_of(tags: Iterable[Tag]) -> str:
    """The address of the topics' page of these tags; without any, of all topics."""
    slugs = sorted(tag.slug for tag in tags)
    if not slugs:
        return reverse("topics:list")
    return reverse("topics:detail", args=["+".join(slugs)])


def is_public(combination: Combination) -> bool:
    """Whether something live stands under each tag alone."""
    families = [[tag.pk, *combination.below[tag.pk]] for tag in combination.tags]
    keys = [key for family in families for key in family]
    counts = browsing.tally(browsing.live_under(), only=keys)
    return all(tag.pk in counts for tag in combination.tags)


def children_of(combination: Combination, counts: dict[int, Counts]) -> list[Any]:
    """The public tags that are part of a single one, counted."""
    if len(combination.tags) > 1:
        return []
    keys = combination.below[combination.tags[0].pk]
    return browsing.counted(Tag.objects.filter(pk__in=keys), counts) if keys else []


def facets(combination: Combination, counts: dict[int, Counts]) -> list[Facet]:
    """The further choices that lead somewhere, by kind, those with most first.
    ``counts`` tallies the combination's selection."""
    chosen = {tag.pk for tag in combination.tags}
    chosen |= {tag.parent_id for tag in combination.tags if tag.parent_id}
    if len(combination.tags) == 1:
        chosen.update(combination.below[combination.tags[0].pk])
    if len(combination.tags) >= MOST_TAGS:
        return []
    tags = Tag.objects.filter(pk__in=counts.keys() - chosen)
    found = sorted(browsing.counted(tags, counts), key=lambda tag: -tag.total)
    facets = []
    for kind, group in browsing.by_kind(found):
        choices = [_choice(combination, tag) for tag in group][:MOST]
        heading = browsing.HEADINGS[TagKind(kind)]
        # One more takes no more room than the word “more”.
        few = FEW if len(choices) > FEW + 1 else len(choices)
        facets.append(Facet(heading, choices[:few], choices[few:]))
    return facets


def _choice(combination: Combination, tag: Any) -> Choice:
    """A further tag, in place of the wider one if that is chosen."""
    rest = [other for other in combination.tags if other.pk != tag.parent_id]
    return Choice(tag, path_of([*rest, tag]), tag.total)


def chips(combination: Combination) -> list[Choice]:
    """Each tag of several with the address without it."""
    if len(combination.tags) == 1:
        return []
    return [Choice(tag, combination.without(tag).path) for tag in combination.tags]


def ways_out(combination: Combination) -> list[tuple[Combination, int]]:
    """For several tags that have nothing in common: the combinations without one of
    them that list something, with how much; or, if there are none, each tag alone."""
    fewer = [combination.without(tag) for tag in combination.tags]
    alone = [Combination((tag,), combination.below) for tag in combination.tags]
    for rests in (fewer, alone):
        if found := [(rest, size) for rest in rests if (size := _size(rest))]:
            return found
    return []


def _size(combination: Combination) -> int:
    return sum(things.count() for things in combination.selection())


def pairs_for_map() -> list[tuple[str, str]]:
    """The slugs of the pairs that are worth a search engine's visit: a cancer type with
    a treatment or a side effect that at least two live articles bear together."""
    own = ArticleTag.objects.filter(
        content_object__in=live_articles().order_by().values("pk"),
        tag__kind=TagKind.CANCER_TYPE,
        content_object__articletag__tag__kind__in=_PAIRED_WITH,
    )
    pairs = own.order_by().values("tag__slug", "content_object__articletag__tag__slug")
    counted = pairs.annotate(count=Count("content_object", distinct=True))
    enough = counted.filter(count__gte=_LEAST_IN_PAIR)
    rows = enough.values_list("tag__slug", "content_object__articletag__tag__slug")
    return sorted((min(pair), max(pair)) for pair in rows)
