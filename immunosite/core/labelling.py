"""Tags as text in files: ``cancer type: Melanoma``, or only ``Melanoma``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from .curating import save_tag
from .tagging import Tag, TagKind

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


def label(tag: Tag) -> str:
    """The text that :func:`tag_for` reads back as this tag."""
    return f"{tag.kind}: {tag.name}"


def tag_for(text: str, *, by: AbstractUser) -> Tag:
    """The tag of this name, whatever its case; or of one that was merged
    into it; created by ``by`` when there is none.

    A name without a kind is a topic's. Raises ValidationError for an unknown kind or
    an empty name, PermissionDenied when ``by`` may not create tags.
    """
    kind, colon, name = text.partition(":")
    kind, name = (kind.strip().lower(), name.strip()) if colon else ("", text.strip())
    if colon and kind not in TagKind.values:
        known = ", ".join(TagKind.values)
        raise ValidationError({"tags": f"“{kind}” is not a kind of tag ({known})."})
    if not name:
        raise ValidationError({"tags": f"“{text}” names no tag."})
    merged = Tag.objects.filter(former__name__iexact=name)
    found = Tag.objects.filter(name__iexact=name).first() or merged.first()
    return found or save_tag(Tag(name=name, kind=kind or TagKind.TOPIC), by=by)
