"""The deeds on an uploaded file: check it, bring it in bit by bit, discard it.

Each step takes a bounded number of records in a transaction of its own, under a lock on
the batch; so no request is long, an import goes on where it stopped, and two windows
can't do the same records twice. Nothing is stored as a thing of the site before
:meth:`Steps.start_import`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count

from . import audit
from .batches import Batch, BatchState, require_rights, right
from .reports import Outcome

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

STORED = (Outcome.CREATED, Outcome.UPDATED)
_COMMON = ("name", "outcome", "message", "is_done")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the present stage is: ``done`` of ``total`` records, which users call
    ``unit``; ``doing`` says what is being done."""

    state: str
    done: int
    total: int
    doing: str = ""
    unit: str = "record"

    @property
    def is_running(self) -> bool:
        return self.state in (BatchState.CHECKING, BatchState.IMPORTING)

    def __str__(self) -> str:
        return f"{self.done:,} of {self.total:,} {self.unit}s"


class Steps:
    """Works off the batches of one kind, ``at_a_time`` records a step. ``fields`` are
    those that checking and bringing in fill in rows, beside the common ones."""

    batches: type[Batch]
    at_a_time: int
    fields: tuple[str, ...]

    def check(self, batch: Any, rows: Sequence[Any], *, by: AbstractUser) -> None:
        """Put into the rows what would become of them; nothing else is stored."""
        raise NotImplementedError

    def bring(self, batch: Any, rows: Sequence[Any], *, by: AbstractUser) -> None:
        """Bring the records of these rows in, and put into the rows what became of
        them and whether they are done."""
        raise NotImplementedError

    def finish_checking(self, batch: Any) -> None:
        """What can be said of rows only when all of them are checked."""

    def next_to_bring(self, batch: Any) -> list[Any]:
        """The rows of the next step."""
        return self.some(self.to_bring(batch))

    def some(self, rows: Any) -> list[Any]:
        """As many of the rows as one step takes, one at least."""
        return list(rows[: self.at_a_time])

    # Checking and importing

    @transaction.atomic
    def check_step(self, batch: Any, *, by: AbstractUser) -> Progress:
        """Say of the next records what will become of them. Does nothing to a batch
        that is not being checked. Raises PermissionDenied but for whom it belongs to.
        """
        batch = self._locked(batch, by=by)
        if batch.state == BatchState.CHECKING:
            rows = self.some(batch.rows.filter(outcome=""))
            self.check(batch, rows, by=by)
            self._save(rows)
            if not batch.rows.filter(outcome="").exists():
                self.finish_checking(batch)
                batch.state = BatchState.READY
                batch.save()
        return self.progress_of(batch)

    @transaction.atomic
    def start_import(self, batch: Any, *, by: AbstractUser) -> Progress:
        """Let the records of a checked batch be brought in from now on."""
        batch = self._locked(batch, by=by)
        if batch.state == BatchState.READY:
            batch.state = BatchState.IMPORTING
            batch.save()
            action = f"import {batch.things._meta.verbose_name_plural}"
            audit.record(batch, action, by=by, outcomes=counts_of(batch))
            self._finish(batch)
        return self.progress_of(batch)

    @transaction.atomic
    def import_step(self, batch: Any, *, by: AbstractUser) -> Progress:
        """Bring the next records in. What is there is looked at anew, so a record may
        turn out otherwise than it was shown, and says so. Does nothing to a batch that
        is not being imported. Raises PermissionDenied but for whom it belongs to."""
        batch = self._locked(batch, by=by)
        if batch.state == BatchState.IMPORTING:
            rows = self.next_to_bring(batch)
            self.bring(batch, rows, by=by)
            self._save(rows)
            self._finish(batch)
        return self.progress_of(batch)

    def step(self, batch: Any, *, by: AbstractUser) -> Progress:
        """The next step of whatever the batch is at."""
        if batch.state == BatchState.IMPORTING:
            return self.import_step(batch, by=by)
        return self.check_step(batch, by=by)

    @transaction.atomic
    def discard_batch(self, batch: Any, *, by: AbstractUser) -> None:
        """Delete a batch with its rows; what it has brought in stays. Raises
        PermissionDenied."""
        if not may_discard(batch, by=by):
            raise PermissionDenied("This import belongs to somebody else.")
        audit.record(batch, "discard import", by=by, outcomes=counts_of(batch))
        batch.delete()

    def _locked(self, batch: Any, *, by: AbstractUser) -> Any:
        found = self.batches._default_manager.select_for_update().get(pk=batch.pk)
        require_rights(by, self.batches, updating=found.on_existing == "update")
        if found.created_by_id != by.pk:
            raise PermissionDenied("This import belongs to somebody else.")
        return found

    def _save(self, rows: Sequence[Any]) -> None:
        for row in rows:
            row.save(update_fields=[*_COMMON, *self.fields])

    def _finish(self, batch: Any) -> None:
        if not self.to_bring(batch).exists():
            batch.state = BatchState.DONE
            batch.save()

    # Reading what became of it

    def to_bring(self, batch: Any) -> Any:
        """The rows that are still to be brought in."""
        return batch.rows.filter(outcome__in=STORED, is_done=False)

    def progress_of(self, batch: Any) -> Progress:
        """How far the batch is in its present stage."""
        if batch.state == BatchState.CHECKING:
            doing = f"Checking the {batch.unit}s. Nothing is stored yet."
            counts = counts_of(batch)
            done, total = counts.total() - counts[""], counts.total()
        else:
            doing = f"Bringing the {batch.unit}s in."
            done = batch.rows.filter(is_done=True).count()
            total = done + self.to_bring(batch).count()
        return Progress(batch.state, done, total, doing, batch.unit)


def counts_of(batch: Any) -> Counter[str]:
    """How many records have each outcome; empty is that of what was not checked yet."""
    found = batch.rows.order_by().values_list("outcome").annotate(rows=Count("pk"))
    return Counter(dict(found))


def may_discard(batch: Any, *, by: AbstractUser) -> bool:
    """Who uploaded it, and whoever may delete what it brings in."""
    return batch.created_by_id == by.pk or by.has_perm(right(batch.things, "delete"))
