"""The deeds on tags. Everything that readers see of a tag changes here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from . import audit, caching
from .tagging import Tag

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


@transaction.atomic
def save_tag(tag: Tag, *, by: AbstractUser) -> Tag:
    """Store a new or changed tag. Raises ValidationError as ``full_clean`` does."""
    is_new = tag.pk is None
    audit.require(by, "core.add_tag" if is_new else "core.change_tag")
    if not tag.slug:
        tag.slug = tag.slugify(tag.name)
    tag.full_clean()
    tag.save()
    audit.record(
        tag, "add tag" if is_new else "change tag", by=by, name=tag.name, kind=tag.kind
    )
    caching.move_epoch()
    return tag


@transaction.atomic
def delete_tag(tag: Tag, *, by: AbstractUser) -> None:
    """Delete a tag; pages that bore it lose it."""
    audit.require(by, "core.delete_tag")
    audit.record(tag, "delete tag", by=by, name=tag.name, kind=tag.kind)
    tag.delete()
    caching.move_epoch()
