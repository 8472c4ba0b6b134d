"""The way of a revision over the desk: draft, review, approval.

    draft ── submit ──▶ in review ── approve ──▶ approved ── publish ──▶ scheduled, live
      ▲                    │  ▲                     │
      └── a new revision   └──┴── request changes ──┘

A new revision is always a draft. Nobody approves what they wrote; an approval is of one
revision, so a word changed after it needs another. What goes live without an approval
needs a reason and stays marked (``forced_reason``); the database holds to that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from . import audit, caching
from .pages import Page, Revision, Status
from .publishing import PublishingRefused, lock, refusal
from .reviews import Review, Verdict, new_review, set_due, write_review
from .signals import transitioned

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

# A page is looked at again after a year unless somebody says otherwise.
REVIEW_AGAIN_AFTER = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Transition:
    """From which statuses an action leads where, and the right that it takes, which is
    completed by the model: ``review`` is "articles.review_article"."""

    starts: frozenset[Status]
    end: Status
    right: str


TRANSITIONS = {
    "submit": Transition(
        frozenset({Status.DRAFT, Status.CHANGES_REQUESTED}), Status.IN_REVIEW, "change"
    ),
    "request changes": Transition(
        frozenset({Status.IN_REVIEW, Status.APPROVED}),
        Status.CHANGES_REQUESTED,
        "review",
    ),
    "approve": Transition(frozenset({Status.IN_REVIEW}), Status.APPROVED, "review"),
}


@dataclass(frozen=True, slots=True)
class Signer:
    """How an expert without an account signs."""

    name: str
    credentials: str
    conflicts: str


def right(page: Page, name: str) -> str:
    """The permission ``name`` on pages of this kind: "articles.review_article"."""
    return f"{page._meta.app_label}.{name}_{page._meta.model_name}"


def may(action: str, revision: Revision, by: AbstractUser) -> bool:
    """Whether a person could take a step now; for what the desk offers them."""
    transition = TRANSITIONS[action]
    is_own = action == "approve" and revision.created_by_id == by.pk
    return (
        revision.status in transition.starts
        and revision.live_from is None
        and not is_own
        and by.has_perm(right(revision.page, transition.right))
    )


@transaction.atomic
def submit(revision: Revision, *, by: AbstractUser, note: str = "") -> None:
    """Ask for a review of the newest revision.

    Raises EditConflict when it is not the newest, PublishingRefused when its status
    forbids the step.
    """
    _step("submit", revision, by=by, note=note)


@transaction.atomic
def request_changes(
    revision: Revision,
    *,
    by: AbstractUser,
    note: str,
) -> Review:
    """Send the newest revision back to its author. Raises as :func:`submit` does, and
    ValidationError without a note."""
    if not note.strip():
        raise ValidationError({"note": "Say what should change."})
    _step("request changes", revision, by=by, note=note)
    return write_review(revision, Verdict.CHANGES_REQUESTED, by=by, note=note)


@transaction.atomic
def approve(
    revision: Revision,
    *,
    by: AbstractUser,
    note: str = "",
    is_sign_off: bool = False,
    due_on: date | None = None,
) -> Review:
    """Approve the newest revision, which somebody else must have written.

    With ``is_sign_off`` the reviewer answers with their name for the whole page; the
    next review is then due on ``due_on``, by default after REVIEW_AGAIN_AFTER. Raises
    as :func:`submit` does, and ValidationError for a sign-off without a profile.
    """
    if revision.created_by_id == by.pk:
        raise PublishingRefused(
            [refusal("You wrote this revision, so somebody else must approve it.")]
        )
    if is_sign_off:
        due_on = due_on or timezone.localdate() + REVIEW_AGAIN_AFTER
    else:
        due_on = None
    _step("approve", revision, by=by, due_on=due_on, note=note, is_sign_off=is_sign_off)
    review = write_review(
        revision, Verdict.APPROVED, by=by, note=note, is_sign_off=is_sign_off
    )
    if due_on:
        set_due(revision.page, due_on)
    return review


@transaction.atomic
def decide_outside(
    revision: Revision,
    *,
    verdict: Verdict,
    signer: Signer,
    vouched_by: AbstractUser,
    link: int,
    note: str = "",
) -> Review:
    """What an expert without an account says of the newest revision.

    An approval signs the whole page off. :mod:`immunosite.core.signoff` says who may
    vouch for them and checks the ``link``; the step is audited under ``vouched_by``.
    Raises as :func:`submit` does, and ValidationError, keyed by field, for what is
    missing.
    """
    is_approval = verdict == Verdict.APPROVED
    if not is_approval and not note.strip():
        raise ValidationError({"note": "Say what should change."})
    review = new_review(revision, verdict, note, is_approval)
    review.name, review.credentials = signer.name, signer.credentials
    review.conflicts = signer.conflicts
    missing = [name for name in Signer.__slots__ if not getattr(signer, name).strip()]
    if missing:
        raise ValidationError(dict.fromkeys(missing, "Please fill this in."))
    due_on = timezone.localdate() + REVIEW_AGAIN_AFTER if is_approval else None
    _move(
        "approve" if is_approval else "request changes",
        revision,
        by=vouched_by,
        due_on=due_on,
        note=note,
        outsider=signer.name,
        credentials=signer.credentials,
        link=link,
    )
    review.full_clean()
    review.save()
    if due_on:
        set_due(revision.page, due_on)
    return review


def _step(action: str, revision: Revision, *, by: AbstractUser, **details: Any) -> None:
    audit.require(by, right(revision.page, TRANSITIONS[action].right))
    _move(action, revision, by=by, **details)


def _move(
    action: str,
    revision: Revision,
    *,
    by: AbstractUser,
    due_on: date | None = None,
    **details: Any,
) -> None:
    transition = TRANSITIONS[action]
    lock(revision.page, based_on=revision.number)
    caching.hold_epoch()
    # Somebody else may have taken a step since it was read.
    revision.refresh_from_db(fields=["status", "live_from"])
    if revision.live_from is not None or revision.status not in transition.starts:
        state = "published" if revision.live_from else revision.status
        message = f"Revision {revision.number} is {state}: you can't {action} it."
        raise PublishingRefused([refusal(message)])
    status, revision.status = revision.status, transition.end
    revision.save(update_fields=["status"])
    before: dict[str, Any] = {"status": status}
    after: dict[str, Any] = {"status": transition.end}
    if due_on:
        before["review_due_on"] = revision.page.review_due_on
        after["review_due_on"] = due_on
    audit.record(
        revision.page,
        action,
        by=by,
        revision=revision.number,
        before=before,
        after=after,
        **details,
    )
    transitioned.send(
        sender=type(revision), revision=revision, action=action, by=by, **details
    )
