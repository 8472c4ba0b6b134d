"""Turn the words of a page into links to the glossary. Pure.

The first occurrence of each term on the page is linked; never in headings, links,
code or quotations, never the term whose page it is. Explicit marks always link,
except in headings and links.
"""

from __future__ import annotations

import re
from html import escape
from urllib.parse import quote

from markdown_it.token import Token

from immunosite.core.markdown import MAX_SUGGESTIONS, Problem
from immunosite.core.suggesting import nearest

from .linking import Entry, MentionUse, Senses, Surroundings, Vocabulary
from .wording import fold

# The rest of a link that a mark within its words keeps from being one.
LINK_END = re.compile(r"[^\[\]]*\]\(")
# The ids of first mentions begin so; their terms' slugs follow.
ANCHOR = "mention-"
# The address of the page on which readers choose among the meanings of a word.
MEANINGS = "/glossary/meanings/"
_RUN = ("text", "softbreak")
_END = Token("end", "", 0)


class Mentions:
    """Collects the links of one page while its blocks are visited in order."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        own_term: str | None,
        surroundings: Surroundings,
        problems: list[Problem],
    ) -> None:
        self.uses: list[MentionUse] = []
        self._topics = surroundings.topics
        self._never = surroundings.never
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
            if line and token.type == "hardbreak":
                line += 1
            elif line and token.type == "code_inline" and "\n" in inline.content:
                line += _lines_in(token, inline)
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
        for start, stop, owner in self._vocabulary.find(text):
            entry = self._sense(owner)
            name = entry.name if isinstance(entry, Senses) else entry.slug
            if name in self._linked or name == self._own_term:
                continue
            words = text[start:stop]
            if self._never and fold(words) in self._never:
                continue
            at = line and line + text.count("\n", 0, start)
            out += _plain(text[end:start])
            out.append(self._mention(entry, words, at, is_explicit=False))
            end = stop
        if not end:
            return run
        return out + _plain(text[end:])

    def _explicit(self, token: Token, inline: Token, *, is_open: bool) -> Token:
        line = inline.map[0] + 1 + token.meta["line"] if inline.map else None
        target, words = token.meta["target"], token.content
        owner = self._vocabulary.by_name(target)
        if owner is None:
            self._note_unknown(target, line)
            return Token("text", "", 0, content=words)
        entry = self._sense(owner)
        is_own = isinstance(entry, Entry) and entry.slug == self._own_term
        if not is_open or is_own:
            return Token("text", "", 0, content=words)
        return self._mention(entry, words, line, is_explicit=True)

    def _sense(self, owner: Entry | Senses) -> Entry | Senses:
        """The sense that fits the page; all of them where none or several do."""
        if isinstance(owner, Entry):
            return owner
        own = [each for each in owner.entries if each.slug == self._own_term]
        return own[0] if own else owner.chosen(self._topics) or owner

    def _mention(
        self, entry: Entry | Senses, words: str, line: int | None, *, is_explicit: bool
    ) -> Token:
        if isinstance(entry, Senses):
            return self._choice(entry, words, line)
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

    def _choice(self, senses: Senses, words: str, line: int | None) -> Token:
        """A link to all that the words may mean; it takes part in no list of words."""
        if senses.name not in self._linked:
            names = " or ".join(f"[[{each.slug}|{words}]]" for each in senses.entries)
            message = (
                f"“{words}” has several meanings and the topics don’t tell which. Readers "
                f"get a page to choose from; to choose here, write {names}."
            )
            self._problems.append(Problem(line, "warning", "sense", message))
        self._linked.add(senses.name)
        path = f"{MEANINGS}{quote(senses.name)}/"
        html = f'<a class="term" href="{escape(path)}">{escape(words)}</a>'
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


def _lines_in(code: Token, inline: Token) -> int:
    """How many lines a code span goes on over; the parser made spaces of their ends."""
    words = r"\s".join(map(re.escape, re.split(r"[ \n]", code.content)))
    span = re.search(rf"{code.markup}\s?{words}\s?{code.markup}", inline.content)
    return span[0].count("\n") if span else 0


def _plain(text: str) -> list[Token]:
    """Text with line breaks as the tokens it came from."""
    tokens: list[Token] = []
    for number, part in enumerate(text.split("\n")):
        if number:
            tokens.append(Token("softbreak", "br", 0))
        if part:
            tokens.append(Token("text", "", 0, content=part))
    return tokens
