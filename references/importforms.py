"""The form to upload a file of references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from immunosite.core.exchanging import MAX_BYTES

from .formats import FORMATS
from .models import ON_EXISTING, ImportBatch
from .uploading import MOST_RECORDS, make_batch

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class UploadForm(forms.Form):
    """A file of references, and how to bring it in."""

    file = forms.FileField(
        allow_empty_file=True,
        help_text=f"RIS, NBIB, BibTeX, CSL-JSON or CSV, up to 64 MB and "
        f"{MOST_RECORDS:,} records.",
    )
    format = forms.ChoiceField(
        required=False,
        choices=[
            ("", "Recognize it"),
            *((one.name, one.label) for one in FORMATS.values()),
        ],
    )
    on_existing = forms.ChoiceField(
        label="A reference that is here already",
        choices=ON_EXISTING,
        initial="keep",
        widget=forms.RadioSelect,
        help_text="It is known by its citation key, DOI, PMID, PMCID or ISBN.",
    )
    look_alikes = forms.BooleanField(
        label="Also bring in look-alikes",
        required=False,
        help_text="These have the title, the first author and about the year of a "
        "reference that is here. They are left out unless you check this.",
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(
                f"This file has {file.size / 1024**2:.0f} MB, and 64 MB is the most. "
                "Cut it into parts, or use manage.py exchange_references."
            )
        return file

    def save(self, *, by: AbstractUser) -> ImportBatch | None:
        """Read the file; None when it can't be read, which the errors then tell."""
        typed = dict(self.cleaned_data)
        file = typed.pop("file")
        try:
            return make_batch(file.read(), file_name=file.name, by=by, **typed)
        except ValidationError as refused:
            self.add_error(None, refused)
        return None
