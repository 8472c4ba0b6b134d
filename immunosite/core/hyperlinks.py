"""The links of a compiled page that lead out of the site. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

_SCHEMES = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Hyperlink:
    """An address without its fragment, and the words that lead there."""

    url: str
    words: str


def outside_address(href: str, *, site: str) -> str:
    """The address that ``href`` leads to when it is not of the ``site`` ("https://…"),
    without its fragment, which no server is told; else an empty text."""
    url = href.partition("#")[0]
    if url.startswith("//"):
        url = site.partition("//")[0] + url
    if not url.lower().startswith(_SCHEMES):
        return ""
    is_own = url == site or url.startswith((f"{site}/", f"{site}?"))
    return "" if is_own else url


def outside_links(html: str, *, site: str) -> list[Hyperlink]:
    """The links of ``html``, in its order; a picture in a link gives its description."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    found = []
    for href, words in reader.links:
        if url := outside_address(href, site=site):
            found.append(Hyperlink(url, " ".join("".join(words).split())))
    return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, list[str]]] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self.links.append((given.get("href") or "", []))
            self._is_inside = True
        elif tag == "img":
            self.handle_data(given.get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._is_inside = False

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.links[-1][1].append(data)
