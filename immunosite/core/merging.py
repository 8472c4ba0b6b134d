"""Make one of two things, so that every link of both still leads somewhere.

What such a deed would change is a MergePlan, which the admin shows first. The deeds on
terms and references are :mod:`glossary.merging` and :mod:`references.merging`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef

from . import audit, caching
from .tagging import FormerTag, Tag, bearings

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge would do: what the survivor gains as (name, values), the pages that
    use the other now as (path, title), and what is against it."""

    gains: tuple[tuple[str, tuple[str, ...]], ...] = ()
    pages: tuple[tuple[str, str], ...] = ()
    refusals: tuple[str, ...] = ()

    def require(self) -> None:
        """Raise ValidationError when something is against it."""
        if self.refusals:
            raise ValidationError(list(self.refusals))


def plan_tags(survivor: Tag, other: Tag) -> MergePlan:
    """What :func:`merge_tags` would do."""
    counts = [
        f"{model.objects.filter(tag=other).count()} {_name(model)}"
        for model in bearings()
    ]
    gains = (
        ("Is borne by all that bears the other", tuple(counts)),
        ("Redirects from", (other.get_absolute_url(),)),
    )
    same = ("That is the same tag.",) if survivor.pk == other.pk else ()
    return MergePlan(gains=gains, refusals=same)


@transaction.atomic
def merge_tags(survivor: Tag, other: Tag, *, by: AbstractUser, reason: str) -> None:
    """Let ``survivor`` stand for ``other``, which is deleted; its address redirects.

    Raises ValidationError when they are the same.
    """
    audit.require(by, "core.change_tag")
    audit.require(by, "core.delete_tag")
    caching.hold_epoch()
    plan_tags(survivor, other).require()
    moved = {_name(model): _repoint(model, survivor, other) for model in bearings()}
    FormerTag.objects.filter(tag=other).update(tag=survivor)
    FormerTag.objects.filter(slug__iexact=other.slug).delete()
    FormerTag.objects.create(tag=survivor, slug=other.slug, name=other.name)
    before = {"name": other.name, "slug": other.slug, "kind": other.kind}
    details = {"before": before, "into": survivor.name, "moved": moved}
    audit.record(other, "merge tag", by=by, reason=reason, **details)
    audit.record(survivor, "merge tag", by=by, reason=reason, **details)
    other.delete()
    caching.move_epoch()


def _repoint(model: Any, survivor: Tag, other: Tag) -> int:
    """Give one tag's bearers to another; what bears both keeps one row."""
    has = model.objects.filter(
        tag=survivor, content_object=OuterRef("content_object_id")
    )
    both = model.objects.filter(Exists(has), tag=other)
    model.objects.filter(pk__in=list(both.values_list("pk", flat=True))).delete()
    return model.objects.filter(tag=other).update(tag=survivor)


def _name(model: Any) -> str:
    bearer = model._meta.get_field("content_object").related_model
    return str(bearer._meta.verbose_name_plural)
