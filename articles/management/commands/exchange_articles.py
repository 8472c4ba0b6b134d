from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from articles.exchange import export_article, import_articles
from articles.models import ArticleRevision
from immunosite.core.exchanging import ExchangeCommand
from immunosite.core.reports import Report


class Command(ExchangeCommand):
    help = (
        "Articles in and out as Markdown files with front matter. Export writes one "
        "file for each live article into the folder given by --output."
    )
    formats = ("markdown",)
    can_publish = True

    def import_files(
        self, texts: list[tuple[str, str]], *, by: Any, **options: Any
    ) -> list[tuple[str, Report]]:
        return [("articles", import_articles(texts, by=by, **options))]

    def export(self, output: Path | None, *, format: str) -> None:
        if output is None or not output.is_dir():
            raise CommandError("--output must name an existing folder.")
        for revision in ArticleRevision.objects.live().select_related("page"):
            path = output / f"{revision.page.slug}.md"
            path.write_text(export_article(revision))
            self.stdout.write(str(path))
