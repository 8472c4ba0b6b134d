"""``render``: Markdown and snapshots in, HTML and all that it holds out. Pure.

The chain is visible at :func:`render`: parse (charts, too), headings and callouts, links
and pictures, citations, terms, HTML, sanitise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from immunosite.core import drawing
from immunosite.core.blocks import prepare_blocks
from immunosite.core.markdown import (
    Heading,
    Link,
    Problem,
    build_parser,
    check_size,
    plain_text,
    sanitise,
)
from immunosite.core.sentences import Passage, passages
from immunosite.core.tabled import Cell, cells
from immunosite.core.targets import Targets
from references import citing
from references.citing import CitationUse, Library, Numbering

from . import marking
from .linking import NOWHERE, MentionUse, Surroundings, Vocabulary
from .mentioning import Inline, Mentions
from .numbering import cite


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a body became. ``html`` is sanitised, ``text`` its words, one block a line,
    ``lead`` those of its first paragraph, ``passages`` its running text, ``cells`` what
    its tables and charts say.

    ``professional_html`` and ``professional_text`` are those of the text for
    professionals beneath it; citations, mentions, links and problems are of both.
    """

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
    professional_html: str = ""
    professional_text: str = ""

    @property
    def all_text(self) -> str:
        """The words of both texts, one block a line."""
        return "\n".join(filter(None, (self.text, self.professional_text)))

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
    professional: str = "",
) -> Rendered:
    """Render a body against snapshots of the glossary, the library and the site.

    ``addresses`` leads from the slugs of live articles to their paths, ``upcoming``
    holds slugs of articles that exist but are not live; ``own_term`` is the slug of
    the term whose page this is, which is never linked there, ``surroundings`` what else
    of the page decides which words link. ``professional`` is a second text beneath the
    body: its citations go on with the body's numbers, and a word that the body has
    linked is not linked in it again. The same input always gives the same output.
    Raises BodyRefused for a text beyond the limits.
    """
    problems: list[Problem] = []
    running = _Running(
        Targets(addresses, upcoming, problems),
        Mentions(vocabulary, own_term, surroundings, problems),
        library,
        Numbering(),
        problems,
    )
    plain = running.render(body)
    problems.sort(key=_by_line)
    more = _beneath(professional, running) if professional.strip() else None
    return Rendered(
        html=plain.html,
        lead=_lead(plain.tokens),
        text=_text(plain.tokens),
        passages=plain.passages,
        contents=plain.contents,
        citations=tuple(running.numbering.uses),
        mentions=tuple(running.mentions.uses),
        links=tuple(running.targets.links),
        problems=tuple(problems),
        cells=plain.cells,
        professional_html=more.html if more else "",
        professional_text=_text(more.tokens) if more else "",
    )


def _by_line(problem: Problem) -> tuple[int, str]:
    return problem.line or 0, problem.message


@dataclass(frozen=True, slots=True)
class _Part:
    """One of a page's texts."""

    html: str
    tokens: list[Token]
    contents: tuple[Heading, ...]
    passages: tuple[Passage, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class _Running:
    """What goes on from one text of a page to the next."""

    targets: Targets
    mentions: Mentions
    library: Library
    numbering: Numbering
    problems: list[Problem]

    def render(self, text: str) -> _Part:
        check_size(text)
        parser = _parser()
        env: dict[str, Any] = {}
        tokens, contents = prepare_blocks(parser.parse(text, env), text, self.problems)
        self.problems.extend(drawing.problems_in(env))
        # Before citations are merged and terms become links.
        running, tabled = tuple(passages(tokens)), tuple(cells(tokens))
        inlines = list(_inlines(tokens))
        for inline, *_ in inlines:
            self.targets.resolve(inline)
            cite(inline, self.library, self.numbering, self.problems)
        self.mentions.link(inlines)
        html = sanitise(parser.renderer.render(tokens, parser.options, env))
        return _Part(html, tokens, tuple(contents), running, tabled)


_BENEATH = "For professionals"
# These would give out ids that the body has given out already.
_ONLY_IN_BODY = {
    "heading_open": "headings and callouts",
    "footnote_block_open": "footnotes",
}


def _beneath(text: str, running: _Running) -> _Part:
    """Render the text for professionals; its problems name it, for their lines are not
    those of the body."""
    first = len(running.problems)
    part = running.render(text)
    kinds = dict.fromkeys(token.type for token in part.tokens)
    for kind in filter(_ONLY_IN_BODY.__contains__, kinds):
        message = f"This text can't hold {_ONLY_IN_BODY[kind]}."
        running.problems.append(Problem(None, "error", "professional", message))
    running.problems[first:] = [
        replace(problem, line=None, message=f"{_place(problem)}: {problem.message}")
        for problem in sorted(running.problems[first:], key=_by_line)
    ]
    return part


def _place(problem: Problem) -> str:
    return f"{_BENEATH}, line {problem.line}" if problem.line else _BENEATH


def _inlines(tokens: list[Token]) -> Iterator[Inline]:
    quotations, heading = 0, False
    for token in tokens:
        if token.type == "inline":
            yield token, heading, quotations > 0
        elif token.type in ("blockquote_open", "blockquote_close"):
            quotations += token.nesting
        elif token.type in ("heading_open", "heading_close"):
            heading = token.nesting == 1


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
