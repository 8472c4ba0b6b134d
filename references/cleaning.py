"""What services call CSL-JSON, made CSL-JSON. Pure.

Crossref, DataCite and NCBI add variables of their own, give lists where CSL has a text
and leave HTML in titles. What can't be carried over is named.
Crossref: https://github.com/CrossRef/rest-api-doc/blob/master/api_format.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from .formats.csl_json import DATES, NAMES, TEXTS, TYPES, complaints
from .identifiers import PARSERS, InvalidIdentifier

# Crossref's own types, which its works are of when they are not asked for as CSL.
_TYPES = {
    "journal-article": "article-journal",
    "book-chapter": "chapter",
    "book-part": "chapter",
    "book-section": "chapter",
    "proceedings-article": "paper-conference",
    "posted-content": "article",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
    "reference-entry": "entry",
    "dissertation": "thesis",
    "report-component": "report",
    "peer-review": "review",
    "database": "dataset",
}
# Their names of what CSL has another name for, taken where CSL's own is absent.
_RENAMED = {
    "short-container-title": "container-title-short",
    "publisher-location": "publisher-place",
    "edition-number": "edition",
    "article-number": "page",
    "published": "issued",
    "published-print": "issued",
    "published-online": "issued",
}
# In CSL, but about the service or the processor, or a text that is the publisher's.
_UNWANTED = frozenset(
    """abstract accessed annote archive call-number citation-key citation-label
    citation-number first-reference-note-number id locator note source status
    year-suffix""".split()
)
_NAME_PARTS = (
    *("family", "given", "suffix", "literal"),
    *("dropping-particle", "non-dropping-particle"),
)
_DATE_TEXTS = ("season", "circa", "literal", "raw")
_VERBATIM = frozenset(("URL", "DOI", "PMID", "PMCID", "ISBN", "ISSN"))
_MARKS = {"i": "i", "em": "i", "italic": "i", "b": "b", "strong": "b", "bold": "b"}
_MARKS |= {"sup": "sup", "sub": "sub"}
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|#[0-9]{1,6}|#x[0-9a-fA-F]{1,6});")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def cleaned(answer: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """(item, names of what was left out), of an answer of a service.

    The item has no id. Only its title may still have something against it, see
    :func:`references.formats.csl_json.complaints`.
    """
    item: dict[str, Any] = {"type": _type(answer)}
    left_out = [] if item["type"] == answer.get("type") else ["type"]
    for name, value in answer.items():
        ours = _RENAMED.get(name, name)
        if value in (None, "", [], {}) or name in ("type", "subtitle"):
            continue
        if ours in item or (ours != name and answer.get(ours)):
            left_out.append(name)
            continue
        carried, lost = _carried(ours, value)
        left_out += [name if not part else f"{name}.{part}" for part in lost]
        if carried not in (None, "", [], {}):
            item[ours] = carried
    _add_subtitle(item, answer)
    if "DOI" in item and "doi.org/" in item.get("URL", "").lower():
        del item["URL"]
    for variable, _ in list(complaints({"id": "-", "title": "-", **item})):
        if variable != "title" and item.pop(variable, None):
            left_out.append(variable)
    return item, sorted(set(left_out))


def _type(answer: Mapping[str, Any]) -> str:
    told = str(answer.get("type", ""))
    return told if told in TYPES else _TYPES.get(told, "document")


def _carried(name: str, value: Any) -> tuple[Any, list[str]]:
    """A value as CSL has it, and the parts that were lost, "" for all of it."""
    if name in _UNWANTED:
        return None, [""]
    if name in NAMES and isinstance(value, list):
        return _names(value)
    if name in DATES and isinstance(value, Mapping):
        date = _date(value)
        return date, [] if date else [""]
    if name in TEXTS:
        text = _identifier(name, value) if name in _VERBATIM else _text(value)
        return text, [] if text else [""]
    return None, [""]


def _names(value: list[Any]) -> tuple[list[dict[str, str]], list[str]]:
    names, lost = [], set()
    for told in value:
        if not isinstance(told, Mapping):
            lost.add("")
            continue
        parts = {"literal": told.get("name"), **told}
        name = {part: plain(parts[part]) for part in _NAME_PARTS if parts.get(part)}
        lost |= {str(part)[:60] for part in told if part not in (*_NAME_PARTS, "name")}
        if any(name.get(part) for part in ("family", "given", "literal")):
            names.append({part: text for part, text in name.items() if text})
    return names, sorted(lost - {"sequence"})


def _date(value: Mapping[str, Any]) -> dict[str, Any]:
    found = value.get("date-parts")
    dates = [
        list(_known_parts(date)) for date in found or () if isinstance(date, list)
    ] if isinstance(found, list) else []  # fmt: skip
    dates = [date for date in dates if date]
    texts = {
        part: text
        for part in _DATE_TEXTS
        if isinstance(text := value.get(part), str | int) and text not in ("", False)
    }
    return {**({"date-parts": dates[:2]} if dates else {}), **texts}


def _known_parts(date: list[Any]) -> Iterator[int]:
    """Year, month and day up to the first that is not known."""
    for part in date[:3]:
        if isinstance(part, bool) or not re.fullmatch(r"-?[0-9]{1,4}", str(part)):
            return
        if int(part) == 0:
            return
        yield int(part)


def _text(value: Any) -> str | int | float | None:
    """A text, or the first of several."""
    if isinstance(value, list):
        value = next((one for one in value if one not in (None, "")), None)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return marked_up(value) if isinstance(value, str) else None


def _identifier(name: str, value: Any) -> str:
    """The first of one or several that is one, in its canonical form."""
    parse = PARSERS.get(name.lower())
    for one in value if isinstance(value, list) else [value]:
        text = _CONTROL.sub("", str(one)).strip()
        if name == "URL" and not text.startswith(("https://", "http://")):
            continue
        try:
            return parse(text) if parse else text
        except InvalidIdentifier:
            continue
    return ""


def _add_subtitle(item: dict[str, Any], answer: Mapping[str, Any]) -> None:
    title, subtitle = item.get("title"), _text(answer.get("subtitle"))
    if isinstance(title, str) and isinstance(subtitle, str) and subtitle:
        if subtitle.casefold() not in title.casefold():
            item["title"] = f"{title.rstrip(' :')}: {subtitle}"


def plain(value: Any) -> str:
    """A text without any markup, in one line."""
    return re.sub(r"</?(?:i|b|sup|sub)>", "", marked_up(str(value)))


def marked_up(text: str) -> str:
    """HTML, JATS and MathML as one line with only CSL's i, b, sup and sub, each closed."""
    once = _Marker.read(text)
    # Some publishers escape what they send twice.
    return _Marker.read(once) if _ENTITY.search(once) else once


class _Marker(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.open: list[str] = []

    @classmethod
    def read(cls, text: str) -> str:
        reader = cls()
        reader.feed(text)
        reader.close()
        reader.pieces += [f"</{mark}>" for mark in reversed(reader.open)]
        return " ".join(_CONTROL.sub(" ", "".join(reader.pieces)).split())

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        mark = _MARKS.get(tag.rpartition(":")[2])
        if mark:
            self.open.append(mark)
            self.pieces.append(f"<{mark}>")
        elif tag.rpartition(":")[2] in ("br", "p", "break"):
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        mark = _MARKS.get(tag.rpartition(":")[2])
        if mark in self.open:
            while True:
                last = self.open.pop()
                self.pieces.append(f"</{last}>")
                if last == mark:
                    break
