"""Page ranges and numbers as CSL wants them. Pure.

https://docs.citationstyles.org/en/stable/specification.html (1.0.2), “Page Ranges”.
"""

from __future__ import annotations

import re
from os.path import commonprefix

PAGES = frozenset(("page", "page-first"))
_RANGE = re.compile(r"\A([A-Za-z]*)([0-9]+)\s*[-–]\s*\1([0-9]+)\Z")
_ROMAN = re.compile(r"\A([ivxlcdm]+)\s*[-–]\s*([ivxlcdm]+)\Z", re.IGNORECASE)
_ONE = r"[A-Za-z]*[0-9]+[A-Za-z]*"
# The last is the “&” of preparing.hidden.
_NUMERIC = re.compile(rf"\A\s*{_ONE}(?:\s*[-–,&\ue002]\s*{_ONE})*\s*\Z")
_PURE = re.compile(r"(?<![A-Za-z0-9])[0-9]+(?![A-Za-z0-9])")
_SEVERAL = re.compile(r"[0-9]+[^0-9.]+[0-9]+")
_LIST = re.compile(r"(\s*[,&\ue002]\s*)")


def is_numeric(text: str) -> bool:
    """Whether CSL takes it for numbers: ``12``, ``S3``, ``1-3, 5``."""
    return bool(_NUMERIC.match(text))


def is_several(text: str) -> bool:
    """Whether it names more than one number: ``1-3``, ``iv-xii``, but not ``2.1``."""
    return bool(_SEVERAL.search(text) or _ROMAN.match(text))


def ranges(text: str, dash: str) -> str:
    """Numbers with the dash of a style between them."""
    return re.sub(r"\s*[-–]\s*", dash, text) if is_numeric(text) else text


def ordinals(text: str) -> str:
    """``2`` → ``2nd``, in English."""
    return _PURE.sub(lambda match: _ordinal(match[0]), text)


def _ordinal(digits: str) -> str:
    ends = {"1": "st", "2": "nd", "3": "rd"}
    is_teen = digits[-2:-1] == "1"
    return digits + ("th" if is_teen else ends.get(digits[-1], "th"))


def pages(text: str, style: str | None, dash: str) -> str:
    """Each range of pages in a page-range-format of CSL, “minimal” or “expanded”."""
    parts = _LIST.split(text)
    parts[::2] = [_range(part, style, dash) for part in parts[::2]]
    return "".join(parts)


def _range(text: str, style: str | None, dash: str) -> str:
    if match := _ROMAN.match(text):
        return dash.join(match.groups())
    match = _RANGE.match(text)
    if match is None:
        return text
    letters, first, last = match.groups()
    # “1055-7” is from 1055 to 1057.
    last = first[: max(0, len(first) - len(last))] + last
    if style != "minimal":
        return f"{letters}{first}{dash}{letters}{last}"
    is_upward = len(first) == len(last) and first < last
    same = len(commonprefix([first, last[:-1]])) if is_upward else 0
    return f"{letters}{first}{dash}{last[same:]}"
