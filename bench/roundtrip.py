"""What does each format carry? Both tables of docs/formats.md, from the code itself.

The first sends one reference for each variable through each format; the second our own
references. ``python bench/roundtrip.py --write`` puts them into the document.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from stage import ROOT

from references.formats import FORMATS, Record
from references.formats.csl_json import DATES, NAMES, TEXTS, TYPES

DOCUMENT = ROOT / "docs" / "formats.md"
OURS = ROOT / "demo" / "references.csl.json"
OTHERS = ("ris", "nbib", "bibtex", "csv")
# With these types all that a tag or field can stand for comes up.
KINDS = (
    *("article-journal", "book", "chapter", "paper-conference", "report", "webpage"),
)
PROBES: dict[str, Any] = {
    "DOI": "10.1000/x",
    "PMID": "26027431",
    "PMCID": "PMC5698905",
    "ISBN": "9780306406157",
    "ISSN": "0028-4793",
    "URL": "https://a.example/b",
    "page": "1-9",
    "number-of-pages": "9",
    "language": "en",
    "keyword": "one; two",
    "custom": {"authors_complete": False},
    "categories": ["a"],
}
_TAG = re.compile(r"^ *([A-Za-z][A-Za-z0-9]*) *(?:-|= \{)", re.MULTILINE)


def carried(name: str, item: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is left of an item after one way out and in; nothing if it isn't taken."""
    for record in FORMATS[name].load(FORMATS[name].dump([item])):
        return record.csl if isinstance(record, Record) else {}
    return {}


def probe(variable: str) -> Any:
    if variable in NAMES:
        return [{"family": "Doe", "given": "Jane"}]
    if variable in DATES:
        return {"date-parts": [[2015, 6, 25]]}
    return PROBES.get(variable, "Abc")


def tags(name: str, variable: str) -> dict[str, list[str]]:
    """The tags or fields that carry a variable, each with the types where it does."""
    found: dict[str, list[str]] = {}
    for kind in KINDS:
        item = {"id": "a", "type": kind, "title": "T"}
        if variable not in ("id", "type", "title"):
            item[variable] = probe(variable)
        if carried(name, item).get(variable) == item[variable]:
            found.setdefault(written(name, item, variable), []).append(kind)
    return found


def written(name: str, item: Mapping[str, Any], variable: str) -> str:
    """The tags or fields that are there for the sake of a variable."""
    if name == "csv":
        return "author" if variable == "custom" else variable
    if variable in ("id", "type"):
        return {"ris": {"id": "ID", "type": "TY"}, "nbib": {"type": "PT"}}.get(
            name, {"id": "the key", "type": "the type"}
        )[variable]
    without = {key: value for key, value in item.items() if key != variable}
    lines = Counter(FORMATS[name].dump([item]).splitlines())
    lines -= Counter(FORMATS[name].dump([without]).splitlines())
    return ", ".join(dict.fromkeys(_TAG.findall("\n".join(lines))))


def mapping() -> str:
    """The table of all variables: how each format writes it."""
    rows = [["CSL variable", *(FORMATS[name].label for name in OTHERS)]]
    variables = sorted(TEXTS | NAMES | DATES | {"custom", "categories"}, key=str.lower)
    for variable in variables:
        cells = [cell(tags(name, variable)) for name in OTHERS]
        if any(cells[:-1]) or not cells[-1]:
            shown = "custom (authors_complete)" if variable == "custom" else variable
            rows.append([shown, *(text or "–" for text in cells)])
    return markdown(rows)


def cell(found: Mapping[str, list[str]]) -> str:
    if len(found) == 1 and sum(map(len, found.values())) == len(KINDS):
        return next(iter(found))
    return "; ".join(f"{tag} ({', '.join(kinds)})" for tag, kinds in found.items())


def round_trip(items: Iterable[Mapping[str, Any]]) -> str:
    """The table of these references: how many lose a variable, of how many that have
    it."""
    items = list(items)
    had: Counter[str] = Counter(variable for item in items for variable in item)
    names = ("csl-json", *OTHERS)
    lost = {name: losses(name, items) for name in names}
    rows = [["Variable", "References", *(FORMATS[name].label for name in names)]]
    for variable, number in sorted(had.items(), key=lambda pair: (-pair[1], pair[0])):
        cells = (lost[name][variable] for name in names)
        rows.append(
            [variable, str(number), *(f"{n} lost" if n else "all" for n in cells)]
        )
    return markdown(rows)


def losses(name: str, items: list[Mapping[str, Any]]) -> Counter[str]:
    """How many references come back with another value, by variable."""
    found: Counter[str] = Counter()
    for item in items:
        back = carried(name, item)
        for variable in item:
            found[variable] += meaning(variable, item) != meaning(variable, back)
    return found


def meaning(variable: str, item: Mapping[str, Any]) -> Any:
    """A value as it counts: authors are complete unless it is said."""
    if variable == "custom":
        return item.get("custom", {}).get("authors_complete", True)
    return item.get(variable)


def markdown(rows: list[list[str]]) -> str:
    head, *body = ("| " + " | ".join(row) + " |" for row in rows)
    return "\n".join([head, "|---" * len(rows[0]) + "|", *body]) + "\n"


def filled(document: str, tables: Mapping[str, str]) -> str:
    """The document with these tables between their marks."""
    for name, table in tables.items():
        marks = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        document = marks.sub(lambda match, t=table: match[1] + t + match[2], document)
    return document


def tables() -> dict[str, str]:
    ours = json.loads(OURS.read_text(encoding="utf-8"))
    return {"mapping": mapping(), "round trip": round_trip(ours)}


def main() -> None:
    made = tables()
    assert set(KINDS) <= TYPES
    if "--write" in sys.argv:
        text = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(filled(text, made), encoding="utf-8")
    print(made["round trip"])


if __name__ == "__main__":
    main()
