"""The form behind every page's editor: the newest revision, and no silent overwrite."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from .pages import Revision
from .publishing import EditConflict, lock
from .widgets import MarkdownField, TagsField


@dataclass(frozen=True, slots=True)
class Difference:
    """A field as two people want it."""

    name: str
    label: str
    theirs: str
    yours: str


class PageForm(forms.ModelForm):
    """Edits a page through its newest revision.

    Subclasses set ``revision_fields``, the names copied from the newest revision. When
    somebody else saved in between, the form is invalid, keeps all that was typed, and
    ``conflict`` is the other revision; saving once more then goes on top of it.
    ``refused`` is what a deed raised when this same form was tried before.
    """

    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    body = MarkdownField(required=False)
    tags = TagsField()
    note = forms.CharField(
        label="Change note",
        max_length=300,
        required=False,
        help_text="What changed and why, for colleagues.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    public_note = forms.CharField(
        label="Change note for readers",
        max_length=300,
        required=False,
        help_text=Revision._meta.get_field("public_note").help_text,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    revision_fields: tuple[str, ...] = ("title", "body")
    conflict: Revision | None = None
    refused: Exception | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        newest = instance.newest() if instance and instance.pk else None
        if newest is not None:
            kwargs["initial"] = {
                **self.initial_from(newest),
                **(kwargs.get("initial") or {}),
            }
        super().__init__(*args, **kwargs)
        widget: Any = self.fields["body"].widget
        widget.page = self.instance.pk

    def initial_from(self, newest: Any) -> dict[str, Any]:
        """What the fields show for the newest revision."""
        values = {name: getattr(newest, name) for name in self.revision_fields}
        return {**values, "based_on": newest.number, "tags": list(newest.tags.all())}

    @property
    def says_something_new(self) -> bool:
        """Whether a revision of what was typed would differ from the newest."""
        return not set(self.changed_data) <= {"based_on", "slug"}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refused is not None:
            self._tell(self.refused)
        if self.instance.pk:
            self._refuse_overwrite()
        return cleaned

    def _tell(self, refused: Exception) -> None:
        if not isinstance(refused, ValidationError):
            self.add_error(None, str(refused) or "You may not do this.")
        elif hasattr(refused, "error_dict"):
            for name, errors in refused.error_dict.items():
                self.add_error(name if name in self.fields else None, errors)
        else:
            self.add_error(None, refused)

    def _refuse_overwrite(self) -> None:
        # The admin runs the whole request in one transaction, so the lock that this
        # takes holds until the draft is stored.
        try:
            lock(self.instance, based_on=self.cleaned_data.get("based_on"))
        except EditConflict as conflict:
            self.conflict = conflict.newest
            data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
            data[self.add_prefix("based_on")] = str(conflict.newest.number)
            self.data = data
            raise ValidationError(
                f"{conflict} Nothing was saved and nothing you typed is lost: compare "
                "both texts, bring into yours what you want to keep of theirs, and "
                "save again.",
                code="conflict",
            ) from conflict

    def differences(self) -> list[Difference]:
        """The text, and every other field in which ``conflict`` differs from what was
        typed here."""
        if self.conflict is None:
            return []
        theirs = self.initial_from(self.conflict)
        typed = {**{name: self[name].value() for name in theirs}, **self.cleaned_data}
        rows = [
            Difference(
                name,
                str(self.fields[name].label or name.replace("_", " ").capitalize()),
                as_text(theirs[name]),
                as_text(typed[name]),
            )
            for name in theirs
            if name != "based_on"
        ]
        return [row for row in rows if row.name == "body" or row.theirs != row.yours]


def as_text(value: Any) -> str:
    """A field's value as a person would write it, for a comparison."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        # Rows, whose order means something.
        return "\n".join(map(str, value))
    if isinstance(value, Iterable):
        return ", ".join(sorted(map(str, value)))
    return str(value)
