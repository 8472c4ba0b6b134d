"""Two records side by side, and one record of both. Pure.

CSL-JSON: https://docs.citationstyles.org/en/stable/specification.html (1.0.2).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from .styling import plain_name

# Shown first, in this order; the others follow by name.
_FIRST = (
    *("type", "title", "author", "issued", "container-title"),
    *("volume", "issue", "page", "publisher"),
    *("DOI", "PMID", "PMCID", "ISBN", "URL"),
)
_LABELS = {
    "author": "Authors",
    "issued": "Date",
    "container-title": "Journal, book or site",
    "page": "Pages",
    "URL": "Web address",
}
# The key of a record, and what programs keep: nobody chooses between those.
_APART = ("id", "custom")
# The parts of a name that references.styling.plain_name leaves out.
_AFTER_NAMES = ("dropping-particle", "suffix")
# Belongs to the list of authors, see references.forms.
_COMPLETE = "authors_complete"


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of two records: its CSL name, a label, both values in words."""

    name: str
    label: str
    ours: str
    theirs: str

    @property
    def is_open(self) -> bool:
        """Whether there is something to choose: the other record says it, and not
        with the same words."""
        return bool(self.theirs) and self.ours != self.theirs

    @property
    def is_taken(self) -> bool:
        """Whether the survivor takes it, unless somebody chooses: it has nothing."""
        return not self.ours and bool(self.theirs)


def side_by_side(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[Variable]:
    """All variables of either record, the usual ones first."""
    named = {*ours, *theirs} - {*_APART}
    ordered = [
        *(name for name in _FIRST if name in named),
        *sorted(named - {*_FIRST}, key=str.casefold),
    ]
    return [
        Variable(name, _label(name), _words(name, ours), _words(name, theirs))
        for name in ordered
    ]


def united(
    ours: Mapping[str, Any], theirs: Mapping[str, Any], *, take: Collection[str]
) -> dict[str, Any]:
    """Our record with the variables ``take`` of the other one.

    What programs keep (``custom``) is ours where both have it, but for whether all
    authors are listed, which comes with the authors.
    """
    record = dict(ours) | {name: theirs[name] for name in take if name in theirs}
    custom = {**theirs.get("custom", {}), **ours.get("custom", {})}
    custom.pop(_COMPLETE, None)
    source = theirs if "author" in take else ours
    if _COMPLETE in source.get("custom", {}):
        custom[_COMPLETE] = source["custom"][_COMPLETE]
    if custom or "custom" in record:
        record["custom"] = custom
    return record


def taken_by_default(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> set[str]:
    """The variables of the other record that ours lacks."""
    return {each.name for each in side_by_side(ours, theirs) if each.is_taken}


def _label(name: str) -> str:
    words = name.replace("-", " ").replace("_", " ")
    return _LABELS.get(name) or words[:1].upper() + words[1:]


def _words(name: str, record: Mapping[str, Any]) -> str:
    """A value as a person reads it. Who can't see a difference has none to choose."""
    value = record.get(name)
    if isinstance(value, list):
        is_complete = record.get("custom", {}).get(_COMPLETE, True)
        listed = [_item(item) for item in value]
        if name == "author" and listed and not is_complete:
            listed.append("and others")
        return "; ".join(listed)
    return _date(value) if isinstance(value, dict) else str(value or "").strip()


def _item(item: Any) -> str:
    if not isinstance(item, Mapping):
        return str(item)
    more = [str(item[part]) for part in _AFTER_NAMES if item.get(part)]
    return ", ".join([plain_name(item), *more])


def _date(date: Mapping[str, Any]) -> str:
    dates = [
        "-".join(f"{int(part):02}" for part in each)
        for each in date.get("date-parts", [])
    ]
    more = [f"{part} {date[part]}" for part in sorted(date) if part != "date-parts"]
    return ", ".join(filter(None, [" to ".join(dates), *more]))
