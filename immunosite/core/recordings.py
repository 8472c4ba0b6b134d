"""Uploaded recordings of a word: recognised by their content, named by us."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

MAX_BYTES = 2 * 1024 * 1024
TYPES = {"mp3": "audio/mpeg", "ogg": "audio/ogg", "m4a": "audio/mp4"}
# How a file begins. MP3: an ID3v2 tag (id3.org, "ID3v2.4.0", section 3.1) or a frame of
# MPEG audio layer III (ISO/IEC 11172-3, 2.4.1.3) with a possible bit rate and sampling
# rate. Ogg: RFC 3533, section 6, then the first packet of Vorbis, Opus or FLAC. MP4:
# ISO/IEC 14496-12, 4.3, with a brand that may hold nothing but sound.
_SIGNATURES = (
    ("mp3", re.compile(rb"ID3[\x02-\x04].[\x00-\xf0][\x00-\x7f]{4}", re.DOTALL)),
    ("mp3", re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xeb]", re.DOTALL)),
    (
        "ogg",
        re.compile(
            rb"OggS\x00\x02.{20}\x01.(?:\x01vorbis|OpusHead|\x7fFLAC)", re.DOTALL
        ),
    ),
    ("m4a", re.compile(rb"\x00\x00..ftyp(?:M4A |M4B |mp42|isom|iso2|dash)", re.DOTALL)),
)
_LONGEST = 64


def store_recording(upload: Any) -> str:
    """Keep an uploaded recording and return its address.

    What it is counts, not what its name or sender says it is. Raises ValidationError
    for what is no MP3, Ogg or M4A file, or larger than MAX_BYTES.
    """
    if upload.size > MAX_BYTES:
        raise ValidationError("The recording is larger than 2 MB.")
    upload.seek(0)
    content = upload.read()
    extension = kind_of(content)
    if not extension:
        raise ValidationError(
            "This is not a recording that browsers can play. Use an MP3, Ogg or M4A file."
        )
    name = f"{uuid.uuid4().hex}.{extension}"
    return default_storage.url(default_storage.save(name, ContentFile(content)))


def kind_of(content: bytes) -> str:
    """The extension of the format in which a file begins, "" for no recording's."""
    head = content[:_LONGEST]
    for extension, signature in _SIGNATURES:
        if signature.match(head):
            return extension
    return ""
