"""Uploaded terms on their way in: see :mod:`immunosite.core.stepping`.

A term may name one that comes later in the file. So first all are saved as drafts; then
those that wait get the relations that they lack.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from immunosite.core.batches import BatchState
from immunosite.core.reports import Outcome
from immunosite.core.stepping import Progress, Steps

from .bringing import OnExisting, Verdict, bring, look_at, relate
from .formats import Entry
from .formats.entries import PROSE, RELATIONS, slug_of
from .kinship import named_in
from .models import FormerSlug, Term, TermImport, TermImportRow

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

# What the texts of one step's terms may have together: this takes about half a second.
MOST_LETTERS = 200_000


class TermSteps(Steps):
    batches = TermImport
    at_a_time = 25
    fields = ("waits", "term")

    def check(
        self, batch: TermImport, rows: Sequence[TermImportRow], *, by: AbstractUser
    ) -> None:
        entries = list(map(_entry, rows))
        verdicts = look_at(
            entries,
            coming=_coming(batch, entries),
            on_existing=_on_existing(batch),
            by=by,
        )
        _fill(rows, verdicts)

    def finish_checking(self, batch: TermImport) -> None:
        """Tell of terms that will lack relations, since what they name is rejected."""
        lost = _lost(batch)
        rows = self.to_bring(batch).iterator(chunk_size=500) if lost else ()
        told = []
        for row in rows:
            said = row.said or {}
            named = [name for column in RELATIONS for name in said.get(column, ())]
            names = [f"“{name}”" for name in named if lost & {name, slug_of(name)}]
            if names:
                _add(row, f"Will leave out {', '.join(names)}, which can't come in.")
                told.append(row)
        TermImportRow.objects.bulk_update(told, ["message"], batch_size=500)

    def next_to_bring(self, batch: TermImport) -> list[TermImportRow]:
        rows = self.to_bring(batch)
        # Those that wait only when all others are here.
        return self.some(rows.filter(waits=False)) or self.some(rows)

    def some(self, rows: Any) -> list[TermImportRow]:
        found = super().some(rows)
        lengths = accumulate(_length(row) for row in found)
        return found[: max(1, sum(length <= MOST_LETTERS for length in lengths))]

    def bring(
        self, batch: TermImport, rows: Sequence[TermImportRow], *, by: AbstractUser
    ) -> None:
        entries = list(map(_entry, rows))
        if rows and rows[0].waits:
            for row, related in zip(rows, relate(entries, by=by), strict=True):
                _add(row, related.message)
                row.is_done = True
            return
        verdicts = bring(
            entries,
            coming=_coming(batch, entries),
            on_existing=_on_existing(batch),
            by=by,
        )
        _fill(rows, verdicts)
        for row, verdict in zip(rows, verdicts, strict=True):
            row.waits, row.is_done = verdict.waits, not verdict.waits

    def progress_of(self, batch: TermImport) -> Progress:
        progress = super().progress_of(batch)
        if batch.state != BatchState.IMPORTING:
            return progress
        waited = batch.rows.filter(waits=True)
        not_yet = waited.filter(is_done=False).count()
        if self.to_bring(batch).filter(waits=False).exists():
            doing, done = "Saving the drafts.", progress.done + not_yet
            return replace(progress, doing=doing, done=done)
        total = waited.count()
        doing = "Adding the related terms that came later in the file."
        return replace(progress, doing=doing, done=total - not_yet, total=total)


STEPS = TermSteps()


def _length(row: TermImportRow) -> int:
    return sum(len((row.said or {}).get(name, "")) for name in PROSE)


def _entry(row: TermImportRow) -> Entry:
    return Entry(row.position, row.line, row.said or {})


def _on_existing(batch: TermImport) -> OnExisting:
    return "update" if batch.on_existing == "update" else "keep"


def _coming(batch: TermImport, entries: Sequence[Entry]) -> set[str]:
    """Of the slugs that the entries name, those of the file. One that turned out to be
    no good is among them: who names it comes in without it."""
    named = {slug for entry in entries for slug in named_in(entry)}
    # All of them, for a query can't be told any number of names.
    return named & set(_readable(batch).values_list("slug", flat=True))


def _readable(batch: TermImport) -> Any:
    return batch.rows.exclude(slug="").order_by()


def _lost(batch: TermImport) -> set[str]:
    """The slugs of terms that were rejected, and are not here either."""
    rejected = _readable(batch).filter(outcome=Outcome.REJECTED)
    slugs = rejected.values_list("slug", flat=True)
    lost = set(slugs)
    for model in (Term, FormerSlug):
        here = model._default_manager.filter(slug__in=slugs)
        lost.difference_update(here.values_list("slug", flat=True))
    return lost


def _fill(rows: Sequence[TermImportRow], verdicts: Sequence[Verdict]) -> None:
    for row, verdict in zip(rows, verdicts, strict=True):
        row.outcome, row.message = verdict.outcome, verdict.message
        row.term = verdict.term


def _add(row: TermImportRow, message: str) -> None:
    row.message = " ".join(filter(None, [row.message, message]))
