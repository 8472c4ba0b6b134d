"""For a weekly timer: mail who must look at which pages again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from immunosite.portal.reminding import compose, digests, send


class Command(BaseCommand):
    help = (
        "Mail owners the pages that are due for a review within 30 days or overdue, "
        "and editors those that nobody looks after or that others left overdue."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Print the mails, send none."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        found = digests(today)
        if options["dry_run"]:
            for digest in found:
                mail = compose(digest, today)
                self.stdout.write(f"To: {mail.to[0]}\nSubject: {mail.subject}\n")
                self.stdout.write(str(mail.body))
            self.stdout.write(f"{len(found)} mails would be sent.")
            return
        sent = sum(send(digest, today) for digest in found)
        self.stdout.write(f"{sent} mails sent.")
        if sent < len(found):
            raise CommandError(f"{len(found) - sent} mails could not be sent.")
