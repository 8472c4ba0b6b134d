"""From CSL-JSON to the items that the style's elements read. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from citeproc.source import (
    CitationItem,
    Date,
    DateRange,
    LiteralDate,
    Name,
    Reference,
)

from references.formats.csl_json import DATES, NAMES

_ALIASES = {
    "journalAbbreviation": "container-title-short",
    "shortTitle": "title-short",
    "event": "event-title",
}
_UNPRINTED = frozenset(
    "id type custom categories citation-key citation-label citation-number locator "
    "year-suffix first-reference-note-number".split()
)
_NAME_PARTS = ("family", "given", "dropping-particle", "non-dropping-particle")
# The library escapes some fields and others not. So it is given private characters
# for the signs of HTML; they come back, escaped, when it is done.
AND = "\ue002"
_SIGNS = {AND: "&amp;", "\ue003": "&lt;", "\ue004": "&gt;"}
# Around words that keep their case, as Zotero marks them.
_KEPT, _END = "\ue005", "\ue006"
_HIDDEN = str.maketrans("&<>", "".join(_SIGNS))
_SHOWN = str.maketrans(_SIGNS | {_KEPT: "", _END: ""})
_NO_CASE = re.compile(r'<span class="nocase">((?:(?!</?span).)*)</span>')
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_QUOTED = re.compile(r'(?<![\w=])"([^"]+)"(?!\w)')
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_LITERAL = frozenset(("DOI", "ISBN", "ISSN", "PMCID", "PMID", "URL"))
# Tags that change nothing in our styles.
_IDLE = re.compile(r"</?span\b[^<>]*>|</?sc>")
_ISO = r"(-?[0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?"
_WRITTEN = re.compile(rf"\A\s*{_ISO}([?~%])?(?:/{_ISO}[?~%]?)?\s*\Z")
_SEASONS = ("spring", "summer", "autumn", "winter")


class Record(Reference):
    """The variables of an item, whose names may be written with ``-`` or ``_``."""

    def __init__(self, kind: str, variables: Mapping[str, Any]) -> None:
        # Not the library's own: it knows only the variables of CSL 1.0.1.
        object.__setattr__(self, "type", kind)
        self.update({_bare(name): value for name, value in variables.items()})

    def __getitem__(self, name: str) -> Any:
        return super().__getitem__(_bare(name))

    def __contains__(self, name: object) -> bool:
        return super().__contains__(_bare(str(name)))

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(_bare(name), default)


class Item(CitationItem):
    """One rendering of a record: how many variables were ``asked`` for, which were
    ``printed``, and which of these a substitute ``used_up``."""

    def __init__(self, record: Record, *, is_incomplete: bool) -> None:
        super().__init__("item")
        self.update(record=record, is_incomplete=is_incomplete)
        self.update(asked=0, printed=[], used_up=set())

    @property
    def reference(self) -> Record:
        return self["record"]


def _bare(name: str) -> str:
    return name.replace("-", "_")


def prepare(
    csl: Mapping[str, Any], *, plain_suffixes: bool, drops_publisher: bool
) -> Item:
    """An item for one rendering of a valid CSL-JSON record.

    ``plain_suffixes``: “Jr” for “Jr.”. A site or publisher whose name is that of the
    only author is not named again; ``drops_publisher`` says whether that goes for
    publishers.
    """
    variables = _variables(csl, plain_suffixes)
    authors = variables.get("author", [])
    repeated = ("container-title", "publisher")[: 2 if drops_publisher else 1]
    for name in repeated:
        if name in variables and authors == [{"literal": variables[name]}]:
            del variables[name]
    is_complete = csl.get("custom", {}).get("authors_complete", True)
    if is_incomplete := bool(authors) and not is_complete:
        variables["author"] = [*authors, Name(literal="others")]
    return Item(Record(csl["type"], variables), is_incomplete=is_incomplete)


def _variables(csl: Mapping[str, Any], plain_suffixes: bool) -> dict[str, Any]:
    """What a style may print, each also under the other name that it has."""
    variables = {
        name: prepared
        for name, value in csl.items()
        if name not in _UNPRINTED
        and (prepared := _prepared(name, value, plain_suffixes))
    }
    for other, name in _ALIASES.items():
        if other in variables:
            variables.setdefault(name, variables[other])
    if "event-title" in variables:
        variables["event"] = variables["event-title"]
    if "page" in variables:
        first = re.match(r"[^\s,–-]+", variables["page"])
        variables.setdefault("page-first", first[0] if first else variables["page"])
    return variables


def _prepared(name: str, value: Any, plain_suffixes: bool) -> Any:
    if name in NAMES:
        return [n for n in (_name(each, plain_suffixes) for each in value) if n]
    if name in DATES:
        return _date(value)
    if name == "language":
        return str(value)[:2].lower()
    return hidden(value) if name in _LITERAL else _words(value)


def _words(value: Any) -> str:
    curly = _QUOTED.sub(r"“\1”", _NO_CASE.sub(rf"{_KEPT}\1{_END}", str(value)))
    return hidden(_APOSTROPHE.sub("’", curly))


def hidden(value: Any) -> str:
    """A field's words, with private characters for the signs of HTML."""
    return " ".join(_IDLE.sub("", str(value)).translate(_HIDDEN).split())


