"""The little markup within texts, and the entities of XML. Pure.

CSL-JSON knows <i>, <b>, <sup>, <sub> and two kinds of <span>
(https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html#html-like-formatting-tags).
"""

from __future__ import annotations

import html
import re

_ENTITY = re.compile(
    r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
)
_OTHER_NAMES = {
    "em": "i", "italic": "i", "strong": "b", "bold": "b", "inf": "sub",
}  # fmt: skip
_TAG = re.compile(
    r"<(/?)(?:jats:)?(em|italic|strong|bold|inf|i|b|su[bp]|p|br|sec|title)\b([^<>]{0,200})>",
    re.IGNORECASE,
)
_KEPT = frozenset({"i", "b", "sub", "sup"})


def read_markup(text: str) -> str:
    """A text in one line, its entities resolved, its tags those of CSL-JSON."""
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    if "<" in text:
        text = _TAG.sub(_tag, text)
    return one_line(text)


def _tag(tag: re.Match[str]) -> str:
    name = _OTHER_NAMES.get(tag[2].lower(), tag[2].lower())
    return f"<{tag[1]}{name}>" if name in _KEPT else " "


def write_markup(text: object) -> str:
    """A text in one line that :func:`read_markup` takes for the same text."""
    return one_line(_ENTITY.sub(lambda entity: f"&amp;{entity[0][1:]}", str(text)))


def one_line(text: str) -> str:
    """A text whose gaps are single spaces."""
    return " ".join(text.split())
