"""Ask an expert outside to look at a revision, and take that back; what they can do then
is :mod:`immunosite.core.signoff`, which says why it is safe."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from . import audit, workflow
from .invitations import SignOffLink, content_hash, sha256
from .pages import Page, Revision, Status
from .publishing import PublishingRefused, lock, lock_page, refusal
from .signals import invited

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

VALID_FOR = timedelta(days=14)
_TOKEN_BYTES = 32


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
    refuse_author(revision, "invited_name", invited_name, email)
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
    record(link, revision, "invite expert", expires_at=link.expires_at)
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


def refuse_author(revision: Revision, field: str, name: str, email: str = "") -> None:
    """Who wrote a revision can't sign it under another hat."""
    author = revision.created_by
    names = {author.get_full_name(), author.get_username()} - {""}
    if _folded(name) in map(_folded, names):
        raise ValidationError({field: "This is who wrote the revision."})
    if email and _folded(email) == _folded(author.email):
        raise ValidationError({"email": "This is the address of who wrote it."})


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def record(link: SignOffLink, revision: Revision, action: str, **more: Any) -> None:
    audit.record(
        revision.page,
        action,
        by=link.created_by,
        revision=revision.number,
        link=link.pk,
        outsider=link.invited_name,
        **more,
    )
