"""Make one of two things, so that every link of both still leads somewhere.

What such a deed would change is a MergePlan, which the admin shows first. The deeds on
terms and references are :mod:`glossary.merging` and :mod:`references.merging`; that on
tags is undone by :mod:`immunosite.core.unmerging`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef

from . import audit, caching
from .curating import TAG_FIELDS
from .signals import tags_changed
from .tagging import Tag, TagAlias, bearers_of, bearings
from .tidying import TagMerge

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
        counted(model, model.objects.filter(tag=other).count()) for model in bearings()
    ]
    aliases = other.aliases.exclude(name="").values_list("name", flat=True)
    below = [child.name for child in other.children.exclude(pk=survivor.pk)]
    lost = ("description", "picture")
    gains = (
        ("Is borne by all that bears the other", tuple(counts)),
        ("Is also found as", (other.name, *aliases)),
        ("Redirects from", (other.get_absolute_url(),)),
        *((("Tags below it", tuple(below)),) if below else ()),
        ("Goes with the other", tuple(name for name in lost if getattr(other, name))),
    )
    return MergePlan(gains=gains, refusals=tuple(_against(survivor, other)))


def _against(survivor: Tag, other: Tag) -> list[str]:
    if survivor.pk == other.pk:
        return ["That is the same tag."]
    below = other.children.exclude(pk=survivor.pk)
    names = ", ".join(f"“{child}”" for child in below)
    if not names:
        return []
    if survivor.parent is not None and survivor.parent != other:
        return [
            f"“{other}” has tags below it ({names}), and “{survivor}” is itself part "
            f"of “{survivor.parent}”. Tags have one level only."
        ]
    if survivor.kind != other.kind:
        return [f"The tags below “{other}” are of another kind: {names}."]
    return []


@transaction.atomic
def merge_tags(survivor: Tag, other: Tag, *, by: AbstractUser, reason: str) -> TagMerge:
    """Let ``survivor`` stand for ``other``, which is deleted; its name and address
    become an alias. Returns what undoes it.

    Raises ValidationError when they are the same, when tags would have two levels, or
    when one of them is no longer there.
    """
    audit.require(by, "core.change_tag")
    audit.require(by, "core.delete_tag")
    caching.hold_epoch()
    _read_anew(survivor, other)
    plan_tags(survivor, other).require()
    kept = _snapshot(survivor, other)
    moved = {name_of(model): _repoint(model, survivor, other) for model in bearings()}
    _take_family(survivor, other)
    other.aliases.update(tag=survivor)
    TagAlias.objects.filter(slug__iexact=other.slug, name="").delete()
    before = {"name": other.name, "slug": other.slug, "kind": other.kind}
    details = {"before": before, "into": survivor.name, "moved": moved}
    audit.record(other, "merge tag", by=by, reason=reason, **details)
    audit.record(survivor, "merge tag", by=by, reason=reason, **details)
    merge = TagMerge.objects.create(
        survivor_id=survivor.pk, survivor_name=survivor.name, other_id=other.pk,
        other_name=other.name, reason=reason, kept=kept, by_id=by.pk,
    )  # fmt: skip
    other.delete()
    TagAlias.objects.create(tag=survivor, slug=before["slug"], name=before["name"])
    tags_changed.send(sender=Tag, bearers=bearers_of(survivor))
    caching.move_epoch()
    return merge


def _read_anew(*tags: Tag) -> None:
    """As they are now: somebody may have changed or merged them meanwhile."""
    try:
        for tag in tags:
            tag.refresh_from_db()
    except Tag.DoesNotExist as gone:
        raise ValidationError("One of the two tags is no longer there.") from gone


def _snapshot(survivor: Tag, other: Tag) -> dict[str, Any]:
    """What undoing takes: the other's ``fields``; the keys of its ``parent``, its
    ``aliases`` and the ``children`` that it had; by table, the keys of what bore it
    (``bore``), and of those that bore ``both``."""
    bore, both = {}, {}
    for model in bearings():
        rows = model.objects.filter(tag=other).order_by("pk")
        label = model._meta.label_lower
        bore[label] = list(rows.values_list("content_object", flat=True))
        shared = rows.filter(_bears(model, survivor))
        both[label] = list(shared.values_list("content_object", flat=True))
    return {
        "fields": {name: getattr(other, name) for name in TAG_FIELDS},
        "parent": other.parent_id,
        "aliases": list(other.aliases.values_list("pk", flat=True)),
        "children": list(other.children.values_list("pk", flat=True)),
        "bore": bore,
        "both": both,
    }


def _take_family(survivor: Tag, other: Tag) -> None:
    """The tags below the other come below the survivor, which may have been one."""
    if survivor.parent_id == other.pk:
        survivor.parent = None
        survivor.save(update_fields=["parent"])
    other.children.exclude(pk=survivor.pk).update(parent=survivor)


def _bears(model: Any, tag: Tag) -> Exists:
    """Of a row of a table of bearings: whether what it is about bears ``tag``, too."""
    return Exists(
        model.objects.filter(tag=tag, content_object=OuterRef("content_object_id"))
    )


def _repoint(model: Any, survivor: Tag, other: Tag) -> int:
    """Give one tag's bearers to another; what bears both keeps one row."""
    both = model.objects.filter(_bears(model, survivor), tag=other)
    model.objects.filter(pk__in=list(both.values_list("pk", flat=True))).delete()
    return model.objects.filter(tag=other).update(tag=survivor)


def name_of(model: Any) -> str:
    """What bears a tag by a table of bearings: "article revisions"."""
    bearer = model._meta.get_field("content_object").related_model
    return str(bearer._meta.verbose_name_plural)


def counted(model: Any, count: int) -> str:
    """So many of what bears a tag by a table of bearings: "1 article revision"."""
    bearer = model._meta.get_field("content_object").related_model
    return f"{count} {bearer._meta.verbose_name if count == 1 else name_of(model)}"
