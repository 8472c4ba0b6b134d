"""The deeds on tags, and on how reviewers sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import model_to_dict

from . import audit, caching
from .reviews import ReviewerProfile
from .tagging import Tag, bearings
from .uses import Place, names_of, places_linking, places_with, united

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

_TAG_FIELDS = ["name", "kind", "description", "drawing", "slug"]


@transaction.atomic
def save_tag(tag: Tag, *, by: AbstractUser) -> Tag:
    """Store a new or changed tag. Raises ValidationError as ``full_clean`` does."""
    is_new = tag.pk is None
    audit.require(by, "core.add_tag" if is_new else "core.change_tag")
    if not tag.slug:
        tag.slug = tag.slugify(tag.name)
    tag.full_clean()
    before = _values(Tag.objects.filter(pk=tag.pk).first())
    tag.save()
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
    if reasons := reasons_to_keep(tag):
        raise ValidationError(reasons)
    audit.record(tag, "delete tag", by=by, before=_values(tag))
    tag.delete()
    caching.move_epoch()


def places_of(tag: Tag) -> list[Place]:
    """What bears a tag, live or in a draft, or links its topic's page."""
    bearing = [
        places_with(model.objects.filter(tag=tag), by="content_object")
        for model in bearings()
    ]
    return united(places_linking(tag.get_absolute_url()), *bearing)


def reasons_to_keep(tag: Tag) -> list[str]:
    """Why a tag can't be deleted, in plain words. To bear it is no reason."""
    places = places_linking(tag.get_absolute_url())
    public = [place for place in places if place.is_public]
    return [f"Public pages link its topic: {names_of(public)}."] if public else []


def _values(tag: Tag | None) -> dict[str, str]:
    return model_to_dict(tag, _TAG_FIELDS) if tag else {}


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
