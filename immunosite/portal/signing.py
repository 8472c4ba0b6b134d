"""What an expert outside gets to read, and the form in which they sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction

import articles.publishing
import glossary.publishing
from glossary.reading import words_on
from glossary.storing import ARTICLES, TERMS
from immunosite.core.invitations import SignOffLink
from immunosite.core.readings import Reading, reading
from immunosite.core.reviews import Verdict
from immunosite.core.throttling import take_turn
from immunosite.core.workflow import Signer
from references.reading import flagged, references_of

# An hour of diligent reading, with a comment on every paragraph of a long page.
MOST_AN_HOUR = 240
_TRY_ON: dict[str, Any] = {
    ARTICLES: articles.publishing.try_on,
    TERMS: glossary.publishing.try_on,
}


class SigningForm(forms.Form):
    """The expert's verdict, and how they sign it."""

    verdict = forms.ChoiceField(
        label="Do you approve this text?",
        choices=[
            (Verdict.APPROVED, "I approve this text as it is"),
            (Verdict.CHANGES_REQUESTED, "This text needs changes"),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="What should change",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Needed when you ask for changes. Readers never see it.",
    )
    name = forms.CharField(
        label="Your name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    credentials = forms.CharField(
        label="Your credentials",
        max_length=200,
        help_text="For example: medical oncologist, MD.",
    )
    conflicts = forms.CharField(
        label="Your conflicts of interest",
        max_length=500,
        help_text="What readers should know, or “None”.",
    )

    def signer(self) -> Signer:
        """How a valid form is signed."""
        given = self.cleaned_data
        return Signer(given["name"], given["credentials"], given["conflicts"])


@dataclass(frozen=True, slots=True)
class Draft:
    """A revision laid out for an expert, with the words and sources that it uses."""

    reading: Reading
    words: list[Any]
    references: list[Any]


def draft_for(link: SignOffLink, revision: Any) -> Draft:
    """What publishing the revision would show now. Raises BodyRefused."""
    html, words, references = _tried_on(link.kind, revision)
    return Draft(reading(revision, html, link=link), words, references)


@transaction.atomic
def _tried_on(kind: str, revision: Any) -> tuple[str, list[Any], list[Any]]:
    """Its HTML, words and references; nothing stays of it in the database."""
    fresh = type(revision).objects.get(pk=revision.pk)
    _TRY_ON[kind](fresh)
    words, references = list(words_on(fresh)), references_of(fresh)
    found = flagged(fresh.html, references), words, references
    transaction.set_rollback(True)
    return found


def take_a_turn(address: str) -> None:
    """Count a request to a link. Raises TooMany beyond what any expert would send."""
    take_turn("sign-off", address=address, most=MOST_AN_HOUR)
