"""The form behind every page's editor: the newest revision, and no silent overwrite."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError

from .pages import Revision
from .publishing import EditConflict, lock
from .widgets import MarkdownField, TagsField


class PageForm(forms.ModelForm):
    """Edits a page through its newest revision.

    Subclasses set ``revision_fields``, the names copied from the newest revision. When
    somebody else saved in between, the form is invalid, keeps all that was typed, and
    ``conflict`` is the other revision; saving once more then goes on top of it.
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
    live_from = forms.SplitDateTimeField(
        label="Go live on",
        required=False,
        widget=AdminSplitDateTime,
        help_text="Used by “Publish”. Empty means at once.",
    )
    live_until = forms.SplitDateTimeField(
        label="End on",
        required=False,
        widget=AdminSplitDateTime,
        help_text="Used by “Publish”. Empty means without end.",
    )

    revision_fields: tuple[str, ...] = ("title", "body")
    conflict: Revision | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        newest = instance.newest() if instance and instance.pk else None
        if newest is not None:
            kwargs["initial"] = {
                **self.initial_from(newest),
                **(kwargs.get("initial") or {}),
            }
        super().__init__(*args, **kwargs)

    def initial_from(self, newest: Any) -> dict[str, Any]:
        """What the fields show for the newest revision."""
        values = {name: getattr(newest, name) for name in self.revision_fields}
        return {**values, "based_on": newest.number, "tags": list(newest.tags.all())}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk:
            self._refuse_overwrite()
        return cleaned

    def _refuse_overwrite(self) -> None:
        # The admin runs the whole request in one transaction, so the lock that this
        # takes holds until the draft is stored.
        try:
            lock(self.instance, based_on=self.cleaned_data.get("based_on"))
        except EditConflict as conflict:
            self.conflict = conflict.newest
            self.data = self.data.copy()
            self.data[self.add_prefix("based_on")] = str(conflict.newest.number)
            raise ValidationError(
                f"{conflict} Nothing was saved and nothing you typed is lost: compare "
                "both texts, bring into yours what you want to keep of theirs, and "
                "save again.",
                code="conflict",
            ) from conflict
