"""A form's field for one kept file: what there is, another one instead, or none.

A valid upload is kept at once, so that it is not lost when another field is refused; the
form then carries its address.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.utils.datastructures import MultiValueDict

from .pictures import PictureForm, store_picture
from .recordings import store_recording

# Only files that we named ourselves. The name tells what kind it is.
PICTURES = re.compile(r"[0-9a-f]{32}-\d+x\d+\.(?:png|jpg|webp)")
RECORDINGS = re.compile(r"[0-9a-f]{32}\.(?:mp3|ogg|m4a)")


@dataclass(frozen=True, slots=True)
class Choice:
    """What was sent: the address of the file so far, a new one, whether to take it
    away."""

    address: str = ""
    upload: Any = None
    is_removed: bool = False


class KeptFile(forms.Widget):
    """Shows the file, with a place for another one and a box to take it away."""

    needs_multipart_form = True
    template_name = "admin/core/_kept_file.html"

    def __init__(self, *, kind: str, accept: str) -> None:
        super().__init__()
        self.kind = kind
        self.accept = accept
        # The address of what this request has kept.
        self.kept: str | None = None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Choice:
        return Choice(
            data.get(name, ""), files.get(f"{name}-new"), f"{name}-none" in data
        )

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}-new" not in files

    def id_for_label(self, id_: str) -> str:
        return id_

    def get_context(self, name: str, value: Any, attrs: Any = None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        address = value.address if isinstance(value, Choice) else value or ""
        context["widget"] |= {
            "address": address if self.kept is None else self.kept,
            "kind": self.kind,
            "accept": self.accept,
            "described_by": context["widget"]["attrs"].get("aria-describedby", ""),
        }
        return context


class KeptFileField(forms.Field):
    """The address of a kept file, "" for none."""

    widget: KeptFile

    def __init__(
        self, *, keep: Callable[[Any], str], names: re.Pattern[str], **kwargs: Any
    ) -> None:
        super().__init__(required=False, **kwargs)
        self.keep = keep
        self.names = names

    def clean(self, value: Choice) -> str:
        if value.upload is not None:
            address = self.keep(value.upload)
        elif value.is_removed:
            address = ""
        else:
            address = self._known(value.address)
        self.widget.kept = address
        return address

    def _known(self, address: str) -> str:
        if address and not is_kept(address, names=self.names):
            raise ValidationError("This file is not kept here. Choose it again.")
        return address

    def has_changed(self, initial: Any, data: Any) -> bool:
        if not isinstance(data, Choice):
            return bool(data != initial)
        return bool(data.upload or data.is_removed or data.address != (initial or ""))


def is_kept(address: str, *, names: re.Pattern[str]) -> bool:
    """Whether an address is that of a file which is kept here, of PICTURES or
    RECORDINGS."""
    name = address.rpartition("/")[2]
    return (
        names.fullmatch(name) is not None
        and address == default_storage.url(name)
        and default_storage.exists(name)
    )


def _keep_picture(upload: Any) -> str:
    checked = PictureForm(files=MultiValueDict({"image": [upload]}))
    if not checked.is_valid():
        raise ValidationError(checked.errors.as_data()["image"])
    return store_picture(checked.cleaned_data["image"])


def picture_field(**kwargs: Any) -> KeptFileField:
    """A field for a picture."""
    widget = KeptFile(kind="picture", accept="image/png,image/jpeg,image/webp")
    return KeptFileField(keep=_keep_picture, names=PICTURES, widget=widget, **kwargs)


def recording_field(**kwargs: Any) -> KeptFileField:
    """A field for a recording."""
    widget = KeptFile(kind="recording", accept="audio/*,.mp3,.ogg,.m4a")
    return KeptFileField(
        keep=store_recording, names=RECORDINGS, widget=widget, **kwargs
    )
