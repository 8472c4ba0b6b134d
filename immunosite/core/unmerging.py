"""Undo a merge of two tags, as far as what was merged is still there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from . import audit, caching, naming
from .merging import counted, name_of
from .signals import tags_changed
from .tagging import Tag, TagAlias, bearers_of, bearings
from .tidying import TagMerge
from .uses import Place, places_with, united

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

# As many keys as fit into one query of any database.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What undoing a merge would do: what comes back as (name, values), what does not,
    in plain words, and what is against it."""

    back: tuple[tuple[str, tuple[str, ...]], ...] = ()
    lost: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()


def plan_undo(merge: TagMerge) -> UndoPlan:
    """What :func:`undo_tag_merge` would do now."""
    survivor = Tag.objects.filter(pk=merge.survivor_id).first()
    refusals = tuple(_against(merge, survivor))
    if survivor is None or refusals:
        return UndoPlan(refusals=refusals)
    kept, lost, counts = merge.kept, [], []
    for model in bearings():
        had = kept["bore"].get(model._meta.label_lower, [])
        still = len(list(_still_bearing(model, had, survivor)))
        counts.append(counted(model, still))
        if gone := len(had) - still:
            are, bear = ("is", "bears") if gone == 1 else ("are", "bear")
            lost.append(
                f"{counted(model, gone)} {are} no longer there, or no longer {bear} "
                f"“{survivor}”."
            )
    lost += _lost_names(merge, survivor)
    if newer := _saved_since(merge, survivor):
        names = ", ".join(f"“{place.title}”" for place in newer)
        lost.append(
            f"Saved since the merge, so their newest text keeps “{survivor}” only: "
            f"{names}."
        )
    back = (
        ("Comes back with its address", (_address(merge),)),
        ("Is borne again by", tuple(counts)),
        ("Other names", tuple(a.name for a in _aliases(merge, survivor) if a.name)),
        ("Tags below it", tuple(str(child) for child in _children(merge, survivor))),
    )
    return UndoPlan(back=back, lost=tuple(lost))


def _against(merge: TagMerge, survivor: Tag | None) -> Iterator[str]:
    if merge.undone_at is not None:
        yield "This merge has been undone."
        return
    if survivor is None:
        yield (
            f"“{merge.survivor_name}” is no longer there. If it was merged itself, "
            "undo that first."
        )
        return
    fields = merge.kept["fields"]
    name, slug = fields["name"], fields["slug"]
    others = Tag.objects.filter(name__iexact=name)
    named = TagAlias.objects.exclude(tag=survivor)
    if others.exists() or named.filter(name__iexact=name).exists():
        yield f"Another tag is called “{name}” now."
    if (
        Tag.objects.filter(slug__iexact=slug).exists()
        or named.filter(slug__iexact=slug).exists()
    ):
        yield f"The address {_address(merge)} leads to another tag now."


def _address(merge: TagMerge) -> str:
    return reverse("topics:detail", args=[merge.kept["fields"]["slug"]])


@transaction.atomic
def undo_tag_merge(merge: TagMerge, *, by: AbstractUser) -> UndoPlan:
    """Bring the tag back that a merge deleted: under its key, with its address and the
    bearers that are still there. Returns what was done, and what could not be.

    Raises ValidationError when its name or address is another's now, when the survivor
    is gone, or when it has been undone.
    """
    audit.require(by, "core.add_tag")
    audit.require(by, "core.change_tag")
    caching.hold_epoch()
    merge.refresh_from_db()
    plan = plan_undo(merge)
    if plan.refusals:
        raise ValidationError(list(plan.refusals))
    survivor = Tag.objects.get(pk=merge.survivor_id)
    fields = merge.kept["fields"]
    aliases, children = _aliases(merge, survivor), _children(merge, survivor)
    naming.release(survivor, fields["name"], fields["slug"])
    other = Tag(pk=merge.other_id, parent=_parent(merge), **fields)
    other.full_clean()
    other.save(force_insert=True)
    TagAlias.objects.filter(pk__in=[alias.pk for alias in aliases]).update(tag=other)
    Tag.objects.filter(pk__in=[child.pk for child in children]).update(parent=other)
    moved = {name_of(m): _give_back(m, merge, survivor, other) for m in bearings()}
    merge.undone_at = timezone.now()
    merge.save(update_fields=["undone_at"])
    details = {"out of": survivor.name, "moved": moved, "lost": list(plan.lost)}
    audit.record(other, "undo merge of tags", by=by, **details)
    audit.record(survivor, "undo merge of tags", by=by, **details)
    tags_changed.send(sender=Tag, bearers=bearers_of(survivor, other))
    caching.move_epoch()
    return plan


