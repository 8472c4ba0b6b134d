"""The form to upload a file; apps say what theirs takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from .batches import ON_EXISTING
from .exchanging import MAX_BYTES
from .uploading import Uploads

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class UploadForm(forms.Form):
    """A file, and how to bring it in. Subclasses name its ``uploads`` and say in their
    users' words which formats it ``takes``, what an ``existing`` thing is called and
    what it is ``known_by``. Fields that they add are fields of their batches."""

    uploads: Uploads
    takes: str
    existing: str
    known_by: str

    file = forms.FileField(allow_empty_file=True)
    format = forms.ChoiceField(required=False)
    on_existing = forms.ChoiceField(
        choices=ON_EXISTING, initial="keep", widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(one.name, one.label) for one in self.uploads.formats.values()]
        fields: Any = self.fields
        fields["format"].choices = [("", "Recognize it"), *known]
        fields["on_existing"].label = self.existing
        fields["on_existing"].help_text = self.known_by
        most = f"{self.uploads.most:,} {self.uploads.batches.unit}s"
        fields["file"].help_text = f"{self.takes}, up to 64 MB and {most}."

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(
                f"This file has {file.size / 1024**2:.0f} MB, and 64 MB is the most. "
                f"Cut it into parts, or use manage.py {self.uploads.command}."
            )
        return file

    def save(self, *, by: AbstractUser) -> Any:
        """Read the file; None when it can't be read, which the errors then tell."""
        typed = dict(self.cleaned_data)
        file = typed.pop("file")
        try:
            return self.uploads.make_batch(
                file.read(), file_name=file.name, by=by, **typed
            )
        except ValidationError as refused:
            self.add_error(None, refused)
        return None
