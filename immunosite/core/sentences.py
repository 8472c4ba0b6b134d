"""The sentences of a page's running text, each with its line. Pure.

What counts is running text only: no headings, tables, charts, code, pictures, and no
marks of citations or footnotes (Flesch 1979 skips titles and captions too). The words
of a link count, its address does not. A paragraph or list item ends a sentence, with or
without a stop.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from markdown_it.token import Token

_SKIPPED = frozenset(
    f"{block}_{end}"
    for block in ("heading", "table", "dt")
    for end in ("open", "close")
)
_MARKS = ("term", "never")
# A stop, and the quotation marks and brackets that close with it.
_STOP = re.compile(r"(?<![.?!…])[.?!…]+[\"'”’)\]]*(?=\s|\Z)")
_ENDS = re.compile(r"[.?!…:][\"'”’)\]]*\Z")
_LAST_WORD = re.compile(r"[^\s(\[\"'“‘]+\Z")
_NEXT_WORD = re.compile(r"\s*[(\[\"'“‘]*([^\s)\]\"”]+)")
# So many characters before a stop are looked at, enough for two words.
_WINDOW = 80
_ONE_LETTER = re.compile(r"[^\W\d_]\Z")
# An em dash parts words without a space.
_GAP = re.compile(r"\s+|—")

# The stop belongs to the word: the sentence goes on.
_NEVER_LAST = frozenset(
    "approx ca cf dr e.g eg esp fig figs i.e ie incl mr mrs ms p pp prof resp st "
    "viz vol vs".split()
)
# So it does before a number: “No. 5”.
_BEFORE_NUMBERS = frozenset({"no", "nos", "fig", "p", "pp", "vol", "ch"})
# After “U.S.” or an initial only these words are sure to open a sentence, since a name
# may follow.
_OPENERS = frozenset(
    "a after all an and another as ask at before both but by call do each every few for "
    "from he her here his how however i if in it its many more most my no not now on "
    "one or other others our she so some such talk tell that the their then there these "
    "they this those to until we what when where which while who why with you your "
    "yes".split()
)


@dataclass(frozen=True, slots=True)
class Passage:
    """The words of one block, its line breaks kept; ``line`` is its first, from 1.
    ``marks`` are the citations: the place in the text behind which each is raised, and
    what its token holds."""

    text: str
    line: int | None
    marks: tuple[tuple[int, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """``words`` without their punctuation; a fragment has no final stop; ``end`` is
    where the sentence ends in its passage."""

    text: str
    line: int | None
    words: tuple[str, ...]
    is_fragment: bool
    end: int = 0


def passages(tokens: Iterable[Token]) -> Iterator[Passage]:
    """The blocks of running text among a parser's tokens."""
    skipped = 0
    for token in tokens:
        if token.type in _SKIPPED:
            skipped += token.nesting
        elif token.type == "inline" and not (skipped or token.meta.get("chart")):
            passage = read_passage(token)
            if passage.text.strip() or passage.marks:
                yield passage


def read_passage(inline: Token) -> Passage:
    """The visible words of a block, with as many line breaks as its source has."""
    line = inline.map[0] + 1 if inline.map else None
    children = inline.children or ()
    if len(children) == 1 and children[0].type == "text":
        return Passage(children[0].content, line)
    text, read = "", 0
    marks: list[tuple[int, Any]] = []
    for token in children:
        if token.type in ("text", "miscited"):
            text += token.content
        elif token.type in _MARKS:
            start = inline.content.find("[[", read)
            read = inline.content.find("]]", start)
            breaks = inline.content.count("\n", start, read)
            text += token.content.replace(" ", "\n", breaks)
        elif token.type in ("softbreak", "hardbreak"):
            text += "\n"
        elif token.type in ("citation", "footnote_ref"):
            # The mark is raised: “respond [@key].” ends in “respond.”
            text = text.rstrip(" ")
            if token.type == "citation":
                marks.append((len(text.rstrip()), tuple(token.meta["items"])))
            text += "\n" * token.content.count("\n")
    return Passage(text, line, tuple(marks))


def split_sentences(passage: Passage) -> Iterator[Sentence]:
    """The sentences of one block, in order; none is without words."""
    text = passage.text
    start = 0
    for match in _STOP.finditer(text):
        if _is_end(text, match, start):
            yield from _sentence(passage, start, match.end())
            start = match.end()
    yield from _sentence(passage, start, len(text))


def _sentence(passage: Passage, start: int, end: int) -> Iterator[Sentence]:
    piece = passage.text[start:end]
    words = tuple(split_words(piece))
    if not words:
        return
    first = start + len(piece) - len(piece.lstrip())
    line = passage.line and passage.line + passage.text.count("\n", 0, first)
    shown = " ".join(piece.split())
    yield Sentence(shown, line, words, not _ENDS.search(shown), end)


def _is_end(text: str, stop: re.Match[str], start: int) -> bool:
    """Whether a stop ends the sentence that began at ``start``."""
    following = _NEXT_WORD.match(text, stop.end())
    if following is None:
        return True
    opener = following[1]
    # “dMMR” and “mRNA” open sentences too.
    if opener[0].islower() and not any(map(str.isupper, opener)):
        return False
    if stop[0][:1] != "." or stop[0].startswith(".."):
        return True
    before = text[max(start, stop.start() - _WINDOW) : stop.start()]
    last = _LAST_WORD.search(before)
    return last is None or _may_end(last[0], before[: last.start()].split(), opener)


def _may_end(last: str, earlier: list[str], opener: str) -> bool:
    # “MS” and “CF” are illnesses.
    word = last if last.isupper() and len(last) > 1 else last.lower()
    if word in _NEVER_LAST or (word in _BEFORE_NUMBERS and opener[0].isdigit()):
        return False
    if word in ("a.m", "p.m", "etc"):
        return True
    if word == "al" and earlier[-1:] == ["et"]:
        return opener.lower() in _OPENERS
    # “U.S.”, and initials, which other names precede: “Dr. J. Larkin”, not “type B.”
    is_initial = bool(_ONE_LETTER.match(last)) and last.isupper()
    follows_name = not earlier or earlier[-1][:1].isupper()
    if "." in last and last.replace(".", "").isalpha() or is_initial and follows_name:
        return opener.lower() in _OPENERS
    return True


def split_words(text: str) -> Iterator[str]:
    """What stands between white space and holds a letter or figure, bare of
    punctuation. “PD-1”, “43.6%”, “and/or” and “U.S.” are one word each."""
    for chunk in _GAP.split(text):
        inner = [place for place, char in enumerate(chunk) if char.isalnum()]
        if inner:
            yield chunk[inner[0] : inner[-1] + 1]
