"""The paragraphs of a body: what a comment can be about. Pure.

A paragraph is one block at the top of the text: a paragraph, a heading, a list, a table,
a callout, a chart. Its ``key`` is made of its words alone, so it is the same in the next
revision while the text stands, wherever it moves to.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

from .markdown import build_parser, check_size, plain_text

QUOTE = 120
_VOID = {"br", "hr", "img"}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``key`` is 64 hexadecimal digits, ``quote`` the first words, never empty;
    ``line`` where it starts in the body (from 1), None for what is not in the body."""

    key: str
    quote: str
    line: int | None


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return build_parser()


def paragraphs(body: str) -> list[Paragraph]:
    """The paragraphs of a body, in the order of its rendering; each has its own key.

    Raises BodyRefused for a text that would not be rendered either.
    """
    check_size(body)
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    lines = body.split("\n")
    found = _Keys()
    return [found.paragraph(*_read(block, lines)) for block in _blocks(body)]


def field_paragraph(name: str, text: str) -> Paragraph:
    """A field beside the body, such as the title, as something to comment on."""
    words = " ".join(text.split())
    return Paragraph(_key(f"{name}\0{words}"), _quote(words) or f"({name})", None)


class _Keys:
    """Gives the second of two like paragraphs another key than the first."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def paragraph(self, text: str, words: str, line: int | None) -> Paragraph:
        folded = " ".join(text.split())
        count = self._seen[folded] = self._seen.get(folded, 0) + 1
        key = _key(folded if count == 1 else f"{folded}\0{count}")
        return Paragraph(key, _quote(words) or _quote(folded) or "…", line)


def _key(text: str) -> str:
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()


def _quote(text: str) -> str:
    words = " ".join(text.split())
    if len(words) <= QUOTE:
        return words
    cut = words.rfind(" ", 0, QUOTE)
    return words[: cut if cut > 0 else QUOTE - 1] + "…"


def _blocks(body: str) -> Iterator[list[Token]]:
    """The tokens of each block at the top."""
    block: list[Token] = []
    depth = 0
    for token in _parser().parse(body):
        block.append(token)
        depth += token.nesting
        if depth == 0:
            yield block
            block = []


def _read(block: list[Token], lines: list[str]) -> tuple[str, str, int | None]:
    """The source of a block, its visible words, its line."""
    words = " ".join(
        plain_text(token.children) if token.type == "inline" else token.content
        for token in block
    )
    if block[0].map is None:
        # Footnotes, gathered from all over the text.
        return "\n".join(token.content for token in block), words, None
    start, end = block[0].map
    return "\n".join(lines[start:end]), words, start + 1


def pieces(html: str) -> list[str]:
    """Sanitised HTML cut into its outermost elements; joined they are the whole."""
    splitter = _Splitter(html)
    ends = [*splitter.starts[1:], len(html)]
    starts = [0, *splitter.starts[1:]]
    return [html[start:end] for start, end in zip(starts, ends, strict=True) if end]


class _Splitter(HTMLParser):
    """Finds where the outermost elements start."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.starts: list[int] = []
        self._depth = 0
        self._lines = [0]
        for line in html.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if self._depth == 0:
            line, column = self.getpos()
            self.starts.append(self._lines[line - 1] + column)
        if tag not in _VOID:
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self._depth -= 1


def rendered_paragraphs(body: str, html: str) -> list[tuple[Paragraph, str]]:
    """Each paragraph of a body with its part of the body's rendering.

    A rendering that does not fall into the same parts, which would be a mistake of
    ours, stays whole beside the first paragraph rather than beside the wrong ones.
    Raises BodyRefused as :func:`paragraphs` does.
    """
    known, cut = paragraphs(body), pieces(html)
    if len(known) != len(cut):
        cut = [html, *[""] * len(known)][: len(known)]
    return list(zip(known, cut, strict=True))
