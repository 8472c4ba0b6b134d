"""What a web page says about itself, as a CSL-JSON item. Pure.

Highwire's tags are those that Google Scholar reads:
https://scholar.google.com/intl/en/scholar/inclusion.html#indexing. Dublin Core:
https://www.dublincore.org/specifications/dublin-core/dcq-html/. Open Graph: https://ogp.me.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from .cleaning import plain
from .identifiers import InvalidIdentifier, parse_doi, parse_pmid

_DOI_TAGS = ("citation_doi", "dc.identifier", "dc.identifier.doi", "prism.doi", "doi")
_PMID_TAGS = ("citation_pmid",)
_PAGES = (("citation_firstpage",), ("citation_lastpage",))
# CSL variable → the tags that tell it, the most trusted first.
_TAGS = {
    "title": (
        "citation_title",
        "dc.title",
        "dcterms.title",
        "og:title",
        "twitter:title",
    ),
    "container-title": ("citation_journal_title", "og:site_name", "application-name"),
    "publisher": ("citation_publisher", "dc.publisher", "dcterms.publisher"),
    "volume": ("citation_volume",),
    "issue": ("citation_issue",),
    "language": ("citation_language", "dc.language"),
    "ISSN": ("citation_issn",),
}
_AUTHORS = ("citation_author", "dc.creator", "dcterms.creator", "author")
_ISSUED = (
    *("citation_publication_date", "citation_date", "citation_online_date"),
    *("dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date"),
    *("article:published_time", "date", "article:modified_time", "dcterms.modified"),
)
_DATE = re.compile(
    r"\A\s*([0-9]{4})(?:[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?)?(?![0-9])"
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.I)
# Those of pages; Python has others, some of which take long or are no text.
_CODECS = re.compile(
    r"(?:utf-8|utf-16(?:-[bl]e)?|ascii|cp125[0-8]|cp932|cp949|iso8859-[0-9]+|koi8-[ru]"
    r"|gb2312|gbk|gb18030|big5|shift_jis|euc_(?:jp|kr))\Z"
)
# As browsers read them (WHATWG Encoding, 4.2).
_WIDER = {"ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gbk"}
_MOST = 900
_HEAD = 4_096


@dataclass(slots=True)
class Page:
    """The tags that tell something, by name in lower case, in their order."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    title: str = ""
    language: str = ""

    def first(self, names: tuple[str, ...]) -> str:
        """The text of the first of these tags that has one."""
        return next((text for name in names for text in self.meta.get(name, ())), "")


def read_page(body: bytes, charset: str = "") -> Page:
    """The tags of a page; ``charset`` is what its server says."""
    reader = _Reader()
    reader.feed(_decoded(body, charset))
    reader.close()
    reader.page.title = " ".join("".join(reader.title).split())
    return reader.page


def doi_of(page: Page) -> str:
    """The DOI that a page gives as its own; empty when it gives none."""
    for text in (text for name in _DOI_TAGS for text in page.meta.get(name, ())):
        try:
            return parse_doi(text)
        except InvalidIdentifier:
            continue
    return ""


def pmid_of(page: Page) -> str:
    """The PMID that a page gives as its own; empty when it gives none."""
    try:
        return parse_pmid(page.first(_PMID_TAGS))
    except InvalidIdentifier:
        return ""


def item_of(page: Page, url: str, accessed: tuple[int, int, int]) -> dict[str, Any]:
    """The item of a page that was read at ``url`` on a day. It has no title when the
    page has none, and no id."""
    told = {name: plain(page.first(tags))[:_MOST] for name, tags in _TAGS.items()}
    told["title"] = told["title"] or plain(page.title)[:_MOST]
    told["language"] = told["language"] or page.language[:40]
    told["container-title"] = told["container-title"][:400]
    item: dict[str, Any] = {name: text for name, text in told.items() if text}
    is_article = "citation_journal_title" in page.meta
    item["type"] = "article-journal" if is_article else "webpage"
    if pages := "-".join(filter(None, map(page.first, _PAGES))):
        item["page"] = plain(pages)[:40]
    if authors := _authors(page):
        item["author"] = authors
    if issued := _date(page.first(_ISSUED)):
        item["issued"] = {"date-parts": [issued]}
    return item | {"URL": url, "accessed": {"date-parts": [list(accessed)]}}


def _authors(page: Page) -> list[dict[str, str]]:
    tag = next((name for name in _AUTHORS if page.meta.get(name)), "")
    names = (plain(text)[:_MOST] for text in page.meta.get(tag, ()))
    # Highwire and Dublin Core have one name a tag; only they part the family's.
    is_parted = tag != "author"
    return [_author(name, is_parted) for name in names if _is_name(name)]


def _is_name(text: str) -> bool:
    return bool(text) and "://" not in text and "@" not in text


def _author(name: str, is_parted: bool) -> dict[str, str]:
    family, _, given = (part.strip() for part in name.partition(","))
    if is_parted and family and given and "," not in given:
        return {"family": family, "given": given}
    return {"literal": name}


def _date(text: str) -> list[int]:
    match = _DATE.match(text)
    parts = [int(part) for part in match.groups() if part] if match else []
    spans = ((1, 9999), (1, 12), (1, 31))
    known = [
        least <= part <= most for part, (least, most) in zip(parts, spans, strict=False)
    ]
    return parts[: (known + [False]).index(False)]


def _decoded(body: bytes, charset: str) -> str:
    """A page's text: a byte order mark, then what the server says, then what the page
    says (WHATWG HTML, 13.2.3). What can't be read becomes a mark and harms nothing."""
    declared = _CHARSET.search(body[:_HEAD])
    for name in (charset, declared[1].decode() if declared else "", "utf-8"):
        try:
            codec = codecs.lookup(name).name if name else ""
            if _CODECS.match(codec):
                return body.decode(_WIDER.get(codec, codec)).removeprefix("\ufeff")
        except (LookupError, ValueError):
            continue
    return body.decode("cp1252", "replace")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.title: list[str] = []
        self._in_title = False
        self._in_drawing = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told: Mapping[str, str] = {name: text or "" for name, text in attrs}
        if tag == "meta":
            name = (told.get("name") or told.get("property") or "").strip().lower()
            text = " ".join(told.get("content", "").split())
            if name and text:
                self.page.meta.setdefault(name, []).append(text)
        elif tag == "html":
            self.page.language = told.get("lang", "").strip()
        elif tag == "svg":
            self._in_drawing += 1
        elif tag == "title":
            # A drawing has titles of its own.
            self._in_title = not self.title and not self._in_drawing

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif tag == "svg":
            self._in_drawing = max(self._in_drawing - 1, 0)

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)