def shown(text: str) -> str:
    """What :func:`hidden` hid, escaped for HTML."""
    return text.translate(_SHOWN)


def _name(name: Mapping[str, Any], plain_suffixes: bool) -> Name | None:
    parts = {part: _words(name[part]) for part in _NAME_PARTS if name.get(part)}
    literal = _words(name.get("literal", "")) or parts.get("given", "")
    if name.get("literal") or not parts.get("family"):
        return Name(literal=literal) if literal else None
    if all(_EAST_ASIAN.fullmatch(parts.get(p, "")) for p in ("family", "given")):
        return Name(literal=parts["family"] + parts["given"])
    if suffix := hidden(name.get("suffix", "")):
        parts["suffix"] = suffix.rstrip(".") if plain_suffixes else suffix
    return Name(**{part: text for part, text in parts.items() if text})


def _date(value: Mapping[str, Any]) -> Any:
    """A Date, DateRange or LiteralDate; None for a date that says nothing."""
    circa = str(value.get("circa", "")).lower() not in ("", "0", "false")
    dates = [[int(part) for part in parts] for parts in value.get("date-parts", [])]
    words = value.get("literal") or value.get("raw") or value.get("edtf") or ""
    if not dates and (match := _WRITTEN.match(str(words))):
        groups = match.groups()
        circa = circa or bool(groups[3])
        dates = [
            [int(part) for part in parts if part]
            for parts in (groups[:3], groups[4:])
            if parts[0]
        ]
    if not dates:
        text = hidden(words)
        return LiteralDate(text, circa=circa) if text else None
    # An end in the year 0 is an open end.
    made = [_single(parts, value, circa) for parts in dates if parts[0]]
    if len(made) == 2:
        return DateRange(begin=made[0], end=made[1], circa=circa)
    return made[0] if made else None


def _single(parts: list[int], value: Mapping[str, Any], circa: bool) -> Date:
    named = dict(zip(("year", "month", "day"), parts, strict=False))
    if season := _season(value.get("season")):
        named.setdefault("season", season)
    return Date(circa=circa, **named)


def _season(value: Any) -> int | None:
    """1 (spring) to 4 of a number, or of a name in English."""
    text = str(value).strip().lower()
    if text in _SEASONS:
        return _SEASONS.index(text) + 1
    return int(text) if text in ("1", "2", "3", "4") else None


def first_date(value: Mapping[str, Any]) -> list[int] | None:
    """Year, month, day, as far as they are known; a range's beginning."""
    if value.get("date-parts"):
        return [int(part) for part in value["date-parts"][0]]
    words = f"{value.get('raw', '')} {value.get('literal', '')} {value.get('edtf', '')}"
    match = re.search(r"\b[0-9]{4}\b", words)
    return [int(match[0])] if match else None


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
