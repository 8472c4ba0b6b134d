"""Print what a preview of a Markdown text would show."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.publishing import upcoming
from glossary.storing import compile_body
from immunosite.core.frontmatter import FrontMatterError, split
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
        parser.add_argument("--term", help="Render as the page of this term (slug).")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            document = split(sys.stdin.read())
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
