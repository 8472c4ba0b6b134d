from __future__ import annotations

from pathlib import Path
from typing import Any

from immunosite.core.exchanging import ExchangeCommand
from immunosite.core.reports import Report
from references.exchange import export_csl, import_csl


class Command(ExchangeCommand):
    help = "References in and out as CSL-JSON."
    formats = ("csl-json",)

    def import_files(
        self, texts: list[tuple[str, str]], *, by: Any, **options: Any
    ) -> list[tuple[str, Report]]:
        how = {name: options[name] for name in ("on_existing", "dry_run")}
        return [(name, import_csl(text, by=by, **how)) for name, text in texts]

    def export(self, output: Path | None) -> None:
        self.write(export_csl(), output)
