"""Topics: what is live under each tag. A draft counts for nothing here.

What bears a tag stands under the tag's parent, too, once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Count, F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from articles.models import ArticleTag
from articles.reading import live_articles
from glossary.models import TermTag
from glossary.reading import live_terms
from immunosite.core.stemming import tokens
from immunosite.core.tagging import Tag, TagAlias, TagKind
from references.models import Reference, ReferenceTag

PICTURED = (TagKind.CANCER_TYPE, TagKind.TREATMENT)
HEADINGS = {
    TagKind.CANCER_TYPE: "By cancer type",
    TagKind.TREATMENT: "By treatment",
    TagKind.TOPIC: "Topics",
    TagKind.SIDE_EFFECT: "Side effects",
    TagKind.AUDIENCE: "For",
}
MOST_NAMED = 5
# So many names are looked up before the best of them that lead somewhere are taken.
_LOOKED_UP = 40


class Counts(NamedTuple):
    """How many live things stand under a tag."""

    articles: int = 0
    terms: int = 0
    references: int = 0

    @property
    def total(self) -> int:
        return sum(self)


class Selection(NamedTuple):
    """Live things: querysets, as the topics' pages list them."""

    articles: Any
    terms: Any
    references: Any


def live_under(*families: Collection[int]) -> Selection:
    """What is live and bears, of each family, one of the tags with these keys. Without
    a family: everything that is live."""
    return Selection(
        _bearing(live_articles(), ArticleTag, families),
        _bearing(live_terms(), TermTag, families),
        _bearing(Reference.objects.order_by("-year", "key"), ReferenceTag, families),
    )


def _bearing(things: Any, table: Any, families: Iterable[Collection[int]]) -> Any:
    for family in families:
        rows = table.objects.filter(tag__in=list(family))
        things = things.filter(pk__in=rows.values("content_object"))
    return things


def tally(
    within: Selection, *, only: Collection[int] | None = None
) -> dict[int, Counts]:
    """By key of tag: how much of a selection stands under it. Tags under which nothing
    of it stands are not there. ``only`` looks at these tags. One query."""
    first, *others = _parts(within, only)
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for place, tag, count in first.union(*others, all=True):
        found[tag][place] = count
    return {tag: Counts(*counts) for tag, counts in found.items()}


def _parts(within: Selection, only: Collection[int] | None) -> Iterator[Any]:
    """Rows (place in Counts, key of tag, count): for each kind of thing, under the tags
    of the upper level with those below them, then under those below alone."""
    tables = (ArticleTag, TermTag, ReferenceTag)
    for place, (table, things) in enumerate(zip(tables, within, strict=True)):
        chosen = things.order_by().values("pk")
        rows: Any = table.objects.filter(content_object__in=chosen)
        if only is not None:
            rows = rows.filter(Q(tag__in=only) | Q(tag__parent__in=only))
        below = rows.filter(tag__parent__isnull=False)
        for part, key in ((rows, Coalesce("tag__parent", "tag")), (below, F("tag"))):
            grouped = part.order_by().values(under=key)
            counted = grouped.annotate(count=Count("content_object", distinct=True))
            placed = counted.annotate(place=Value(place, IntegerField()))
            yield placed.values_list("place", "under", "count")


def public_tags() -> list[Any]:
    """Tags under which something live stands, with ``articles``, ``terms``,
    ``references`` and their sum ``total``."""
    return counted(Tag.objects.all(), tally(live_under()))


def counted(tags: QuerySet[Tag], counts: dict[int, Counts]) -> list[Any]:
    """Those of the tags that are counted, each with its counts, by name."""
    found: list[Any] = [tag for tag in tags if tag.pk in counts]
    for tag in found:
        own = counts[tag.pk]
        tag.articles, tag.terms, tag.references = own
        tag.total = own.total
    return sorted(found, key=lambda tag: tag.name.casefold())


@dataclass(frozen=True, slots=True)
class Shelf:
    """The public tags of one kind that are part of no other, each with those ``below``
    it; readers choose the pictured ones by looking."""

    heading: str
    is_pictured: bool
    tags: list[Any]


def tags_by_kind() -> list[Shelf]:
    """Public tags of each kind, kinds in the order of TagKind."""
    tags = public_tags()
    below: dict[int | None, list[Any]] = defaultdict(list)
    for tag in tags:
        below[tag.parent_id].append(tag)
        tag.below = below[tag.pk]
    upper = below[None]
    return [
        Shelf(HEADINGS[TagKind(kind)], kind in PICTURED, list(group))
        for kind, group in by_kind(upper)
    ]


def by_kind(tags: Iterable[Tag]) -> Iterator[tuple[str, Iterator[Any]]]:
    """The tags of each kind, in their order, the kinds in that of TagKind."""
    order = {kind: place for place, kind in enumerate(TagKind.values)}
    return groupby(
        sorted(tags, key=lambda tag: order[tag.kind]), key=lambda tag: tag.kind
    )


def topics_named(words: str) -> list[tuple[Any, str]]:
    """At most MOST_NAMED public tags whose name or alias holds all these words, the
    last of which may be a beginning; each with the alias that says it better than its
    name. Those that say just these words come first."""
    asked = tokens(words).split()
    if not asked:
        return []
    aliases = TagAlias.objects.exclude(name="").values_list("tag", "name")
    rows = [(*row, "") for row in Tag.objects.values_list("pk", "name")]
    rows += [(pk, name, name) for pk, name in aliases]
    found: dict[int, tuple[bool, int, str]] = {}
    for pk, name, alias in rows:
        own = tokens(name).split()
        if _holds(own, asked):
            rank = (own != asked, len(own), alias)
            # Names come before aliases, so they win where both say it as well.
            if pk not in found or rank[:2] < found[pk][:2]:
                found[pk] = rank
    best = sorted(found, key=lambda pk: found[pk][:2])[:_LOOKED_UP]
    counts = tally(live_under(), only=best)
    tags = {tag.pk: tag for tag in counted(Tag.objects.filter(pk__in=best), counts)}
    return [(tags[pk], found[pk][2]) for pk in best if pk in tags][:MOST_NAMED]


def _holds(own: list[str], asked: list[str]) -> bool:
    *whole, last = asked
    return set(whole) <= set(own) and any(word.startswith(last) for word in own)
