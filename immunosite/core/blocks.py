"""Blocks of a page: headings with anchors, callouts, tables, what is amiss. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it.token import Token

from .markdown import CALLOUTS, Heading, Problem, plain_text

# Ids that the pipeline or the page's template gives out itself.
_RESERVED = re.compile(
    r"(?:(?:ref|cite|word|mention)-.*|fn(?:ref)?\d.*|main|content|contents|references"
    r"|words|related|search|header|footer|nav|top|q|page-.*)\Z"
)
_HTML = re.compile(r"<(?:/?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?|!DOCTYPE[^>]*)>|<!--")
_LINE_END = re.compile(r"\r\n?|\n")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]")


class Anchors:
    """Readable ids, each given out once."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def anchor(self, text: str) -> str:
        """An unused id made of the words of ``text``."""
        words = re.sub(r"[^\w\s-]", "", text.lower()).split()
        base = "-".join(words).strip("-_")[:80] or "section"
        if _RESERVED.match(base):
            base = f"section-{base}"
        count = self._given.get(base, 0)
        anchor = f"{base}-{count + 1}" if count else base
        self._given[base] = count + 1
        return anchor if not count else self.anchor(anchor)


def prepare_blocks(
    tokens: list[Token], body: str, problems: list[Problem]
) -> tuple[list[Token], list[Heading]]:
    """Give headings their anchors, callouts their headings, cells their classes.

    Returns the tokens, with those that were added, and the contents.
    """
    prepared: list[Token] = []
    lines = _LINE_END.split(body)
    for token in tokens:
        prepared.append(token)
        if token.type == "container_callout_open":
            prepared += _callout(token, lines, problems)
        elif token.type == "container_callout_close":
            token.tag = "section"
        elif token.type in ("th_open", "td_open"):
            _align(token)
        elif token.type == "inline" and ("<" in token.content or "[^" in token.content):
            _look_for_html(token, problems)
    return prepared, list(_headings(prepared, problems))


def _callout(token: Token, lines: list[str], problems: list[Problem]) -> list[Token]:
    start, end = token.map or (0, 0)
    kind, _, title = token.info.strip().partition(" ")
    if kind not in CALLOUTS:
        known = ", ".join(CALLOUTS)
        message = f"There is no callout “{kind}”. Use one of: {known}."
        problems.append(Problem(start + 1, "error", "callout", message))
        kind = "note"
    if not (end < len(lines) and lines[end].lstrip(" >").startswith(token.markup)):
        message = f"The callout “{kind}” has no closing line “{token.markup}”."
        problems.append(Problem(start + 1, "error", "callout", message))
    token.tag = "section"
    token.attrs = {"class": f"callout callout-{kind}"}
    token.meta = {"callout": True}
    return _title(title.strip() or CALLOUTS[kind], [start, start + 1])


def _title(text: str, lines: list[int]) -> list[Token]:
    words = Token("text", "", 0, content=text)
    return [
        Token("heading_open", "h2", 1, map=lines, block=True, meta={"callout": True}),
        Token("inline", "", 0, map=lines, content=text, children=[words], block=True),
        Token("heading_close", "h2", -1, block=True),
    ]


def _headings(tokens: list[Token], problems: list[Problem]) -> Iterator[Heading]:
    anchors = Anchors()
    above = 1  # the page's title
    callout: Token | None = None
    for index, token in enumerate(tokens):
        if token.type == "container_callout_open":
            callout = token
        if token.type != "heading_open":
            continue
        inline = tokens[index + 1]
        level, text = int(token.tag[1]), plain_text(inline.children)
        line = (token.map or [0])[0] + 1
        anchor = anchors.anchor(text)
        token.attrs["id"] = anchor
        if token.meta and callout is not None:
            callout.attrs["aria-labelledby"] = anchor
        problems += _heading_problems(level, above, text, line, inline)
        above = level
        yield Heading(level, anchor, text)


def _heading_problems(
    level: int, above: int, text: str, line: int, inline: Token
) -> Iterator[Problem]:
    if not text:
        yield Problem(line, "warning", "heading", "This heading is empty.")
    if level == 1:
        message = "Start headings at “##”: the page's title is its only “#” heading."
        yield Problem(line, "warning", "heading", message)
    elif level > above + 1:
        message = (
            f"A heading level is skipped: “{'#' * level}” follows “{'#' * above}”. "
            f"Use “{'#' * (above + 1)}”."
        )
        yield Problem(line, "warning", "heading", message)
    if any(child.type == "citation" for child in inline.children or ()):
        message = "Move the citation out of the heading into the text."
        yield Problem(line, "warning", "heading", message)


def _align(token: Token) -> None:
    # Styles are forbidden by the site's Content-Security-Policy.
    style = str(token.attrs.pop("style", ""))
    if style:
        token.attrs["class"] = "align-" + style.rpartition(":")[2]
    if token.type == "th_open":
        token.attrs["scope"] = "col"


def _look_for_html(inline: Token, problems: list[Problem]) -> None:
    line = (inline.map or [0])[0] + 1
    for child in inline.children or ():
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        elif child.type == "text":
            if match := _HTML.search(child.content):
                message = (
                    f"Raw HTML is not allowed; “{match[0][:40]}” is shown as text."
                )
                problems.append(Problem(line, "warning", "html", message))
            if match := _FOOTNOTE.search(child.content):
                message = (
                    f"The footnote {match[0]} has no text. Add a line “{match[0]}: …”."
                )
                problems.append(Problem(line, "error", "footnote", message))
