"""Sign-off without an account: a link that leads an expert outside to one revision.

The address holds 256 random bits; the database holds only their SHA-256. Looking a link up
by that hash tells nothing by its timing, since nobody can choose what a hash begins with
without knowing the token. A link is spent by one verdict.

Four eyes hold. The link can't be made by who wrote the revision, nor for them, nor used
while logged in to an account. Who makes it needs the right to review or to publish, when it
is made and still when it is used: they vouch for the person, and everything that is done
through it is audited under their account with the expert's name in the details. So behind
every entry of the audit stands an account that answers for it (``AuditEntry.by`` stays
required), and closing that account closes its links.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from . import audit, comments, workflow
from .invitations import SignOffLink, content_hash, sha256
from .pages import Page, Revision, Status
from .publishing import UNSTORABLE, PublishingRefused, lock, lock_page, refusal
from .reviews import Review, Verdict
from .signals import invited

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

VALID_FOR = timedelta(days=14)
_TOKEN_BYTES = 32


class LinkClosed(Exception):
    """There is no open link of this token: unknown, expired, revoked, used, or its maker
    may no longer make one. Nobody outside is told which."""


class TextMoved(Exception):
    """The link is good, but its revision is no longer what there is to decide on."""


# What the desk does


def may_invite(revision: Revision, by: AbstractUser) -> bool:
    """Whether a person could ask an expert outside to look at a revision now."""
    return (
        revision.status == Status.IN_REVIEW
        and revision.live_from is None
        and revision.created_by_id != by.pk
        and may_vouch(revision.page, by)
    )


def may_vouch(page: Page, by: AbstractUser) -> bool:
    """Whether a person has the right to let an expert outside look at drafts."""
    rights = (workflow.right(page, name) for name in ("review", "publish"))
    return by.is_staff and any(map(by.has_perm, rights))


@transaction.atomic
def invite(
    revision: Revision,
    *,
    by: AbstractUser,
    invited_name: str,
    email: str = "",
    valid_for: timedelta = VALID_FOR,
) -> tuple[SignOffLink, str]:
    """Make a link to the newest revision, which must be in review; return it with its
    token, which is known to nobody afterwards.

    Raises PermissionDenied, EditConflict when the revision is not the newest,
    PublishingRefused when it is not in review or ``by`` wrote it, ValidationError for a
    missing name and for a name or an address that is the author's.
    """
    _require(revision.page, by)
    lock(revision.page, based_on=revision.number)
    revision.refresh_from_db(fields=["status", "live_from"])
    if revision.created_by_id == by.pk:
        message = "You wrote this revision, so somebody else must ask an expert."
        raise PublishingRefused([refusal(message)])
    if not may_invite(revision, by):
        message = f"Revision {revision.number} is not in review. Submit it first."
        raise PublishingRefused([refusal(message)])
    _refuse_author(revision, "invited_name", invited_name, email)
    token, now = secrets.token_urlsafe(_TOKEN_BYTES), timezone.now()
    link = SignOffLink(
        kind=revision.page._meta.label_lower,
        page_id=revision.page_id,
        revision_id=revision.pk,
        content_hash=content_hash(revision),
        token_hash=sha256(token),
        invited_name=" ".join(invited_name.split()),
        email=email,
        created_by_id=by.pk,
        created_at=now,
        expires_at=now + valid_for,
    )
    link.full_clean(exclude=["created_by"])
    link.save()
    _record(link, revision, "invite expert", expires_at=link.expires_at)
    invited.send(sender=SignOffLink, link=link, revision=revision, token=token)
    return link, token


@transaction.atomic
def revoke(page: Page, pk: int, *, by: AbstractUser) -> None:
    """Close a link of a page for good. Does nothing when it is spent.

    Raises PermissionDenied, SignOffLink.DoesNotExist.
    """
    _require(page, by)
    lock_page(page)
    link = SignOffLink.objects.about(page).get(pk=pk)
    if not link.is_unspent:
        return
    link.revoked_at = timezone.now()
    link.save(update_fields=["revoked_at"])
    audit.record(page, "revoke link", by=by, link=link.pk, outsider=link.invited_name)


def _require(page: Page, by: AbstractUser) -> None:
    if not may_vouch(page, by):
        raise PermissionDenied(f"{by} may not ask experts outside.")


def _refuse_author(revision: Revision, field: str, name: str, email: str = "") -> None:
    """Who wrote a revision can't sign it under another hat."""
    author = revision.created_by
    names = {author.get_full_name(), author.get_username()} - {""}
    if _folded(name) in map(_folded, names):
        raise ValidationError({field: "This is who wrote the revision."})
    if email and _folded(email) == _folded(author.email):
        raise ValidationError({"email": "This is the address of who wrote it."})


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


