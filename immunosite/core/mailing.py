"""Mail to those concerned by a step over the desk or by a comment.

Everything here runs after the commit, so a mail that can't be written or sent never undoes
or blocks what it is about; it is logged. Nobody is told of what they did themselves.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from . import workflow
from .comments import Comment
from .invitations import SignOffLink
from .metadata import absolute
from .pages import Revision
from .signals import commented, invited, transitioned

logger = logging.getLogger(__name__)
# What a step's mail says has happened, and the page of the admin that it leads to.
_STEPS = {
    "submit": ("waits for a review", "review"),
    "request changes": ("needs changes", "read"),
    "approve": ("is approved", "change"),
}
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def connect() -> None:
    """Listen; called once, when the site starts."""
    transitioned.connect(_on_step, dispatch_uid="mail of steps")
    commented.connect(_on_comment, dispatch_uid="mail of comments")
    invited.connect(_on_invitation, dispatch_uid="mail of invitations")


def _after_commit(tell: Callable[..., None], *args: Any) -> None:
    # Django asks what failed for its name, which a partial function does not have.
    def told() -> None:
        tell(*args)

    # Robust: whatever goes wrong is logged and raised to nobody.
    transaction.on_commit(told, robust=True)


# Steps


def _on_step(
    sender: Any, revision: Revision, action: str, by: Any, **details: Any
) -> None:
    if action in _STEPS:
        _after_commit(_tell_of_step, revision, action, by, details)


def _tell_of_step(revision: Revision, action: str, by: Any, details: Any) -> None:
    outsider = details.get("outsider", "")
    happened, place = _STEPS[action]
    people = [revision.page.owner]
    if action == "submit":
        people += reviewers_of(revision)
    else:
        people += [revision.created_by]
    if outsider:
        # Who vouched for an expert outside did not do it themselves.
        people += [by]
    context = {
        "happened": happened,
        "who": outsider or _called(by),
        "outsider": outsider,
        "note": details.get("note", ""),
        "address": _address(revision, place),
    }
    without = None if outsider else by
    _send("step", revision, happened, people, without=without, context=context)


def reviewers_of(revision: Revision) -> list[Any]:
    """Who could review a revision: those with the right to, its author apart.

    Administrators may do everything; they are asked only if they have a role, too.
    """
    users: Any = get_user_model()._default_manager
    permission = workflow.right(revision.page, "review")
    found = users.with_perm(permission, backend=_BACKEND, include_superusers=False)
    return list(found.filter(is_staff=True).exclude(pk=revision.created_by_id))


# Comments


def _on_comment(sender: Any, comment: Comment, revision: Revision, **more: Any) -> None:
    _after_commit(_tell_of_comment, comment, revision)


def _tell_of_comment(comment: Comment, revision: Revision) -> None:
    people: list[Any] = [revision.created_by]
    if comment.parent is not None:
        thread = [comment.parent, *comment.parent.answers.select_related("author")]
        people += [each.author for each in thread]
    if comment.link is not None:
        people += [comment.link.created_by]
    context = {
        "comment": comment,
        "address": f"{_address(revision, 'read')}#comment.{comment.pk}",
    }
    _send(
        "comment",
        revision,
        "has a comment",
        people,
        without=comment.author,
        context=context,
    )


# Invitations


def _on_invitation(
    sender: Any, link: SignOffLink, revision: Revision, token: str, **more: Any
) -> None:
    if link.email:
        _after_commit(_invite, link, revision, token)


def _invite(link: SignOffLink, revision: Revision, token: str) -> None:
    address = absolute(reverse("sign_off", args=[token]))
    context = {"link": link, "who": _called(link.created_by), "address": address}
    subject = f"{settings.SITE_NAME}: please review “{_title(revision)}”"
    _post(subject, "invitation", revision, context, link.email)


# Posting


def _send(
    template: str,
    revision: Revision,
    happened: str,
    people: Iterable[Any],
    *,
    without: Any,
    context: dict[str, Any],
) -> None:
    """One mail for each address of the active ``people``, so that nobody sees another's."""
    addresses = {
        person.email: None
        for person in people
        if person and person.is_active and person.email and person != without
    }
    subject = f"{settings.SITE_NAME}: “{_title(revision)}” {happened}"
    for address in addresses:
        _post(subject, template, revision, context, address)


def _post(
    subject: str, template: str, revision: Revision, context: dict[str, Any], to: str
) -> None:
    given = {"revision": revision, "title": _title(revision), **context}
    given["SITE_NAME"] = settings.SITE_NAME
    body = render_to_string(f"mail/{template}.txt", given)
    try:
        EmailMessage(subject, body, to=[to]).send()
    except OSError:
        # Also what smtplib raises. The next one may get through.
        logger.exception("A mail (%s) could not be sent.", template)


def _title(revision: Revision) -> str:
    # A line end would end the subject.
    return " ".join(revision.title.split()) or revision.page.slug


def _called(user: Any) -> str:
    return user.get_full_name() or user.get_username()


def _address(revision: Revision, place: str) -> str:
    """The full address of a page of the admin about a revision."""
    meta = revision.page._meta
    args = [revision.page_id] + ([] if place == "change" else [revision.number])
    name = f"admin:{meta.app_label}_{meta.model_name}_{place}"
    return absolute(reverse(name, args=args))
