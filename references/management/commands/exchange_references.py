from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from immunosite.core.exchanging import ExchangeCommand, UnsuitableText
from immunosite.core.reports import Report
from references.exchange import export_references, import_references
from references.formats import FORMATS, MalformedFile, decode, sniff


class Command(ExchangeCommand):
    help = (
        "References in and out. The format of a file that comes in is recognized when "
        "--format does not name it."
    )
    formats = tuple(FORMATS)
    is_recognized = True

    def add_import_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--look-alikes",
            action="store_true",
            help="Also bring in what has the title, the first author and about the year "
            "of a reference that is there.",
        )

    def own_options(self, options: dict[str, Any]) -> dict[str, Any]:
        return {name: options[name] for name in ("look_alikes", "format")}

    def decode(self, data: bytes) -> str:
        try:
            return decode(data)
        except MalformedFile as error:
            raise UnsuitableText(f"line {error.line}: {error}") from error

    def import_files(
        self, texts: list[tuple[str, str]], *, by: Any, **options: Any
    ) -> list[tuple[str, Report]]:
        how = {
            name: options[name] for name in ("on_existing", "dry_run", "look_alikes")
        }
        named = [
            (name, text, options["format"] or self._format_of(name, text))
            for name, text in texts
        ]
        return [
            (name, import_references(text, format=format, by=by, **how))
            for name, text, format in named
        ]

    def _format_of(self, name: str, text: str) -> str:
        found = sniff(name, text)
        if found is None:
            known = ", ".join(self.formats)
            raise CommandError(f"{name}: of no known format. Name it: --format {known}")
        return found

    def export(self, output: Path | None, *, format: str) -> None:
        self.write(export_references(format=format), output)
