"""The citation rule: ``[@key]``, ``[@key, p. 3; @other]``. Pure.

Keys use pandoc's characters (https://pandoc.org/MANUAL.html#citation-syntax).
A locator is shown as :mod:`references.locating` writes it. References are numbered by
their first appearance on the page; a repeated citation
keeps its number and counts on (``nth``), which gives the links back a, b, c.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from .locating import readable

KEY_PATTERN = r"[^\W_](?:[\w:.#$%&\-+?<>~/]*[^\W_])?"
_ITEM = re.compile(rf"@({KEY_PATTERN}) ?(?:, ?([^@]+))?\Z")
# No cluster is longer; so an open bracket is never looked at further.
_LONGEST = 1_000
_LOOKS_LIKE = re.compile(r"\[\s*@")


@dataclass(frozen=True, slots=True)
class Source:
    """What the pipeline knows of a reference: its key, a short plain label, how its
    notices leave it standing ("" or a word of :class:`.standing.Standing`). A library
    may lead to it from former keys too."""

    key: str
    label: str
    standing: str = ""


Library = Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class Cited:
    """One item as typed; ``standing`` is that of its source, once it is known."""

    key: str
    locator: str = ""
    standing: str = ""


@dataclass(frozen=True, slots=True)
class CitationUse:
    """One item as numbered; ``anchor`` is the id of its mark in the text."""

    key: str
    number: int
    nth: int
    locator: str
    anchor: str
    line: int | None
    standing: str = ""


def install(parser: MarkdownIt) -> None:
    """Add the rule to a parser: it makes ``citation`` tokens with ``meta["items"]``.

    Something that begins like a citation and is none becomes a ``miscited`` token, so
    that an editor can be told.
    """
    parser.inline.ruler.before("link", "citation", _rule)


def parse_cluster(content: str) -> list[Cited] | None:
    """The items between two brackets, or None when that is no citation."""
    items = []
    for part in content.split(";"):
        match = _ITEM.match(" ".join(part.split()))
        if match is None:
            return None
        items.append(Cited(match[1], readable(match[2] or "")))
    return items


def _rule(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[":
        return False
    window = state.src[state.pos : min(state.pos + _LONGEST, state.posMax)]
    if not _LOOKS_LIKE.match(window):
        return False
    end = window.find("]")
    # A link whose words are an account's name: [@name](https://…).
    if end == -1 or state.src.startswith("](", state.pos + end):
        return False
    items = parse_cluster(window[1:end])
    if not silent:
        token = state.push("citation" if items else "miscited", "", 0)
        token.content = window[: end + 1]
        token.meta = {"items": items or [], "line": state.src.count("\n", 0, state.pos)}
    state.pos += end + 1
    return True


@dataclass(slots=True)
class Numbering:
    """Counts the citations of one page, in the order in which they are added."""

    numbers: dict[str, int] = field(default_factory=dict)
    uses: list[CitationUse] = field(default_factory=list)
    _counts: dict[int, int] = field(default_factory=dict)

    def add(self, items: Sequence[Cited], line: int | None) -> list[CitationUse]:
        """Number the items of one cluster; return them by number, without repeats."""
        for item in items:
            self.numbers.setdefault(item.key, len(self.numbers) + 1)
        ordered = sorted(dict.fromkeys(items), key=lambda item: self.numbers[item.key])
        new = [self._use(item, line) for item in ordered]
        self.uses += new
        return new

    def _use(self, item: Cited, line: int | None) -> CitationUse:
        number = self.numbers[item.key]
        nth = self._counts[number] = self._counts.get(number, 0) + 1
        anchor = f"cite-{number}-{nth}"
        how = item.standing
        return CitationUse(item.key, number, nth, item.locator, anchor, line, how)


def mark(uses: Sequence[CitationUse], unknown: Sequence[str]) -> str:
    """The HTML of one cluster, ``[1, 4–6]``, with links to the references.

    Three or more consecutive numbers without locators are drawn together. Where an
    item has a locator, semicolons part the items: ``[1, p. 3; 4]``.
    """
    parts = [_run(run) for run in _runs(uses)]
    parts += [f'<span class="unresolved">?{escape(key)}</span>' for key in unknown]
    comma = "; " if any(use.locator for use in uses) else ", "
    return f'<sup class="cite">[{comma.join(parts)}]</sup>'


def _runs(uses: Sequence[CitationUse]) -> list[list[CitationUse]]:
    runs: list[list[CitationUse]] = []
    for use in uses:
        last = runs[-1][-1] if runs else None
        follows = last is not None and last.number + 1 == use.number
        if follows and last is not None and not (last.locator or use.locator):
            runs[-1].append(use)
        else:
            runs.append([use])
    return [
        part
        for run in runs
        for part in ([run] if len(run) >= 3 else [[use] for use in run])
    ]


def _run(run: Sequence[CitationUse]) -> str:
    first, last = run[0], run[-1]
    if len(run) == 1:
        locator = f", {escape(first.locator)}" if first.locator else ""
        return _number(first) + locator
    between = "".join(f'<span id="{use.anchor}"></span>' for use in run[1:-1])
    return f"{_number(first)}–{between}{_number(last)}"


def _number(use: CitationUse) -> str:
    return (
        f'<a id="{use.anchor}" href="#ref-{use.number}" role="doc-biblioref" '
        f'aria-label="Reference {use.number}">{use.number}</a>'
    )


# What _number made, or the place of a number that is drawn together with others.
_MADE = re.compile(
    r'<(a|span)\b[^>]*\bid="(cite-([0-9]+)-[0-9]+)"[^>]*>(?:\3)?</\1>', re.ASCII
)


def flag(html: str, standings: Mapping[int, str]) -> str:
    """Mark the citations of sources that don't stand, in a sanitised rendering.

    ``standings`` has the word for each number, "retracted". A number that was drawn
    together with its neighbors, ``[4–6]``, is shown: ``[4–5 retracted–6]``.
    """

    def flagged(match: re.Match[str]) -> str:
        element, anchor, number = match[1], match[2], match[3]
        word = standings.get(int(number))
        if not word:
            return match[0]
        return (
            f'<a id="{anchor}" href="#ref-{number}" role="doc-biblioref" '
            f'aria-label="Reference {number}, {escape(word)}">{number}'
            f'<strong class="flag"> {escape(word)}</strong></a>'
            f"{'–' if element == 'span' else ''}"
        )

    return _MADE.sub(flagged, html) if any(standings.values()) else html
