"""The weekly mail on pages that must be looked at again.

Owners hear of their own pages: what is overdue and what falls due in the next 30 days.
Editors hear of what has no owner who could be asked, and of what others left overdue.
Who has nothing gets no mail.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db.models import OuterRef, Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import slugify

from immunosite.core.metadata import absolute

from .deskrows import AHEAD, PAGES, REVISIONS

logger = logging.getLogger(__name__)
_BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True)
class DuePage:
    """A page whose review is overdue or falls due soon; ``owner`` may be asked, or is
    None. ``kind`` is a label ("articles.article")."""

    title: str
    kind: str
    due_on: date
    is_overdue: bool
    owner: Any
    address: str


@dataclass(slots=True)
class Digest:
    """What one person is told, each list by date."""

    to: Any
    overdue: list[DuePage] = field(default_factory=list)
    due: list[DuePage] = field(default_factory=list)
    unowned: list[DuePage] = field(default_factory=list)
    of_others: list[DuePage] = field(default_factory=list)

    @property
    def total(self) -> int:
        parts = (self.overdue, self.due, self.unowned, self.of_others)
        return sum(len(part) for part in parts)


def digests(today: date) -> list[Digest]:
    """The digests of a day for all who have something to do, by login."""
    found: dict[Any, Digest] = {}
    editors = {kind: _editors(kind) for kind in PAGES}
    for page in due_pages(today):
        if page.owner:
            own = found.setdefault(page.owner.pk, Digest(page.owner))
            (own.overdue if page.is_overdue else own.due).append(page)
        if page.owner and not page.is_overdue:
            continue
        for editor in editors[page.kind]:
            if editor != page.owner:
                theirs = found.setdefault(editor.pk, Digest(editor))
                (theirs.of_others if page.owner else theirs.unowned).append(page)
    return sorted(found.values(), key=lambda digest: digest.to.get_username())


def due_pages(today: date) -> Iterator[DuePage]:
    """Pages that are not withdrawn and due until AHEAD from ``today``, by date."""
    pages: list[DuePage] = []
    for kind, model in PAGES.items():
        newest = REVISIONS[kind].objects.filter(page=OuterRef("pk"))
        title = Subquery(newest.order_by("-number").values("title")[:1])
        due = model.objects.filter(review_due_on__lte=today + AHEAD, withdrawn_as="")
        name = f"admin:{kind.replace('.', '_')}_change"
        pages += [
            DuePage(
                title=page.title or page.slug,
                kind=kind,
                due_on=page.review_due_on,
                is_overdue=page.review_due_on < today,
                owner=page.owner if _can_be_asked(page.owner) else None,
                address=absolute(reverse(name, args=[page.pk])),
            )
            for page in due.select_related("owner").annotate(title=title)
        ]
    yield from sorted(pages, key=lambda page: (page.due_on, page.title))


def compose(digest: Digest, today: date) -> EmailMessage:
    """The mail of a digest. Its Message-ID is that of the person and week, so that a
    mail server that knows duplicates drops what a second run sends."""
    number = digest.total
    subject = (
        f"{settings.SITE_NAME}: {number} review{'s' * (number != 1)} to look after"
    )
    context = {"digest": digest, "today": today, "SITE_NAME": settings.SITE_NAME}
    year, week, _ = today.isocalendar()
    host = absolute("").partition("://")[2].partition(":")[0]
    person = f"{digest.to.pk}-{slugify(digest.to.get_username())}"
    return EmailMessage(
        subject,
        render_to_string("mail/digest.txt", context),
        to=[digest.to.email],
        headers={"Message-ID": f"<reviews.{year}-{week:02}.{person}@{host}>"},
    )


def send(digest: Digest, today: date) -> bool:
    """Mail a digest; whether it could be sent."""
    try:
        compose(digest, today).send()
    except OSError:
        # Also what smtplib raises. The next one may get through.
        logger.exception("The digest for %s could not be sent.", digest.to)
        return False
    return True


def _can_be_asked(user: Any) -> bool:
    return bool(user and user.is_active and user.is_staff and user.email)


def _editors(kind: str) -> list[Any]:
    """Who may publish a kind of page and can be mailed. Administrators may do
    everything; they are asked only if they have a role, too."""
    app, model = kind.split(".")
    users: Any = get_user_model()._default_manager
    found = users.with_perm(
        f"{app}.publish_{model}", backend=_BACKEND, include_superusers=False
    )
    return [user for user in found.order_by("pk") if _can_be_asked(user)]
