"""Tags as text in files: ``cancer type: Melanoma``, or only ``Melanoma``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from .curating import save_tag
from .suggesting import nearest
from .tagging import Tag, TagAlias, TagKind, tag_named

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


def label(tag: Tag) -> str:
    """The text that :func:`tag_for` reads back as this tag."""
    return f"{tag.kind}: {tag.name}"


def tag_for(text: str, *, by: AbstractUser) -> Tag:
    """The tag that this name or alias means, whatever its case; created by ``by`` when
    there is none.

    A name without a kind is a topic's. Raises ValidationError for an unknown kind, an
    empty name, or an unknown one when ``by`` may only choose among the tags there are.
    """
    kind, colon, name = text.partition(":")
    kind, name = (kind.strip().lower(), name.strip()) if colon else ("", text.strip())
    if colon and kind not in TagKind.values:
        known = ", ".join(TagKind.values)
        raise ValidationError({"tags": f"“{kind}” is not a kind of tag ({known})."})
    name = " ".join(name.split())
    if not name:
        raise ValidationError({"tags": f"“{text}” names no tag."})
    if found := tag_named(name):
        return found
    if not by.has_perm("core.add_tag"):
        raise ValidationError({"tags": _unknown(name)})
    return save_tag(Tag(name=name, kind=kind or TagKind.TOPIC), by=by)


def _unknown(name: str) -> str:
    known = [
        *Tag.objects.values_list("name", flat=True),
        *TagAlias.objects.exclude(name="").values_list("name", flat=True),
    ]
    close = " or ".join(f"“{each}”" for each in nearest(name, known))
    hint = f" Did you mean {close}?" if close else ""
    return f"There is no tag “{name}”.{hint} An editor can add it."
