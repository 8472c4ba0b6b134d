"""The deeds on comments: say something, answer, settle a thread; and what of a revision
can be commented on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from . import audit, workflow
from .comments import MAX_COMMENT, Comment
from .pages import Page, Revision
from .paragraphs import Paragraph, field_paragraph, paragraphs
from .publishing import UNSTORABLE, lock_page
from .signals import commented

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    from .invitations import SignOffLink


def fields_of(revision: Revision) -> list[tuple[str, str, Paragraph]]:
    """Name, text and paragraph of what can be commented on beside the body."""
    named = [(name, getattr(revision, name, None)) for name in ("title", "summary")]
    # Of more texts than the body most pages have none.
    more = [name for name in revision.markdown_fields if name != "body"]
    named += [(name, getattr(revision, name) or None) for name in more]
    return [
        (name, text, field_paragraph(name, text))
        for name, text in named
        if text is not None
    ]


def paragraphs_of(revision: Revision) -> list[Paragraph]:
    """All that can be commented on. Raises BodyRefused."""
    fields = [paragraph for *_, paragraph in fields_of(revision)]
    return [*fields, *paragraphs(revision.body)]


def may_comment(page: Page, by: AbstractUser) -> bool:
    """Whether a person takes part: staff who may see the page in the admin, and change
    or review it."""
    rights = {
        name
        for name in ("view", "change", "review")
        if by.has_perm(workflow.right(page, name))
    }
    return by.is_staff and ("change" in rights or {"view", "review"} <= rights)


@transaction.atomic
def add_comment(
    revision: Revision,
    *,
    by: AbstractUser,
    text: str,
    anchor: str = "",
    parent: int | None = None,
) -> Comment:
    """Say something of the paragraph whose key is ``anchor``, or answer the comment with
    the key ``parent``.

    Raises PermissionDenied, and ValidationError, keyed by field, for a text that is
    empty, too long or can't be stored, a paragraph that the revision does not have and a
    parent on another page.
    """
    _require(revision.page, by)
    name = by.get_full_name() or by.get_username()
    return _add(revision, audited_by=by, name=name, text=text, anchor=anchor,
                parent=parent, author=by)  # fmt: skip


@transaction.atomic
def add_from_outside(
    revision: Revision,
    *,
    link: SignOffLink,
    text: str,
    anchor: str = "",
    parent: int | None = None,
) -> Comment:
    """The same for the expert whom a link invited; they answer only in threads that they
    see. :mod:`immunosite.core.signoff` says whether the link is open. It is audited under
    whoever made the link. Raises ValidationError as :func:`add_comment` does."""
    if parent is not None and not Comment.objects.filter(pk=parent, link=link).exists():
        raise ValidationError({"text": "This is no comment of yours."})
    return _add(revision, audited_by=link.created_by, name=link.invited_name, text=text,
                anchor=anchor, parent=parent, link=link)  # fmt: skip


def _add(
    revision: Revision,
    *,
    audited_by: AbstractUser,
    text: str,
    anchor: str,
    parent: int | None,
    **who: Any,
) -> Comment:
    page = revision.page
    lock_page(page)
    comment = Comment(
        kind=page._meta.label_lower,
        page_id=page.pk,
        number=revision.number,
        text=text.replace("\r\n", "\n").strip(),
        **who,
    )
    _place(comment, revision, anchor, parent)
    _check_text(comment.text)
    comment.full_clean(exclude=["author", "link", "parent"])
    comment.save()
    details = {"outsider": who["name"]} if "link" in who else {}
    audit.record(
        page,
        "comment",
        by=audited_by,
        revision=revision.number,
        comment=comment.pk,
        **details,
    )
    commented.send(sender=Comment, comment=comment, revision=revision)
    return comment


def _place(
    comment: Comment, revision: Revision, anchor: str, parent: int | None
) -> None:
    """Put a comment where its thread is, or beside a paragraph of the revision."""
    if parent is not None:
        first = Comment.objects.about(revision.page).filter(pk=parent).first()
        if first is None:
            raise ValidationError({"text": "The comment to answer is not there."})
        comment.parent = first.parent or first
        comment.anchor, comment.quote = first.anchor, first.quote
        return
    for paragraph in paragraphs_of(revision):
        if paragraph.key == anchor:
            comment.anchor, comment.quote = paragraph.key, paragraph.quote
            return
    raise ValidationError({"text": "This revision has no such paragraph."})


def _check_text(text: str) -> None:
    if not text:
        raise ValidationError({"text": "Write something."})
    if len(text) > MAX_COMMENT:
        raise ValidationError({"text": f"Use at most {MAX_COMMENT:,} characters."})
    if UNSTORABLE.search(text):
        message = "This holds a character that can't be stored."
        raise ValidationError({"text": message})


@transaction.atomic
def resolve(page: Page, pk: int, *, by: AbstractUser) -> None:
    """Say that a thread of a page is settled. Does nothing when it is already.

    Raises PermissionDenied, Comment.DoesNotExist for what begins no thread of the page.
    """
    _settle(page, pk, by=by, at=timezone.now())


@transaction.atomic
def reopen(page: Page, pk: int, *, by: AbstractUser) -> None:
    """Take that back. Raises as :func:`resolve` does."""
    _settle(page, pk, by=by, at=None)


def _settle(page: Page, pk: int, *, by: AbstractUser, at: Any) -> None:
    _require(page, by)
    lock_page(page)
    comment = Comment.objects.about(page).get(pk=pk, parent=None)
    if (comment.resolved_at is None) == (at is None):
        return
    comment.resolved_at, comment.resolved_by_id = at, by.pk if at else None
    comment.save(update_fields=["resolved_at", "resolved_by"])
    action = "resolve comment" if at else "reopen comment"
    audit.record(page, action, by=by, revision=comment.number, comment=comment.pk)


def _require(page: Page, by: AbstractUser) -> None:
    if not may_comment(page, by):
        raise PermissionDenied(f"{by} may not comment on this page.")
