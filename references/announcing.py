"""Bring in what others tell of notices: Retraction Watch's table, Crossref's metadata."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from immunosite.core import audit, polite
from immunosite.core.fetching import Answer, FetchError, TooLarge
from immunosite.core.reports import Outcome, Report

from .announcements import Announcement, NotRead, Row, read_table
from .models import Identifier, NoticeOrigin, Reference, Scheme
from .noticing import take_in
from .services import CROSSREF
from .updates import Update, read_works

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

_RIGHT = "references.add_notice"
Ask = Callable[..., Answer]


@dataclass(slots=True)
class Imported:
    """What became of the rows about our references, and how many are about others."""

    report: Report = field(default_factory=Report)
    others: int = 0


def import_table(
    lines: Iterable[str], *, by: AbstractUser, dry_run: bool = False
) -> Imported:
    """Add the notices of Retraction Watch's table that are about our references, found
    by DOI or PMID, former ones too.

    The table is read to its end, a row at a time, before anything is stored, then all
    is stored at once. Raises NotRead when it is another table.
    """
    audit.require(by, _RIGHT)
    done = Imported()
    known = _references_by_identifier()
    matched: list[tuple[Row, set[int]]] = []
    for row in read_table(lines):
        keys = {known[article] for article in row.articles if article in known}
        if row.values is None:
            why = "this row can't be read: a quotation mark or a comma is missing"
            done.report.add("Row", Outcome.REJECTED, why, line=row.line)
        elif keys:
            matched.append((row, keys))
        else:
            done.others += 1
    with transaction.atomic():
        for row, keys in matched:
            for reference in Reference.objects.filter(pk__in=keys):
                _add(done.report, reference, row, by=by, line=row.line)
        if dry_run:
            transaction.set_rollback(True)
    return done


def _references_by_identifier() -> dict[tuple[str, str], int]:
    rows = Identifier.objects.values_list("scheme", "value", "reference")
    return {(scheme, value): pk for scheme, value, pk in rows.iterator()}


def _add(
    report: Report,
    reference: Reference,
    told: Row | Update,
    *,
    by: AbstractUser,
    line: int | None = None,
) -> None:
    """Add a notice of a reference, and what became of it to the report."""
    origin = NoticeOrigin.RETRACTION_WATCH
    if isinstance(told, Update) and told.origin != "retraction-watch":
        origin = NoticeOrigin.CROSSREF
    try:
        found = told.announcement()
    except NotRead as error:
        report.add(reference.key, Outcome.REJECTED, str(error), line=line)
        return
    outcome, why = take_in(reference, found, by=by, origin=origin)
    message = " – ".join(filter(None, [_named(found), why]))
    report.add(reference.key, outcome, message, line=line)


def _named(found: Announcement) -> str:
    return f"{found.kind} of {found.noticed_on}"


# Crossref. Works with long lists of references are some hundred KB each.
_BATCH = 20
_MOST_BYTES = 20_000_000
_SECONDS = 60.0
_LATER = frozenset((429, 500, 502, 503, 504))


@dataclass(slots=True)
class Asked:
    """What Crossref told of our references; how many DOIs it was asked about, how many
    are left for the next time, and why it stopped early, if it did."""

    report: Report = field(default_factory=Report)
    asked: int = 0
    left: int = 0
    failure: str = ""


class _Stopped(Exception):
    """The service does not answer now; what was found is stored."""


def ask_crossref(
    *,
    by: AbstractUser,
    limit: int | None = None,
    dry_run: bool = False,
    ask: Ask = polite.ask,
) -> Asked:
    """Ask Crossref for notices about our references' DOIs, those first that were asked
    for least recently; ``limit`` is how many at most.

    Each answer is stored before the next question, so a service that fails loses
    nothing of what was found.
    """
    audit.require(by, _RIGHT)
    dois = Identifier.objects.filter(scheme=Scheme.DOI)
    waiting = list(dois.order_by(F("asked_at").asc(nulls_first=True), "pk")[:limit])
    done = Asked(left=dois.count())
    try:
        for batch in _batches(waiting):
            for some, answer in _answers(batch, ask):
                _take_in_answer(some, answer, done.report, by=by, dry_run=dry_run)
                done.asked += len(some)
                done.left -= len(some)
    except (_Stopped, FetchError) as error:
        done.failure = str(error)
    return done


def _batches(identifiers: Sequence[Identifier]) -> Iterator[list[Identifier]]:
    """Few DOIs at a time; one with a comma, which parts filters, alone."""
    batch: list[Identifier] = []
    for identifier in identifiers:
        if "," in identifier.value:
            yield [identifier]
            continue
        batch.append(identifier)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _answers(batch: list[Identifier], ask: Ask) -> Iterator[tuple[Any, Any]]:
    """(identifiers, the answer about them), one by one where all at once is refused;
    the answer is the reason when Crossref refuses even that."""
    try:
        answer = _asked(_address(batch), ask)
    except TooLarge as error:
        answer = str(error)
    if not isinstance(answer, str):
        yield batch, answer
    elif len(batch) == 1:
        yield batch, answer
    else:
        for identifier in batch:
            yield from _answers([identifier], ask)


def _address(batch: list[Identifier]) -> str:
    if len(batch) == 1:
        return f"{settings.CROSSREF_URL}/works/{quote(batch[0].value, safe='')}"
    dois = ",".join(f"doi:{identifier.value}" for identifier in batch)
    query = urlencode({"filter": dois, "rows": len(batch)})
    return f"{settings.CROSSREF_URL}/works?{query}"


def _asked(address: str, ask: Ask) -> Any:
    """The JSON of an answer, None when Crossref does not know the DOI, or why it
    refuses the question. Raises _Stopped when it can't answer now."""
    answer = ask(
        address,
        CROSSREF,
        seconds=_SECONDS,
        accept="application/json",
        max_bytes=_MOST_BYTES,
    )
    if answer.status == 404:
        return None
    if answer.status in _LATER:
        raise _Stopped(f"Crossref can't answer now (status {answer.status}).")
    if answer.status != 200:
        return f"Crossref refuses the question (status {answer.status})."
    try:
        return dict(json.loads(answer.body))
    except (ValueError, TypeError, RecursionError) as error:
        raise _Stopped("Crossref's answer is no JSON.") from error


@transaction.atomic
def _take_in_answer(
    identifiers: list[Identifier],
    answer: Any,
    report: Report,
    *,
    by: AbstractUser,
    dry_run: bool,
) -> None:
    """Store what one answer tells, and that it was asked for."""
    if isinstance(answer, str):
        report.add(identifiers[0].value, Outcome.REJECTED, answer)
    elif answer is not None:
        try:
            updates = list(read_works(answer))
        except NotRead as error:
            raise _Stopped(str(error)) from error
        for update in updates:
            about = Reference.objects.filter(
                identifiers__scheme=Scheme.DOI, identifiers__value=update.doi
            )
            for reference in about:
                _add(report, reference, update, by=by)
    keys = [identifier.pk for identifier in identifiers]
    Identifier.objects.filter(pk__in=keys).update(asked_at=timezone.now())
    if dry_run:
        transaction.set_rollback(True)
