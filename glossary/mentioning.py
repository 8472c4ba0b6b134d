"""Turn the words of a page into links to the glossary. Pure.

Each term is linked once on a page: at its first explicit mark, or where there is none at
its first occurrence. Occurrences are never linked in headings, links, code or quotations,
marks not in headings and links; never the term whose page it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import quote

from markdown_it.token import Token

from immunosite.core.markdown import MAX_SUGGESTIONS, Problem
from immunosite.core.suggesting import nearest

from .linking import Entry, MentionUse, Senses, Surroundings, Vocabulary

# The rest of a link that a mark within its words keeps from being one.
LINK_END = re.compile(r"[^\[\]]*\]\(")
# The ids of first mentions begin so; their terms' slugs follow.
ANCHOR = "mention-"
# The address of the page on which readers choose among the meanings of a word.
MEANINGS = "/glossary/meanings/"
_RUN = ("text", "softbreak")
_END = Token("end", "", 0)
# One block's inline token; whether it is in a heading, in a quotation.
Inline = tuple[Token, bool, bool]


class Mentions:
    """Collects the links of one page while its texts are visited in order."""

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
        # What leads to one term, or to one choice of meanings, has one address.
        self._linked: set[str] = set()
        self._marked: set[str] = set()
        self._unknown = 0

    def link(self, inlines: Iterable[Inline]) -> None:
        """Link the terms in the blocks of one text.

        What an earlier text has linked stays as it is, for a mark in a later one takes
        nothing from it.
        """
        blocks = list(inlines)
        self._marked = {
            _address(owner)
            for inline, in_heading, _ in blocks
            if not in_heading
            for owner in self._marks(inline)
        }
        for inline, in_heading, in_quotation in blocks:
            self._block(inline, in_heading=in_heading, in_quotation=in_quotation)

    def _marks(self, inline: Token) -> Iterator[Entry | Senses]:
        """What the marks of a block lead to that may be links."""
        depth = 0
        for token in inline.children or ():
            depth += (token.type == "link_open") - (token.type == "link_close")
            if token.type == "term" and not depth:
                owner = self._vocabulary.by_name(token.meta["target"])
                if owner is not None:
                    yield self._sense(owner)

    def _block(self, inline: Token, *, in_heading: bool, in_quotation: bool) -> None:
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
        for start, stop, owner in self._vocabulary.find(text, never=self._never):
            entry = self._sense(owner)
            if not self._may_link(entry) or _address(entry) in self._marked:
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
        owner = self._vocabulary.by_name(target)
        if owner is None:
            self._note_unknown(target, line)
            return Token("text", "", 0, content=words)
        entry = self._sense(owner)
        if not is_open or not self._may_link(entry):
            return Token("text", "", 0, content=words)
        return self._mention(entry, words, line, is_explicit=True)

    def _may_link(self, entry: Entry | Senses) -> bool:
        is_own = isinstance(entry, Entry) and entry.slug == self._own_term
        return not is_own and _address(entry) not in self._linked

    def _sense(self, owner: Entry | Senses) -> Entry | Senses:
        """The sense that fits the page; all of them where none or several do."""
        if isinstance(owner, Entry):
            return owner
        own = [each for each in owner.entries if each.slug == self._own_term]
        return own[0] if own else owner.chosen(self._topics) or owner

    def _mention(
        self, entry: Entry | Senses, words: str, line: int | None, *, is_explicit: bool
    ) -> Token:
        self._linked.add(_address(entry))
        if isinstance(entry, Senses):
            return self._choice(entry, words, line)
        anchor, shown = f"{ANCHOR}{entry.slug}", " ".join(words.split())
        self.uses.append(MentionUse(entry.slug, shown, anchor, line, is_explicit))
        html = (
            f'<a class="term" id="{escape(anchor)}" href="{escape(_address(entry))}">'
            f"{escape(words)}</a>"
        )
        return Token("linked_term", "", 0, content=words, meta={"html": html})

    def _choice(self, senses: Senses, words: str, line: int | None) -> Token:
        """A link to all that the words may mean; it takes part in no list of words."""
        names = " or ".join(f"[[{each.slug}|{words}]]" for each in senses.entries)
        message = (
            f"“{words}” has several meanings and the topics don’t tell which. Readers "
            f"get a page to choose from; to choose here, write {names}."
        )
        self._problems.append(Problem(line, "warning", "sense", message))
        html = f'<a class="term" href="{escape(_address(senses))}">{escape(words)}</a>'
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


def _address(entry: Entry | Senses) -> str:
    """Where a link leads: to the word on the page, or to a choice of meanings."""
    if isinstance(entry, Senses):
        return f"{MEANINGS}{quote(entry.name)}"
    return f"#word-{entry.slug}"


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
