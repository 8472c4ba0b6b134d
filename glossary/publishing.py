"""The deeds on a term: publish, withdraw, rename, discard; to write a draft and to restore
one is in :mod:`glossary.drafting`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from immunosite.core import audit, caching, publishing, withdrawing
from immunosite.core.markdown import BodyRefused, Problem
from immunosite.core.pages import Withdrawal
from immunosite.core.publishing import (
    PublishingRefused,
    SeveralRefused,
    refusal,
)
from immunosite.core.uses import names_of, places_linking
from references.evidencing import drop_evidence

from . import gate

# All deeds of a page are found in one module.
from .drafting import draft_again, refuse_former_slug, restore, save_draft
from .models import Term, TermRevision
from .relinking import announce, rendered_now, tell
from .storing import TERMS, forget, shelve_page, store

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

__all__ = [
    "discard",
    "draft_again",
    "publish",
    "publish_together",
    "reasons_to_keep",
    "rename",
    "rendered_now",
    "restore",
    "save_draft",
    "try_on",
    "withdraw",
]


def publish(
    revision: TermRevision,
    *,
    by: AbstractUser,
    live_from: datetime | None = None,
    live_until: datetime | None = None,
    forced_reason: str = "",
) -> TermRevision:
    """Give the newest revision its interval and compile it.

    What nobody approved takes a ``forced_reason``, which stays with the revision.
    Raises PublishingRefused with the problems, EditConflict when the revision is not
    the newest.
    """
    try:
        publish_together(
            [revision],
            by=by,
            live_from=live_from,
            live_until=live_until,
            forced_reason=forced_reason,
        )
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
    forced_reason: str = "",
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
    for revision in revisions:
        try:
            gate.ask(revision, at=at)
            publishing.go_live(
                revision,
                by=by,
                at=at,
                live_from=live_from,
                live_until=live_until,
                forced_reason=forced_reason,
            )
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
        rendered = rendered_now(revision)
    except BodyRefused as refused:
        return [refusal(str(refused))]
    if not (errors := gate.errors_in_text(rendered)):
        store(revision, rendered)
        shelve_page(revision.page, kind=TERMS)
    return errors


@transaction.atomic
def withdraw(
    term: Term,
    *,
    by: AbstractUser,
    reason: str,
    withdrawn_as: Withdrawal = Withdrawal.GONE,
    text: str = "",
    to: str = "",
) -> None:
    """Take the term off the public site; pages that link it lose the link.

    What readers then get: see :func:`immunosite.core.withdrawing.take_down`.
    """
    audit.require(by, "glossary.publish_term")
    publishing.lock_page(term)
    caching.hold_epoch()
    withdrawing.take_down(
        term,
        by=by,
        at=timezone.now(),
        reason=reason,
        withdrawn_as=withdrawn_as,
        text=text,
        to=to,
    )
    shelve_page(term, kind=TERMS)
    announce()


@transaction.atomic
def discard(term: Term, *, by: AbstractUser) -> None:
    """Delete a term that has never been public.

    Raises PublishingRefused for one that has, or whose address a public page links.
    """
    audit.require(by, "glossary.delete_term")
    if reasons := reasons_to_keep(term):
        raise PublishingRefused([refusal(reason) for reason in reasons])
    forget(term)
    drop_evidence(term, by=by)
    withdrawing.discard(term, by=by)


def reasons_to_keep(term: Term) -> list[str]:
    """Why a term can't be deleted, in plain words. A mark of one of its words is no
    reason: what is public was published without this term."""
    linking_it = places_linking(term.get_absolute_url())
    public = [place for place in linking_it if place.is_public]
    return [f"Public pages link it: {names_of(public)}."] if public else []


def try_on(revision: TermRevision) -> None:
    """Store the revision as if it were published now, for a preview that is rolled
    back. Raises BodyRefused."""
    store(revision, rendered_now(revision))
    publishing.stand_in(revision, at=timezone.now())


@transaction.atomic
def rename(term: Term, slug: str, *, by: AbstractUser) -> None:
    """Give the term another address; the former one redirects for good.

    Stored pages hold no address of a term, only its name at that time (see
    :func:`glossary.reading.words_on`), so no link breaks. A public address takes the
    permission to publish. Raises ValidationError when the slug is taken, now or
    formerly, by another.
    """
    is_public = term.revisions.current().exists()
    audit.require(by, f"glossary.{'publish' if is_public else 'change'}_term")
    publishing.lock_page(term)
    caching.hold_epoch()
    former, former_path = term.slug, term.get_absolute_url()
    if slug == former:
        return
    refuse_former_slug(slug, term)
    term.slug = slug
    term.full_clean()
    term.save(update_fields=["slug"])
    term.former_slugs.filter(slug=slug).delete()
    term.former_slugs.create(slug=former)
    withdrawing.redirect_anew(former_path, term.get_absolute_url())
    audit.record(term, "rename", by=by, before={"slug": former}, after={"slug": slug})
    shelve_page(term, kind=TERMS)
    if is_public:
        tell({former, slug})
