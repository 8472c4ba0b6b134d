"""``render``: Markdown and snapshots in, HTML and all that it holds out. Pure.

The chain is visible at :func:`render`: parse (charts, too), headings and callouts, links
and pictures, citations, terms, HTML, sanitise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import zip_longest
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from immunosite.core import drawing
from immunosite.core.blocks import prepare_blocks
from immunosite.core.markdown import (
    MAX_SUGGESTIONS,
    Heading,
    Link,
    Problem,
    build_parser,
    check_size,
    plain_text,
    sanitise,
)
from immunosite.core.sentences import Passage, passages
from immunosite.core.suggesting import nearest
from immunosite.core.tabled import Cell, cells
from immunosite.core.targets import Targets
from references import citing
from references.citing import CitationUse, Library, Numbering

from . import marking
from .linking import NOWHERE, MentionUse, Surroundings, Vocabulary
from .mentioning import LINK_END, Mentions


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a body became. ``html`` is sanitised, ``text`` its words, one block a line,
    ``lead`` those of its first paragraph, ``passages`` its running text, ``cells`` what
    its tables and charts say."""

    html: str
    lead: str
    text: str
    passages: tuple[Passage, ...]
    contents: tuple[Heading, ...]
    citations: tuple[CitationUse, ...]
    mentions: tuple[MentionUse, ...]
    links: tuple[Link, ...]
    problems: tuple[Problem, ...]
    cells: tuple[Cell, ...] = ()

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)

    @property
    def word_count(self) -> int:
        return len(self.text.split())


# What a body becomes that can't be rendered, or is not yet.
NOTHING = Rendered("", "", "", (), (), (), (), (), ())


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = build_parser()
    citing.install(parser)
    marking.install(parser)
    drawing.install(parser)
    for name in ("citation", "linked_term"):
        parser.add_render_rule(name, _made)
    for name in ("miscited", "never"):
        parser.add_render_rule(name, _as_text)
    return parser


def _made(self: Any, tokens: Any, index: int, *args: Any) -> str:
    return tokens[index].meta["html"]


def _as_text(self: Any, tokens: Any, index: int, *args: Any) -> str:
    return escape(tokens[index].content)


def render(
    body: str,
    *,
    vocabulary: Vocabulary,
    library: Library,
    addresses: Mapping[str, str],
    upcoming: Collection[str] = (),
    own_term: str | None = None,
    surroundings: Surroundings = NOWHERE,
) -> Rendered:
    """Render a body against snapshots of the glossary, the library and the site.

    ``addresses`` leads from the slugs of live articles to their paths, ``upcoming``
    holds slugs of articles that exist but are not live; ``own_term`` is the slug of
    the term whose page this is, which is never linked there, ``surroundings`` what else
    of the page decides which words link. The same input always gives the same output.
    Raises BodyRefused for a text beyond the limits.
    """
    check_size(body)
    parser = _parser()
    env: dict[str, Any] = {}
    problems: list[Problem] = []
    tokens, contents = prepare_blocks(parser.parse(body, env), body, problems)
    problems += drawing.problems_in(env)
    targets = Targets(addresses, upcoming, problems)
    # Before citations are merged and terms become links.
    running, tabled = tuple(passages(tokens)), tuple(cells(tokens))
    numbering = Numbering()
    mentions = Mentions(vocabulary, own_term, surroundings, problems)
    for inline, in_heading, in_quotation in _inlines(tokens):
        targets.resolve(inline)
        _cite(inline, library, numbering, problems)
        mentions.link(inline, in_heading=in_heading, in_quotation=in_quotation)
    return Rendered(
        html=sanitise(parser.renderer.render(tokens, parser.options, env)),
        lead=_lead(tokens),
        text=_text(tokens),
        passages=running,
        contents=tuple(contents),
        citations=tuple(numbering.uses),
        mentions=tuple(mentions.uses),
        links=tuple(targets.links),
        problems=tuple(sorted(problems, key=lambda p: (p.line or 0, p.message))),
        cells=tabled,
    )


def _inlines(tokens: list[Token]) -> Iterator[tuple[Token, bool, bool]]:
    """Each block's inline token, and whether it is in a heading, in a quotation."""
    quotations, heading = 0, False
    for token in tokens:
        if token.type == "inline":
            yield token, heading, quotations > 0
        elif token.type in ("blockquote_open", "blockquote_close"):
            quotations += token.nesting
        elif token.type in ("heading_open", "heading_close"):
            heading = token.nesting == 1


def _cite(
    inline: Token, library: Library, numbering: Numbering, problems: list[Problem]
) -> None:
    """Number the citations of one block; clusters that touch become one."""
    if "@" not in inline.content:
        return
    first = inline.map[0] + 1 if inline.map else None
    children: list[Token] = []
    for token in inline.children or ():
        before = children[-1] if children else None
        if token.type == "citation" and before:
            if before.type == "citation":
                before.meta["items"] += token.meta["items"]
                continue
            # The mark is raised, so it stands close to the word before it.
            if before.type == "text":
                before.content = before.content.rstrip(" ")
        children.append(token)
    for token, following in zip_longest(children, children[1:]):
        line = first and first + token.meta.get("line", 0)
        if token.type == "citation":
            _number(token, line, library, numbering, problems)
            if following and LINK_END.match(following.content):
                message = "A link can't hold a citation. Move it behind the link."
                problems.append(Problem(line, "error", "citation", message))
        elif token.type == "miscited":
            message = (
                f"“{token.content[:60]}” is not a citation that can be read. Write "
                "[@key] or [@key, p. 3; @other]."
            )
            problems.append(Problem(line, "error", "citation", message))
    inline.children = children


def _number(
    token: Token,
    line: int | None,
    library: Library,
    numbering: Numbering,
    problems: list[Problem],
) -> None:
    items = token.meta["items"]
    # By the source's own key, for a source may have former ones too.
    known_items = [
        citing.Cited(source.key, item.locator, source.standing)
        for item in items
        if (source := library.get(item.key))
    ]
    uses = numbering.add(known_items, line)
    unknown = [item.key for item in items if item.key not in library]
    for key in unknown:
        known = library if len(problems) < MAX_SUGGESTIONS else {}
        problems.append(Problem(line, "error", "citation", _unknown(key, known)))
    token.meta["html"] = citing.mark(uses, unknown)


def _unknown(key: str, library: Library) -> str:
    near = [f"“{other}” ({library[other].label})" for other in nearest(key, library)]
    asked = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"No reference has the key “{key}”.{asked}"


def _lead(tokens: list[Token]) -> str:
    for index, token in enumerate(tokens):
        if token.type == "paragraph_open":
            return plain_text(tokens[index + 1].children)
    return ""


def _text(tokens: list[Token]) -> str:
    """The words of the page, one block a line."""
    blocks = [
        plain_text(token.children) if token.type == "inline" else token.content.strip()
        for token in tokens
        if token.type in ("inline", "fence", "code_block")
    ]
    return "\n".join(filter(None, blocks))
