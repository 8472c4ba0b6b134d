from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser

from immunosite.core.exchanging import acting
from references.announcements import NotRead
from references.announcing import import_table


class Command(BaseCommand):
    help = (
        "Adds the notices of Retraction Watch's CSV that are about our references. "
        "Exit code 1 when a row about one of them was rejected."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="Report only.")
        parser.add_argument("--as", dest="username", help="Default: an administrator.")

    def handle(self, *args: Any, **options: Any) -> None:
        path, by = options["file"], acting(options["username"])
        try:
            # A letter of another encoding, in a name say, must not stop the rest.
            with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
                done = import_table(file, by=by, dry_run=options["dry_run"])
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from error
        except (NotRead, PermissionDenied) as error:
            raise CommandError(f"{path}: {error}") from error
        self.stdout.write(f"{path}: {done.report.summary()}")
        for row in done.report.as_lines():
            self.stdout.write(f"  {row}")
        self.stdout.write(f"Rows that name none of our references: {done.others:,}.")
        if done.report.has_rejects:
            sys.exit(1)
