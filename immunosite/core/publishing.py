"""The deeds that every kind of page shares: append a draft, go live, take down.

Apps build on them (:mod:`glossary.publishing`, :mod:`articles.publishing`), which add
the permission, the compiling and what other pages must be told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from . import audit
from .intervals import RevisionQuerySet, State
from .markdown import Problem
from .pages import Page, Revision, Status
from .witnessing import intervals

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


# So many pages are compiled again within the change itself; more wait for the command.
AT_ONCE = 25
# NUL, which PostgreSQL can't hold, and halves of surrogate pairs, which UTF-8 can't.
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class PublishingRefused(Exception):
    """The page may not go live as it is; ``problems`` say why in plain words."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in problems))


class SeveralRefused(Exception):
    """Of several revisions that were to go live together some may not; ``by_revision``
    has the key of each with its problems."""

    def __init__(self, by_revision: Mapping[int, Sequence[Problem]]) -> None:
        self.by_revision = dict(by_revision)
        super().__init__(f"{len(self.by_revision)} of the pages can't go live.")


class EditConflict(Exception):
    """Somebody else saved in between; ``newest`` is the revision they made."""

    def __init__(self, newest: Revision) -> None:
        self.newest = newest
        super().__init__(
            f"{newest.created_by} saved revision {newest.number} of this page "
            "while you were writing."
        )


def lock_page(page: Page) -> None:
    """Let nobody else change the page until this transaction ends."""
    type(page)._default_manager.select_for_update().get(pk=page.pk)


def lock(page: Page, *, based_on: int | None) -> Revision | None:
    """Hold the page for this transaction and return its newest revision.

    Raises EditConflict when that is not the revision numbered ``based_on``, the one
    that the editor had before them. Call it inside a transaction, and before
    :func:`immunosite.core.caching.hold_epoch`: all deeds lock in this order.
    """
    lock_page(page)
    newest = page.newest()
    if newest is not None and newest.number != based_on:
        raise EditConflict(newest)
    return newest


def create_page(page: Page) -> None:
    """Store a new page. Raises ValidationError, also for a slug that was just taken."""
    page.full_clean()
    try:
        with transaction.atomic():
            page.save()
    except IntegrityError as error:
        page.pk = None
        raise ValidationError(
            {"slug": "Somebody has just made a page with this address."}
        ) from error


@transaction.atomic
def append_revision(
    page: Page, *, based_on: int | None, by: AbstractUser, **fields: Any
) -> Any:
    """Add a draft after the revision numbered ``based_on``.

    The caller completes it (tags …) and then calls
    :func:`immunosite.core.witnessing.record_draft`.

    ``fields`` are the revision's own. Raises EditConflict as :func:`lock` does,
    ValidationError for a field that the database can't hold.
    """
    _refuse_unstorable(fields)
    newest = lock(page, based_on=based_on)
    revision = page.revisions.model(
        page=page,
        number=newest.number + 1 if newest else 1,
        based_on=newest,
        created_by=by,
        **fields,
    )
    revision.clean_fields(exclude={"page", "based_on", "created_by"})
    revision.save()
    return revision


def _refuse_unstorable(fields: Mapping[str, Any]) -> None:
    errors = {
        name: "This holds a character that can't be stored."
        for name, value in fields.items()
        if isinstance(value, str) and UNSTORABLE.search(value)
    }
    if errors:
        raise ValidationError(errors)


def go_live(
    revision: Revision,
    *,
    by: AbstractUser,
    at: datetime,
    live_from: datetime | None = None,
    live_until: datetime | None = None,
    forced_reason: str = "",
) -> None:
    """Give ``revision`` its interval and close its predecessor's.

    Without an approval it takes a ``forced_reason``, which stays with the revision.

    A revision of the same page that is scheduled for later keeps its start: this one
    then ends there. ``live_from`` defaults to ``at``. Raises PublishingRefused for an
    interval that is in the past or ends before it starts, or a revision that has
    already been live. Call it inside a transaction that holds the page.
    """
    # Somebody else may have published it since it was read.
    revision.refresh_from_db(fields=["live_from", "live_until", "status"])
    is_approved = revision.status == Status.APPROVED
    if not is_approved and not forced_reason.strip():
        message = (
            f"Revision {revision.number} is not approved ({revision.status}). "
            "Submit it for review first."
        )
        raise PublishingRefused([refusal(message)])
    start = live_from or at
    _check_interval(revision, start, live_until, at)
    before = intervals(revision.page)
    others = revision.page.revisions.exclude(pk=revision.pk)
    others.filter(live_from=start).update(live_from=None, live_until=None)
    others.live(start).update(live_until=start)
    following = (
        others.filter(live_from__gt=start)
        .order_by("live_from")
        .values_list("live_from")
    ).first()
    if following and (live_until is None or live_until > following[0]):
        live_until = following[0]
    revision.live_from, revision.live_until = start, live_until
    revision.forced_reason = "" if is_approved else forced_reason
    revision.save(update_fields=["live_from", "live_until", "forced_reason"])
    page = revision.page
    if start <= at:
        _forget_withdrawal(page)
    audit.record(
        page,
        "publish" if start <= at else "schedule",
        by=by,
        revision=revision.number,
        forced_reason=revision.forced_reason,
        live_from=start,
        live_until=live_until,
        **audit.changed(before, intervals(page)),
    )


def _forget_withdrawal(page: Page) -> None:
    if page.withdrawn_as:
        page.withdrawn_as = page.withdrawn_text = page.withdrawn_to = ""
        page.save(update_fields=["withdrawn_as", "withdrawn_text", "withdrawn_to"])


def take_unannounced(
    revisions: RevisionQuerySet, at: datetime
) -> tuple[list[Any], list[Any]]:
    """The revisions that ended and those that began to be live since the last call.

    From now on they count as told to the other pages.
    """
    due = list(revisions.unannounced(at).select_related("page"))
    ended = [revision for revision in due if revision.announced == State.LIVE]
    began = [revision for revision in due if revision.announced != State.LIVE]
    for told, state in ((ended, State.ENDED), (began, State.LIVE)):
        keys = [revision.pk for revision in told]
        revisions.filter(pk__in=keys).update(announced=state)
    for revision in began:
        _forget_withdrawal(revision.page)
    return ended, began


def stand_in(revision: Revision, *, at: datetime) -> None:
    """Make ``revision`` the live one with no end, whatever it was.

    For a preview only: the caller must roll the transaction back.
    """
    others = revision.page.revisions.exclude(pk=revision.pk)
    others.filter(live_from__gte=at).update(live_from=None, live_until=None)
    others.live(at).update(live_until=at)
    revision.live_from, revision.live_until = at, None
    revision.forced_reason = revision.forced_reason or "A preview."
    revision.save(update_fields=["live_from", "live_until", "forced_reason"])


def refusal(message: str) -> Problem:
    """A blocking problem that belongs to no line of the text."""
    return Problem(line=None, severity="error", code="refused", message=message)


def _check_interval(
    revision: Revision, start: datetime, end: datetime | None, at: datetime
) -> None:
    if revision.live_from is not None:
        raise PublishingRefused(
            [refusal("This revision has been published before. Restore it first.")]
        )
    if start < at:
        raise PublishingRefused([refusal("The date to go live is in the past.")])
    if end is not None and end <= start:
        raise PublishingRefused([refusal("The end must come after the start.")])