# What the expert does


@transaction.atomic
def open_link(token: str) -> tuple[SignOffLink, Any]:
    """The link of a token and its revision, for reading; it is audited.

    Raises LinkClosed, TextMoved.
    """
    link, revision = _opened(token)
    _record(link, revision, "open link")
    return link, revision


@transaction.atomic
def say(
    token: str,
    *,
    account: Any,
    text: str,
    anchor: str = "",
    parent: int | None = None,
) -> comments.Comment:
    """Comment on a paragraph through a link. ``account`` is who is logged in, if anybody.

    Raises LinkClosed, TextMoved, PermissionDenied for somebody with an account, and
    ValidationError as :func:`immunosite.core.comments.add_comment` does.
    """
    _refuse_account(account)
    link, revision = _opened(token)
    return comments.add_from_outside(
        revision, link=link, text=text, anchor=anchor, parent=parent
    )


@transaction.atomic
def decide(
    token: str,
    *,
    account: Any,
    verdict: str,
    signer: workflow.Signer,
    note: str = "",
) -> Review:
    """Approve the revision or ask for changes; the link is then spent.

    Raises as :func:`say` does, and ValidationError, keyed by field, for what is missing.
    """
    _refuse_account(account)
    link, revision = _opened(token)
    _refuse_author(revision, "name", signer.name)
    _check_storable(name=signer.name, credentials=signer.credentials,
                    conflicts=signer.conflicts, note=note)  # fmt: skip
    review = workflow.decide_outside(
        revision,
        verdict=Verdict(verdict),
        signer=signer,
        vouched_by=link.created_by,
        link=link.pk,
        note=note,
    )
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    return review


def _opened(token: str) -> tuple[SignOffLink, Any]:
    """The open link of a token, held until the transaction ends, and its revision."""
    found = SignOffLink.objects.unspent().filter(token_hash=sha256(token)).first()
    if found is None:
        raise LinkClosed
    model: Any = apps.get_model(found.kind)
    page = model.objects.filter(pk=found.page_id).first()
    if page is None:
        raise LinkClosed
    lock_page(page)
    # Once more, since it may have been used or revoked before the page was held.
    link = SignOffLink.objects.unspent().filter(pk=found.pk).first()
    if link is None or not may_vouch(page, link.created_by):
        raise LinkClosed
    newest = page.newest()
    if (
        newest.pk != link.revision_id
        or newest.live_from is not None
        or newest.status != Status.IN_REVIEW
        or content_hash(newest) != link.content_hash
    ):
        raise TextMoved
    return link, newest


def _refuse_account(account: Any) -> None:
    if account is not None and account.is_authenticated:
        raise PermissionDenied("Who has an account reviews with it.")


def _check_storable(**texts: str) -> None:
    for name, text in texts.items():
        if UNSTORABLE.search(text):
            message = "This holds a character that can't be stored."
            raise ValidationError({name: message})


def _record(link: SignOffLink, revision: Revision, action: str, **more: Any) -> None:
    audit.record(
        revision.page,
        action,
        by=link.created_by,
        revision=revision.number,
        link=link.pk,
        outsider=link.invited_name,
        **more,
    )
