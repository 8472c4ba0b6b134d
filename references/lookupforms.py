"""The two forms of “add by identifier”: what is looked for, and what is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Q

from .curating import save_reference
from .duplicates import look_alikes
from .identifiers import canonical
from .keying import propose_key
from .lookup import Found
from .models import Identifier, Reference, ReferenceAlias
from .recognizing import Unrecognized, Wanted, recognize

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

_SALT = "references.lookup"
# As long as somebody may stay logged in.
_LASTS = 12 * 60 * 60


class IdentifierForm(forms.Form):
    """One identifier or address. ``wanted`` is what was recognized, ``existing`` the
    reference that has it already; with one the form is invalid."""

    text = forms.CharField(
        label="Identifier or web address",
        help_text="A DOI, PMID, PMCID or ISBN, the address of a page, or a citation "
        "that holds a DOI. For example 10.1000/xyz123 or PMC1888599.",
        widget=forms.TextInput(
            attrs={"class": "vTextField", "autofocus": True, "autocomplete": "off"}
        ),
    )
    wanted: Wanted | None = None
    existing: Reference | None = None

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        try:
            self.wanted = recognize(text)
        except Unrecognized as error:
            raise ValidationError(str(error)) from error
        self.existing = _holder({self.wanted.sort: self.wanted.value})
        if self.existing:
            raise ValidationError(f"“{self.existing.key}” is this work already.")
        return text

    def typed(self) -> dict[str, str]:
        """What was recognized, by the field of the reference form that it belongs to."""
        return {self.wanted.sort: self.wanted.value} if self.wanted else {}


class ConfirmForm(forms.Form):
    """A record that was fetched, and the key to save it under.

    Between the two requests the record travels in the page, signed, so that what is
    saved is what a service said and a person has seen: nobody can put another in its
    place, and the server keeps nothing for pages that are never sent.
    """

    key = forms.CharField(
        label="Citation key",
        max_length=120,
        help_text="What authors type: [@larkin-2015]. It can’t change any more once a "
        "page cites it.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    record = forms.CharField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, found: Found) -> ConfirmForm:
        """The form as it is first shown, with a key proposed."""
        told = {
            "csl": found.csl,
            "source": found.source,
            "left_out": list(found.left_out),
        }
        record = signing.dumps(told, salt=_SALT, compress=True)
        key = propose_key(found.csl, _is_taken)
        return cls(initial={"key": key, "record": record})

    def found(self) -> Found | None:
        """What the signed record says; None when it is not ours or too old."""
        record = self.data.get("record") if self.is_bound else self.initial["record"]
        try:
            told = signing.loads(record or "", salt=_SALT, max_age=_LASTS)
        except signing.BadSignature:
            return None
        return Found(told["csl"], told["source"], tuple(told["left_out"]))

    def save(self, *, by: AbstractUser) -> Reference | None:
        """Store the record of a valid form; None when something is against it, which
        stands at the fields then."""
        found = self.found()
        if found is None:
            raise ValueError("Only a record that is ours is saved.")
        try:
            return save_reference(self.cleaned_data["key"], found.csl, by=by)
        except ValidationError as error:
            for variable, reasons in error.error_dict.items():
                self.add_error("key" if variable in ("key", "id") else None, reasons)
        return None


def existing(found: Found) -> Reference | None:
    """The stored reference with one of the record's identifiers."""
    return _holder(canonical(found.csl)[0])


def alike(found: Found) -> list[Reference]:
    """Stored references that are probably of the same work: they look alike, or lie at
    the same address."""
    references = {one.pk: one for one in look_alikes(found.csl)}
    if address := found.csl.get("URL"):
        same = Reference.objects.filter(csl__URL=address)[:5]
        references |= {one.pk: one for one in same}
    return list(references.values())


def _holder(identifiers: dict[Any, str]) -> Reference | None:
    same = Q(pk__in=())
    for scheme, value in identifiers.items():
        same |= Q(scheme=scheme, value=value)
    row = Identifier.objects.filter(same).select_related("reference").first()
    return row.reference if row else None


def _is_taken(key: str) -> bool:
    return any(
        model._default_manager.filter(key=key).exists()
        for model in (Reference, ReferenceAlias)
    )
