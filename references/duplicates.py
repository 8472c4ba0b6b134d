"""Records that are probably of one work, and what people said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q, QuerySet

from immunosite.core import audit

from .likeness import likeness
from .models import DistinctPair, Reference
from .reading import with_cited_by
from .resembling import Candidate, Likely, likely_pairs
from .styling import year_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

MOST_ALIKE = 10


def look_alikes(
    csl: Mapping[str, Any], *, but: Reference | None = None
) -> list[Reference]:
    """Stored references with the same title and first author as ``csl``, and a year
    that is at most one apart or not known; at most ten.

    ``but`` is left out, and so is what a person has told apart from it. ``csl`` has
    passed :func:`references.formats.csl_json.complaints`.
    """
    alike = likeness(csl)
    found = Reference.objects.filter(likeness=alike) if alike else None
    if found is None:
        return []
    year = year_of(csl)
    if year is not None:
        found = found.filter(Q(year=None) | Q(year__gte=year - 1, year__lte=year + 1))
    if but is not None and but.pk:
        apart = distinctions_of(but).values_list("first", "second")
        known = {pk for pair in apart for pk in pair}
        found = found.exclude(pk__in={*known, but.pk})
    return list(found[:MOST_ALIKE])


def pairs() -> list[Likely]:
    """All pairs of references that are probably of one work, the surest first, but
    for those that a person has told apart; see :func:`references.resembling`."""
    rows = Reference.objects.order_by("pk").values_list(
        "pk", "likeness", "year", "csl__URL"
    )
    apart = DistinctPair.objects.values_list("first", "second")
    return likely_pairs(map(Candidate._make, rows), but=apart)


@dataclass(frozen=True, slots=True)
class Pair:
    """A likely pair with its two references; the first is the one to keep: the more
    cited one, else the older."""

    reason: str
    keep: Any
    other: Any


def with_references(found: list[Likely]) -> list[Pair]:
    """The pairs with their references, with ``cited_by``, identifiers and notices."""
    keys = {key for pair in found for key in pair.keys}
    references: dict[int, Any] = with_cited_by(
        Reference.objects.prefetch_related("identifiers", "notices")
    ).in_bulk(keys)
    return [
        Pair(pair.reason, *sorted(both, key=lambda ref: (-ref.cited_by, ref.pk)))
        for pair in found
        if len(both := [references[key] for key in pair.keys if key in references]) == 2
    ]


def distinct_pairs() -> QuerySet[DistinctPair]:
    """What people have told apart, the newest first."""
    found = DistinctPair.objects.select_related("first", "second", "by")
    return found.order_by("-at", "-pk")


def distinctions_of(reference: Reference) -> QuerySet[DistinctPair]:
    """What a reference has been told apart from."""
    return distinct_pairs().filter(Q(first=reference) | Q(second=reference))


@transaction.atomic
def mark_distinct(
    one: Reference, other: Reference, *, by: AbstractUser, reason: str
) -> DistinctPair:
    """Keep that two records that look alike are of two works.

    Raises ValidationError when they are one record, or told apart already, or the
    reason is missing or longer than 200 characters.
    """
    audit.require(by, "references.change_reference")
    first, second = sorted((one, other), key=lambda reference: reference.pk)
    pair = DistinctPair(first=first, second=second, by_id=by.pk, reason=reason.strip())
    pair.full_clean()
    pair.save()
    for reference, fellow in ((first, second), (second, first)):
        audit.record(
            reference, "mark distinct", by=by, other=fellow.key, reason=pair.reason
        )
    return pair


@transaction.atomic
def unmark_distinct(pair: DistinctPair, *, by: AbstractUser) -> None:
    """Let two records be taken for likely duplicates again."""
    audit.require(by, "references.change_reference")
    for reference, fellow in ((pair.first, pair.second), (pair.second, pair.first)):
        audit.record(
            reference,
            "unmark distinct",
            by=by,
            other=fellow.key,
            before={"reason": pair.reason},
        )
    pair.delete()


def take_distinctions(survivor: Reference, other: Reference) -> None:
    """Let all that was told apart from ``other`` be told apart from ``survivor``; part
    of their merge."""
    for pair in distinctions_of(other):
        third = pair.second_id if pair.first_id == other.pk else pair.first_id
        first, second = sorted((survivor.pk, third))
        known = {"reason": pair.reason, "by": pair.by}
        DistinctPair.objects.get_or_create(
            first_id=first, second_id=second, defaults=known
        )
