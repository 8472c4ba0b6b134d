from __future__ import annotations

import sys
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser

from immunosite.core.exchanging import acting
from references.announcing import ask_crossref


class Command(BaseCommand):
    help = (
        "Asks Crossref for notices about our references, those first that were asked "
        "for least recently. Exit code 1 when it stopped early; what was found is kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, help="So many DOIs at most.")
        parser.add_argument("--dry-run", action="store_true", help="Report only.")
        parser.add_argument("--as", dest="username", help="Default: an administrator.")

    def handle(self, *args: Any, **options: Any) -> None:
        limit = options["limit"]
        if limit is not None and limit < 1:
            raise CommandError("--limit must be at least 1.")
        try:
            done = ask_crossref(
                by=acting(options["username"]), limit=limit, dry_run=options["dry_run"]
            )
        except PermissionDenied as error:
            raise CommandError(str(error)) from error
        told = done.report.summary() if done.report.rows else "no notices"
        self.stdout.write(f"DOIs asked for: {done.asked}; {told}")
        for row in done.report.as_lines():
            self.stdout.write(f"  {row}")
        if done.failure:
            self.stderr.write(f"Stopped: {done.failure} DOIs left: {done.left}.")
        if done.failure or done.report.has_rejects:
            sys.exit(1)
