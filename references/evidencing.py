"""Quotations from sources that support the sentences of a page, and who verified them.

Evidence is for the staff: a quotation may be copyrighted, so none of it is public and no
page is kept or dropped for it. Who writes or changes a quotation does not verify it: a
second person reads the source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from immunosite.core import audit
from immunosite.core.pages import Page
from immunosite.core.publishing import UNSTORABLE, lock_page

from .models import Evidence, Reference
from .supporting import Place, about, may_see, seen_as

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

MAX_QUOTATION = 2_000
# What the journal keeps of a sentence.
_SHOWN = 200


class EvidenceConflict(Exception):
    """Somebody else changed it in between; ``evidence`` is what is there now, or None."""

    def __init__(self, evidence: Evidence | None) -> None:
        self.evidence = evidence
        who = f"{evidence.updated_by} changed" if evidence else "Somebody deleted"
        super().__init__(f"{who} this quotation while you had it before you.")


@transaction.atomic
def save_evidence(
    place: Place, *, quotation: str, seen: str, by: AbstractUser
) -> Evidence:
    """Store what a source says; a changed quotation has to be verified anew.

    Raises PermissionDenied; ValidationError, keyed by field, for a quotation that is
    empty, too long or can't be stored; EvidenceConflict when what is there is not what
    was ``seen``.
    """
    _require(place.page, by, "references.change_evidence")
    lock_page(place.page)
    evidence = place.evidence()
    _refuse_unseen(evidence, seen)
    quotation = _checked(quotation)
    before = evidence.quotation if evidence else ""
    if evidence and before == quotation:
        return evidence
    evidence = evidence or _new(place)
    return _write(place, evidence, before, quotation, "save evidence", by)


@transaction.atomic
def take_over(pk: int, place: Place, *, seen: str, by: AbstractUser) -> Evidence:
    """Let a quotation of the page support the sentence as it is now written; it has to be verified
    anew. Raises PermissionDenied, EvidenceConflict, and ValidationError when the sentence
    has a quotation of its own."""
    _require(place.page, by, "references.change_evidence")
    lock_page(place.page)
    evidence = _held(place.page, pk, seen)
    if place.evidence() is not None:
        raise ValidationError("This sentence has a quotation already.")
    former = evidence.claim
    for name, value in place.columns().items():
        setattr(evidence, name, value)
    evidence.claim = place.claim
    text = evidence.quotation
    action = "take over evidence"
    return _write(place, evidence, text, text, action, by, former=former[:_SHOWN])


def _new(place: Place) -> Evidence:
    page = place.page
    where = {"kind": page._meta.label_lower, "page_id": page.pk, "claim": place.claim}
    return Evidence(**where, **place.columns())


def _write(
    place: Place,
    evidence: Evidence,
    before: str,
    quotation: str,
    action: str,
    by: AbstractUser,
    **details: str,
) -> Evidence:
    was = str(evidence.verified_by) if evidence.verified_by_id else None
    evidence.quotation = quotation
    evidence.updated_by_id = by.pk
    evidence.verified_at = evidence.verified_by = None
    evidence.save()
    sides = audit.changed(
        {"quotation": before, "verified_by": was},
        {"quotation": quotation, "verified_by": None},
    )
    _record(place.page, evidence, action, by, **sides, **details)
    return evidence


@transaction.atomic
def verify_evidence(page: Page, pk: int, *, seen: str, by: AbstractUser) -> Evidence:
    """Say that one has read the source, and that it supports the sentence.

    Raises PermissionDenied, EvidenceConflict, and ValidationError for one's own
    quotation.
    """
    _require(page, by, "references.verify_evidence")
    lock_page(page)
    evidence = _held(page, pk, seen)
    if evidence.updated_by_id == by.pk:
        raise ValidationError(
            "You wrote this quotation. Somebody else must verify that the source "
            "supports the sentence."
        )
    if evidence.verified_at is None:
        evidence.verified_at, evidence.verified_by_id = timezone.now(), by.pk
        evidence.save(update_fields=["verified_at", "verified_by"])
        _record(page, evidence, "verify evidence", by, quotation=evidence.quotation)
    return evidence


@transaction.atomic
def withdraw_verification(
    page: Page, pk: int, *, seen: str, by: AbstractUser
) -> Evidence:
    """Take back that a quotation was verified. Raises as :func:`verify_evidence` does."""
    _require(page, by, "references.verify_evidence")
    lock_page(page)
    evidence = _held(page, pk, seen)
    if evidence.verified_at is not None:
        before = {"verified_by": str(evidence.verified_by)}
        evidence.verified_at = evidence.verified_by = None
        evidence.save(update_fields=["verified_at", "verified_by"])
        _record(page, evidence, "withdraw verification", by, before=before)
    return evidence


@transaction.atomic
def delete_evidence(page: Page, pk: int, *, seen: str, by: AbstractUser) -> None:
    """Delete a quotation. Raises PermissionDenied, EvidenceConflict."""
    _require(page, by, "references.change_evidence")
    lock_page(page)
    _delete(page, _held(page, pk, seen), by)


def drop_evidence(page: Page, *, by: AbstractUser) -> None:
    """Delete all quotations of a page that is deleted; the journal keeps them. Call it
    inside the transaction of that."""
    for evidence in about(page).select_related("reference", "verified_by"):
        _delete(page, evidence, by)


def _delete(page: Page, evidence: Evidence, by: AbstractUser) -> None:
    before = {"quotation": evidence.quotation}
    if evidence.verified_by_id:
        before["verified_by"] = str(evidence.verified_by)
    _record(page, evidence, "delete evidence", by, before=before)
    evidence.delete()


def carry_evidence(survivor: Reference, other: Reference) -> list[str]:
    """Make another reference's evidence the survivor's, verified or not, when one
    becomes the other; return what the survivor has already, which is dropped. Call it
    inside the transaction of the merge."""
    dropped = []
    for evidence in other.evidence.all():
        same = {
            "kind": evidence.kind,
            "page_id": evidence.page_id,
            "claim_key": evidence.claim_key,
            "locator": evidence.locator,
        }
        if survivor.evidence.filter(**same).exists():
            dropped.append(f"{evidence.claim[:_SHOWN]}: {evidence.quotation}")
        else:
            # Not saved, since nobody wrote it anew.
            other.evidence.filter(pk=evidence.pk).update(reference=survivor)
    return dropped


def _require(page: Page, by: AbstractUser, permission: str) -> None:
    audit.require(by, permission)
    if not may_see(page, by):
        raise PermissionDenied(f"{by} may not see this page.")


def _held(page: Page, pk: int, seen: str) -> Evidence:
    found = about(page).select_related("reference", "updated_by", "verified_by")
    evidence = found.filter(pk=pk).first()
    if evidence is None:
        raise EvidenceConflict(None)
    _refuse_unseen(evidence, seen)
    return evidence


def _refuse_unseen(evidence: Evidence | None, seen: str) -> None:
    if seen_as(evidence) != seen:
        raise EvidenceConflict(evidence)


def _checked(quotation: str) -> str:
    text = quotation.replace("\r\n", "\n").strip()
    message = ""
    if not text:
        message = "Copy the words of the source that support the sentence."
    elif len(text) > MAX_QUOTATION:
        message = (
            f"The quotation has {len(text):,} characters; {MAX_QUOTATION:,} are allowed. "
            "Keep the words that support the sentence."
        )
    elif UNSTORABLE.search(text):
        message = "This holds a character that can't be stored."
    if message:
        raise ValidationError({"quotation": message})
    return text


def _record(
    page: Page, evidence: Evidence, action: str, by: AbstractUser, **details: Any
) -> None:
    about_what = {
        "reference": evidence.reference.key,
        "place": evidence.locator,
        "sentence": evidence.claim[:_SHOWN],
    }
    audit.record(page, action, by=by, **about_what, **details)
