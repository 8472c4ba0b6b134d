"""The deeds on a term: save a draft, publish, withdraw, restore, re-render."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from immunosite.core import audit, caching, fulltext, publishing
from immunosite.core.markdown import BodyRefused, Problem
from immunosite.core.publishing import (
    AT_ONCE,
    PublishingRefused,
    SeveralRefused,
    refusal,
)
from immunosite.core.tagging import Tag

from . import gate, linking
from .models import Form, FormKind, Term, TermRevision
from .rendering import Rendered
from .signals import vocabulary_changed
from .storing import TERMS, compile_body, problems_of, rerender, shelve_page, store
from .vocabulary import words_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


@transaction.atomic
def save_draft(
    term: Term,
    *,
    based_on: int | None,
    by: AbstractUser,
    title: str,
    body: str,
    forms: Sequence[tuple[str, str]] = (),
    is_automatic: bool = True,
    tags: Iterable[Tag] = (),
    note: str = "",
) -> TermRevision:
    """Append a draft. ``forms`` are (kind, text) pairs without the headword.

    A draft may be incomplete. A term without a key yet is created. Raises EditConflict
    when revision ``based_on`` is no longer the newest, ValidationError, keyed by field
    or by a form's kind, for what can't be stored.
    """
    audit.require(by, "glossary.change_term" if term.pk else "glossary.add_term")
    own_forms = gate.checked_forms(title, forms)
    if term.pk is None:
        publishing.create_page(term)
    revision: TermRevision = publishing.append_revision(
        term,
        based_on=based_on,
        by=by,
        title=title,
        body=body,
        is_automatic=is_automatic,
        note=note,
        problems=list(map(asdict, problems_of(body, own_term=term.slug))),
    )
    Form.objects.bulk_create(
        Form(
            revision=revision,
            kind=kind,
            text=text,
            folded=linking.fold(text),
            position=position,
        )
        for position, (kind, text) in enumerate(own_forms)
    )
    revision.tags.set(tags)
    return revision


def publish(
    revision: TermRevision,
    *,
    by: AbstractUser,
    live_from: datetime | None = None,
    live_until: datetime | None = None,
) -> TermRevision:
    """Give the newest revision its interval and compile it.

    Raises PublishingRefused with the problems, EditConflict when the revision is not
    the newest.
    """
    interval = {"live_from": live_from, "live_until": live_until}
    try:
        publish_together([revision], by=by, **interval)
    except SeveralRefused as refused:
        raise PublishingRefused(refused.by_revision[revision.pk]) from refused
    return revision


@transaction.atomic
def publish_together(
    revisions: Sequence[TermRevision],
    *,
    by: AbstractUser,
    live_from: datetime | None = None,
    live_until: datetime | None = None,
) -> None:
    """Publish revisions whose definitions may name one another: all of them or none.

    Each is compiled when all have their interval, so the order does not matter, and
    other pages are told once. Raises SeveralRefused, EditConflict.
    """
    audit.require(by, "glossary.publish_term")
    for revision in revisions:
        publishing.lock(revision.page, based_on=revision.number)
    caching.hold_epoch()
    at = timezone.now()
    refused: dict[int, Sequence[Problem]] = {}
    interval = {"live_from": live_from, "live_until": live_until}
    for revision in revisions:
        try:
            gate.ask(revision, at=at)
            publishing.go_live(revision, by=by, at=at, **interval)
        except PublishingRefused as error:
            refused[revision.pk] = error.problems
    for revision in revisions:
        if errors := _compile(revision):
            refused[revision.pk] = [*refused.get(revision.pk, ()), *errors]
    if refused:
        raise SeveralRefused(refused)
    announce()


def _compile(revision: TermRevision) -> list[Problem]:
    """Store and shelve the rendering, or return what keeps it from going live."""
    try:
        rendered = _rendered(revision)
    except BodyRefused as refused:
        return [refusal(str(refused))]
    errors = [problem for problem in rendered.problems if problem.severity == "error"]
    if not errors:
        store(revision, rendered)
        shelve_page(revision.page, kind=TERMS)
    return errors


@transaction.atomic
def withdraw(term: Term, *, by: AbstractUser, reason: str) -> None:
    """Take the term off the public site; pages that link it lose the link."""
    audit.require(by, "glossary.publish_term")
    publishing.lock_page(term)
    caching.hold_epoch()
    publishing.take_down(term, by=by, at=timezone.now(), reason=reason)
    shelve_page(term, kind=TERMS)
    announce()


def restore(
    revision: TermRevision, *, based_on: int | None, by: AbstractUser
) -> TermRevision:
    """A new draft that says what an old revision said."""
    forms = revision.forms.exclude(kind=FormKind.HEADWORD)
    return save_draft(
        revision.page,
        based_on=based_on,
        by=by,
        title=revision.title,
        body=revision.body,
        forms=list(forms.values_list("kind", "text")),
        is_automatic=revision.is_automatic,
        tags=revision.tags.all(),
        note=f"Restored from revision {revision.number}.",
    )


def discard(term: Term, *, by: AbstractUser) -> None:
    """Delete a term that has never been public."""
    audit.require(by, "glossary.delete_term")
    publishing.discard(term, by=by)


def try_on(revision: TermRevision) -> None:
    """Store the revision as if it were published now, for a preview that is rolled
    back. Raises BodyRefused."""
    store(revision, _rendered(revision))
    publishing.stand_in(revision, at=timezone.now())


@transaction.atomic
def rename(term: Term, slug: str, *, by: AbstractUser) -> None:
    """Give a term that has never been public another address.

    Stored pages hold the address of a public one; raises ValidationError for it.
    """
    audit.require(by, "glossary.change_term")
    publishing.lock_page(term)
    if term.revisions.filter(live_from__isnull=False).exists():
        raise ValidationError(
            {"slug": "This term has been public; its address can't change any more."}
        )
    former, term.slug = term.slug, slug
    term.full_clean()
    term.save(update_fields=["slug"])
    audit.record(term, "rename", by=by, before=former, after=slug)


@transaction.atomic
def announce() -> int:
    """Tell other pages which words became or ceased to be links; return how many
    revisions that concerned.

    Publishing calls it; so does the ``rerender_stale`` command, for what went live or
    ended by the clock. Definitions that hold such a word become stale.
    """
    caching.hold_epoch()
    ended, began = publishing.take_unannounced(
        TermRevision.objects.all(), timezone.now()
    )
    words = words_of(ended) ^ words_of(began)
    if words:
        forms = {text for _, text, *_ in words}
        holding = fulltext.holding(forms, kind=TERMS)
        TermRevision.objects.filter(pk__in=holding).update(rendered_by="")
        rerender_few()
        vocabulary_changed.send(sender=Term, forms=forms)
    return len(ended) + len(began)


def rerender_stale(*, limit: int | None = None) -> int:
    """Compile again what is out of date, each in its own transaction; return how many.

    A definition that can no longer be rendered keeps its last rendering and stays
    stale.
    """
    return rerender(TermRevision, _rendered, kind=TERMS, limit=limit)


def rerender_few() -> int:
    """The same, unless it is so much that it must wait for the command."""
    return rerender(TermRevision, _rendered, kind=TERMS, most=AT_ONCE)


def _rendered(revision: TermRevision) -> Rendered:
    return compile_body(revision.body, own_term=revision.page.slug)
