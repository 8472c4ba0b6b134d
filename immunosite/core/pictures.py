"""Uploaded pictures: decoded, re-encoded, named by us."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 24_000_000
LONGEST_SIDE = 1_600
# Pillow's name of a format → (extension, how to save it).
_FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    "PNG": ("png", {"optimize": True}),
    "JPEG": ("jpg", {"quality": 85, "progressive": True}),
    "WEBP": ("webp", {"quality": 85}),
}
TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


class _PictureField(forms.ImageField):
    # The default, a list of extensions, looks at the name only.
    default_validators: list[Any] = []


class PictureForm(forms.Form):
    """One picture. What it is counts, not what its name or sender says it is."""

    image = _PictureField(
        error_messages={
            "required": "Choose a picture.",
            "invalid_image": "This is not a picture, or it is damaged. "
            "Use a PNG, JPEG or WebP file.",
        },
    )

    def clean_image(self) -> Any:
        upload = self.cleaned_data["image"]
        if upload.size > MAX_BYTES:
            raise ValidationError("The picture is larger than 5 MB.")
        picture = upload.image
        if picture.format not in _FORMATS:
            raise ValidationError("Use a PNG, JPEG or WebP picture.")
        if picture.width * picture.height > MAX_PIXELS:
            raise ValidationError("The picture has more than 24 million pixels.")
        return upload


def store_picture(upload: Any) -> str:
    """Re-encode a checked upload and return its address.

    The name ends in the size in pixels, which :mod:`immunosite.core.targets` reads.
    Nothing but the pixels survives: no metadata (with its place and time), no other
    content hidden in the file. Raises ValidationError when it can't be decoded.
    """
    upload.seek(0)
    try:
        picture = Image.open(upload)
        kind = str(picture.format)
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        clean = picture.convert(_mode(picture, kind))
    except (OSError, SyntaxError, ValueError) as error:
        raise ValidationError("The picture is damaged.") from error
    extension, options = _FORMATS[kind]
    content = ContentFile(b"")
    clean.save(content, format=kind, **options)
    size = f"{clean.width}x{clean.height}"
    name = f"{uuid.uuid4().hex}-{size}.{extension}"
    name = default_storage.save(name, content)
    return default_storage.url(name)


def _mode(picture: Image.Image, kind: str) -> str:
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    return "RGBA" if has_alpha and kind != "JPEG" else "RGB"
