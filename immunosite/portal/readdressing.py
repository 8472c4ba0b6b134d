"""Give the links of a Markdown text another address and change nothing else. Pure.

The parser does not tell where in the text an address stands. So each place where it
could stand gets an address of its own that occurs nowhere else, and the parser is asked
which of these became the targets of links. Places in code, in words, in titles, in
pictures, or at the beginning of a longer address do not, and stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import SimpleNamespace
from typing import Any

from markdown_it import helpers
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from glossary import marking
from immunosite.core import drawing
from immunosite.core.markdown import BodyRefused, build_parser, check_size
from references import citing

# CommonMark 0.31.2, section 6.5.
_AUTOLINK = re.compile(r"<([a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^<>\x00-\x20]*)>")
_ENTITY = re.compile(r"&(?=#?\w{1,31};)")
_PAREN = re.compile(r"([()])")
_MARK = re.compile(r"//place-(\d+)\.\w+\.invalid/")
_MARKED = re.compile(rf"(?:\w+:)?{_MARK.pattern}")


class NotReaddressed(ValueError):
    """The text can't be changed by rule; says why in a user's words."""


@dataclass(frozen=True, slots=True)
class Readdressed:
    """The new text, and how many places of the old one were changed."""

    body: str
    count: int


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the text an address stands as typed, its scheme ("https:", or none),
    its fragment ("#part"), and whether it stands between angle brackets and shows
    itself."""

    start: int
    end: int
    scheme: str
    fragment: str
    is_autolink: bool = False


def readdress(body: str, old: str, new: str) -> Readdressed:
    """Let the links to ``old`` lead to ``new``. Both are without a fragment; that of a
    link stays (RFC 9110, 10.2.2).

    Raises NotReaddressed when a link to ``old`` would remain or anything else would
    change.
    """
    try:
        check_size(body)
    except BodyRefused as refused:
        raise NotReaddressed(str(refused)) from refused
    before = _Read.of(body)
    if not any(_is(href, old) for href in before.targets()):
        return Readdressed(body, 0)
    places = _settled(body, _possible(body, before.typed, old))
    changed = _written(body, places, lambda place, _: _typed(new, place))
    expected = partial(_expected, old=old, new=normalizeLink(new))
    if _Read.of(changed).shape() != before.shape(expected):
        raise NotReaddressed(
            "The address stands in this text in a way that only a person can change."
        )
    return Readdressed(changed, len(places))


def leads_to(body: str, url: str) -> bool:
    """Whether a text has a link to an address, with any fragment or none."""
    return any(_is(href, url) for href in _Read.of(body).targets())


def _is(href: str, url: str) -> bool:
    """Whether a link leads to an address; one that begins with ``//`` has the scheme
    of the page that it stands on."""
    address = href.partition("#")[0]
    is_bare = address.startswith("//")
    return address == url or (is_bare and address == url.partition(":")[2])


def _expected(href: str, *, old: str, new: str) -> str:
    _, mark, fragment = href.partition("#")
    return new + mark + fragment if _is(href, old) else href


@dataclass(frozen=True, slots=True)
class _Read:
    """What the parser makes of a text; ``typed`` has the addresses as they stand in
    it, which are its links' targets or may be."""

    tokens: list[Token]
    typed: frozenset[str]

    @classmethod
    def of(cls, body: str) -> _Read:
        typed: set[str] = set(_AUTOLINK.findall(body))
        parser = build_parser()
        for rules in (citing, marking, drawing):
            rules.install(parser)
        listening: Any = SimpleNamespace(**vars(helpers))
        listening.parseLinkDestination = partial(_listen, typed)
        parser.helpers = listening
        return cls(parser.parse(body, {}), frozenset(typed))

    def targets(self) -> Iterator[str]:
        """Where the links of the text lead, in their order."""
        for token in _flat(self.tokens):
            if token.type == "link_open":
                yield str(token.attrs.get("href", ""))

    def shape(self, target: Callable[[str], str] = str) -> list[tuple[Any, ...]]:
        """All that readers get, with other targets of the links."""
        shape: list[tuple[Any, ...]] = []
        is_auto = False
        for token in _flat(self.tokens):
            attrs = dict(token.attrs)
            if token.type == "link_open":
                attrs["href"] = target(str(attrs.get("href", "")))
            # An autolink shows its address; an inline token repeats its children.
            is_shown = not is_auto and token.type != "inline"
            content = token.content if is_shown else ""
            shape.append((token.type, token.tag, content, token.info, attrs))
            is_auto = token.type == "link_open" and token.markup == "autolink"
        return shape


