"""Turn the words of a page into links to the glossary. Pure.

The first occurrence of each term on the page is linked; never in headings, links,
code or quotations, never the term whose page it is. Explicit marks always link,
except in headings and links.
"""

from __future__ import annotations

import re
from html import escape

from markdown_it.token import Token

from immunosite.core.markdown import MAX_SUGGESTIONS, Problem
from immunosite.core.suggesting import nearest

from .linking import Entry, MentionUse, Vocabulary

# The rest of a link that a mark within its words keeps from being one.
LINK_END = re.compile(r"[^\[\]]*\]\(")
# The ids of first mentions begin so; their terms' slugs follow.
ANCHOR = "mention-"
_RUN = ("text", "softbreak")
_END = Token("end", "", 0)


class Mentions:
    """Collects the links of one page while its blocks are visited in order."""

    def __init__(
        self, vocabulary: Vocabulary, own_term: str | None, problems: list[Problem]
    ) -> None:
        self.uses: list[MentionUse] = []
        self._vocabulary = vocabulary
        self._own_term = own_term
        self._problems = problems
        self._linked: set[str] = set()
        self._unknown = 0

    def link(self, inline: Token, *, in_heading: bool, in_quotation: bool) -> None:
        """Link the terms in one block's inline tokens."""
        line = inline.map[0] + 1 if inline.map else None
        linked: list[Token] = []
        run: list[Token] = []
        depth = 0
        tokens = [*(inline.children or ()), _END]
        for index, token in enumerate(tokens):
            if token.type in _RUN:
                run.append(token)
                continue
            if run:
                text = "".join(
                    "\n" if part.type == "softbreak" else part.content for part in run
                )
                may_link = not (in_heading or in_quotation or depth)
                linked += self._run(run, text, line) if may_link else run
                line = line and line + text.count("\n")
                run = []
            depth += (token.type == "link_open") - (token.type == "link_close")
            if token.type == "hardbreak" and line:
                line += 1
            if token.type in ("term", "never"):
                self._check_link(token, tokens[index + 1], inline)
            if token.type == "term":
                token = self._explicit(token, inline, is_open=not (in_heading or depth))
            if token is not _END:
                linked.append(token)
        inline.children = linked

    def _run(self, run: list[Token], text: str, line: int | None) -> list[Token]:
        """Link in a run of text and line breaks, which a form may cross."""
        out: list[Token] = []
        end = 0
        for start, stop, entry in self._vocabulary.find(text):
            if entry.slug in self._linked or entry.slug == self._own_term:
                continue
            at = line and line + text.count("\n", 0, start)
            out += _plain(text[end:start])
            out.append(self._mention(entry, text[start:stop], at, is_explicit=False))
            end = stop
        if not end:
            return run
        return out + _plain(text[end:])

    def _explicit(self, token: Token, inline: Token, *, is_open: bool) -> Token:
        line = inline.map[0] + 1 + token.meta["line"] if inline.map else None
        target, words = token.meta["target"], token.content
        entry = self._vocabulary.by_name(target)
        if entry is None:
            self._note_unknown(target, line)
        elif is_open and entry.slug != self._own_term:
            return self._mention(entry, words, line, is_explicit=True)
        return Token("text", "", 0, content=words)

    def _mention(
        self, entry: Entry, words: str, line: int | None, *, is_explicit: bool
    ) -> Token:
        is_first = entry.slug not in self._linked
        self._linked.add(entry.slug)
        anchor = f"{ANCHOR}{entry.slug}" if is_first else ""
        shown = " ".join(words.split())
        self.uses.append(MentionUse(entry.slug, shown, anchor, line, is_explicit))
        ident = f' id="{escape(anchor)}"' if anchor else ""
        html = (
            f'<a class="term"{ident} href="#word-{escape(entry.slug)}">'
            f"{escape(words)}</a>"
        )
        return Token("linked_term", "", 0, content=words, meta={"html": html})

    def _check_link(self, mark: Token, following: Token, inline: Token) -> None:
        if LINK_END.match(following.content):
            line = inline.map[0] + 1 + mark.meta["line"] if inline.map else None
            message = f"A link can't hold a mark. Write “{mark.content}” without."
            self._problems.append(Problem(line, "error", "term", message))

    def _note_unknown(self, target: str, line: int | None) -> None:
        self._unknown += 1
        names = self._vocabulary.names() if self._unknown <= MAX_SUGGESTIONS else []
        near = " or ".join(f"“{name}”" for name in nearest(target, names))
        hint = f" Did you mean {near}?" if near else ""
        message = f"The glossary has no live term “{target}”.{hint}"
        self._problems.append(Problem(line, "error", "term", message))


def _plain(text: str) -> list[Token]:
    """Text with line breaks as the tokens it came from."""
    tokens: list[Token] = []
    for number, part in enumerate(text.split("\n")):
        if number:
            tokens.append(Token("softbreak", "br", 0))
        if part:
            tokens.append(Token("text", "", 0, content=part))
    return tokens
