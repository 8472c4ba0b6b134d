"""Write another address of an outside page into a new draft of each page that links it.

Nothing is published: a draft goes its usual way over the desk. Only a reference has no
drafts, so its record changes at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

import articles.publishing
import glossary.publishing
from immunosite.core import audit, caching, publishing, workflow
from immunosite.core.hyperlinks import outside_address
from immunosite.core.outsidelinks import LinkState, OutsideLink
from immunosite.core.pages import Page, Revision, Status
from references.curating import save_reference
from references.models import Reference

from .deskrows import PAGES, REVISIONS
from .linkcollecting import MARKDOWN
from .linkplaces import REFERENCE, Place, attach_places
from .readdressing import NotReaddressed, leads_to, readdress

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

_DEEDS: dict[str, Any] = {
    "articles.article": articles.publishing,
    "glossary.term": glossary.publishing,
}
_WAITING = (Status.IN_REVIEW, Status.APPROVED)
_LONGEST_NOTE = 300
# So many places are mended at one click.
AT_ONCE = 25


class NotMended(Exception):
    """A place stays as it is; says why in a user's words."""


class NotThere(NotMended):
    """The newest text of the place does not have the address."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of one place."""

    place: Place
    is_done: bool
    message: str


def replacements(link: OutsideLink) -> dict[str, str]:
    """What the address may be replaced by: "redirect" (only a page that moved for
    good), "archive" (the copy that somebody entered)."""
    found = {"redirect": link.redirected_to} if link.state == LinkState.MOVED else {}
    return found | ({"archive": link.archived_url} if link.archived_url else {})


def mend(
    link: OutsideLink, *, to: str, by: AbstractUser, only: str = ""
) -> list[Mended]:
    """Replace an address by one of its :func:`replacements` in the place of that key.

    Without a key: on every page whose newest text has it, AT_ONCE at most; no
    reference, since readers see its change at once. Each place is mended for itself.
    """
    audit.require(by, "core.view_outsidelink")
    address = replacements(link)[to]
    (found,) = attach_places([link])
    done: list[Mended] = []
    for place in found.places:
        if place.key != only if only else place.kind == REFERENCE:
            continue
        try:
            done.append(_mended(link.url, place, address, by))
        except NotThere as refused:
            if only:
                done.append(Mended(place, False, str(refused)))
        if sum(each.is_done for each in done) == AT_ONCE:
            break
    return done


def _mended(url: str, place: Place, address: str, by: AbstractUser) -> Mended:
    """Raises NotThere."""
    try:
        if place.kind == REFERENCE:
            message = mend_reference(url, place.subject_id, to=address, by=by)
        else:
            page = PAGES[place.kind].objects.get(pk=place.subject_id)
            message = mend_page(url, page, to=address, by=by)
    except NotThere:
        raise
    except (NotMended, publishing.EditConflict) as refused:
        return Mended(place, False, str(refused))
    except ValidationError as refused:
        return Mended(place, False, " ".join(refused.messages))
    except PermissionDenied:
        return Mended(place, False, "Your account may not change it.")
    return Mended(place, True, message)


@transaction.atomic
def mend_page(url: str, page: Page, *, to: str, by: AbstractUser) -> str:
    """A new draft of a page with ``to`` in place of ``url``, made of its newest
    revision; says what was done.

    Raises NotMended when that waits for somebody, NotThere when it has no such link,
    PermissionDenied, EditConflict, ValidationError as ``save_draft`` does.
    """
    audit.require(by, workflow.right(page, "change"))
    publishing.lock_page(page)
    newest: Revision = page.newest()
    if newest.live_from is None and newest.status in _WAITING:
        raise NotMended(
            f"Revision {newest.number} is {newest.status}, and a new draft would undo "
            "that. Mend it when it is published or sent back."
        )
    changed = dict(_changed(newest, url, to))
    if not changed:
        raise NotThere(
            f"Revision {newest.number}, the newest, no longer has this address."
        )
    is_draft = newest.live_from is None
    draft = _DEEDS[page._meta.label_lower].draft_again(
        newest,
        based_on=newest.number,
        by=by,
        note=_note(url, to),
        # What readers are to be told of a draft's news is still to be told.
        public_note=newest.public_note if is_draft else "",
        **changed,
    )
    made_of = f"{'draft' if is_draft else 'revision'} {newest.number}"
    return (
        f"Draft {draft.number} has the new address. It is made of {made_of}, which "
        f"{newest.created_by} saved."
    )


def _changed(revision: Revision, url: str, to: str) -> Iterator[tuple[str, str]]:
    """The texts of a revision that used the address, with the other one."""
    for name, _ in MARKDOWN[revision.page._meta.label_lower]:
        try:
            found = readdress(getattr(revision, name), url, to)
        except NotReaddressed as refused:
            raise NotMended(str(refused)) from refused
        if found.count:
            yield name, found.body


def _note(url: str, to: str) -> str:
    note = f"Link mended: {url} is now {to}"
    is_long = len(note) > _LONGEST_NOTE
    return f"{note[: _LONGEST_NOTE - 1]}…" if is_long else note


@transaction.atomic
def mend_reference(url: str, pk: int, *, to: str, by: AbstractUser) -> str:
    """Give a reference's record another web address; says what was done.

    Raises NotMended when ``url`` is not its own (that of an identifier, or of a
    notice), PermissionDenied, and ValidationError as ``save_reference`` does.
    """
    caching.hold_epoch()
    reference = Reference.objects.get(pk=pk)
    if not _has(reference, url):
        raise NotMended(
            "Only its field “URL” can be changed so. Identifiers and notices stay as "
            "they were entered."
        )
    _, mark, fragment = reference.csl["URL"].strip().partition("#")
    csl = {**reference.csl, "URL": to + mark + fragment}
    save_reference(reference.key, csl, by=by, reference=reference)
    return "Readers see the new address from now on."


def _has(reference: Reference, url: str) -> bool:
    """Whether an address is the record's own, not that of an identifier or notice."""
    typed = str(reference.csl.get("URL", "")).strip()
    return outside_address(typed, site=settings.SITE_URL) == url


@dataclass(frozen=True, slots=True)
class Offer:
    """A place on the report: what its newest draft says of the address, if there is
    one, and whether the person could mend it."""

    place: Place
    draft: str
    is_open: bool


def offers(link: Any, by: AbstractUser) -> list[Offer]:
    """The places of a link that :func:`.linkplaces.attach_places` has told of."""
    return [_offer(link.url, place, by) for place in link.places]


def _offer(url: str, place: Place, by: AbstractUser) -> Offer:
    app, model = place.kind.split(".")
    may = by.has_perm(f"{app}.change_{model}")
    if place.kind == REFERENCE:
        record = Reference.objects.filter(pk=place.subject_id).first()
        return Offer(place, "", may and record is not None and _has(record, url))
    newest = REVISIONS[place.kind].objects.filter(page=place.subject_id).first()
    if newest is None or newest.live_from is not None:
        return Offer(place, "", may)
    name = f"Draft {newest.number} ({newest.status})"
    if not _uses(newest, url):
        return Offer(place, f"{name} no longer has it", False)
    is_waiting = newest.status in _WAITING
    return Offer(place, f"{name} has it, too", may and not is_waiting)


def _uses(revision: Revision, url: str) -> bool:
    texts = MARKDOWN[revision.page._meta.label_lower]
    return any(leads_to(getattr(revision, name), url) for name, _ in texts)