def _listen(typed: set[str], text: str, pos: int, maximum: int) -> Any:
    """The parser's own rule for an address; what it read is kept."""
    found = helpers.parseLinkDestination(text, pos, maximum)
    if found.ok:
        typed.add(text[pos : found.pos])
    return found


def _flat(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or ())


def _possible(body: str, typed: frozenset[str], old: str) -> list[_Place]:
    """Each place of the text where the address stands as somebody typed it."""
    fragments: dict[str, str] = {}
    for text in typed:
        bare = text[1:-1] if text.startswith("<") else text
        # In an autolink a backslash and an entity are what they are.
        for plain in (unescapeAll(bare), bare):
            href = normalizeLink(plain)
            if _is(href, old):
                _, mark, fragment = href.partition("#")
                fragments[bare] = mark + fragment
                # In the cell of a table a bar is typed with a backslash.
                fragments[bare.replace("|", "\\|")] = mark + fragment
    if not fragments:
        return []
    longest_first = sorted(fragments, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest_first)))
    return [
        _Place(*match.span(), match[0].partition("//")[0], fragments[match[0]])
        for match in pattern.finditer(body)
    ]


def _settled(body: str, places: Sequence[_Place]) -> list[_Place]:
    """Those of the places that are targets of links and nothing else."""
    sign = "x"
    while f".{sign}.invalid" in body:
        sign += "x"
    marked = _written(
        body,
        places,
        # With the scheme as typed: what was no link may not become one.
        lambda place, nth: f"{place.scheme}//place-{nth}.{sign}.invalid/",
    )
    hits: dict[int, bool] = {}
    others: set[int] = set()
    is_auto = False
    for token in _flat(_Read.of(marked).tokens):
        attrs = {name: str(value) for name, value in token.attrs.items()}
        if match := _MARKED.fullmatch(attrs.get("href", "")):
            hits[int(match[1])] = token.markup == "autolink"
            del attrs["href"]
        others |= _marks(*attrs.values())
        # An autolink shows its address; an inline token repeats its children.
        if not (is_auto or token.type == "inline"):
            others |= _marks(token.content, token.info)
        is_auto = token.markup == "autolink" and token.nesting == 1
    return [
        replace(place, is_autolink=hits[nth])
        for nth, place in enumerate(places)
        if nth in hits and nth not in others
    ]


def _marks(*texts: str) -> set[int]:
    return {int(nth) for text in texts for nth in _MARK.findall(text)}


def _written(
    body: str, places: Sequence[_Place], text: Callable[[_Place, int], str]
) -> str:
    parts, end = [], 0
    for nth, place in enumerate(places):
        parts += [body[end : place.start], text(place, nth)]
        end = place.end
    return "".join([*parts, body[end:]])


def _typed(new: str, place: _Place) -> str:
    """The new address as it must be typed at a place."""
    address = normalizeLink(new) + place.fragment
    if place.is_autolink:
        return address
    address = _ENTITY.sub(r"\\&", address)
    return address if _is_balanced(address) else _PAREN.sub(r"\\\1", address)


def _is_balanced(address: str) -> bool:
    depth = 0
    for char in address:
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth < 0:
            return False
    return depth == 0
