"""A fingerprint that records of one work have in common. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from .styling import plain_text

MAX_LENGTH = 200
_NO_WORD = re.compile(r"[\W_]+")
_FAMILY = 40


def likeness(csl: Mapping[str, Any]) -> str:
    """Title and first author's family name without case, accents, marks and signs.

    ``csl`` has a title. At most 200 characters; equal for “Nivolumab, or Ipilimumab.”
    by García and “nivolumab or ipilimumab” by Garcia, empty for a title of signs only.
    """
    title = _bare(plain_text(csl["title"]))
    if not title:
        return ""
    first = (csl.get("author") or [{}])[0]
    # “van den Berg” is written whole by some and in two parts by others.
    whole = f"{first.get('non-dropping-particle', '')}{first.get('family', '')}"
    family = _bare(whole or first.get("literal") or "")[:_FAMILY]
    return f"{title[: MAX_LENGTH - _FAMILY - 1]}|{family}"


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NO_WORD.sub("", letters)
