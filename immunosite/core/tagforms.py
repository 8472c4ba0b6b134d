"""The editor's form of a tag."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin import site
from django.core.exceptions import ValidationError

from . import caching, naming
from .keptfiles import picture_field
from .tagging import Tag
from .widgets import Picker


class TagForm(forms.ModelForm):
    """A tag, the other names that mean it, one a line, and its picture."""

    other_names = forms.CharField(
        required=False,
        widget=forms.Textarea({"rows": 3, "class": "vLargeTextField"}),
        help_text="One a line, for example “PD1 drugs”. Search, imports and this site’s "
        "addresses know them, too.",
    )
    picture = picture_field(
        help_text="PNG, JPEG or WebP, at most 5 MB. Shown in place of the drawing."
    )

    class Meta:
        model = Tag
        fields = (
            "name",
            "kind",
            "parent",
            "description",
            "slug",
            "drawing",
            "picture",
            "picture_alt",
            "picture_credit",
        )
        widgets = {"parent": Picker(Tag._meta.get_field("parent"), site)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            named = self.instance.aliases.exclude(name="")
            self.initial["other_names"] = "\n".join(alias.name for alias in named)

    def clean_other_names(self) -> list[str]:
        return self.cleaned_data["other_names"].splitlines()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("picture") and not cleaned.get("picture_alt"):
            self.add_error("picture_alt", naming.UNDESCRIBED)
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own hook, untyped
        if self.errors:
            return
        # The admin runs the whole request in one transaction, so what holds now still
        # holds when the tag is stored.
        caching.hold_epoch()
        try:
            naming.check(self.instance, self.cleaned_data["other_names"])
        except ValidationError as refused:
            for field, why in refused.error_dict.items():
                self.add_error("other_names" if field == "aliases" else field, why)
