"""RIS written, on rispy; :mod:`references.formats.ris` reads it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from rispy import RisWriter

from .dates import days_of, write_slashed
from .markup import write_markup
from .names import write_names
from .ris_tags import (
    BOOKS,
    HANDLED,
    NEAREST_TYPES,
    ROLES,
    TEXTS,
    TYPES,
)

_RANGE = re.compile(r"([^-]+)-([^-]+)")
# rispy's own name for a tag is its small letters; each may come more than once.
_TAGS = {tag: tag.lower() for tag in sorted(HANDLED)}
Tags = dict[str, list[str]]


class _Writer(RisWriter):
    DEFAULT_MAPPING = _TAGS
    DEFAULT_LIST_TAGS = sorted(HANDLED - {"TY"})
    DEFAULT_DELIMITER_MAPPING: ClassVar[dict[str, str]] = {}
    REFERENCE_TYPE_KEY = "ty"

    def set_header(self, count: int) -> str:
        return ""


def dump(items: Iterable[Mapping[str, Any]]) -> str:
    """References as RIS; what it can't carry is left out (docs/formats.md)."""
    return _Writer().formats([_written(item) for item in items])


def _written(item: Mapping[str, Any]) -> dict[str, Any]:
    kind = str(item.get("type", ""))
    tags: Tags = {"ID": [str(item.get("id", ""))]}
    for role, (tag, *_) in ROLES.items():
        tags[tag] = list(write_names(item, role))
    for variable, (tag, *_) in TEXTS.items():
        tags[tag] = [str(item.get(variable, ""))]
    if kind in BOOKS and not item.get("container-title"):
        tags["T2"], tags["T3"] = tags["T3"], []
    tags["M1" if kind != "article-journal" else "C7"] = [str(item.get("number", ""))]
    if kind == "paper-conference":
        tags["C3"] = [str(item.get("event-title", ""))]
    tags |= (
        _written_dates(item) | _written_pages(item, kind) | _written_rest(item, tags)
    )
    lines = {
        tag.lower(): [line for line in map(write_markup, values) if line]
        for tag, values in tags.items()
    }
    kind = TYPES.get(kind) or NEAREST_TYPES.get(kind, "GEN")
    return {"ty": kind, **{tag: values for tag, values in lines.items() if values}}


def _written_dates(item: Mapping[str, Any]) -> Tags:
    issued, accessed = item.get("issued", {}), item.get("accessed", {})
    days = days_of(issued)
    is_year = bool(days) and write_slashed(issued) == f"{days[0][0]:04}///"
    return {
        "PY": [f"{days[0][0]:04}"] if days and days[0][0] >= 0 else [],
        "DA": [] if is_year else [write_slashed(issued)],
        "Y2": [write_slashed(accessed)],
    }


def _written_pages(item: Mapping[str, Any], kind: str) -> Tags:
    page = str(item.get("page", ""))
    if match := _RANGE.fullmatch(page.replace("–", "-")):
        return {"SP": [match[1]], "EP": [match[2]]}
    if kind in BOOKS and page:
        return {"SP": [page], "EP": [page]}
    return {
        "SP": [page or (str(item.get("number-of-pages", "")) if kind in BOOKS else "")]
    }


def _written_rest(item: Mapping[str, Any], tags: Tags) -> Tags:
    notes = str(item.get("note", "")).splitlines()
    pmid = str(item.get("PMID", ""))
    rest = {
        "SN": [str(item.get("ISBN", "")), *str(item.get("ISSN", "")).split(", ")],
        "KW": str(item.get("keyword", "")).split("; "),
        "UR": [str(item.get("URL", ""))],
    }
    if pmid and not any(tags["DB"] + tags["AN"]):
        rest |= {"DB": ["PubMed"], "AN": [pmid]}
    elif pmid:
        notes.append(f"PMID: {pmid}")
    return {**rest, "N1": notes}
