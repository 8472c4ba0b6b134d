"""Uploaded references on their way in: see :mod:`immunosite.core.stepping`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from immunosite.core.batches import MAX_NAME
from immunosite.core.reports import Outcome
from immunosite.core.stepping import Steps

from .earlier import Claim, Earlier
from .exchange import AT_A_TIME, WHOLE, bring, look_at
from .formats import Record
from .models import ImportBatch, ImportRow
from .verdicts import Rules, Verdict

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

_MATCHED = (Outcome.UPDATED, Outcome.UNCHANGED, Outcome.KEPT)


class ReferenceSteps(Steps):
    batches = ImportBatch
    at_a_time = AT_A_TIME
    fields = ("own_id", "claim", "reference")

    def check(
        self, batch: ImportBatch, rows: Sequence[ImportRow], *, by: AbstractUser
    ) -> None:
        verdicts = look_at(
            [_record(row) for row in rows],
            earlier=_earlier(batch, rows),
            rules=rules_of(batch),
        )
        _fill(rows, verdicts)

    def bring(
        self, batch: ImportBatch, rows: Sequence[ImportRow], *, by: AbstractUser
    ) -> None:
        verdicts = bring(
            [_record(row) for row in rows],
            earlier=_earlier(batch, rows),
            rules=rules_of(batch),
            by=by,
        )
        _fill(rows, verdicts)
        for row in rows:
            row.is_done = True


STEPS = ReferenceSteps()


def rules_of(batch: ImportBatch) -> Rules:
    """How a batch wants its records brought in."""
    return Rules(
        "update" if batch.on_existing == "update" else "keep",
        look_alikes=batch.look_alikes,
        is_whole=batch.format == WHOLE,
    )


def _record(row: ImportRow) -> Record:
    return Record(row.position, row.line, row.csl or {}, tuple(row.notes))


def _earlier(batch: ImportBatch, rows: Sequence[ImportRow]) -> Earlier:
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


def _fill(rows: Sequence[ImportRow], verdicts: Sequence[Verdict]) -> None:
    for row, verdict in zip(rows, verdicts, strict=True):
        row.name, row.own_id = verdict.name[:MAX_NAME], verdict.own_id
        row.claim = verdict.claim.as_json() if verdict.claim else None
        row.outcome, row.message = verdict.outcome, _message(verdict)
        row.reference = verdict.reference


def _message(verdict: Verdict) -> str:
    changes = f"Changes {', '.join(verdict.changed)}." if verdict.changed else ""
    return " ".join(filter(None, [changes, verdict.message]))
