"""A record while it is read: what is understood, and what is left over. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from immunosite.core.records import Rejected
from references.identifiers import PARSERS, InvalidIdentifier

from .csl_json import complaints, printable
from .dates import read_date
from .names import is_others
from .records import Record

_MOST_NOTES = 40
_SHOWN = 100
# Stands where a byte could not be read.
_UNREADABLE = "\ufffd"


class Draft:
    """Collects the variables of one record; the first value of each is kept, and what
    comes after it is noted."""

    def __init__(self, position: int, line: int) -> None:
        self.position = position
        self.line = line
        self.csl: dict[str, Any] = {}
        self.notes: dict[str, None] = {}

    def put(self, variable: str, text: str, source: str) -> None:
        """Keep a text; ``source`` is what the file calls it."""
        text = text.strip()
        if text and self.csl.setdefault(variable, text) != text:
            self.leave(source, text)

    def join(self, variable: str, texts: Iterable[str], sign: str) -> None:
        """Keep several texts in one variable, each once."""
        had = [self.csl[variable]] if variable in self.csl else []
        found = dict.fromkeys([*had, *filter(None, (text.strip() for text in texts))])
        if found:
            self.csl[variable] = sign.join(found)

    def put_name(self, role: str, name: Mapping[str, str]) -> None:
        """Add a name, or the fact that there are more authors."""
        if is_others(name.get("literal", "")):
            if role == "author":
                self.csl["custom"] = {"authors_complete": False}
            else:
                self.leave(role, "et al.")
        elif name:
            self.csl.setdefault(role, []).append(dict(name))

    def put_date(self, variable: str, text: str, source: str) -> None:
        """Keep a date."""
        date = read_date(text)
        if date and self.csl.setdefault(variable, date) != date:
            self.leave(source, text)

    def leave(self, source: str, text: str = "") -> None:
        """Note that a field could not be carried over."""
        text = " ".join(text.split())
        shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
        self.note(f"Not kept: {source}: “{shown}”" if shown else f"Not kept: {source}")

    def note(self, words: str) -> None:
        """Say something about the record."""
        self.notes[printable(words)] = None

    def finish(self) -> Record | Rejected:
        """The record, or why it is none."""
        self._check_identifiers()
        csl = {"title": "", **self.csl}
        name = csl.get("id") or csl["title"] or f"record {self.position}"
        for variable, reason in complaints({**csl, "id": csl.get("id") or "-"}):
            return Rejected(
                self.position, printable(name), variable, printable(reason), self.line
            )
        unreadable = [name for name, value in csl.items() if _UNREADABLE in str(value)]
        if unreadable:
            self.note(f"A sign that can't be read is in: {', '.join(unreadable)}")
        notes = list(self.notes)[:_MOST_NOTES]
        if more := len(self.notes) - len(notes):
            notes.append(f"Not kept: {more} more")
        return Record(self.position, self.line, csl, tuple(notes))

    def reject(self, reason: str) -> Rejected:
        """The record as one that can't be read."""
        name = self.csl.get("id") or self.csl.get("title") or f"record {self.position}"
        return Rejected(self.position, printable(name), "", reason, self.line)

    def _check_identifiers(self) -> None:
        """Write identifiers without what stands around them; take out what is none, so
        that the rest can come in."""
        for scheme, parse in PARSERS.items():
            variable = scheme.upper()
            try:
                typed = self.csl.get(variable, "")
                if typed and variable != "ISBN":
                    self.csl[variable] = _bare(typed, parse(typed))
                elif typed:
                    parse(typed)
            except InvalidIdentifier as error:
                self.note(f"Not kept: {error}")
                del self.csl[variable]


def _bare(typed: str, canonical: str) -> str:
    """The canonical form, in capitals where these were typed."""
    end = typed[-len(canonical) :]
    return end if end.lower() == canonical.lower() else canonical
