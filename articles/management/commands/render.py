"""Print what a preview of a Markdown text would show."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.checking import previewed
from articles.relinking import upcoming
from glossary.storing import compile_body
from immunosite.core.checklist import Checklist
from immunosite.core.frontmatter import Document, FrontMatterError, split
from immunosite.core.markdown import BodyRefused


class Command(BaseCommand):
    help = (
        "Read Markdown from standard input and print the HTML that a preview would "
        "show. Front matter is skipped. Exit code 1 when the text has errors."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--problems", action="store_true", help="List the problems instead."
        )
        parser.add_argument(
            "--checklist",
            action="store_true",
            help="List how it stands as a new article. Exit code 1 when it is blocked.",
        )
        parser.add_argument("--term", help="Render as the page of this term (slug).")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            document = split(sys.stdin.read())
            if options["checklist"]:
                self._tell(document, _checklist(document))
                return
            if options["term"]:
                rendered = compile_body(document.body, own_term=options["term"])
            else:
                upcoming_slugs = upcoming(document.body)
                rendered = compile_body(document.body, upcoming=upcoming_slugs)
        except UnicodeDecodeError as error:
            raise CommandError(f"Not UTF-8 (byte {error.start}).") from error
        except FrontMatterError as error:
            raise CommandError(f"line {error.line}: {error}") from error
        except BodyRefused as refused:
            raise CommandError(str(refused)) from refused
        if options["problems"]:
            for problem in rendered.problems:
                line = document.line_of(problem.line)
                place = f"line {line}: " if line else ""
                self.stdout.write(f"{problem.severity}: {place}{problem.message}")
        else:
            self.stdout.write(rendered.html)
        if rendered.has_errors:
            sys.exit(1)

    def _tell(self, document: Document, checklist: Checklist) -> None:
        for item in checklist.worst_first:
            measured = f": {item.measured.words}" if item.measured else ""
            self.stdout.write(f"{item.state}: {item.title}{measured}")
            for problem in item.problems:
                line = document.line_of(problem.line)
                place = f"line {line}: " if line else ""
                self.stdout.write(f"  {place}{problem.message}")
        if checklist.blocking:
            sys.exit(1)


def _checklist(document: Document) -> Checklist:
    typed = {name: str(document.fields.get(name, "")) for name in ("title", "summary")}
    typed["kind"] = str(document.fields.get("kind", "article"))
    return previewed(document.body, typed=typed, article=None)[1]
