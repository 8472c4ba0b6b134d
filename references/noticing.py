"""The deeds on notices: what a publisher announced about a reference is added, brought
in by an import, or taken back.

Each opens or removes the tasks to look at the citing pages again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.forms.models import model_to_dict
from django.utils import timezone

from immunosite.core import audit, caching
from immunosite.core.reports import Outcome

from .announcements import Announcement
from .identifiers import InvalidIdentifier, parse_doi
from .models import Notice, NoticeOrigin, Reference, RefusedNotice
from .reading import places_citing
from .tasking import open_tasks

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

_FIELDS = ("kind", "noticed_on", "source", "note", "doi")


@transaction.atomic
def add_notice(reference: Reference, *, by: AbstractUser, **fields: Any) -> Notice:
    """Store what a publisher announced: kind, noticed_on, source, note, doi, origin.

    Every page that cites the reference shows it from the next request on, and each,
    also one whose newest draft cites it, gets a task to be looked at again. Raises
    ValidationError.
    """
    audit.require(by, "references.add_notice")
    caching.hold_epoch()
    notice = Notice(reference=reference, **fields)
    notice.doi = _doi_of(notice)
    notice.full_clean(validate_constraints=False)
    _check(notice)
    notice.full_clean()
    notice.save()
    _alike(reference.refused_notices, notice).delete()
    titles = open_tasks(notice, places_citing(reference))
    tasks = {"tasks": titles} if titles else {}
    audit.record(reference, "add notice", by=by, after=fields, **tasks)
    caching.move_epoch()
    return notice


def _doi_of(notice: Notice) -> str:
    """The DOI as it was given, else that of the address where the notice is read."""
    if not notice.doi and "doi.org/" not in notice.source:
        return ""
    try:
        return parse_doi(notice.doi or notice.source)
    except InvalidIdentifier as error:
        if notice.doi:
            raise ValidationError({"doi": str(error)}) from error
        return ""


def _check(notice: Notice) -> None:
    # Where the day begins first it may be tomorrow already.
    if notice.noticed_on > timezone.localdate() + timedelta(days=1):
        raise ValidationError({"noticed_on": "This day is still to come."})
    same = _alike(Notice.objects.filter(reference=notice.reference), notice).first()
    if same:
        kind, day = same.get_kind_display(), same.noticed_on.isoformat()
        raise ValidationError(f"This reference has that notice already: {kind}, {day}.")


def _alike(notices: Any, notice: Notice | Announcement) -> Any:
    """Those of some notices that tell of the same: by its DOI, else by kind and day."""
    same = Q(noticed_on=notice.noticed_on)
    if notice.doi:
        same |= Q(doi=notice.doi)
    return notices.filter(same, kind=notice.kind)


@transaction.atomic
def take_in(
    reference: Reference,
    found: Announcement,
    *,
    by: AbstractUser,
    origin: NoticeOrigin,
) -> tuple[Outcome, str]:
    """Add what an import found, unless the reference has it, or staff took it back.

    Returns what became of it, and why. A notice without a DOI gets the one that was
    found.
    """
    audit.require(by, "references.add_notice")
    caching.hold_epoch()
    known = list(_alike(Notice.objects.filter(reference=reference), found))
    if known:
        return _complete(known, found, by=by)
    refused = _alike(reference.refused_notices, found).first()
    if refused:
        day = timezone.localdate(refused.refused_at).isoformat()
        return Outcome.UNCHANGED, f"taken back as wrong on {day}, so it stays out"
    try:
        add_notice(
            reference,
            by=by,
            origin=origin.value,
            kind=found.kind,
            noticed_on=found.noticed_on,
            doi=found.doi,
            source=found.source,
            note=found.note,
        )
    except ValidationError as error:
        return Outcome.REJECTED, " ".join(error.messages)
    return Outcome.CREATED, ""


def _complete(
    known: list[Notice], found: Announcement, *, by: AbstractUser
) -> tuple[Outcome, str]:
    if not found.doi or any(notice.doi for notice in known):
        return Outcome.UNCHANGED, ""
    notice = known[0]
    notice.doi = found.doi
    notice.save(update_fields=["doi"])
    after = {"doi": found.doi}
    audit.record(notice.reference, "change notice", by=by, after=after)
    return Outcome.UPDATED, "its DOI was added"


@transaction.atomic
def remove_notice(notice: Notice, *, by: AbstractUser) -> None:
    """Take back a notice that is wrong, with its tasks; no import brings it again."""
    audit.require(by, "references.delete_notice")
    caching.hold_epoch()
    given = model_to_dict(notice, _FIELDS)
    fields = {name: value for name, value in given.items() if value}
    tasks = [
        {"page": f"{task.kind} {task.page_id}", "decision": task.decision or "open"}
        for task in notice.tasks.all()
    ]
    audit.record(notice.reference, "remove notice", by=by, before=fields, tasks=tasks)
    RefusedNotice.objects.create(
        reference=notice.reference,
        kind=notice.kind,
        noticed_on=notice.noticed_on,
        doi=notice.doi,
    )
    notice.delete()
    caching.move_epoch()
