"""The deeds on an uploaded file: check it, bring it in bit by bit, discard it.

Each step takes a bounded number of records in a transaction of its own, under a lock on
the batch; so no request is long, an import goes on where it stopped, and two windows
can't do the same records twice. Nothing is stored as a reference before
:func:`start_import`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count

from immunosite.core import audit
from immunosite.core.reports import Outcome

from .earlier import Claim, Earlier
from .exchange import AT_A_TIME, WHOLE, bring, look_at
from .formats import Record
from .models import BatchState, ImportBatch, ImportRow
from .uploading import MAX_NAME, require_rights
from .verdicts import Rules, Verdict

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

_STORED = (Outcome.CREATED, Outcome.UPDATED)
_MATCHED = (Outcome.UPDATED, Outcome.UNCHANGED, Outcome.KEPT)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the present stage is: ``done`` of ``total`` records."""

    state: str
    done: int
    total: int

    @property
    def is_running(self) -> bool:
        return self.state in (BatchState.CHECKING, BatchState.IMPORTING)


# Checking and importing


@transaction.atomic
def check_step(
    batch: ImportBatch, *, by: AbstractUser, at_a_time: int = AT_A_TIME
) -> Progress:
    """Say of the next records what will become of them. Does nothing to a batch that
    is not being checked. Raises PermissionDenied but for whom it belongs to."""
    batch = _locked(batch, by=by)
    if batch.state == BatchState.CHECKING:
        rows = list(batch.rows.filter(outcome="")[:at_a_time])
        verdicts = look_at(
            [_record(row) for row in rows],
            earlier=_earlier(batch, rows),
            rules=rules_of(batch),
        )
        _keep(rows, verdicts)
        if not batch.rows.filter(outcome="").exists():
            batch.state = BatchState.READY
            batch.save()
    return progress_of(batch)


@transaction.atomic
def start_import(batch: ImportBatch, *, by: AbstractUser) -> Progress:
    """Let the records of a checked batch be brought in from now on."""
    batch = _locked(batch, by=by)
    if batch.state == BatchState.READY:
        batch.state = BatchState.IMPORTING
        batch.save()
        audit.record(batch, "import references", by=by, outcomes=counts_of(batch))
        _finish(batch)
    return progress_of(batch)


@transaction.atomic
def import_step(
    batch: ImportBatch, *, by: AbstractUser, at_a_time: int = AT_A_TIME
) -> Progress:
    """Bring the next records in. What is there is looked at anew, so a record may turn
    out otherwise than it was shown, and says so. Does nothing to a batch that is not
    being imported. Raises PermissionDenied but for whom it belongs to."""
    batch = _locked(batch, by=by)
    if batch.state == BatchState.IMPORTING:
        rows = list(_waiting(batch)[:at_a_time])
        verdicts = bring(
            [_record(row) for row in rows],
            earlier=_earlier(batch, rows),
            rules=rules_of(batch),
            by=by,
        )
        _keep(rows, verdicts, is_done=True)
        _finish(batch)
    return progress_of(batch)


def step(batch: ImportBatch, *, by: AbstractUser) -> Progress:
    """The next step of whatever the batch is at."""
    deed = import_step if batch.state == BatchState.IMPORTING else check_step
    return deed(batch, by=by, at_a_time=AT_A_TIME)


@transaction.atomic
def discard_batch(batch: ImportBatch, *, by: AbstractUser) -> None:
    """Delete a batch with its rows; what it has brought in stays. Raises
    PermissionDenied."""
    if not may_discard(batch, by=by):
        raise PermissionDenied("This import belongs to somebody else.")
    audit.record(batch, "discard import", by=by, outcomes=counts_of(batch))
    batch.delete()


def may_discard(batch: ImportBatch, *, by: AbstractUser) -> bool:
    """Who uploaded it, and whoever may delete references."""
    return batch.created_by_id == by.pk or by.has_perm("references.delete_reference")


def _locked(batch: ImportBatch, *, by: AbstractUser) -> ImportBatch:
    found = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    require_rights(by, updating=found.on_existing == "update")
    if found.created_by_id != by.pk:
        raise PermissionDenied("This import belongs to somebody else.")
    return found


def rules_of(batch: ImportBatch) -> Rules:
    """How a batch wants its records brought in."""
    return Rules(
        "update" if batch.on_existing == "update" else "keep",
        look_alikes=batch.look_alikes,
        is_whole=batch.format == WHOLE,
    )


def _record(row: ImportRow) -> Record:
    return Record(row.position, row.line, row.csl or {}, tuple(row.notes))


def _earlier(batch: ImportBatch, rows: list[ImportRow]) -> Earlier:
    """What the file's records before these bring or name."""
    earlier = Earlier()
    before = (
        batch.rows.filter(position__lt=rows[0].position) if rows else batch.rows.none()
    )
    fields = ("position", "own_id", "outcome", "reference_id", "claim")
    for position, own_id, outcome, reference, claim in before.values_list(*fields):
        earlier.add(
            position,
            own_id=own_id,
            matched=reference if outcome in _MATCHED else None,
            claim=Claim.from_json(claim) if claim else None,
        )
    return earlier


def _keep(
    rows: list[ImportRow], verdicts: list[Verdict], *, is_done: bool = False
) -> None:
    fields = ["name", "own_id", "claim", "outcome", "message", "reference", "is_done"]
    for row, verdict in zip(rows, verdicts, strict=True):
        row.name, row.own_id = verdict.name[:MAX_NAME], verdict.own_id
        row.claim = verdict.claim.as_json() if verdict.claim else None
        row.outcome, row.is_done = verdict.outcome, is_done
        row.message = _message(verdict)
        row.reference = verdict.reference
        row.save(update_fields=fields)


def _message(verdict: Verdict) -> str:
    changes = f"Changes {', '.join(verdict.changed)}." if verdict.changed else ""
    return " ".join(filter(None, [changes, verdict.message]))


def _waiting(batch: ImportBatch) -> Any:
    return batch.rows.filter(outcome__in=_STORED, is_done=False)


def _finish(batch: ImportBatch) -> None:
    if not _waiting(batch).exists():
        batch.state = BatchState.DONE
        batch.save()


# Reading what became of it


def progress_of(batch: ImportBatch) -> Progress:
    """How far the batch is in its present stage."""
    counts = counts_of(batch)
    total = sum(counts.values())
    if batch.state == BatchState.CHECKING:
        return Progress(batch.state, total - counts[""], total)
    done = batch.rows.filter(is_done=True).count()
    return Progress(batch.state, done, done + _waiting(batch).count())


def counts_of(batch: ImportBatch) -> Counter[str]:
    """How many records have each outcome; empty is that of what was not checked yet."""
    found = batch.rows.order_by().values_list("outcome").annotate(rows=Count("pk"))
    return Counter(dict(found))
