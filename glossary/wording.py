"""Words and the ways in which they may be written: in one case, in just this one. Pure."""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby


def _combining_marks() -> str:
    """All combining marks as ranges of a regular expression's character class."""
    marks = [
        code
        for code in range(0x300, sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Mn", "Mc")
    ]
    runs = groupby(enumerate(marks), key=lambda pair: pair[1] - pair[0])
    spans = [[code for _, code in run] for _, run in runs]
    return "".join(f"\\U{span[0]:08x}-\\U{span[-1]:08x}" for span in spans)


_MARKS = _combining_marks()
# An underscore is part of a word. The look-ahead only saves time: there are hundreds
# of ranges, and no mark below.
WORD = re.compile(rf"(\w+(?:(?=[^\0-\u02ff])[{_MARKS}]+\w*)*)")
_CAPITALS = 2
# No form may be longer.
MAX_FORM = 200


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a term; ``kind`` is one of glossary.models.FormKind.

    ``case`` is one of glossary.models.Case, ``is_sense`` says that other terms may own
    the form too, each as a sense of its own.
    """

    text: str
    kind: str
    case: str = ""
    is_automatic: bool = True
    is_sense: bool = False

    @property
    def rules(self) -> str:
        """Those of its rules that are not the usual ones, in words."""
        rules = [
            _CASES.get(self.case, ""),
            "" if self.is_automatic else "only where it is marked",
            "one of several meanings" if self.is_sense else "",
        ]
        return ", ".join(filter(None, rules))

    def __str__(self) -> str:
        """The form with its unusual rules."""
        said = f"{self.kind}: {self.text}" if self.text else self.kind
        return f"{said} ({self.rules})" if self.rules else said


_CASES = {"any": "in any case", "exact": "just as it is written"}


# Prose says the same words over and over.
@lru_cache(maxsize=50_000)
def fold_word(word: str) -> str:
    """One word in one case, as NFC."""
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFC", word.casefold())


def words_of(text: str) -> list[str]:
    """The words of a text; an underscore is part of one."""
    return WORD.findall(text)


def exactness(form: Form) -> tuple[str | None, ...]:
    """Per word: how it must be written, or None. Where a form has no rule of its own,
    abbreviations are exact throughout; elsewhere a word with two capitals or more is
    (so "HPV vaccine" is not "hpv")."""
    words = words_of(form.text)
    if form.case == "any":
        return (None,) * len(words)
    is_exact = form.case == "exact" or form.kind == "abbreviation"
    return tuple(
        unicodedata.normalize("NFC", word)
        if is_exact or sum(char.isupper() for char in word) >= _CAPITALS
        else None
        for word in words
    )


def fold(text: str) -> str:
    """The words of a form in one case: what all ways of writing it have in common."""
    return " ".join(map(fold_word, words_of(text)))


def compete(one: Form, other: Form) -> bool:
    """Whether some words in a text would be a match for both forms."""
    name = fold(one.text)
    if not name or name != fold(other.text):
        return False
    pairs = zip(exactness(one), exactness(other), strict=True)
    return all(a is None or b is None or a == b for a, b in pairs)
