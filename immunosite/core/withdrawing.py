"""Take a page off the site, and settle what readers get at its address; delete one that
was never there."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction

from . import audit
from .documents import Document
from .pages import Page, Withdrawal
from .publishing import PublishingRefused, lock_page, refusal
from .witnessing import intervals, sum_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


def take_down(
    page: Any,
    *,
    by: AbstractUser,
    at: datetime,
    reason: str,
    withdrawn_as: Withdrawal = Withdrawal.GONE,
    text: str = "",
    to: str = "",
) -> None:
    """End what is live and unschedule what was to come.

    Readers then get what ``withdrawn_as`` says: an explanation (``text``), the page at
    the path ``to``, or that it is gone. Raises PublishingRefused when nothing of the
    page is or will be public, ValidationError, keyed by field, for a missing or
    unusable ``text`` or ``to``.
    """
    withdrawn_as = Withdrawal(withdrawn_as)
    _check_withdrawal(page, withdrawn_as, text, to)
    current = page.revisions.current(at)
    numbers = list(current.values_list("number", flat=True))
    if not numbers:
        raise PublishingRefused(
            [refusal("This page is not public, nothing to withdraw.")]
        )
    before = intervals(page)
    current.filter(live_from__gte=at).update(live_from=None, live_until=None)
    current.live(at).update(live_until=at)
    page.withdrawn_as, page.withdrawn_text, page.withdrawn_to = withdrawn_as, text, to
    if withdrawn_as is Withdrawal.REDIRECTED:
        redirect_anew(page.get_absolute_url(), to)
    page.save(update_fields=["withdrawn_as", "withdrawn_text", "withdrawn_to"])
    audit.record(
        page,
        "withdraw",
        by=by,
        reason=reason,
        revisions=numbers,
        withdrawn_as=withdrawn_as,
        text=text,
        to=to,
        **audit.changed(before, intervals(page)),
    )


def _check_withdrawal(page: Any, how: Withdrawal, text: str, to: str) -> None:
    if how is Withdrawal.EXPLAINED and not text.strip():
        raise ValidationError({"text": "Say what readers shall be told."})
    if how is Withdrawal.REDIRECTED:
        others = Document.objects.live().filter(path=to)
        # Only to what is live, so that no redirect can lead back here.
        if to == page.get_absolute_url() or not others.exists():
            raise ValidationError(
                {"to": "Give the address of another live page, like /articles/hope/."}
            )


def redirect_anew(former: str, to: str) -> None:
    """Let withdrawn pages that redirect to one address redirect to another, so that
    no reader is sent on twice."""
    for model in Page.__subclasses__():
        model._default_manager.filter(withdrawn_to=former).update(withdrawn_to=to)


@transaction.atomic
def discard(page: Page, *, by: AbstractUser) -> None:
    """Delete a page that has never been public, with all its drafts.

    Raises PublishingRefused for one that has, or is scheduled.
    """
    lock_page(page)
    if page.revisions.filter(live_from__isnull=False).exists():
        raise PublishingRefused(
            [refusal("This page has been public or will be. Withdraw it instead.")]
        )
    drafts = page.revisions.order_by("number").values_list("number", "title", "body")
    before = {
        f"revision {number}": f"“{title}”, {sum_of(body)}"
        for number, title, body in drafts
    }
    audit.record(page, "delete", by=by, before={"slug": page.slug, **before})
    page.delete()
