"""CSL-JSON: read strictly, write always the same. Pure.

https://docs.citationstyles.org/en/stable/specification.html (1.0.2) and its JSON
schema. ``custom`` is the schema's own place for what a program adds.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record, by its place in the file from 1, that is no valid item, and why."""

    position: int
    name: str
    field: str
    reason: str


class MalformedFile(ValueError):
    """The file is no JSON list of items; ``line`` is where it can't be read on."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def load(text: str) -> list[dict[str, Any] | Rejected]:
    """The items of a file, in their order; what is no valid item as Rejected.

    A single item needs no list around it. Raises MalformedFile when the whole can't
    be read.
    """
    try:
        items = json.loads(text.removeprefix("\ufeff"), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        message = f"This is not JSON: {error.msg} (column {error.colno})."
        raise MalformedFile(message, error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise MalformedFile(f"This is not JSON that can be read: {error}.") from error
    if isinstance(items, dict):
        items = [items]
    if not isinstance(items, list):
        raise MalformedFile("This is not a list of CSL-JSON items.")
    return [_checked(item, place) for place, item in enumerate(items, start=1)]


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not allowed")


def dump(records: Iterable[Mapping[str, Any]]) -> str:
    """Items as JSON, sorted by id and by variable, so that equal items give equal
    bytes."""
    ordered = sorted(records, key=lambda record: str(record["id"]))
    return json.dumps(ordered, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _checked(item: Any, position: int) -> dict[str, Any] | Rejected:
    if not isinstance(item, dict):
        return Rejected(position, f"item {position}", "", "This is not an item.")
    for variable, reason in complaints(item):
        name = str(item.get("id", "")).strip() or f"item {position}"
        return Rejected(position, *map(_printable, (name, variable, reason)))
    return {**item, "id": str(item["id"])}


def _printable(text: str) -> str:
    return text[:200].encode("utf-8", "backslashreplace").decode()


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
    if isinstance(value, str) and _UNSTORABLE.search(value):
        return "This holds a control character."
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
