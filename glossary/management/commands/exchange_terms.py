from __future__ import annotations

from pathlib import Path
from typing import Any

from glossary.concepts import SKOS_FORMATS, export_skos
from glossary.exchange import export_terms, import_terms
from glossary.formats import FORMATS, sniff
from immunosite.core.exchanging import RecognizingCommand
from immunosite.core.reports import Report


class Command(RecognizingCommand):
    help = (
        "Terms of the glossary in and out. The format of a file that comes in is "
        "recognized when --format does not name it."
    )
    formats = tuple(FORMATS)
    only_written = SKOS_FORMATS
    can_publish = True

    def own_options(self, options: dict[str, Any]) -> dict[str, Any]:
        return {"format": options["format"]}

    def sniff(self, file_name: str, text: str) -> str | None:
        return sniff(file_name, text)

    def import_files(
        self, texts: list[tuple[str, str]], *, by: Any, **options: Any
    ) -> list[tuple[str, Report]]:
        named = options.pop("format")
        return [
            (name, import_terms(text, format=format, by=by, **options))
            for name, text, format in self.recognized(texts, named)
        ]

    def export(self, output: Path | None, *, format: str) -> None:
        is_skos = format in SKOS_FORMATS
        text = export_skos(format) if is_skos else export_terms(format=format)
        self.write(text, output)
