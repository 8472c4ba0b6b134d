"""Where evidence belongs, and who may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from immunosite.core import workflow
from immunosite.core.pages import Page

from .models import Evidence, Reference

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


@dataclass(frozen=True, slots=True)
class Place:
    """Where evidence belongs: a sentence of a page, by its words and their digest, and
    the source that it cites, with the place in it as typed ("p. 3")."""

    page: Page
    claim: str
    claim_key: str
    reference: Reference
    locator: str = ""

    def evidence(self) -> Evidence | None:
        """What is there."""
        return about(self.page).filter(**self.columns()).first()

    def columns(self) -> dict[str, Any]:
        return {
            "claim_key": self.claim_key,
            "reference": self.reference,
            "locator": self.locator,
        }


def about(page: Page) -> Any:
    """All evidence of a page."""
    return Evidence.objects.filter(kind=page._meta.label_lower, page_id=page.pk)


def may_see(page: Page, by: AbstractUser) -> bool:
    """Whether a person may see the evidence of a page."""
    sees_page = any(by.has_perm(workflow.right(page, n)) for n in ("view", "change"))
    rights = ("references.view_evidence", "references.change_evidence")
    return sees_page and any(map(by.has_perm, rights))


def seen_as(evidence: Evidence | None) -> str:
    """What a form remembers of evidence that may not be there."""
    return evidence.seen if evidence else ""
