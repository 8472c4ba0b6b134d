"""Words in plain letters: whatever their case, accents, hyphens and spaces. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# A Greek letter alone is said by its name: “IFN-γ” is “IFN-gamma” too.
_LONE_GREEK = re.compile(r"(?<![\u0370-\u03ff])[\u0391-\u03c9](?![\u0370-\u03ff])")
# Letters that Unicode does not take apart into a base and a mark.
_BASES = {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"}
_APOSTROPHES = "'\u2019\u02bc"


@lru_cache(maxsize=10_000)
def _plain(char: str) -> str:
    """A character's plain letters; a space for what parts words, nothing for a mark."""
    if char in _APOSTROPHES:
        return ""
    letters = unicodedata.normalize("NFKD", char).casefold()
    bases = [_BASES.get(each, each) for each in letters if each.isalnum()]
    if bases:
        return "".join(bases)
    return "" if unicodedata.category(char)[0] == "M" else " "


def _plainly(text: str) -> list[str]:
    """What :func:`_plain` makes of each character."""
    plain = list(map(_plain, text))
    if not text.isascii():
        for match in _LONE_GREEK.finditer(text):
            name = unicodedata.name(match[0], "").rpartition(" ")[2].lower()
            plain[match.start()] = {"lamda": "lambda"}.get(name, name)
    return plain


def plain_words(text: str) -> list[str]:
    """The words of a text in plain small letters and digits."""
    return "".join(_plainly(text)).split()


def place_of(text: str, start: int, end: int) -> tuple[int, int]:
    """Where plain letters number ``start`` to ``end`` stand in the text itself."""
    plain = _plainly(text)
    owners = [at for at, letters in enumerate(plain) for _ in letters.strip()]
    after = owners[end - 1] + 1
    while after < len(text) and unicodedata.combining(text[after]):
        after += 1
    return owners[start], after
