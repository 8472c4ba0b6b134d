"""What people may say of a link to another site."""

from __future__ import annotations

from django import forms
from django.contrib.admin.widgets import AdminURLFieldWidget

from immunosite.core.outsidelinks import OutsideLink


class LinkForm(forms.ModelForm):
    archived_url = forms.URLField(
        label="Archived copy",
        required=False,
        max_length=OutsideLink._meta.get_field("archived_url").max_length,
        assume_scheme="https",
        help_text=OutsideLink._meta.get_field("archived_url").help_text,
        widget=AdminURLFieldWidget,
    )

    class Meta:
        model = OutsideLink
        fields = ["archived_url", "ignored_reason"]

    def clean_archived_url(self) -> str:
        given = self.cleaned_data["archived_url"]
        if given and not given.startswith(("https://", "http://")):
            raise forms.ValidationError(
                "A web address starts with https:// or http://."
            )
        return given
