"""CSL-JSON: read strictly, write always the same. Pure.

https://docs.citationstyles.org/en/stable/specification.html (1.0.2) and its JSON
schema. ``custom`` is the schema's own place for what a program adds.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from immunosite.core.jsonlists import items
from immunosite.core.records import Rejected

from .records import Record

TYPES = frozenset(
    """article article-journal article-magazine article-newspaper bill book broadcast
    chapter classic collection dataset document entry entry-dictionary
    entry-encyclopedia event figure graphic hearing interview legal_case legislation
    manuscript map motion_picture musical_score pamphlet paper-conference patent
    performance periodical personal_communication post post-weblog regulation report
    review review-book software song speech standard thesis treaty webpage""".split()
)
NAMES = frozenset(
    """author chair collection-editor compiler composer container-author contributor
    curator director editor editorial-director executive-producer guest host
    illustrator interviewer narrator organizer original-author performer producer
    recipient reviewed-author script-writer series-creator translator""".split()
)
DATES = frozenset(
    "accessed available-date event-date issued original-date submitted".split()
)
TEXTS = frozenset(
    """abstract annote archive archive_collection archive_location archive-place
    authority call-number chapter-number citation-key citation-label citation-number
    collection-number collection-title container-title container-title-short
    dimensions division DOI edition event event-place event-title
    first-reference-note-number genre id ISBN ISSN issue journalAbbreviation jurisdiction
    keyword language license locator medium note number number-of-pages
    number-of-volumes original-publisher original-publisher-place original-title page
    page-first part part-title PMCID PMID printing publisher publisher-place references
    reviewed-genre reviewed-title scale section shortTitle source status
    supplement-number title title-short type URL version volume volume-title
    volume-title-short year-suffix""".split()
)
_NAME_PARTS = frozenset(
    "family given dropping-particle non-dropping-particle suffix literal".split()
)
# Parts of names and dates that may also be numbers or truth values.
_NAME_SWITCHES = frozenset("comma-suffix static-ordering parse-names".split())
_DATE_TEXTS = frozenset("season circa literal raw edtf".split())
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
# The most characters of a text, and those of the texts that may be longer or shorter.
_MOST = 1_000
_LIMITS = {"container-title": 500} | dict.fromkeys(
    ("abstract", "annote", "keyword", "note", "references"), 100_000
)
# The least and the greatest year, month and day.
_SPANS = ((-9999, 9999), (1, 12), (1, 31))
MAX_DEPTH = 20


def load(text: str) -> Iterator[Record | Rejected]:
    """The items of a file, in their order; what is no valid item as Rejected.

    A single item needs no list around it. Raises MalformedFile where the file can't
    be read on.
    """
    for position, (line, item) in enumerate(items(text, of="CSL-JSON items"), start=1):
        yield _checked(item, position, line)


def dump(records: Iterable[Mapping[str, Any]]) -> str:
    """Items as JSON, sorted by id and by variable, so that equal items give equal
    bytes."""
    ordered = sorted(records, key=lambda record: str(record["id"]))
    return json.dumps(ordered, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _checked(item: Any, position: int, line: int) -> Record | Rejected:
    if not isinstance(item, dict):
        return Rejected(position, f"item {position}", "", "This is not an item.", line)
    for variable, reason in complaints(item):
        name = str(item.get("id", "")).strip() or f"item {position}"
        name, field, words = map(printable, (name, variable, reason))
        return Rejected(position, name, field, words, line)
    return Record(position, line, {**item, "id": str(item["id"])})


def printable(text: str) -> str:
    """The start of a text, with what can't be stored spelled out."""
    return _UNSTORABLE.sub(lambda sign: repr(sign[0])[1:-1], text[:200])


def complaints(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with an item, as (variable, reason)."""
    if not str(item.get("id", "")).strip():
        yield "id", "The id is missing."
    if not isinstance(item.get("type"), str) or item["type"] not in TYPES:
        yield "type", f"“{str(item.get('type', ''))[:60]}” is not a type of CSL 1.0.2."
    if not isinstance(item.get("title"), str) or not item["title"].strip():
        yield "title", "The title is missing."
    for variable, value in item.items():
        if reason := _complaint(variable, value):
            yield variable, reason


def _complaint(variable: str, value: Any) -> str:
    if reason := _unstorable(value, MAX_DEPTH):
        return reason
    if variable in NAMES:
        return _names_complaint(value)
    if variable in DATES:
        return _date_complaint(value)
    if variable == "custom":
        return "" if isinstance(value, dict) else "This must be an object."
    if variable == "categories":
        is_list = isinstance(value, list) and all(isinstance(v, str) for v in value)
        return "" if is_list else "This must be a list of texts."
    if variable not in TEXTS:
        return "CSL 1.0.2 has no such variable."
    if not _is_text(value):
        return "This must be text or a number."
    return _length_complaint(value, _LIMITS.get(variable, _MOST))


def _length_complaint(value: Any, most: int) -> str:
    return f"Longer than {most:,} characters." if len(str(value)) > most else ""


def _unstorable(value: Any, depth: int) -> str:
    """Why a value of any shape can't be kept in a database, if it can't."""
    if isinstance(value, str):
        is_bad = _UNSTORABLE.search(value)
        return "This holds a control character." if is_bad else ""
    if isinstance(value, float) and not math.isfinite(value):
        return "This number is too great."
    if isinstance(value, dict | list) and not depth:
        return f"This is nested more than {MAX_DEPTH} deep."
    inner: Iterable[Any] = ()
    if isinstance(value, dict):
        inner = chain(value.keys(), value.values())
    elif isinstance(value, list):
        inner = value
    return next(filter(None, (_unstorable(part, depth - 1) for part in inner)), "")


def _is_text(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _names_complaint(value: Any) -> str:
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        return "This must be a list of names."
    for name in value:
        for part, text in name.items():
            if part not in _NAME_PARTS | _NAME_SWITCHES:
                return f"A name has no part “{part[:60]}”."
            if part in _NAME_PARTS and not isinstance(text, str):
                return f"The part “{part}” of a name must be text."
            if not isinstance(text, str | int | float):
                return f"The part “{part}” of a name must be plain."
            if reason := _length_complaint(text, _MOST):
                return reason
        if not any(
            name.get(part, "").strip() for part in ("family", "given", "literal")
        ):
            return "A name is empty."
    return ""


def _date_complaint(value: Any) -> str:
    if not isinstance(value, dict):
        return "This must be a date object."
    for part, text in value.items():
        if part != "date-parts" and part not in _DATE_TEXTS:
            return f"A date has no part “{part[:60]}”."
        if part in _DATE_TEXTS and not isinstance(text, str | int | float):
            return f"The part “{part}” of a date must be plain."
    dates = value.get("date-parts", [])
    if not isinstance(dates, list) or len(dates) > 2:
        return "date-parts must hold one or two dates."
    for date in dates:
        if not isinstance(date, list) or not 1 <= len(date) <= 3:
            return "A date has one to three parts: year, month, day."
        if not all(
            _is_number(part, *span) for part, span in zip(date, _SPANS, strict=False)
        ):
            return "The parts of a date are numbers: year, month 1–12, day 1–31."
    return ""


def _is_number(part: Any, least: int, most: int) -> bool:
    is_number = not isinstance(part, bool) and re.fullmatch(r"-?[0-9]{1,4}", str(part))
    return bool(is_number) and least <= int(part) <= most
