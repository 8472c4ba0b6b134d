"""An upload counts as what it is, never as what it says it is."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from immunosite.core import pictures
from immunosite.core.pictures import PictureForm, store_picture


def image(kind="PNG", size=(40, 30), mode="RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "teal" if mode not in ("P", "I;16") else 0).save(
        out, kind, **options
    )
    return out.getvalue()


def form_for(content: bytes, name="a.png", declared="image/png") -> PictureForm:
    upload = SimpleUploadedFile(name, content, content_type=declared)
    return PictureForm({}, {"image": upload})


def kept(content: bytes, **options) -> Image.Image:
    form = form_for(content, **options)
    assert form.is_valid(), form.errors
    address = store_picture(form.cleaned_data["image"])
    return Image.open(default_storage.open(address.rpartition("/")[2]))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_three_formats_are_kept(kind):
    assert kept(image(kind)).format == kind


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "LA", "1", "I;16"])
def test_every_colour_mode_can_be_kept(mode):
    assert kept(image(mode=mode)).size == (40, 30)


def test_a_cmyk_jpeg_becomes_rgb():
    assert kept(image("JPEG", mode="CMYK")).mode == "RGB"


@pytest.mark.parametrize(
    ("content", "name", "declared"),
    [
        (b"<script>alert(1)</script>", "evil.html", "image/gif"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "image/svg+xml"),
        (image("GIF", mode="P"), "a.gif", "image/gif"),
        (image("BMP"), "a.png", "image/png"),
        (image()[:60], "a.png", "image/png"),
        (b"", "a.png", "image/png"),
    ],
)
def test_everything_else_is_refused_in_words(content, name, declared):
    form = form_for(content, name=name, declared=declared)
    assert not form.is_valid()
    assert form.errors["image"]


def test_what_hides_behind_the_pixels_is_dropped():
    content = image("JPEG") + b"<script>alert(1)</script>"
    assert b"script" not in kept(content, name="a.html").fp.read()


def test_place_and_time_of_a_photograph_are_dropped():
    exif = Image.Exif()
    exif[0x010F] = "Camera of a patient"
    assert not kept(image("JPEG", exif=exif)).getexif()


def test_a_large_picture_is_made_smaller():
    assert max(kept(image(size=(3000, 1000))).size) == pictures.LONGEST_SIDE


def test_too_many_bytes_are_refused(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_BYTES", 10)
    assert "5 MB" in form_for(image()).errors["image"][0]


def test_a_bomb_of_pixels_is_refused_before_it_is_decoded():
    content = image(mode="1", size=(12_000, 12_000))
    assert len(content) < pictures.MAX_BYTES
    form = form_for(content)
    assert not form.is_valid()


def test_more_pixels_than_allowed_are_refused(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_PIXELS", 100)
    assert "million pixels" in form_for(image()).errors["image"][0]


def test_pixels_that_break_off_are_refused():
    whole = image("JPEG", size=(400, 400))
    upload = SimpleUploadedFile("a.jpg", whole[: len(whole) // 2])
    with pytest.raises(ValidationError, match="damaged"):
        store_picture(upload)


def test_the_name_is_ours():
    form = form_for(image(), name="../../evil.html")
    assert form.is_valid()
    address = store_picture(form.cleaned_data["image"])
    assert address.startswith("/media/") and address.endswith(".png")
    assert "evil" not in address
