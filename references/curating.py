"""The deeds on references: save, delete, format anew.

Whatever changes a reference holds the epoch first, so no two of them run at once and
what they checked still holds when they commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from immunosite.core import audit, caching
from immunosite.core.fulltext import shelve
from immunosite.core.tagging import Tag

from .likeness import likeness
from .models import Reference
from .reading import titles_citing
from .storing import REFERENCES, Change, check, store
from .styling import format_entry, style_version

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class EditConflict(Exception):
    """Somebody else saved the reference in between; ``current`` is what they saved."""

    def __init__(self, current: Reference) -> None:
        self.current = current
        saved = audit.AuditEntry.objects.filter(
            subject_type=REFERENCES, subject_id=current.pk, action="change reference"
        ).first()
        who = saved.by if saved else "Somebody else"
        super().__init__(f"{who} saved this reference while you were writing.")


def version_of(reference: Reference) -> str:
    """Names the state that an editor has before them."""
    return reference.updated_at.isoformat()


def lock(reference: Reference, *, based_on: str) -> None:
    """Let nobody else change references until this transaction ends.

    Raises EditConflict when a stored reference is no longer the ``version_of`` that
    the editor had before them. Call it inside a transaction.
    """
    caching.hold_epoch()
    current = Reference.objects.filter(pk=reference.pk).first()
    if current and version_of(current) != based_on:
        raise EditConflict(current)


@transaction.atomic
def save_reference(
    key: str,
    csl: Mapping[str, Any],
    *,
    by: AbstractUser,
    reference: Reference | None = None,
    tags: Iterable[Tag] | None = None,
) -> Reference:
    """Create a reference, or change ``reference``; ``tags`` None leaves its tags alone.

    Writes nothing when nothing changed. Raises ValidationError as
    :func:`references.storing.check` does.
    """
    reference = reference or Reference()
    is_new = reference.pk is None
    audit.require(by, f"references.{'add' if is_new else 'change'}_reference")
    caching.hold_epoch()
    record = {**csl, "id": key}
    identifiers = check(key, record, reference)
    stored = None if is_new else Reference.objects.get(pk=reference.pk)
    before = stored.csl if stored else {}
    had = frozenset(stored.tags.all() if stored else ())
    has = had if tags is None else frozenset(tags)
    if record != before or has != had:
        store([Change(reference, record, identifiers, before, had, has)], by=by)
    return reference


@transaction.atomic
def delete_reference(reference: Reference, *, by: AbstractUser) -> None:
    """Delete a reference that no page cites. Raises ValidationError naming the pages."""
    audit.require(by, "references.delete_reference")
    caching.hold_epoch()
    if titles := titles_citing(reference):
        names = ", ".join(f"“{title}”" for title in titles[:5])
        more = f" and {len(titles) - 5} more" if len(titles) > 5 else ""
        raise ValidationError(f"It is cited by {names}{more}, so it can't be deleted.")
    audit.record(reference, "delete reference", by=by, before=reference.csl)
    shelve(REFERENCES, reference.pk, [])
    reference.delete()
    caching.move_epoch()


def reformat(*, limit: int | None = None) -> int:
    """Format again the entries that another style or version made, each in its own
    transaction; return how many."""
    version = style_version(settings.CITATION_STYLE)
    stale = Reference.objects.exclude(entry_by=version)
    return sum(map(_reformat, stale[:limit]))


@transaction.atomic
def _reformat(reference: Reference) -> int:
    caching.hold_epoch()
    # A save in between has formatted the entry itself.
    same = {"pk": reference.pk, "updated_at": reference.updated_at}
    unchanged = Reference.objects.filter(**same)
    done = unchanged.update(
        entry=format_entry(reference.csl, settings.CITATION_STYLE),
        entry_by=style_version(settings.CITATION_STYLE),
        # A row may be older than this column.
        likeness=likeness(reference.csl),
    )
    caching.move_epoch()
    return done
