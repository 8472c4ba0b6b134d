"""Who looks after a page, and when it is looked at again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from . import audit, caching, workflow
from .pages import Page
from .publishing import lock_page
from .reviews import set_due

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


@transaction.atomic
def set_care(
    page: Page,
    *,
    by: AbstractUser,
    owner: AbstractUser | None,
    review_due_on: date | None,
) -> None:
    """Say who looks after a page and when its next review is due."""
    audit.require(by, workflow.right(page, "publish"))
    lock_page(page)
    caching.hold_epoch()
    before = type(page)._default_manager.get(pk=page.pk)
    audit.record(
        page,
        "set care",
        by=by,
        before={"owner": before.owner_id, "review_due_on": before.review_due_on},
        after={"owner": owner.pk if owner else None, "review_due_on": review_due_on},
    )
    page.owner_id = owner.pk if owner else None
    page.save(update_fields=["owner"])
    set_due(page, review_due_on)
