"""Print how hard pages are to read, and their hardest sentences."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.models import ArticleRevision
from glossary.models import TermRevision
from immunosite.core.readability import Counts, MeasuredSentence, Readability, total
from immunosite.portal.measuring import (
    MeasuredPage,
    UnreadableFile,
    measure_files,
    measure_live,
    names_of_glossary,
)

_LEGEND = (
    "Grade: Flesch-Kincaid, as measured. Names plain: the same with the words of the "
    "glossary\ncounted as two syllables at most. ! above the target. ~ fewer than 100 "
    "words: rough."
)
_COLUMNS = (
    *("page", "grade", "grade_names_plain", "above_target", "rough", "reading_ease"),
    *("reading_ease_names_plain", "words", "sentences", "fragments"),
    *("average_sentence_length", "longest_sentence", "long_word_percent", "hardest"),
)


class Command(BaseCommand):
    help = (
        "Measure how hard Markdown files or live pages are to read (Flesch-Kincaid). "
        "Without a file or an option: all live pages. Exit code 1 when a page is above "
        "the target."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--articles", action="store_true", help="Live articles.")
        parser.add_argument("--terms", action="store_true", help="Live terms.")
        parser.add_argument(
            "--target", type=float, default=8.0, help="Highest grade (default: 8)."
        )
        parser.add_argument(
            "--hardest",
            type=_count,
            default=3,
            metavar="N",
            help="Show so many of each page's hardest sentences (default: 3).",
        )
        parser.add_argument("--format", choices=["text", "csv"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            pages = list(_measured(options))
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        for page in pages:
            if page.readability is None:
                self.stderr.write(f"{page.name}: no running text.")
        found = [(page.name, page.readability) for page in pages if page.readability]
        found.sort(key=lambda pair: pair[1].measured.grade, reverse=True)
        if options["format"] == "csv":
            self._write_csv(found, options["target"])
        else:
            self._write_table(found, options["target"])
        if any(readability.is_above(options["target"]) for _, readability in found):
            sys.exit(1)

    def _write_table(self, found: list[tuple[str, Readability]], target: float) -> None:
        if not found:
            self.stdout.write("Nothing to measure.")
            return
        everything = f"all {len(found)} together"
        width = max(len(name) for name in [*dict(found), everything])
        self.stdout.write(
            f"{'Page':<{width}}  Grade   Names plain   Words  Words/sentence"
        )
        for name, page in found:
            marks = ("!" if page.is_above(target) else " ") + "~" * page.is_rough
            row = _row(page.measured, page.names_plain, marks)
            self.stdout.write(f"{name:<{width}} {row}")
        if len(found) > 1:
            measured = total(page.measured for _, page in found)
            plain = total(page.names_plain for _, page in found)
            self.stdout.write(f"{everything:<{width}} {_row(measured, plain, '')}")
        self.stdout.write(f"\n{_LEGEND}")
        self._write_hardest(found)
        above = sum(page.is_above(target) for _, page in found)
        self.stdout.write(f"\n{above} of {len(found)} above grade {target:g}.")

    def _write_hardest(self, found: list[tuple[str, Readability]]) -> None:
        for name, page in found:
            if page.hardest:
                self.stdout.write(f"\n{name}")
            for sentence in page.hardest:
                self.stdout.write(_told(sentence))

    def _write_csv(self, found: list[tuple[str, Readability]], target: float) -> None:
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for name, page in found:
            writer.writerow([name, *_cells(page, target)])


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 0 up.")
    return int(text)


def _measured(options: dict[str, Any]) -> Iterator[MeasuredPage]:
    given: Any = {"known_words": names_of_glossary(), "hardest": options["hardest"]}
    yield from measure_files(options["files"], **given)
    nothing_named = not (options["files"] or options["articles"] or options["terms"])
    if options["articles"] or nothing_named:
        yield from measure_live(ArticleRevision, **given)
    if options["terms"] or nothing_named:
        yield from measure_live(TermRevision, **given)


def _row(measured: Counts, plain: Counts, marks: str) -> str:
    return (
        f"{measured.grade:6.1f}{marks:<2} {plain.grade:11.1f} {measured.words:7d} "
        f"{measured.average_sentence_length:15.1f}"
    )


def _told(sentence: MeasuredSentence) -> str:
    """Where, both grades, the sentence; below it the long words, names starred."""
    long_words = [
        f"{word}*" if word in sentence.names else word for word in sentence.long_words
    ]
    head = (
        f"  line {sentence.line}: grade {sentence.measured.grade:.1f}, names plain "
        f"{sentence.names_plain.grade:.1f}, {sentence.measured.words} words: "
        f"{sentence.text}"
    )
    return f"{head}\n    long words: {', '.join(long_words)}" if long_words else head


def _cells(page: Readability, target: float) -> list[object]:
    measured, plain = page.measured, page.names_plain
    return [
        f"{measured.grade:.1f}",
        f"{plain.grade:.1f}",
        "yes" if page.is_above(target) else "no",
        "yes" if page.is_rough else "no",
        f"{measured.reading_ease:.1f}",
        f"{plain.reading_ease:.1f}",
        measured.words,
        measured.sentences,
        page.fragments,
        f"{measured.average_sentence_length:.1f}",
        page.longest.measured.words,
        f"{100 * page.long_word_share:.1f}",
        "\n".join(f"{each.line}: {each.text}" for each in page.hardest),
    ]
