"""For a timer: compile again every page whose stored rendering is out of date."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

import articles.relinking
import glossary.relinking
import references.curating


class Command(BaseCommand):
    help = (
        "Compile again what is out of date: after a change of the glossary that "
        "touched many pages, after something went live or ended by the clock, or "
        "after a new release of the renderer."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, help="At most so many of each kind.")

    def handle(self, *args: Any, **options: Any) -> None:
        glossary.relinking.announce()
        articles.relinking.announce()
        terms = glossary.relinking.rerender_stale(limit=options["limit"])
        pages = articles.relinking.rerender_stale(limit=options["limit"])
        entries = references.curating.reformat(limit=options["limit"])
        self.stdout.write(
            f"Compiled again: {terms} terms, {pages} articles, {entries} references."
        )
