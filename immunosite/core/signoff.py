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

from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from . import commenting, workflow
from .comments import Comment
from .invitations import SignOffLink, content_hash, sha256
from .inviting import may_vouch, record, refuse_author
from .pages import Status
from .publishing import UNSTORABLE, lock_page
from .reviews import Review, Verdict


class LinkClosed(Exception):
    """There is no open link of this token: unknown, expired, revoked, used, or its maker
    may no longer make one. Nobody outside is told which."""


class TextMoved(Exception):
    """The link is good, but its revision is no longer what there is to decide on."""


@transaction.atomic
def open_link(token: str) -> tuple[SignOffLink, Any]:
    """The link of a token and its revision, for reading; it is audited.

    Raises LinkClosed, TextMoved.
    """
    link, revision = _opened(token)
    record(link, revision, "open link")
    return link, revision


@transaction.atomic
def say(
    token: str,
    *,
    account: Any,
    text: str,
    anchor: str = "",
    parent: int | None = None,
) -> Comment:
    """Comment on a paragraph through a link. ``account`` is who is logged in, if anybody.

    Raises LinkClosed, TextMoved, PermissionDenied for somebody with an account, and
    ValidationError as :func:`immunosite.core.commenting.add_comment` does.
    """
    _refuse_account(account)
    link, revision = _opened(token)
    return commenting.add_from_outside(
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
    refuse_author(revision, "name", signer.name)
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
