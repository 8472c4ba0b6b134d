"""How hard the pages are to read: files, live articles, live terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markdown_it import MarkdownIt

from articles.models import ArticleRevision
from glossary import marking
from glossary.models import TermRevision
from glossary.vocabulary import load_vocabulary
from immunosite.core.frontmatter import Document, FrontMatterError, split
from immunosite.core.markdown import BodyRefused, build_parser, check_size
from immunosite.core.readability import KnownWords, Readability, measure
from immunosite.core.sentences import Passage, passages
from references import citing


class UnreadableFile(ValueError):
    """A file can't be measured; says which and why in plain words."""


@dataclass(frozen=True, slots=True)
class MeasuredPage:
    """``name`` is the path of a file or the address of a page; ``readability`` is None
    when there is no running text."""

    name: str
    readability: Readability | None


def names_of_glossary() -> KnownWords:
    """All words of the live terms: the names that a page can't avoid."""
    return KnownWords(load_vocabulary().names())


def measure_files(
    paths: Iterable[Path], *, known_words: KnownWords, hardest: int
) -> Iterator[MeasuredPage]:
    """Measure Markdown files without their front matter; lines are those of the file.

    Raises UnreadableFile.
    """
    for path in paths:
        document = _read(path)
        try:
            found = _passages(document)
        except BodyRefused as refused:
            raise UnreadableFile(f"{path}: {refused}") from refused
        readability = measure(found, known_words=known_words, hardest=hardest)
        yield MeasuredPage(str(path), readability)


def measure_live(
    kind: type[ArticleRevision] | type[TermRevision],
    *,
    known_words: KnownWords,
    hardest: int,
) -> Iterator[MeasuredPage]:
    """Measure the text of every live page of a kind, by address; lines are those of
    the text as it stands in the editor."""
    for revision in kind.objects.live().select_related("page").order_by("page__slug"):
        found = _passages(Document({}, revision.body))
        readability = measure(found, known_words=known_words, hardest=hardest)
        yield MeasuredPage(revision.page.get_absolute_url(), readability)


def _passages(document: Document) -> list[Passage]:
    check_size(document.body)
    return [
        Passage(passage.text, document.line_of(passage.line))
        for passage in passages(_parser().parse(document.body))
    ]


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    """The language of the pages, so that no mark is taken for words."""
    parser = build_parser()
    citing.install(parser)
    marking.install(parser)
    return parser


def _read(path: Path) -> Document:
    try:
        return split(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{path}: not UTF-8 (byte {error.start}).") from error
    except FrontMatterError as error:
        raise UnreadableFile(f"{path}, line {error.line}: {error}") from error
