"""The deeds on tags, and on how reviewers sign."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from . import audit, caching, naming
from .reviews import ReviewerProfile
from .signals import tags_changed
from .tagging import Tag, bearers_of, bearings
from .uses import Place, names_of, places_naming, places_with, united

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

TAG_FIELDS = (
    "name",
    "kind",
    "description",
    "drawing",
    "slug",
    "picture",
    "picture_alt",
    "picture_credit",
)


@transaction.atomic
def save_tag(
    tag: Tag, *, by: AbstractUser, aliases: Iterable[str] | None = None
) -> Tag:
    """Store a new or changed tag, and the other names that mean it; None leaves those
    that it has. Its former address leads to the new one.

    Raises ValidationError as ``full_clean`` and :func:`naming.check` do.
    """
    is_new = tag.pk is None
    audit.require(by, "core.add_tag" if is_new else "core.change_tag")
    caching.hold_epoch()
    if not tag.slug:
        tag.slug = tag.slugify(tag.name)
    naming.check(tag, aliases)
    tag.full_clean()
    stored = Tag.objects.filter(pk=tag.pk).first()
    before = _values(stored)
    tag.save()
    naming.keep_addresses(tag, stored.slug if stored else "")
    if aliases is not None:
        naming.put_aliases(tag, aliases)
    changes = audit.changed(before, _values(tag))
    audit.record(tag, "add tag" if is_new else "change tag", by=by, **changes)
    caching.move_epoch()
    return tag


@transaction.atomic
def delete_tag(tag: Tag, *, by: AbstractUser) -> None:
    """Delete a tag; pages that bore it lose it.

    Raises ValidationError when a public page links its topic's page.
    """
    audit.require(by, "core.delete_tag")
    caching.hold_epoch()
    if reasons := reasons_to_keep(tag):
        raise ValidationError(reasons)
    audit.record(tag, "delete tag", by=by, before=_values(tag))
    bore = bearers_of(tag)
    tag.delete()
    tags_changed.send(sender=Tag, bearers=bore)
    caching.move_epoch()


def places_of(tag: Tag) -> list[Place]:
    """What bears a tag, live or in a draft, or links its topic's page."""
    bearing = [
        places_with(model.objects.filter(tag=tag), by="content_object")
        for model in bearings()
    ]
    return united(_places_linking(tag), *bearing)


def _places_linking(tag: Tag) -> list[Place]:
    """The pages that link a topic under any of its addresses, alone or with others."""
    slugs = [tag.slug, *tag.aliases.exclude(slug="").values_list("slug", flat=True)]
    root = re.escape(reverse("topics:list"))
    names = "|".join(re.escape(form) for slug in slugs for form in (slug, quote(slug)))
    one = r"[\w%-]+"
    address = rf"{root}(?:{one}\+)*(?:{names})(?:\+{one})*/?(?![\w/%+-])"
    needles = {form for slug in slugs for form in (slug, quote(slug))}
    return places_naming(needles, re.compile(address, re.IGNORECASE))


def reasons_to_keep(tag: Tag) -> list[str]:
    """Why a tag can't be deleted, in plain words. To bear it is no reason."""
    places = _places_linking(tag)
    public = [place for place in places if place.is_public]
    return [f"Public pages link its topic: {names_of(public)}."] if public else []


def _values(tag: Tag | None) -> dict[str, Any]:
    if tag is None:
        return {}
    values = {name: getattr(tag, name) for name in TAG_FIELDS}
    names = tag.aliases.exclude(name="").values_list("name", flat=True)
    parent = tag.parent.name if tag.parent else ""
    return {**values, "part of": parent, "other names": sorted(names)}


@transaction.atomic
def save_profile(profile: ReviewerProfile, *, by: AbstractUser) -> ReviewerProfile:
    """Store how somebody signs: their own they may change, else it takes a permission.

    What has been signed already stays as it is. Raises ValidationError as
    ``full_clean`` does.
    """
    before = ReviewerProfile.objects.filter(pk=profile.pk).first()
    is_own = before is not None and before.user_id == profile.user_id == by.pk
    if not is_own:
        deed = "add" if before is None else "change"
        audit.require(by, f"core.{deed}_reviewerprofile")
    profile.full_clean()
    profile.save()
    audit.record(
        profile,
        "add profile" if before is None else "change profile",
        by=by,
        user=profile.user_id,
        before=_signature(before),
        after=_signature(profile),
    )
    return profile


@transaction.atomic
def delete_profile(profile: ReviewerProfile, *, by: AbstractUser) -> None:
    """Let somebody sign no more; what they signed stays signed."""
    audit.require(by, "core.delete_reviewerprofile")
    audit.record(
        profile,
        "delete profile",
        by=by,
        user=profile.user_id,
        before=_signature(profile),
    )
    profile.delete()


def _signature(profile: ReviewerProfile | None) -> dict[str, str] | None:
    if profile is None:
        return None
    return {
        "name": profile.name,
        "credentials": profile.credentials,
        "conflicts": profile.conflicts,
    }
