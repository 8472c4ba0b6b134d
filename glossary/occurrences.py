"""Which words of a text become or cease to be links between two renderings. Pure.

Both renderings are of one body, so they show the same words and differ only in what
of them leads to the glossary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import Any

from immunosite.core.excerpts import Piece

from .rendering import Rendered

# What the addresses of links to words on the page begin with.
_WORD = "#word-"
_INLINE = frozenset(
    ("a", "abbr", "code", "del", "em", "i", "s", "span", "strong", "sub")
)
# The marks of citations and footnotes are no words.
_RAISED = "sup"
# So many characters of a block are shown before and behind a word.
_AROUND = 110


@dataclass(frozen=True, slots=True)
class Link:
    """Words ``start`` to ``end`` of a block that lead to ``target``: the slug of a
    term, or the address of a page to choose a meaning on."""

    block: int
    start: int
    end: int
    target: str
    line: int | None = None
    is_explicit: bool = False

    @property
    def place(self) -> tuple[int, int, int, str]:
        """What makes a link the same in both renderings."""
        return self.block, self.start, self.end, self.target

    def overlaps(self, other: Link) -> bool:
        return (
            self.block == other.block
            and self.start < other.end
            and other.start < self.end
        )


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Words of a text that become a link (``is_gain``) or cease to be one, and the
    ``target`` of it. ``others`` are the targets that words on the same place lead to
    until now, or from then on. ``context`` is what stands around them."""

    is_gain: bool
    words: str
    target: str
    others: tuple[str, ...]
    line: int | None
    is_explicit: bool
    context: tuple[Piece, ...]


class _Words(HTMLParser):
    """Collects the words of a page's blocks, and its links to the glossary."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = [""]
        self.links: list[Link] = []
        self._raised = 0
        self._open: tuple[int, int, str] | None = None

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._part(tag)
        self._raised += tag == _RAISED
        given = dict(attrs)
        if tag == "a" and given.get("class") == "term":
            href = given.get("href") or ""
            place = len(self.blocks) - 1, len(self.blocks[-1])
            self._open = (*place, href.removeprefix(_WORD))

    def handle_endtag(self, tag: str) -> None:
        self._part(tag)
        self._raised -= tag == _RAISED
        if tag == "a" and self._open:
            block, start, target = self._open
            self.links.append(Link(block, start, len(self.blocks[-1]), target))
            self._open = None

    def handle_data(self, data: str) -> None:
        if not self._raised:
            self.blocks[-1] += data

    def _part(self, tag: str) -> None:
        if tag == "br":
            self.blocks[-1] += "\n"
        elif tag not in _INLINE and tag != _RAISED and self.blocks[-1]:
            self.blocks.append("")


def differences(
    before: Rendered, after: Rendered, *, subject: str, same: Mapping[str, str]
) -> list[Occurrence]:
    """The places where two renderings of one body link otherwise, in reading order.

    Where one link takes the place of another they are told of once: as a gain, but as
    a loss when it is the term ``subject`` that loses the words to others. ``same``
    leads from former slugs to present ones: those name the same term.
    """
    blocks, old = _read(before)
    _, new = _read(after)
    old = [replace(at, target=same.get(at.target, at.target)) for at in old]
    stays = {at.place for at in old} & {at.place for at in new}
    gone = [at for at in old if at.place not in stays]
    come = [at for at in new if at.place not in stays]
    kept = [at for at in come if at.target == subject]
    lost = [
        at for at in gone if at.target == subject and not any(map(at.overlaps, kept))
    ]
    won = [at for at in come if at in kept or not any(map(at.overlaps, lost))]
    lost += [at for at in gone if at not in lost and not any(map(at.overlaps, come))]
    found = [(True, at, tuple(filter(at.overlaps, gone))) for at in won]
    found += [(False, at, tuple(filter(at.overlaps, come))) for at in lost]
    found.sort(key=lambda row: (row[1].block, row[1].start))
    return [
        _told(blocks[at.block], at, others, is_gain) for is_gain, at, others in found
    ]


def _told(text: str, at: Link, others: tuple[Link, ...], is_gain: bool) -> Occurrence:
    return Occurrence(
        is_gain=is_gain,
        words=" ".join(text[at.start : at.end].split()),
        target=at.target,
        others=tuple(dict.fromkeys(each.target for each in others)),
        line=at.line,
        is_explicit=at.is_explicit,
        context=_around(text, at.start, at.end),
    )


def _read(rendered: Rendered) -> tuple[list[str], list[Link]]:
    """The words of the blocks, and the links among them with their lines."""
    parser = _Words()
    parser.feed(rendered.html)
    beneath = len(parser.blocks)
    parser.feed(rendered.professional_html)
    parser.close()
    uses = {use.slug: use for use in rendered.mentions}
    links = []
    for link in parser.links:
        if use := uses.get(link.target):
            # The lines of the text for professionals are not those of the body.
            line = use.line if link.block < beneath else None
            link = replace(link, line=line, is_explicit=use.is_explicit)
        links.append(link)
    return parser.blocks, links


def _around(text: str, start: int, end: int) -> tuple[Piece, ...]:
    """The words in the midst of what stands around them, cut at spaces."""
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    if first:
        space = text.find(" ", first, start)
        first = space + 1 if space >= 0 else first
    if last < len(text):
        space = text.rfind(" ", end, last)
        last = space if space > end else last
    pieces = (
        Piece(("… " if first else "") + _flat(text[first:start]), False),
        Piece(_flat(text[start:end]), True),
        Piece(_flat(text[end:last]) + (" …" if last < len(text) else ""), False),
    )
    return tuple(piece for piece in pieces if piece.text)


def _flat(text: str) -> str:
    """The text in one line; a space at its ends stays, for words stand beside it."""
    return " ".join(text.replace("\n", " ").split(" "))