def _give_back(model: Any, merge: TagMerge, survivor: Tag, other: Tag) -> int:
    """Let those that still bear the survivor bear the other again. What bore both, or
    bears the survivor because of another merge, too, keeps both."""
    label = model._meta.label_lower
    both = set(merge.kept["both"].get(label, []))
    standing = TagMerge.objects.filter(survivor_id=survivor.pk, undone_at=None)
    for kept in standing.exclude(pk=merge.pk).values_list("kept", flat=True):
        both.update(kept["bore"].get(label, []))
    had = merge.kept["bore"].get(label, [])
    count = 0
    for rows in _still(model, had, survivor):
        found = list(rows.values_list("pk", "content_object"))
        alone = [pk for pk, bearer in found if bearer not in both]
        model.objects.filter(pk__in=alone).update(tag=other)
        model.objects.bulk_create(
            model(tag=other, content_object_id=bearer)
            for _, bearer in found
            if bearer in both
        )
        count += len(found)
    return count


def _still(model: Any, had: list[int], survivor: Tag) -> Iterator[Any]:
    """The rows of those that bore the other and bear the survivor now, a part at a
    time."""
    for start in range(0, len(had), _AT_ONCE):
        keys = had[start : start + _AT_ONCE]
        yield model.objects.filter(tag=survivor, content_object__in=keys)


def _still_bearing(model: Any, had: list[int], survivor: Tag) -> Iterator[int]:
    for rows in _still(model, had, survivor):
        yield from rows.values_list("content_object", flat=True)


def _aliases(merge: TagMerge, survivor: Tag) -> list[TagAlias]:
    """The other's aliases that the survivor has now."""
    return list(survivor.aliases.filter(pk__in=merge.kept["aliases"]))


def _children(merge: TagMerge, survivor: Tag) -> list[Tag]:
    """The tags that were below the other and can be again: those below the survivor,
    and the survivor itself when it was one and stands alone now."""
    was_below = Tag.objects.filter(pk__in=merge.kept["children"])
    kind = merge.kept["fields"]["kind"]
    found = list(was_below.filter(parent=survivor, kind=kind))
    keeps = survivor.children.exclude(pk__in=[child.pk for child in found])
    is_free = survivor.parent_id is None and not keeps.exists()
    if survivor.pk in merge.kept["children"] and is_free and survivor.kind == kind:
        found.append(survivor)
    return found


def _parent(merge: TagMerge) -> Tag | None:
    """What the other was part of, if it still can be."""
    fields = {"kind": merge.kept["fields"]["kind"], "parent": None}
    return Tag.objects.filter(pk=merge.kept["parent"], **fields).first()


def _lost_names(merge: TagMerge, survivor: Tag) -> list[str]:
    lost = []
    if gone := len(merge.kept["aliases"]) - len(_aliases(merge, survivor)):
        lost.append(f"{gone} of its other names or addresses are gone.")
    if gone := len(merge.kept["children"]) - len(_children(merge, survivor)):
        lost.append(f"{gone} of the tags below it are gone or stand elsewhere.")
    if merge.kept["parent"] and _parent(merge) is None:
        lost.append("The tag that it was part of is gone, or can hold none now.")
    return lost


def _saved_since(merge: TagMerge, survivor: Tag) -> list[Place]:
    """The pages that bore the other, whose public or newest revision is one that was
    saved after the merge and took the survivor over."""
    found = []
    for model in bearings():
        bearer = model._meta.get_field("content_object").related_model
        if not hasattr(bearer, "page"):
            continue
        had = merge.kept["bore"].get(model._meta.label_lower, [])
        pages: set[int] = set()
        for start in range(0, len(had), _AT_ONCE):
            keys = had[start : start + _AT_ONCE]
            pages.update(
                bearer.objects.filter(pk__in=keys).values_list("page", flat=True)
            )
        newer = model.objects.filter(
            tag=survivor, content_object__created_at__gt=merge.at
        )
        places = places_with(newer, by="content_object")
        found.append([place for place in places if place.page_id in pages])
    return united(*found)
