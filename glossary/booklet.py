"""The whole glossary as a booklet for paper."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import nh3
from django.core.paginator import Paginator
from django.utils.safestring import SafeString

from immunosite.core.fields import trusted
from immunosite.core.markdown import VALUES

from .models import Form, FormKind, TermRevision
from .reading import Listed, live_terms
from .relating import Picture, picture_of

# More than that is no booklet, and a long wait for one who only wants a few words.
PART_SIZE = 500

_NO_NAMES = (FormKind.HEADWORD, FormKind.PLURAL)

# The sources of a definition stand on its page; the table of a chart repeats its figure.
_LEFT_OUT = re.compile(
    r'<sup class="cite">.*?</sup>'
    r'|<a [^>]*class="footnote-backref"[^>]*>.*?</a>'
    r"|<details>.*?</details>",
    re.DOTALL,
)
_HEADING = re.compile(r"<(/?)h[1-6]\b[^>]*>")
# No links into a page, no ids: on one page with all others they would not be unique.
_TAGS = {
    *("abbr", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em"),
    *("figcaption", "figure", "hr", "img", "li", "ol", "p", "pre", "s", "section"),
    *("span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr"),
    *("ul", "path", "rect", "svg"),
}
_ATTRIBUTES = {
    "*": {"class"},
    "img": {"src", "alt", "width", "height", "decoding"},
    "ol": {"start"},
    "path": {"d", "stroke-width"},
    "rect": {"width", "height"},
    "svg": {"viewBox", "width", "height"},
    "th": {"scope"},
}


def on_paper(html: str) -> SafeString:
    """A definition that :func:`immunosite.core.markdown.sanitise` returned, to stand
    beside others: without links, ids and marks of citations, its headings as strong
    words."""
    short = _LEFT_OUT.sub("", html)
    flat = _HEADING.sub(lambda m: "</strong></p>" if m[1] else "<p><strong>", short)
    clean = nh3.clean(
        flat, tags=_TAGS, attributes=_ATTRIBUTES, tag_attribute_values=VALUES
    )
    return trusted(clean)


@dataclass(frozen=True, slots=True)
class Entry:
    """One term in the booklet; ``also`` are its other names, no mere plurals."""

    revision: TermRevision
    also: list[Form]
    definition: SafeString
    professional: SafeString
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class Part:
    """What one address of the booklet holds: from which headword to which."""

    number: int
    first: str
    last: str


def parts_of(pages: Paginator) -> list[Part]:
    """The parts of a booklet that is cut into pages of :class:`.reading.Listed`."""
    return [
        Part(page.number, page[0].title, page[-1].title)
        for page in pages
        if page.object_list
    ]


def entries_of(terms: Iterable[Listed]) -> list[tuple[str, list[Entry]]]:
    """The entries of some live terms, under their letters."""
    places = list(terms)
    rows = live_terms().prefetch_related("forms")
    revisions = rows.in_bulk([term.pk for term in places])
    found: dict[str, list[Entry]] = {}
    for term in places:
        if term.pk in revisions:
            entries = found.setdefault(term.letter, [])
            entries.append(_entry(revisions[term.pk]))
    return list(found.items())


def _entry(revision: TermRevision) -> Entry:
    forms = revision.forms.all()
    return Entry(
        revision,
        [form for form in forms if form.kind not in _NO_NAMES],
        on_paper(revision.html),
        on_paper(revision.professional_html),
        picture_of(revision),
    )
