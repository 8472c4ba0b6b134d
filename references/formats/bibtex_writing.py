"""BibTeX written; :mod:`references.formats.bibtex` reads it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .bibtex_fields import (
    CODES,
    DATES,
    IN_JOURNALS,
    NEAREST_TYPES,
    NUMBERED,
    ROLES,
    TEXTS,
    WRITTEN_TYPES,
)
from .dates import days_of, write_edtf
from .latex import write_latex
from .names import (
    family_of,
    given_of,
    has_particle,
    is_complete,
)

_AND = re.compile(r"\band\b|,", re.IGNORECASE)


def dump(items: Iterable[Mapping[str, Any]]) -> str:
    """References as BibTeX; what it can't carry is left out (docs/formats.md)."""
    return "\n".join(map(_written, items))


def _written(item: Mapping[str, Any]) -> str:
    kind = str(item.get("type", ""))
    name = WRITTEN_TYPES.get(kind) or NEAREST_TYPES.get(kind, "misc")
    fields = {field: text for field, text in _fields(item, kind) if text}
    lines = [f"  {field} = {{{text}}}," for field, text in fields.items()]
    key = re.sub(r"[\s,{}()=\"#%\\'~]", "", str(item.get("id", "")))
    return "\n".join([f"@{name}{{{key},", *lines, "}"]) + "\n"


def _fields(item: Mapping[str, Any], kind: str) -> Iterator[tuple[str, str]]:
    if kind not in WRITTEN_TYPES:
        yield "entrysubtype", kind
    for role, field in ROLES.items():
        yield field, _written_names(item, role)
    for variable, (field, *_) in TEXTS.items():
        text = write_latex(item.get(variable, ""), protect=variable == "title")
        yield field, text
    container = "journal" if kind in IN_JOURNALS else "booktitle"
    yield container, write_latex(item.get("container-title", ""))
    yield from _written_date(item.get("issued", {}))
    for variable, field in DATES.items():
        yield field, _written_day(item.get(variable, {}))
    yield "pages", write_latex(item.get("page", "")).replace("-", "--")
    yield from _written_numbers(item, kind)
    for variable, (field, *_) in CODES.items():
        text = str(item.get(variable, ""))
        yield field, text.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def _written_numbers(item: Mapping[str, Any], kind: str) -> Iterator[tuple[str, str]]:
    """What is the number of the field of this name depends on the type."""
    issue, own, series = (
        write_latex(item.get(variable, ""))
        for variable in ("issue", "number", "collection-number")
    )
    if kind in IN_JOURNALS:
        yield from (("number", issue), ("eid", own))
    elif kind in NUMBERED:
        yield from (("number", own), ("issue", issue))
    else:
        yield from (("number", series), ("issue", issue), ("eid", own))


def _written_date(date: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Year and month for all programs, the whole date for biblatex where it says more."""
    days, text = days_of(date), write_edtf(date)
    year = f"{days[0][0]:04}" if days and days[0][0] >= 0 else ""
    month = f"{days[0][1]:02}" if year and len(days[0]) > 1 else ""
    yield from (("year", year), ("month", month))
    if text != "-".join(filter(None, (year, month))):
        yield "date", _written_day(date)


def _written_day(date: Mapping[str, Any]) -> str:
    text = write_edtf(date)
    return text if days_of(date) else write_latex(text)


def _written_names(item: Mapping[str, Any], role: str) -> str:
    names = [_written_name(name) for name in item.get(role, [])]
    if role == "author" and not is_complete(item):
        names.append("others")
    return " and ".join(filter(None, names))


def _written_name(name: Mapping[str, Any]) -> str:
    if literal := name.get("literal"):
        return f"{{{write_latex(literal)}}}"
    family, given, suffix = (
        _braced(write_latex(part))
        for part in (family_of(name), given_of(name), name.get("suffix", ""))
    )
    if has_particle(name.get("family", "")) and not name.get("non-dropping-particle"):
        family = f"{{{write_latex(family_of(name))}}}"
    return ", ".join(filter(None, (family, suffix, given)))


def _braced(part: str) -> str:
    """A part of a name, in braces where it would be taken for several."""
    return f"{{{part}}}" if _AND.search(part) else part
