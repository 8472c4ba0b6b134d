"""From CSL-JSON to a formatted entry, in NLM (Vancouver) style. Pure.

The style file is the Citation Style Language project's, see ``styles/README.md``. What
it prints is described in https://www.nlm.nih.gov/citingmedicine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from os.path import commonprefix
from pathlib import Path
from typing import Any

import nh3
from citeproc import (
    NAMES,
    VARIABLES,
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON

# Kept with every entry: another value makes all of them out of date.
STYLE_VERSION = "nlm-2"
_STYLE = Path(__file__).parent / "styles" / "nlm-citation-sequence.csl"
_SHOWN_AUTHORS = 6
_NESTED = 3
# The page prints these as links beside the entry.
_ELSEWHERE = {"DOI", "PMID", "PMCID", "URL", "ISBN"}
_ALIASES = {"journalAbbreviation": "container-title-short", "event-title": "event"}
_KNOWN = {name.replace("_", "-") for name in VARIABLES} - _ELSEWHERE - {"language"}
_ROLES = {name.replace("_", "-") for name in NAMES}
_NAME_PARTS = ("family", "given", "dropping-particle", "non-dropping-particle")
# The library escapes some fields and others not, and reads meaning into signs. So it
# is given private characters instead; they come back, escaped, when it is done.
_SIGNS = {
    "\ue000": "–",
    "\ue001": "-",
    "\ue002": "&amp;",
    "\ue003": "&lt;",
    "\ue004": "&gt;",
}
_HIDDEN = str.maketrans("&<>", "\ue002\ue003\ue004")
_SHOWN = str.maketrans(_SIGNS)
_MARKUP = re.compile(r"&lt;(i|b|sup|sub)&gt;((?:(?!&lt;/?\1&gt;).)*)&lt;/\1&gt;")
# Zotero's tags that change nothing in this style.
_IDLE = re.compile(r"</?span\b[^<>]*>|</?sc>")
_RANGE = re.compile(r"\A([A-Za-z]*)([0-9]+)\s*[-–]\s*\1([0-9]+)\Z")
# A point after what ends a sentence itself: “Is it safe?. Science.”
_SECOND_STOP = re.compile(r"(?<!\.)([.?!…][”’\"]?(?:</\w+>)*)\.(?=\s|\Z)")
_TAGS = {"i", "b", "sup", "sub"}


@lru_cache(maxsize=1)
def _style() -> CitationStylesStyle:
    style = CitationStylesStyle(str(_STYLE), validate=False, locale="en-US")
    for date in style.root.xpath_search("//cs:macro//cs:date[@form]"):
        # The library forgets the locale's own delimiter: “2015Jan22”.
        date.set("delimiter", " ")
    for unused in style.root.xpath_search(
        "//cs:bibliography/cs:layout/cs:text[@variable='citation-number']"
        "|//cs:macro[@name='bibliography']//cs:text[@macro='availability']"
        "|//cs:macro[@name='bibliography']//cs:text[@macro='notes']"
    ):
        unused.getparent().remove(unused)
    return style


def format_entry(csl: Mapping[str, Any]) -> str:
    """One entry as sanitised HTML, without number, identifiers and addresses.

    ``csl`` is an item that :func:`references.formats.csl_json.complaints` has nothing
    to say against. The words of fields are escaped but for CSL's own i, b, sup, sub.
    """
    item = {"id": "item", "type": csl["type"], **_prepared(csl)}
    bibliography = CitationStylesBibliography(
        _style(), CiteProcJSON([item]), formatter.html
    )
    bibliography.register(Citation([CitationItem("item")]))
    entry = str(bibliography.bibliography()[0]).translate(_SHOWN)
    entry = _SECOND_STOP.sub(r"\1", _marked_up(entry))
    return nh3.clean(entry, tags=_TAGS, attributes={}, link_rel=None)


def _marked_up(text: str) -> str:
    """Escaped text with the rich-text tags that are closed again put back."""
    for _ in range(_NESTED):
        text = _MARKUP.sub(r"<\1>\2</\1>", text)
    return text


def _prepared(csl: Mapping[str, Any]) -> dict[str, Any]:
    """The variables that the library knows and the style prints."""
    prepared: dict[str, Any] = {}
    for name, value in csl.items():
        variable = _ALIASES.get(name, name)
        if variable in _ROLES:
            prepared[variable] = [name for name in map(_name, value) if name]
        elif variable == "page":
            prepared[variable] = _pages(_hidden(value))
        elif variable in _KNOWN and not isinstance(value, dict):
            prepared[variable] = _hidden(value)
    if prepared.get("number-of-pages", "").isdigit():
        prepared["number-of-pages"] += " p"
    if date := _first_date(csl.get("issued", {})):
        prepared["issued"] = {"date-parts": [date]}
    authors = prepared.get("author", [])
    container = prepared.get("container-title")
    if container and [name.get("literal") for name in authors] == [container]:
        del prepared["container-title"]
    is_complete = csl.get("custom", {}).get("authors_complete", True)
    if authors and not is_complete and len(authors) <= _SHOWN_AUTHORS:
        prepared["author"] = [*authors, {"literal": "et al"}]
    return {name: value for name, value in prepared.items() if value}


def _hidden(value: Any) -> str:
    return " ".join(_IDLE.sub("", str(value)).translate(_HIDDEN).split())


def _name(name: Mapping[str, Any]) -> dict[str, str]:
    parts = {part: _hidden(name[part]) for part in _NAME_PARTS if name.get(part)}
    literal = _hidden(name.get("literal", "")) or parts.get("given", "")
    if name.get("literal") or not parts.get("family"):
        return {"literal": literal} if literal else {}
    suffix = _hidden(name.get("suffix", "")).rstrip(".")
    return {**parts, "suffix": suffix} if suffix else parts


def _pages(pages: str) -> str:
    """Ranges without the digits that both ends share: ``1715-1768`` → ``1715–68``.

    The library drops one too many from ``1-10``, so it is given no dash to see.
    """
    parts = [_page_range(part.strip()) for part in pages.split(",")]
    return ", ".join(parts).replace("-", "\ue001")


def _page_range(pages: str) -> str:
    match = _RANGE.match(pages)
    if match is None:
        return pages.replace("–", "\ue000")
    letters, first, last = match.groups()
    same = 0
    if len(first) == len(last) and first < last:
        same = len(commonprefix([first, last[:-1]]))
    return f"{letters}{first}\ue000{'' if same else letters}{last[same:]}"


def _first_date(value: Mapping[str, Any]) -> list[int] | None:
    """Year, month, day, as far as they are known; a range's beginning."""
    if value.get("date-parts"):
        return [int(part) for part in value["date-parts"][0]]
    words = f"{value.get('raw', '')} {value.get('literal', '')}"
    match = re.search(r"\b[0-9]{4}\b", words)
    return [int(match[0])] if match else None


def columns_of(csl: Mapping[str, Any]) -> dict[str, Any]:
    """What the columns of a reference hold of its record: the plain words and the
    entry. ``csl`` is as for :func:`format_entry`."""
    year = year_of(csl)
    return {
        "title": plain_text(csl["title"]),
        "authors": "; ".join(map(plain_name, csl.get("author", []))),
        "container": plain_text(csl.get("container-title", "")),
        "year": year if year and year > 0 else None,
        "entry": format_entry(csl),
        "entry_by": STYLE_VERSION,
    }


def year_of(csl: Mapping[str, Any]) -> int | None:
    """The year of issue, where one is known; negative before Christ."""
    date = _first_date(csl.get("issued", {}))
    return date[0] if date else None


def plain_text(value: Any) -> str:
    """A field's words without CSL's rich-text tags."""
    text = _IDLE.sub("", str(value))
    return " ".join(re.sub(r"</?(?:i|b|sup|sub)>", "", text).split())


def plain_name(name: Mapping[str, Any]) -> str:
    """``van den Berg Jan`` or the name of a group: the family name first."""
    parts = ("non-dropping-particle", "family", "given")
    return name.get("literal") or " ".join(
        name[part] for part in parts if name.get(part)
    )
