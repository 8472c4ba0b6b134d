"""What an answer, and those before it, say about a link.

One bad day breaks no link. What is “not there” counts as broken when it was so on two
days; trouble of the server or of the way there, when it has lasted for a week. A server
that refuses programs says nothing about what readers get.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from http import HTTPStatus
from urllib.parse import urlsplit

from django.utils import timezone

from .outsidelinks import LinkState, OutsideLink

TROUBLE_LASTS = timedelta(days=7)
# Walls against programs, logins, payment and law; 999 is what LinkedIn made up. 405, 406
# and 501 are about how we ask.
_WALLS = frozenset((401, 402, 403, 405, 406, 407, 429, 451, 501, 999))
_TRANSIENT = frozenset((408, 425))
# A step of a front page's path: a language, or a name for the page.
_FRONT = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?|home|(?:index|default)(?:\.\w+)?")
_SAID = {
    401: "it wants a login",
    403: "it refuses programs",
    429: "it was asked too often",
    999: "it refuses programs",
}


class Verdict(Enum):
    """What one answer means."""

    GOOD = auto()
    MOVED = auto()
    FRONT = auto()
    MISSING = auto()
    TROUBLE = auto()
    WALL = auto()


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of asking for an address. ``status`` is None when no answer came, and
    ``error`` says why; ``is_refused`` when the address may not be asked by us.
    ``redirected_to`` is where the answer came from in the end, empty when from where
    it was asked for; ``is_permanent`` when each redirect said so (301, 308)."""

    status: int | None = None
    error: str = ""
    is_refused: bool = False
    redirected_to: str = ""
    is_permanent: bool = False


def verdict(url: str, checked: Checked) -> Verdict:
    """What the answer to asking for ``url`` means. RFC 9110, section 15."""
    status = checked.status
    if status is None:
        return Verdict.WALL if checked.is_refused else Verdict.TROUBLE
    if status in _WALLS:
        return Verdict.WALL
    if status >= 500 or status in _TRANSIENT:
        return Verdict.TROUBLE
    if status >= 400:
        return Verdict.MISSING
    if checked.redirected_to and _is_front(checked.redirected_to) > _is_front(url):
        return Verdict.FRONT
    if checked.redirected_to and checked.is_permanent:
        return Verdict.MOVED
    return Verdict.GOOD


def _is_front(url: str) -> bool:
    """Whether it is a site's front page, where many sites lead what is gone."""
    parts = urlsplit(url)
    steps = filter(None, parts.path.lower().split("/"))
    return not parts.query and all(map(_FRONT.fullmatch, steps))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a link stands."""

    state: str = LinkState.NEW
    good_at: datetime | None = None
    failing_since: datetime | None = None


def judged(before: Standing, found: Verdict, *, at: datetime) -> Standing:
    """Where a link stands after an answer at a moment."""
    since = before.failing_since or at
    match found:
        case Verdict.GOOD:
            return Standing(LinkState.FINE, good_at=at)
        case Verdict.MOVED:
            return Standing(LinkState.MOVED, good_at=at)
        case Verdict.FRONT:
            return Standing(LinkState.FRONT, before.good_at, since)
        case Verdict.WALL:
            return Standing(LinkState.UNSURE, before.good_at, before.failing_since)
        case Verdict.MISSING:
            is_sure = timezone.localdate(since) < timezone.localdate(at)
        case Verdict.TROUBLE:
            is_sure = at - since >= TROUBLE_LASTS
    is_broken = is_sure or before.state == LinkState.BROKEN
    state = LinkState.BROKEN if is_broken else LinkState.FAILING
    return Standing(state, before.good_at, since)


def in_words(status: int | None, error: str) -> str:
    """“Not Found (404)”, or why no answer came; empty when all went well."""
    if status is None:
        return error.removesuffix(".")
    if status < 400:
        return ""
    if status in _SAID:
        return f"{_SAID[status]} ({status})"
    try:
        return f"{HTTPStatus(status).phrase} ({status})"
    except ValueError:
        return f"status {status}"


def said(link: OutsideLink) -> str:
    """“Broken: Not Found (404)”: where a link stands, in words."""
    if link.ignored_reason:
        return f"Ignored: {link.ignored_reason}"
    if link.state == LinkState.FINE and link.redirected_to:
        return "Fine, sent on for the time being"
    label = LinkState(link.state).label
    reason = in_words(link.status, link.error)
    return f"{label}: {reason}" if reason else label
