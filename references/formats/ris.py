"""RIS, as reference managers write it, on rispy. Pure.

https://en.wikipedia.org/wiki/RIS_(file_format); docs/formats.md has the whole mapping.
rispy gives nothing for a file with a byte order mark, tags in small letters or a record
without an end, so the lines are put right before it sees them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from rispy import RisParser

from immunosite.core.records import MalformedFile, Rejected

from .blocks import TOO_LONG, Block, blocks
from .dates import days_of, is_understood, read_date
from .drafts import Draft
from .markup import read_markup
from .names import looks_short, read_name
from .records import Record
from .ris_tags import (
    BOOKS,
    HANDLED,
    NOT_KEPT,
    READ_TYPES,
    ROLES,
    TEXTS,
)

_START = re.compile(r"^[ \t]*TY {1,2}-", re.MULTILINE | re.IGNORECASE)
_LINE = re.compile(r"[ \t]{0,3}([A-Za-z][A-Za-z0-9])( {1,2})- ?(.*)")
_ISSN = re.compile(r"\b[0-9]{4}-?[0-9]{3}[0-9Xx]\b")
_ISBN = re.compile(r"\b97[89][0-9 -]{10,14}\b|\b[0-9][0-9 -]{8,11}[0-9Xx]\b")
_MARKED = re.compile(r"(PMID|PMCID): *(\S+)")
# rispy's own name for a tag is its small letters; each may come more than once.
_TAGS = {tag: tag.lower() for tag in HANDLED | NOT_KEPT.keys()} | {"UK": "uk"}
Tags = dict[str, list[str]]


class _Parser(RisParser):
    DEFAULT_MAPPING = _TAGS
    DEFAULT_LIST_TAGS = sorted((HANDLED | NOT_KEPT.keys()) - {"TY"})
    DEFAULT_DELIMITER_MAPPING: ClassVar[dict[str, str]] = {}


def load(text: str) -> Iterator[Record | Rejected]:
    """The references of a file. Raises MalformedFile when no record starts in it."""
    records = blocks(text.removeprefix("\ufeff"), _START)
    before = next(records)
    position = 0
    for position, block in enumerate(records, start=1):
        draft = Draft(position, block.line)
        if position == 1 and before.text.strip():
            draft.leave("what stands before the first record", before.text)
        yield draft.reject(TOO_LONG) if block.is_too_long else _read(block, draft)
    if not position:
        raise MalformedFile("No reference starts here: RIS needs a line “TY  - JOUR”.")


def _read(block: Block, draft: Draft) -> Record | Rejected:
    (found,) = _Parser().parse("\n".join(_repaired(block, draft)))
    unknown = found.pop("uk", {})
    found["ty"] = [found["ty"]]
    tags = {
        tag.upper(): [text for text in map(read_markup, values) if text]
        for tag, values in found.items()
    }
    _read_type(tags, draft)
    _read_identifiers(tags, draft)
    _read_titles(tags, draft)
    for role, names in ROLES.items():
        for text in _taken(tags, *names):
            _read_name(role, text, draft)
    _read_dates(tags, draft)
    _read_pages(tags, draft)
    draft.join("keyword", _taken(tags, "KW"), "; ")
    for variable, names in TEXTS.items():
        for tag in names:
            for text in tags.pop(tag, ()):
                draft.put(variable, text, tag)
    for tag, values in [*tags.items(), *unknown.items()]:
        words = f" ({NOT_KEPT[tag]})" if tag in NOT_KEPT else ""
        for text in values:
            draft.leave(f"{tag}{words}", text)
    return draft.finish()


def _repaired(block: Block, draft: Draft) -> list[str]:
    """The lines of one record as rispy wants them, from TY to ER."""
    lines: list[list[str]] = []
    has_ended = False
    for number, line in enumerate(block.text.splitlines(), start=block.line):
        match = _LINE.match(line)
        if match and len(match[2]) == 1 and match[1] not in _TAGS:
            match = None
        if has_ended and line.strip():
            draft.leave(f"line {number}, which stands after the record", line)
        elif match and match[1].upper() == "ER":
            has_ended = True
        elif match:
            lines.append([f"{match[1].upper()}  - {match[3].strip()}"])
        elif line.strip():
            lines[-1].append(line.strip())
    if not has_ended:
        draft.note("The end of the record (a line “ER  - ”) is missing.")
    return [*map(" ".join, lines), "ER  - "]


def _taken(tags: Tags, *names: str) -> list[str]:
    """The texts of these tags, which are then done with."""
    return [text for name in names for text in tags.pop(name, ())]


def _read_type(tags: Tags, draft: Draft) -> None:
    name = "".join(_taken(tags, "TY")).upper()
    draft.csl["type"] = READ_TYPES.get(name, "document")
    if name not in READ_TYPES:
        draft.note(f"The type “{name[:40]}” is not known: read as a document.")
    for key in _taken(tags, "ID"):
        draft.put("id", key, "ID")


def _read_identifiers(tags: Tags, draft: Draft) -> None:
    database = "".join(tags.get("DB", ())).lower()
    if database in ("pubmed", "medline") and "".join(tags.get("AN", ())).isdigit():
        draft.put("PMID", "".join(_taken(tags, "AN", "DB")[:1]), "AN")
    notes = []
    for text in _taken(tags, "N1"):
        if match := _MARKED.fullmatch(text):
            draft.put(match[1], match[2], "N1")
        else:
            notes.append(text)
    draft.join("note", notes, "\n")
    for text in _taken(tags, "UR"):
        draft.put("URL", text, "UR")
    issns = []
    for text in _taken(tags, "SN"):
        if isbns := _ISBN.findall(text):
            for isbn in isbns:
                draft.put("ISBN", isbn.strip(" -"), "SN")
        elif found := _ISSN.findall(text):
            issns += found
        else:
            draft.leave("SN (no ISSN or ISBN)", text)
    draft.join("ISSN", issns, ", ")


def _read_titles(tags: Tags, draft: Draft) -> None:
    """The tags that mean one thing for a book and another for what is part of one."""
    if draft.csl["type"] in BOOKS:
        tags["TI"] = _taken(tags, "TI", "T1", "BT")
        tags["T3"] = _taken(tags, "T2", "T3")
    abbreviated = tags.get("JO", [])
    if abbreviated and (tags.get("T2") or tags.get("JF")):
        tags["J2"] = _taken(tags, "J2", "JO")
    if draft.csl["type"] == "paper-conference":
        for text in _taken(tags, "C3"):
            draft.put("event-title", text, "C3")
    for text in _taken(tags, "M1", "C7"):
        draft.put("number", text, "M1")


def _read_name(role: str, text: str, draft: Draft) -> None:
    name = read_name(text)
    draft.put_name(role, name)
    if looks_short(name):
        draft.note(f"“{text}” has no comma and was read as the name of a group.")


def _read_dates(tags: Tags, draft: Draft) -> None:
    years, days = _taken(tags, "PY", "Y1"), _taken(tags, "DA")
    year = years[0] if years else ""
    for day in days:
        for text in (day, f"{year[:4]} {day}"):
            if is_understood(read_date(text)):
                draft.put_date("issued", text, "DA")
                break
        else:
            if years:
                draft.leave("DA (date)", day)
            else:
                draft.put_date("issued", day, "DA")
    for text in years:
        if "issued" not in draft.csl or not _has_year(draft.csl["issued"], text):
            draft.put_date("issued", text, "PY")
    for text in _taken(tags, "Y2"):
        draft.put_date("accessed", text, "Y2")


def _has_year(date: Mapping[str, Any], text: str) -> bool:
    """Whether a text is no more than the year of a date."""
    days = days_of(date)
    return bool(days) and text.strip(" /") == f"{days[0][0]:04}"


def _read_pages(tags: Tags, draft: Draft) -> None:
    first, last = _taken(tags, "SP"), _taken(tags, "EP")
    if first and not last and draft.csl["type"] in BOOKS and first[0].isdigit():
        draft.put("number-of-pages", first[0], "SP")
    elif first:
        is_range = last and last[0] != first[0]
        draft.put("page", f"{first[0]}-{last[0]}" if is_range else first[0], "SP")
    elif last:
        draft.put("page", last[0], "EP")
    for text in [*first[1:], *last[1:]]:
        draft.leave("SP or EP (pages)", text)
