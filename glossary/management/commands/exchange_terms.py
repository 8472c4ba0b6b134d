from __future__ import annotations

from pathlib import Path
from typing import Any

from glossary.exchange import export_terms, import_terms
from immunosite.core.exchanging import ExchangeCommand
from immunosite.core.reports import Report


class Command(ExchangeCommand):
    help = "Terms of the glossary in and out as CSV."
    formats = ("csv",)
    can_publish = True

    def import_files(
        self, texts: list[tuple[str, str]], *, by: Any, **options: Any
    ) -> list[tuple[str, Report]]:
        return [(name, import_terms(text, by=by, **options)) for name, text in texts]

    def export(self, output: Path | None, *, format: str) -> None:
        self.write(export_terms(), output)
