"""JSON: a list of objects, one term each. RFC 8259. No database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from immunosite.core.jsonlists import items
from immunosite.core.records import Rejected

from .entries import FIELDS, LISTS, Entry, checked, nameless, tidy

_EXPECTED = {
    "rules": "an object such as {“ALL”: [“exact”]}",
    "translations": "an object such as {“es”: “célula”}",
} | dict.fromkeys(LISTS, "a list of texts")


def load(text: str) -> Iterator[Entry | Rejected]:
    """The terms of a file; a single object needs no list around it, and null is what an
    empty cell is in a table. Raises MalformedFile where the file can't be read on."""
    for position, (line, item) in enumerate(items(text, of="terms"), start=1):
        yield _read(position, line, item)


def _read(position: int, line: int, item: Any) -> Entry | Rejected:
    if not isinstance(item, dict):
        reason = "This is no object with the fields of a term."
        return Rejected(position, nameless(position, line), "", reason, line)
    for field, reason in _complaints(item):
        name = item.get("headword")
        shown = name if isinstance(name, str) and name else nameless(position, line)
        return Rejected(position, shown[:200], field, reason, line)
    said = {
        name: _empty(name) if value is None else value for name, value in item.items()
    }
    found: Entry | Rejected = checked(position, line, said)
    return found


def _complaints(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in item.items():
        if name not in FIELDS:
            known = ", ".join(FIELDS)
            yield name[:60], f"There is no such field. The fields are {known}."
        elif value is not None and not _is_right(name, value):
            yield name, f"This must be {_EXPECTED.get(name, 'a text')}."


def _is_right(name: str, value: Any) -> bool:
    if name in LISTS:
        return _is_list(value)
    if name == "rules":
        return isinstance(value, dict) and all(map(_is_list, value.values()))
    if name == "translations":
        return isinstance(value, dict) and _is_list(list(value.values()))
    return isinstance(value, str)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _empty(name: str) -> Any:
    if name in LISTS:
        return []
    return {} if name in ("rules", "translations") else ""


def dump(terms: Iterable[Mapping[str, Any]]) -> str:
    """Terms as JSON; equal ones give equal bytes. Every object has all fields, for one
    that is not there would leave what is there."""
    told = [_told(tidy(term)) for term in terms]
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _told(term: Mapping[str, Any]) -> dict[str, Any]:
    return {name: term.get(name, _empty(name)) for name in FIELDS}
