"""Which format a text is written in. Pure."""

from __future__ import annotations

import re

# So many characters tell the format.
_START = 20_000
_SIGNS = (
    ("csl-json", re.compile(r"\A\s*(?:\[\s*(?:\{|\]|\Z)|\{\s*[\"}])")),
    ("nbib", re.compile(r"^(?:PMID|STAT|OWN )- ", re.MULTILINE)),
    ("ris", re.compile(r"^[ \t]{0,9}TY {1,2}-", re.MULTILINE | re.IGNORECASE)),
    (
        "bibtex",
        re.compile(r"^[ \t]{0,9}@[ \t]{0,9}[A-Za-z]{1,30}[ \t]{0,9}[{(]", re.MULTILINE),
    ),
)
_COLUMN = re.compile(r"[,;\t\n]")


def sniff_text(text: str) -> str | None:
    """The name of the format that the text looks like, or None."""
    start = text[:_START].removeprefix("\ufeff")
    for name, sign in _SIGNS:
        if sign.search(start):
            return name
    heading = start.lstrip().partition("\n")[0]
    columns = {name.strip(" \"'\r").lower() for name in _COLUMN.split(heading)}
    return "csv" if "title" in columns else None
