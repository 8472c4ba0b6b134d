from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from immunosite.core.exchanging import RecognizingCommand
from immunosite.core.reports import Report
from references.exchange import export_references, import_references
from references.formats import FORMATS, sniff


class Command(RecognizingCommand):
    help = (
        "References in and out. The format of a file that comes in is recognized when "
        "--format does not name it."
    )
    formats = tuple(FORMATS)

    def add_import_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--look-alikes",
            action="store_true",
            help="Also bring in what has the title, the first author and about the year "
            "of a reference that is there.",
        )

    def own_options(self, options: dict[str, Any]) -> dict[str, Any]:
        return {name: options[name] for name in ("look_alikes", "format")}

    def sniff(self, file_name: str, text: str) -> str | None:
        return sniff(file_name, text)

    def import_files(
        self, texts: list[tuple[str, str]], *, by: Any, **options: Any
    ) -> list[tuple[str, Report]]:
        how = {
            name: options[name] for name in ("on_existing", "dry_run", "look_alikes")
        }
        return [
            (name, import_references(text, format=format, by=by, **how))
            for name, text, format in self.recognized(texts, options["format"])
        ]

    def export(self, output: Path | None, *, format: str) -> None:
        self.write(export_references(format=format), output)
