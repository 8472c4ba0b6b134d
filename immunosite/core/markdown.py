"""The base of the Markdown language: parser, limits, callouts, sanitising. Pure.

CommonMark 0.31.2 with raw HTML off, pipe tables, footnotes, definition lists and
callouts (``::: key-points``). What citations and glossary terms add to it is built on
top, in :mod:`references.citing` and :mod:`glossary.marking`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

# Kept with every rendering: another value makes all of them out of date.
PIPELINE_VERSION = "4"
MAX_BODY = 100_000
MAX_SUGGESTIONS = 20
# What a parser may have to look at again and again: the characters, how many are
# allowed, what to call them. A page of 5,000 words with 40 citations has about 150
# brackets.
_LIMITS = (
    (("[", "]"), 4_000, "square brackets"),
    (("|",), 10_000, "“|” characters"),
    ((":::",), 800, "marks of callouts"),
    (("\n",), 10_000, "lines"),
)

CALLOUTS = {
    "key-points": "Key points",
    "questions": "Questions to ask your care team",
    "warning": "Important",
    "note": "Note",
    "steps": "Step by step",
}


class BodyRefused(ValueError):
    """The text is too long or too tangled to be rendered; says so in plain words."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something an editor should mend, at a line of the body (from 1) or nowhere."""

    line: int | None
    severity: Literal["error", "warning"]
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the contents; ``anchor`` is the id in the page."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the text with its words."""

    href: str
    text: str
    line: int | None


def build_parser() -> MarkdownIt:
    """A new parser of the base language."""
    parser = MarkdownIt("js-default", {"html": False, "linkify": False})
    parser.disable(["html_block", "html_inline", "linkify"])
    parser.use(footnote_plugin, inline=False)
    parser.use(deflist_plugin)
    parser.use(container_plugin, "callout", validate=_is_callout, render=_token)
    parser.add_render_rule("footnote_caption", _footnote_caption)
    parser.add_render_rule("footnote_block_open", _footnotes_open)
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    return parser


def _is_callout(params: str, *args: Any) -> bool:
    return bool(params.strip())


def _token(self: Any, tokens: Any, idx: int, options: Any, env: Any) -> str:
    return self.renderToken(tokens, idx, options, env)


def _footnote_caption(self: Any, tokens: Any, idx: int, *args: Any) -> str:
    # Words, since a number in brackets would look like a citation.
    meta = tokens[idx].meta
    nth = f":{meta['subId']}" if meta.get("subId", 0) > 0 else ""
    return f"note {meta['id'] + 1}{nth}"


def _footnotes_open(self: Any, *args: Any) -> str:
    return '<section class="footnotes">\n<ol class="footnotes-list">\n'


def _table_open(self: Any, tokens: Any, idx: int, *args: Any) -> str:
    # Its own scrolling box keeps a wide table from widening the page on a phone.
    return (
        '<div class="table-scroll" role="region" tabindex="0" aria-label="Table">'
        "<table>\n"
    )


def _table_close(self: Any, tokens: Any, idx: int, *args: Any) -> str:
    return "</table></div>\n"


def check_size(body: str) -> None:
    """Raise BodyRefused for a text that would take long to render, or is none.

    The limits lie far above any real page.
    """
    if not _is_encodable(body):
        raise BodyRefused("The text holds a character that is not Unicode.")
    if len(body) > MAX_BODY:
        raise BodyRefused(
            f"The text has {len(body):,} characters; {MAX_BODY:,} are allowed. "
            "Split it into several pages."
        )
    for marks, most, name in _LIMITS:
        count = sum(map(body.count, marks))
        if count > most:
            raise BodyRefused(f"The text has {count:,} {name}; {most:,} are allowed.")


def _is_encodable(text: str) -> bool:
    """Whether it has no half of a surrogate pair, as badly decoded bytes have."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


_TAGS = {
    *("a", "abbr", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre", "s"),
    *("section", "span", "strong", "sub", "sup", "table", "tbody", "td", "th"),
    *("thead", "tr", "ul"),
    # Charts. Nothing of SVG that holds a link, a style, a script or HTML.
    *("caption", "details", "figcaption", "figure", "path", "rect", "summary", "svg"),
}
_EVERYWHERE = {"class", "id"}
_ATTRIBUTES = {
    "*": _EVERYWHERE,
    "a": {"href", "title", "role", "aria-label"},
    "div": {"role", "tabindex", "aria-label"},
    "img": {"src", "alt", "title", "width", "height", "loading", "decoding"},
    "ol": {"start"},
    "path": {"d", "stroke-width"},
    "rect": {"width", "height"},
    "section": {"aria-labelledby", "role"},
    "svg": {"viewBox", "width", "height"},
    "th": {"scope"},
}
# What the attributes of our own drawings may be.
VALUES = {
    "path": {"fill": {"none", "currentColor"}, "stroke": {"currentColor"}},
    "rect": {"fill": {"currentColor"}},
    "svg": {"aria-hidden": {"true"}, "preserveAspectRatio": {"none"}},
}
_SCHEMES = {"http", "https", "mailto"}


def sanitise(html: str) -> str:
    """Keep only what the pipeline itself makes. The last step of every rendering."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        tag_attribute_values=VALUES,
        url_schemes=_SCHEMES,
        link_rel=None,
        strip_comments=True,
    )


def plain_text(children: Sequence[Token] | None) -> str:
    """The visible words of inline tokens, without marks of citations or footnotes."""
    parts: list[str] = []
    for token in children or ():
        if token.type in ("text", "code_inline", "term", "never", "linked_term"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "image":
            parts.append(plain_text(token.children))
    return " ".join("".join(parts).split())
