"""Bring terms of a file in, as drafts.

All imports (the command, the admin's, the demonstration's) go through :func:`bring` and
:func:`relate`: a term may name one that comes later in the file, so what its relations
lack is added when all are here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from immunosite.core.exchanging import message_of
from immunosite.core.publishing import EditConflict
from immunosite.core.reports import Outcome, Row

from .drafting import draft_again, save_draft
from .formats import Entry
from .gate import clashes, forms_of, relations_of
from .incoming import Wanted, columns_of, wanted
from .kinship import Targets, named_in
from .models import Term, TermRevision

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

OnExisting = Literal["keep", "update"]
_MEANWHILE = "Somebody saved this term meanwhile. Bring the file in again."
_LEFT_OUT = "Left out: its related terms."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one term, and why. ``term`` is the one that it is, ``revision``
    the draft that was made. ``waits``: it names terms that come later in the file, and
    is given to :func:`relate` when all are here."""

    position: int
    line: int | None
    name: str
    outcome: Outcome
    message: str = ""
    term: Term | None = None
    revision: TermRevision | None = None
    waits: bool = False

    def with_related(self, related: Related) -> Verdict:
        """The verdict when the term waits no more."""
        message = " ".join(filter(None, [self.message, related.message]))
        revision = related.revision or self.revision
        return replace(self, message=message, revision=revision)

    def as_row(self) -> Row:
        return Row(self.name, self.outcome, self.message, self.line)


@dataclass(frozen=True, slots=True)
class Related:
    """What to tell of a term that waited, "" for nothing, and the draft that was
    made."""

    message: str
    revision: TermRevision | None = None


def look_at(
    entries: Sequence[Entry],
    *,
    coming: Collection[str],
    on_existing: OnExisting,
    by: AbstractUser,
) -> list[Verdict]:
    """What :func:`bring` would do; nothing is stored."""
    with transaction.atomic():
        found = bring(entries, coming=coming, on_existing=on_existing, by=by)
        transaction.set_rollback(True)
    new = Outcome.CREATED
    return [
        replace(one, term=None if one.outcome is new else one.term, revision=None)
        for one in found
    ]


@transaction.atomic
def bring(
    entries: Sequence[Entry],
    *,
    coming: Collection[str],
    on_existing: OnExisting,
    by: AbstractUser,
) -> list[Verdict]:
    """Save a draft of each term; return what became of it.

    One that fails changes nothing and takes no other along. ``coming`` are slugs of the
    file's terms, of which those that are not here yet may be named. Raises
    PermissionDenied, and then nothing is stored.
    """
    return [_bring(entry, coming, on_existing, by) for entry in entries]


def _bring(
    entry: Entry, coming: Collection[str], on_existing: OnExisting, by: AbstractUser
) -> Verdict:
    term = Term.objects.filter(slug=entry.slug).first()
    verdict = Verdict(
        entry.position, entry.line, entry.headword, Outcome.KEPT, term=term
    )
    if term and on_existing == "keep":
        return verdict
    try:
        with transaction.atomic():
            return _save(entry, verdict, coming, by)
    except ValidationError as error:
        message = message_of(columns_of(error))
    except EditConflict:
        message = _MEANWHILE
    return replace(verdict, outcome=Outcome.REJECTED, message=message)


def _save(
    entry: Entry, verdict: Verdict, coming: Collection[str], by: AbstractUser
) -> Verdict:
    newest = verdict.term.newest() if verdict.term else None
    asked = wanted(entry, newest, coming=coming, by=by)
    verdict = replace(verdict, message=_told(asked, newest), waits=bool(asked.later))
    if newest and not asked.changed:
        # Whoever names what is not here yet will be changed.
        outcome = Outcome.UPDATED if verdict.waits else Outcome.UNCHANGED
        return replace(verdict, outcome=outcome)
    term = verdict.term or Term(slug=entry.slug)
    revision = save_draft(
        term,
        based_on=newest.number if newest else None,
        by=by,
        note="Imported.",
        **asked.fields,
    )
    outcome = Outcome.UPDATED if newest else Outcome.CREATED
    message = " ".join(filter(None, [verdict.message, _against(revision)]))
    return replace(
        verdict, outcome=outcome, message=message, term=term, revision=revision
    )


def _against(revision: TermRevision) -> str:
    """The words that another term owns, so that this one can't go live."""
    own = forms_of(revision)
    found = clashes(own, but=revision.page_id, at=timezone.now())
    told = " ".join(problem.message for problem in found)
    return f"It can't go live so: {told}" if told else ""


def _told(asked: Wanted, newest: TermRevision | None) -> str:
    names = [*asked.changed, *(["related terms"] if asked.later else [])]
    changes = f"Changes {', '.join(names)}." if newest and names else ""
    return " ".join(filter(None, [changes, *asked.notes]))


@transaction.atomic
def relate(entries: Sequence[Entry], *, by: AbstractUser) -> list[Related]:
    """Give the terms that waited the relations that they lack. Raises
    PermissionDenied."""
    return [_relate(entry, by) for entry in entries]


def _relate(entry: Entry, by: AbstractUser) -> Related:
    term = Term.objects.filter(slug=entry.slug).first()
    newest = term.newest() if term else None
    if newest is None:
        return Related(f"{_LEFT_OUT} It is not here any more.")
    targets = Targets(entry, coming=named_in(entry))
    before = relations_of(newest)
    relations = targets.relations(before)
    names = ", ".join(f"“{name}”" for name in targets.later)
    message = f"Left out: {names}, which did not come in." if names else ""
    if set(relations) == set(before):
        return Related(message)
    try:
        with transaction.atomic():
            revision = draft_again(
                newest,
                based_on=newest.number,
                by=by,
                relations=relations,
                note="Imported: its related terms.",
            )
    except ValidationError as error:
        return Related(f"{_LEFT_OUT} {message_of(columns_of(error))}")
    except EditConflict:
        return Related(f"{_LEFT_OUT} {_MEANWHILE}")
    return Related(message, revision)
