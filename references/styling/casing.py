"""The text-case of CSL on words that may hold tags. Pure.

https://docs.citationstyles.org/en/stable/specification.html (1.0.2), “Text-case”.
"""

from __future__ import annotations

import re
from collections.abc import Callable

# The stop words of the specification.
_STOP = frozenset(
    """a an and as at but by down for from in into nor of on onto or over so the till
    to up via with yet""".split()
)
# A tag, ours or hidden , or words that keep their case.
_MARK = re.compile(r"<[^<>]*>|\ue003/?(?:i|b|sup|sub)\ue004")
_TOKEN = re.compile(rf"({_MARK.pattern}|\ue005[^\ue006]*\ue006|[\s\-–—/]+)")
_BEGINS = re.compile(r"[:?!.—]['\"’”)\]]*\s*\Z")


def cased(text: str, case: str | None, *, is_english: bool = True) -> str:
    """Words in a text-case of CSL; title case is for English only."""
    if case == "lowercase":
        return _each(text, str.lower)
    if case == "uppercase":
        return _each(text, str.upper)
    if case == "capitalize-first":
        return _first(text)
    if case == "title" and is_english:
        return _title(text)
    return text


def _each(text: str, change: Callable[[str], str]) -> str:
    tokens = _TOKEN.split(text)
    return "".join(t if n % 2 else change(t) for n, t in enumerate(tokens))


def _first(text: str) -> str:
    tokens = _TOKEN.split(text)
    for place in range(0, len(tokens), 2):
        if "\ue005" in "".join(tokens[:place]):
            return text
        if tokens[place]:
            tokens[place] = _capital(tokens[place])
            return "".join(tokens)
    return text


def _title(text: str) -> str:
    tokens = _TOKEN.split(text)
    words = [place for place in range(0, len(tokens), 2) if tokens[place]]
    for place in words:
        before = _MARK.sub("", "".join(tokens[:place]))
        is_first = not before.strip() or bool(_BEGINS.search(before))
        is_last = place == words[-1]
        word = tokens[place]
        if word.islower() and (is_first or is_last or word not in _STOP):
            tokens[place] = _capital(word)
    return "".join(tokens)


def _capital(word: str) -> str:
    """With its first letter in upper case, after a quotation mark or bracket."""
    match = re.search(r"[^\W\d_]", word)
    if match is None or (match.start() and word[match.start() - 1].isdecimal()):
        return word
    at = match.start()
    return word[:at] + word[at].upper() + word[at + 1 :]
