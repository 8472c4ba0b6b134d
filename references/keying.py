"""Propose the key that authors will cite a new reference by. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

from .styling import plain_text, year_of

# Letters that no decomposition turns into ASCII.
_SPELLED = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l",
     "þ": "th", "ı": "i"}
)  # fmt: skip
_NO_WORD = re.compile(r"[\W_]+")
_IDLE = frozenset("a an and as at by for from in into of on or the to with".split())
_MOST = 40
_WORDS = 4


def propose_key(csl: Mapping[str, Any], taken: Callable[[str], bool]) -> str:
    """``larkin-2015``, or ``larkin-2015b`` when that is taken, and so on.

    Without an author the title's first words stand for one; without a year none is
    named. ``csl`` has a title.
    """
    stem = "-".join(filter(None, (_first(csl), _year(csl)))) or "reference"
    return next(key for key in _variants(stem) if not taken(key))


def _first(csl: Mapping[str, Any]) -> str:
    names = csl.get("author") or csl.get("editor") or [{}]
    words = _slug(names[0].get("family") or names[0].get("literal") or "")
    if not words:
        title = _slug(plain_text(csl["title"])).split("-")
        telling = [word for word in title if word not in _IDLE] or title
        words = "-".join(telling[:_WORDS])
    if len(words) > _MOST:
        words = words[:_MOST].rpartition("-")[0] or words[:_MOST]
    return words


def _year(csl: Mapping[str, Any]) -> str:
    year = year_of(csl)
    return str(year) if year and year > 0 else ""


def _variants(stem: str) -> Iterator[str]:
    """The stem; with b, c … z; then with a number. After a word a hyphen parts them."""
    between = "" if stem[-1].isdigit() else "-"
    yield stem
    yield from (
        f"{stem}{between}{chr(letter)}" for letter in range(ord("b"), ord("z") + 1)
    )
    yield from (f"{stem}-{number}" for number in count(27))


def _slug(text: str) -> str:
    """Words in small letters of ASCII, where there are such; others stay themselves."""
    spelled = unicodedata.normalize("NFKD", text.casefold().translate(_SPELLED))
    letters = "".join(sign for sign in spelled if not unicodedata.combining(sign))
    return _NO_WORD.sub("-", letters.replace("’", "").replace("'", "")).strip("-")
