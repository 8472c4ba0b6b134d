"""The claims of a page: its sentences, what each cites, which should cite. Pure.

A sentence of the running text is a claim, with the citations that stand in it or right
behind it; so is a cell of a table, a chart, and a heading that cites. What a source
should back is told by :mod:`immunosite.core.assertions`. ``key`` stays with a sentence
wherever it goes on the page.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from markdown_it import MarkdownIt

from immunosite.core import drawing
from immunosite.core.assertions import Assertion, assertion
from immunosite.core.markdown import build_parser, check_size
from immunosite.core.sentences import Passage, Sentence, passages, split_sentences
from immunosite.core.tabled import Cell, cells
from references import citing
from references.citing import Cited

from . import marking

# A block with its sentences.
Split = tuple[Passage, Sequence[Sentence]]
# Pages whose text is looked at again and again, such as those of a list.
_KEPT = 256


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence with its line in the body (from 1); ``assertion`` is what a source
    should back and none does."""

    text: str
    line: int | None
    cited: tuple[Cited, ...] = ()
    assertion: Assertion | None = None

    @property
    def key(self) -> str:
        """64 hexadecimal digits of the words, whatever their case and spacing."""
        plain = unicodedata.normalize("NFC", "".join(self.text.split())).casefold()
        return hashlib.sha256(plain.encode()).hexdigest()


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = build_parser()
    citing.install(parser)
    marking.install(parser)
    drawing.install(parser)
    return parser


@lru_cache(maxsize=_KEPT)
def claims_in(body: str) -> tuple[Claim, ...]:
    """The claims of a body, in the order of its lines. Raises BodyRefused."""
    check_size(body)
    tokens = _parser().parse(body, {})
    return claims_of(split(passages(tokens)), cells(tokens))


def split(running: Iterable[Passage]) -> list[Split]:
    """The blocks of a text with their sentences."""
    return [(passage, list(split_sentences(passage))) for passage in running]


def claims_of(running: Iterable[Split], tabled: Iterable[Cell]) -> tuple[Claim, ...]:
    """The claims of a text that was parsed, in the order of its lines."""
    found: list[Claim] = []
    for passage, sentences in running:
        found += list(_in_passage(passage, sentences, found))
    found += [
        Claim(cell.text, cell.line, _once(cell.cited), _asserted(cell))
        for cell in tabled
    ]
    return tuple(sorted(found, key=lambda claim: claim.line or 0))


def without_source(running: Iterable[Split], tabled: Iterable[Cell]) -> list[Claim]:
    """The claims that should cite and don't."""
    return [each for each in claims_of(running, tabled) if each.assertion]


def _asserted(cell: Cell) -> Assertion | None:
    return None if cell.is_covered or cell.cited else assertion(cell.text)


def _in_passage(
    passage: Passage, sentences: Sequence[Sentence], before: list[Claim]
) -> Iterator[Claim]:
    """The claims of a block; a citation that stands alone belongs to the last sentence
    ``before``, whose claim is replaced."""
    cited: dict[int, list[Cited]] = {}
    for place, items in passage.marks:
        # The mark is behind its sentence, so it is in the first that does not end before.
        at = next((i for i, each in enumerate(sentences) if place <= each.end), -1)
        cited.setdefault(at % (len(sentences) or 1), []).extend(items)
    if cited and not sentences:
        yield from _alone(_once(cited[0]), passage.line, before)
    for at, sentence in enumerate(sentences):
        own = _once(cited.get(at, ()))
        said = None if own else assertion(sentence.text)
        yield Claim(sentence.text, sentence.line, own, said)


def _alone(
    cited: tuple[Cited, ...], line: int | None, before: list[Claim]
) -> Iterator[Claim]:
    if before:
        last = before.pop()
        yield replace(last, cited=_once((*last.cited, *cited)), assertion=None)
    else:
        yield Claim("; ".join(f"@{item.key}" for item in cited), line, cited)


def _once(items: Iterable[Cited]) -> tuple[Cited, ...]:
    return tuple(dict.fromkeys(items))
