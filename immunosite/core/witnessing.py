"""What the audit holds of a page: the values that a deed changed.

A body is named by its length and its SHA-256. Its words are in the revision, which is
kept as long as the page is; the sum shows that they are still those.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from . import audit
from .pages import Page, Revision

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

# What is no word of the author's, or is named otherwise.
_OTHER = frozenset({"id", "number", "body", "live_from", "live_until"})


def said(revision: Revision) -> dict[str, Any]:
    """What somebody typed into a revision, by field."""
    typed = [
        field.attname
        for field in revision._meta.concrete_fields
        if field.editable and not field.is_relation and field.name not in _OTHER
    ]
    return {
        **{name: getattr(revision, name) for name in typed},
        "body": sum_of(revision.body),
        "tags": sorted(tag.name for tag in revision.tags.all()),
    }


def sum_of(text: str) -> str:
    """A text's length and SHA-256."""
    total = hashlib.sha256(text.encode()).hexdigest()
    return f"{len(text)} characters, SHA-256 {total}"


def record_draft(
    revision: Revision,
    *,
    by: AbstractUser,
    more: Callable[[Any], Mapping[str, Any]] = lambda revision: {},
) -> None:
    """Audit a new revision against the one it is based on; ``more`` gives what an app
    adds to what :func:`said` says. Call it when the revision is complete."""
    former: Any = revision.based_on
    before = {**said(former), **more(former)} if former else {}
    after = {**said(revision), **more(revision)}
    audit.record(
        revision.page,
        "save draft",
        by=by,
        revision=revision.number,
        **audit.changed(before, after),
    )


def intervals(page: Page) -> dict[str, str]:
    """When each revision of a page was, is or will be live, in UTC."""
    public = page.revisions.filter(live_from__isnull=False).order_by("number")
    return {
        f"revision {number}": f"live from {_moment(start)}"
        + (f" until {_moment(end)}" if end else "")
        for number, start, end in public.values_list(
            "number", "live_from", "live_until"
        )
    }


def _moment(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
