"""A place in a source as readers see it: ``p. 3``, ``pp. 3–5``, ``chapter 2``. Pure.

The labels are the locator terms of CSL 1.0.2
(https://docs.citationstyles.org/en/stable/specification.html#locators), each in one
form, short where readers know it. A bare number is a page, as in pandoc and in CSL
processors. What begins with no label stays as it is typed.
"""

from __future__ import annotations

import re

# The form for one place, the form for several, what else people write.
_TERMS: tuple[tuple[str, str, str], ...] = (
    ("p.", "pp.", "p pp pg pgs page pages"),
    ("chapter", "chapters", "chapter chapters ch chap chaps chs"),
    ("fig.", "figs.", "figure figures fig figs"),
    ("table", "tables", "table tables tab tabs tbl"),
    ("section", "sections", "section sections sec secs sect § §§"),
    ("para.", "paras.", "paragraph paragraphs para paras ¶ ¶¶"),
    ("line", "lines", "line lines"),
    ("column", "columns", "column columns col cols"),
    ("vol.", "vols.", "volume volumes vol vols"),
    ("no.", "nos.", "issue issues iss no nos number"),
    ("part", "parts", "part parts pt pts"),
    ("note", "notes", "note notes footnote footnotes fn n nn"),
    ("appendix", "appendixes", "appendix appendixes appendices app apps"),
    ("supplement", "supplements", "supplement supplements suppl supp"),
    ("equation", "equations", "equation equations eq eqs"),
    ("version", "versions", "version versions"),
    ("verse", "verses", "verse verses v vv"),
    ("book", "books", "book books bk bks"),
    ("canon", "canons", "canon canons"),
    ("act", "acts", "act acts"),
    ("scene", "scenes", "scene scenes"),
    ("rule", "rules", "rule rules"),
    ("folio", "folios", "folio folios fol fols"),
    ("opus", "opera", "opus op"),
    ("s.v.", "s.vv.", "s.v s.vv sub-verbo"),
    ("article", "articles", "article articles art arts article-locator"),
    ("title", "titles", "title titles title-locator"),
    ("location", "locations", "elocation elocations location locations loc locs"),
    ("at", "at", "timestamp timestamps time at"),
)
_LABELS = {
    name: (one, several) for one, several, names in _TERMS for name in names.split()
}
# A word or a sign at the start, and what may follow a label: “3”, “S1”, “iv”, “B”.
_LABEL = re.compile(r"(§+|¶+|[^\W\d_][^\W\d_.-]*(?:[.-][^\W\d_]+)*)\.?\s*")
_VALUE = re.compile(r"[^\W\d_]?\d|[IVXLC]+\b|[ivxlc]+\b|[A-Z]\b")
_PAGES = re.compile(r"\d+[a-z]?(?:\s?(?:-{1,3}|–|,|&)\s?\d+[a-z]?)*\Z")
_RANGE = re.compile(r"(?:(?<=\d)|(?<=\d[a-z])|(?<=[ivxlc]))\s*(?:-{1,3}|–|—)\s*(?=\w)")
_SEVERAL = re.compile(r"\w–\w|\d\w*\s*(?:,|&|and)\s*\w*\d", re.I)


def readable(locator: str) -> str:
    """A locator in the form that readers see; the same for every way to write it."""
    text = " ".join(locator.split())
    if _PAGES.match(text):
        return _labeled("p", text)
    match = _LABEL.match(text)
    if match is None:
        return text
    name, value = match[1].casefold(), text[match.end() :]
    return _labeled(name, value) if name in _LABELS and _VALUE.match(value) else text


def _labeled(name: str, value: str) -> str:
    one, several = _LABELS[name]
    value = _RANGE.sub("–", value)
    return f"{several if _SEVERAL.search(value) else one} {value}"
