"""Take the callouts out of a rendered page, to be shown elsewhere. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

import nh3

_SECTION = re.compile(r"<section\b([^>]*)>|</section>")
_KIND = re.compile(r'class="callout callout-([a-z-]+)"')
_TITLE = re.compile(r"\s*<h2[^>]*>(.*?)</h2>\s*", re.DOTALL)
# What is left needs no other place on its page: no links into it, no ids.
_TAGS = {
    *("br", "code", "dd", "del", "dl", "dt", "em", "li", "ol", "p", "pre", "s"),
    *("strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}


@dataclass(frozen=True, slots=True)
class Callout:
    """``title`` is plain text, ``html`` sanitised and without links and ids."""

    kind: str
    title: str
    html: str


def callouts(html: str) -> list[Callout]:
    """The callouts of a page that :func:`immunosite.core.markdown.sanitise` returned,
    in the order in which they end."""
    found: list[Callout] = []
    opened: list[tuple[str, int]] = []
    for match in _SECTION.finditer(html):
        if match[0] != "</section>":
            kind = _KIND.search(match[1])
            opened.append((kind[1] if kind else "", match.end()))
            continue
        name, start = opened.pop()
        if name:
            found.append(_callout(name, html[start : match.start()]))
    return found


def _callout(kind: str, inner: str) -> Callout:
    title = _TITLE.match(inner)
    body = inner[title.end() :] if title else inner
    plain = nh3.clean(title[1], tags=set()) if title else ""
    return Callout(kind, unescape(plain), nh3.clean(body, tags=_TAGS, attributes={}))
