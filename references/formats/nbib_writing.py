"""NBIB written; :mod:`references.formats.nbib` reads it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap
from typing import Any

from .dates import write_words
from .markup import write_markup
from .names import (
    OTHERS,
    family_of,
    given_of,
    is_complete,
)
from .nbib_tags import (
    LANGUAGES,
    TEXTS,
    TYPES,
)

_START = re.compile(r"^PMID ?- |(?<=\n)[ \t]*\r?\n(?=[A-Z]{2,4} {0,2}- )", re.MULTILINE)
_INITIAL = re.compile(r"(?:^|(?<=[\s.-]))(\w)")
_WIDTH = 80


def dump(items: Iterable[Mapping[str, Any]]) -> str:
    """References as NBIB; what it can't carry is left out (docs/formats.md)."""
    return "\n".join(map(_written, items))


def _written(item: Mapping[str, Any]) -> str:
    """One record, its long lines wrapped as PubMed does it."""
    lines = []
    for tag, value in _fields_of(item):
        text = write_markup(value)
        if text:
            indent = " " * 6
            lines += wrap(
                f"{tag:<4}- {text}",
                _WIDTH,
                subsequent_indent=indent,
                break_long_words=False,
                break_on_hyphens=False,
            )
    return "\n".join(lines) + "\n"


def _fields_of(item: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    kind = str(item.get("type", ""))
    is_chapter = kind == "chapter"
    for variable, (tag, *_) in TEXTS.items():
        if variable == "ISSN":
            yield from ((tag, one) for one in str(item.get(variable, "")).split(", "))
            yield "ISBN", item.get("ISBN", "")
            yield "DP", write_words(item.get("issued", {}))
            yield "BTI" if kind == "book" else "TI", f"{item.get('title', '')}."
        elif variable == "container-title" and is_chapter and item.get(variable):
            yield "BTI", f"{item[variable]}."
        elif variable == "original-title" and item.get(variable):
            yield tag, f"{item[variable]}."
        else:
            yield tag, item.get(variable, "")
    yield from _names_of(item)
    language = str(item.get("language", ""))
    yield "LA", LANGUAGES.get(language, language)
    yield "PT", TYPES.get(kind, ("",))[0]
    yield from (("OT", word) for word in str(item.get("keyword", "")).split("; "))
    if doi := item.get("DOI"):
        yield "LID", f"{doi} [doi]"
    if number := item.get("number"):
        yield "LID", f"{number} [pii]"


def _names_of(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for role, short in (("author", "AU"), ("editor", "ED")):
        for name in item.get(role, []):
            family, given = family_of(name), given_of(name)
            suffix = str(name.get("suffix", "")).rstrip(".")
            if literal := name.get("literal"):
                yield "CN" if role == "author" else "ED", literal
            elif not given:
                yield short, family
            else:
                yield f"F{short}", f"{family}, {given} {suffix}".strip()
                initials = "".join(_INITIAL.findall(str(name["given"])))[:2].upper()
                yield short, f"{family} {initials} {suffix}".strip()
    if not is_complete(item):
        yield "AU", OTHERS
