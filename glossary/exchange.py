"""Files of terms in and out, in each of the formats of :mod:`glossary.formats`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from immunosite.core.exchanging import FORCED_REASON
from immunosite.core.publishing import PublishingRefused, SeveralRefused
from immunosite.core.records import Rejected, read_on, with_field
from immunosite.core.reports import Outcome, Report

from . import publishing as deeds
from .bringing import OnExisting, Verdict, bring, relate
from .formats import FORMATS, Entry
from .outgoing import live_said

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


def read_entries(text: str, *, format: str) -> Iterator[Entry | Rejected]:
    """The terms of a file; of several that are one term only the first. Where the file
    can't be read on, a last one says why."""
    firsts: dict[str, Entry] = {}
    for record in read_on(FORMATS[format].load(text)):
        if isinstance(record, Entry):
            first = firsts.setdefault(record.slug, record)
            yield record if first is record else _repeated(record, first)
        else:
            yield record


def _repeated(entry: Entry, first: Entry) -> Rejected:
    place = f"Line {first.line}" if first.line else f"Record {first.position}"
    reason = f"{place} has the same one."
    field = "slug" if entry.said.get("slug") else "headword"
    return Rejected(entry.position, entry.headword, field, reason, entry.line)


class _SomeRefused(Exception):
    """Of the terms that were to go live some may not; ``why`` says so by position."""

    def __init__(self, why: dict[int, str]) -> None:
        self.why = why
        super().__init__(f"{len(why)} terms can't go live.")


@transaction.atomic
def import_terms(
    text: str,
    *,
    by: AbstractUser,
    format: str = "csv",
    on_existing: OnExisting = "keep",
    publishing: bool = False,
    dry_run: bool = False,
) -> Report:
    """Save each term as a draft, and publish them together if asked to.

    A term is known by its address, which is the headword's unless the file says another.
    One that fails is reported with its line and field and changes nothing; the others
    go on.
    """
    records = list(read_entries(text, format=format))
    refused: dict[int, str] = {}
    while True:
        try:
            with transaction.atomic():
                verdicts = _attempt(records, refused, by, on_existing, publishing)
        except _SomeRefused as some:
            # Once more without these, since the others may name them.
            refused |= some.why
        else:
            break
    if dry_run:
        transaction.set_rollback(True)
    return Report([verdict.as_row() for verdict in verdicts])


def _attempt(
    records: Sequence[Entry | Rejected],
    refused: Mapping[int, str],
    by: AbstractUser,
    on_existing: OnExisting,
    publishing: bool,
) -> list[Verdict]:
    entries = {
        each.position: each
        for each in records
        if isinstance(each, Entry) and each.position not in refused
    }
    coming = {entry.slug for entry in entries.values()}
    brought = bring(
        list(entries.values()), coming=coming, on_existing=on_existing, by=by
    )
    waiting = [entries[verdict.position] for verdict in brought if verdict.waits]
    related = iter(relate(waiting, by=by))
    verdicts = {
        verdict.position: verdict.with_related(next(related))
        if verdict.waits
        else verdict
        for verdict in brought
    }
    if publishing:
        _publish(verdicts.values(), by)
    return [verdicts.get(each.position) or _rejected(each, refused) for each in records]


def _rejected(record: Entry | Rejected, refused: Mapping[int, str]) -> Verdict:
    if isinstance(record, Entry):
        name, reason = record.headword, refused[record.position]
    else:
        name, reason = record.name, with_field(record.field, record.reason)
    return Verdict(record.position, record.line, name, Outcome.REJECTED, reason)


def _publish(verdicts: Iterable[Verdict], by: AbstractUser) -> None:
    drafts = {verdict.revision.pk: verdict for verdict in verdicts if verdict.revision}
    revisions = [verdict.revision for verdict in drafts.values() if verdict.revision]
    try:
        deeds.publish_together(revisions, by=by, forced_reason=FORCED_REASON)
    except SeveralRefused as several:
        why = {
            drafts[pk].position: str(PublishingRefused(problems))
            for pk, problems in several.by_revision.items()
        }
        raise _SomeRefused(why) from several


def export_terms(*, format: str = "csv") -> str:
    """All live terms as a file that :func:`import_terms` reads."""
    return FORMATS[format].dump(live_said())
