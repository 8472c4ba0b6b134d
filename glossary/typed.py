"""What the rows of the term editor hold as they are sent. Pure.

A row is a group of fields "words-3-text", "words-3-kind" …; a suggestion that was
ticked is a field "words-add-plural:T cells"; the headword's own rules are the fields of
the row "headword".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .wording import Form

HEADWORD = "headword"
# More digits than any row's number has are no number.
_ROW = re.compile(r"([0-9]{1,6})-text")


@dataclass(frozen=True, slots=True)
class Translation:
    """A headword in another language, named by its code."""

    code: str
    word: str

    def __str__(self) -> str:
        return f"{self.code}: {self.word}"


def tidied(text: str) -> str:
    """The text without needless spaces."""
    return " ".join(text.split())


def words_typed(data: Mapping[str, Any], name: str = "words") -> tuple[Form, ...]:
    """The forms of all rows that hold a word, in their order, then the suggestions that
    were ticked; before them the headword, without text, if it has rules of its own."""
    found = [_form(data, f"{name}-{HEADWORD}", HEADWORD, "")]
    if found[0] == Form("", HEADWORD):
        found = []
    for prefix, text in _rows(data, name):
        found.append(_form(data, prefix, data.get(f"{prefix}-kind", ""), text))
    start = f"{name}-add-"
    for key in data:
        if key.startswith(start) and data[key]:
            kind, _, text = key.removeprefix(start).partition(":")
            found.append(Form(tidied(text), kind))
    return tuple(found)


def translations_typed(
    data: Mapping[str, Any], name: str = "translations"
) -> tuple[Translation, ...]:
    """The rows in which anything is typed."""
    rows = [
        Translation(data.get(f"{prefix}-code", "").strip(), text)
        for prefix, text in _rows(data, name, blank=True)
    ]
    return tuple(row for row in rows if row.code or row.word)


def _rows(
    data: Mapping[str, Any], name: str, *, blank: bool = False
) -> Iterator[tuple[str, str]]:
    start = f"{name}-"
    numbers = {
        int(row[1])
        for key in data
        if key.startswith(start) and (row := _ROW.fullmatch(key.removeprefix(start)))
    }
    for number in sorted(numbers):
        prefix = f"{start}{number}"
        text = tidied(data.get(f"{prefix}-text", ""))
        if text or blank:
            yield prefix, text


def _form(data: Mapping[str, Any], prefix: str, kind: str, text: str) -> Form:
    return Form(
        text,
        kind,
        data.get(f"{prefix}-case", ""),
        is_automatic=not data.get(f"{prefix}-marked"),
        is_sense=bool(data.get(f"{prefix}-sense")),
    )
