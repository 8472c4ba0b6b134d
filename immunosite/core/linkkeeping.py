"""The deeds on links to other sites: keep what a check found, and what people say."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from . import audit
from .linkjudging import Checked, Standing, judged, verdict
from .outsidelinks import OutsideLink

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

_SAID = ("archived_url", "ignored_reason")


@transaction.atomic
def keep(url: str, checked: Checked, *, at: datetime) -> OutsideLink | None:
    """Store what came of asking for an address; None when it is kept no more."""
    link = OutsideLink.objects.select_for_update().filter(url=url).first()
    if link is None:
        return None
    before = Standing(link.state, link.good_at, link.failing_since)
    now = judged(before, verdict(url, checked), at=at)
    link.state, link.good_at = now.state, now.good_at
    link.failing_since = now.failing_since
    link.status, link.error = checked.status, checked.error
    link.redirected_to = checked.redirected_to
    link.checked_at = at
    link.save(
        update_fields=[
            *("state", "good_at", "failing_since", "status", "error"),
            *("redirected_to", "checked_at"),
        ]
    )
    return link


@transaction.atomic
def say_of(
    link: OutsideLink, *, by: AbstractUser, archived_url: str, ignored_reason: str
) -> None:
    """Keep the address of an archived copy, and why the link is ignored; an empty text
    takes either back. Raises ValidationError, keyed by field."""
    audit.require(by, "core.change_outsidelink")
    stored = OutsideLink.objects.select_for_update().get(pk=link.pk)
    before = {name: getattr(stored, name) for name in _SAID}
    after = {
        "archived_url": archived_url.strip(),
        "ignored_reason": ignored_reason.strip(),
    }
    if before == after:
        return
    stored.archived_url = after["archived_url"]
    if stored.archived_url and not stored.archived_url.startswith(("https:", "http:")):
        message = "A web address starts with https:// or http://."
        raise ValidationError({"archived_url": message})
    if before["ignored_reason"] != after["ignored_reason"]:
        _ignore(stored, after["ignored_reason"], by)
    stored.clean_fields(exclude={"ignored_by"})
    stored.save(
        update_fields=["archived_url", "ignored_reason", "ignored_by", "ignored_at"]
    )
    action = _action(before["ignored_reason"], after["ignored_reason"])
    audit.record(stored, action, by=by, **audit.changed(before, after))


def _ignore(link: OutsideLink, reason: str, by: AbstractUser) -> None:
    link.ignored_reason = reason
    link.ignored_by_id = by.pk if reason else None
    link.ignored_at = timezone.now() if reason else None


def _action(before: str, after: str) -> str:
    if before == after:
        return "note archived copy"
    return "ignore link" if after else "heed link"
