"""From CSL-JSON to a formatted entry in one of three styles. Pure.

The style files are the Citation Style Language project's, see ``styles/README.md``.
What they print is described in https://www.nlm.nih.gov/citingmedicine, the Publication
Manual of the American Psychological Association (7th edition) and the AMA Manual of
Style (11th edition).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import nh3
from citeproc import CitationStylesStyle, formatter

# Their classes take the places of the library's own.
from . import dating, elements, naming  # noqa: F401
from .preparing import first_date, plain_name, plain_text, prepare, shown

__all__ = [
    "STYLES", "Style", "columns_of", "format_entry", "plain_name", "plain_text",
    "style_version", "year_of",
]  # fmt: skip

# Kept with every entry: another value makes all of them out of date.
_VERSION = 3
_FOLDER = Path(__file__).parents[1] / "styles"


@dataclass(frozen=True, slots=True)
class Style:
    """A citation style. ``links``: the elements that print identifiers and addresses,
    as XPath; ``plain_suffixes`` and ``drops_publisher`` as for
    :func:`.preparing.prepare`."""

    name: str
    label: str
    file: str
    links: str
    plain_suffixes: bool = True
    drops_publisher: bool = False


STYLES: Mapping[str, Style] = {
    style.name: style
    for style in (
        Style(
            "nlm",
            "NLM (Vancouver)",
            "nlm-citation-sequence.csl",
            "//cs:text[@macro='availability' or @macro='notes' or @term='internet'"
            " or @macro='date-of-citation']",
        ),
        Style(
            "apa",
            "APA",
            "apa.csl",
            "//cs:macro[@name='bibliography']//cs:text[@macro='source-DOI-URL']",
            plain_suffixes=False,
            # “When the author and publisher are the same” (9.29, 9.32).
            drops_publisher=True,
        ),
        Style(
            "ama",
            "AMA",
            "american-medical-association.csl",
            "//cs:bibliography//cs:text[@macro='access']",
        ),
    )
}
DEFAULT = "nlm"
_TAGS = {"i", "b", "sup", "sub"}
_NESTED = 3
_MARKUP = re.compile(r"&lt;(i|b|sup|sub)&gt;((?:(?!&lt;/?\1&gt;).)*)&lt;/\1&gt;")
# A point after what ends a sentence itself: “Is it safe?. Science.”
_SECOND_STOP = re.compile(r"(?<!\.)([.?!…][”’\"]?(?:</\w+>)*)\.(?=\s|\Z)")
_SECOND_COMMA = re.compile(r"(,(?:</\w+>)+),")
_ITALIC = re.compile(r"(</?i>)")
# What names letters and interviews in the text only (APA); here all is listed.
_UNLISTED = "//cs:layout/cs:choose/cs:else-if[not(*)][contains(@type, 'interview')]"
_NAMELESS = "//cs:names[not(cs:name)][* or not(ancestor::cs:substitute)]"
# The library keeps notes about the entry in the style.
_one_at_a_time = Lock()


def style_version(style: str) -> str:
    """Names what formats an entry now; another makes a stored entry out of date."""
    return f"{style}-{_VERSION}"


@lru_cache(maxsize=2 * len(STYLES))
def _style(name: str, has_links: bool) -> CitationStylesStyle:
    chosen = STYLES[name]
    style = CitationStylesStyle(
        str(_FOLDER / chosen.file), validate=False, locale="en-US"
    )
    root = style.root
    root.formatter = formatter.html
    root.known_macros = {m.get("name"): m for m in root.findall("cs:macro", root.nsmap)}
    unprinted = _UNLISTED if has_links else f"{_UNLISTED}|{chosen.links}"
    for element in root.xpath_search(unprinted):
        element.getparent().remove(element)
    for names in root.xpath_search(_NAMELESS):
        # Or the library would put one in each time.
        names.insert(0, root.makeelement(f"{{{root.nsmap['cs']}}}name"))
    return style


def format_entry(
    csl: Mapping[str, Any], style: str = DEFAULT, *, has_links: bool = False
) -> str:
    """One entry as sanitised HTML, without its number.

    ``csl`` is an item that :func:`references.formats.csl_json.complaints` has nothing
    to say against. ``has_links`` says whether identifiers and addresses are in it, as
    the style wants; lists print them as links beside the entry. The words of fields
    are escaped but for CSL's own i, b, sup, sub.
    """
    chosen = STYLES[style]
    item = prepare(
        csl,
        plain_suffixes=chosen.plain_suffixes,
        drops_publisher=chosen.drops_publisher,
    )
    with _one_at_a_time:
        lines = _style(style, has_links).render_bibliography([item])
    entry = _upright(_marked_up(shown("".join(map(str, lines)))))
    entry = _SECOND_COMMA.sub(r"\1", _SECOND_STOP.sub(r"\1", entry))
    return nh3.clean(entry, tags=_TAGS, attributes={}, link_rel=None)


def _marked_up(text: str) -> str:
    """Escaped text with the rich-text tags that are closed again put back."""
    for _ in range(_NESTED):
        text = _MARKUP.sub(r"<\1>\2</\1>", text)
    return text


def _upright(text: str) -> str:
    """Italics within italics stand upright."""
    depth, pieces = 0, []
    for piece in _ITALIC.split(text):
        depth += {"<i>": 1, "</i>": -1}.get(piece, 0)
        flips = (piece == "<i>" and depth == 2) or (piece == "</i>" and depth == 1)
        pieces.append({"<i>": "</i>", "</i>": "<i>"}[piece] if flips else piece)
    return "".join(pieces).replace("<i></i>", "")


def columns_of(csl: Mapping[str, Any], style: str = DEFAULT) -> dict[str, Any]:
    """What the columns of a reference hold of its record: the plain words and the
    entry in a style. ``csl`` is as for :func:`format_entry`."""
    year = year_of(csl)
    return {
        "title": plain_text(csl["title"]),
        "authors": "; ".join(map(plain_name, csl.get("author", []))),
        "container": plain_text(csl.get("container-title", "")),
        "year": year if year and year > 0 else None,
        "entry": format_entry(csl, style),
        "entry_by": style_version(style),
    }


def year_of(csl: Mapping[str, Any]) -> int | None:
    """The year of issue, where one is known; negative before Christ."""
    date = first_date(csl.get("issued", {}))
    return date[0] if date else None
