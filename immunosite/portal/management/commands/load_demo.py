"""Load the demonstration content through the same imports that everybody uses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

import articles.relinking
import glossary.relinking
from articles.exchange import import_articles
from glossary.exchange import import_terms
from immunosite.core.reports import Report
from immunosite.portal import staffing
from references.exchange import import_references

LOGINS = settings.DATA_DIR / "demo_logins"


class Command(BaseCommand):
    help = (
        "Load demo/ and the demonstration accounts. What exists already is kept as it "
        "is, so it may be run again at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        passwords = staffing.demo_passwords(LOGINS)
        states = staffing.ensure_demo_staff(passwords)
        by = self._administrator()
        if by is not None:
            self._load(settings.BASE_DIR / "demo", by)
        self._tell_logins(passwords, states)

    def _administrator(self) -> Any:
        """Who brings the content in; staff may have closed the demonstration's own."""
        active = get_user_model().objects.filter(is_active=True, is_superuser=True)
        found = active.filter(username="administrator").first() or active.first()
        if found is None:
            self.stderr.write(
                "    There is no active administrator: nothing is loaded."
            )
        return found

    def _load(self, folder: Path, by: Any) -> None:
        references = self._read(folder / "references.csl.json")
        self._tell(
            "references", import_references(references, by=by, on_existing="keep")
        )
        terms = self._read(folder / "terms.csv")
        self._tell("terms", import_terms(terms, by=by, publishing=True))
        # Together, since they link one another.
        files = sorted([*folder.glob("articles/*.md"), *folder.glob("pages/*.md")])
        texts = [(path.name, self._read(path)) for path in files]
        self._tell("articles", import_articles(texts, by=by, publishing=True))
        # What was too much to be compiled again within an import.
        again = (
            glossary.relinking.rerender_stale() + articles.relinking.rerender_stale()
        )
        self.stdout.write(f"· compiled again: {again}")

    def _read(self, path: Path) -> str:
        """The text of a file; of one that can't be read none, which is then rejected."""
        try:
            return path.read_text(encoding="utf-8")
        except OSError as error:
            self.stderr.write(f"    {path}: {error.strerror}.")
        except UnicodeDecodeError as error:
            self.stderr.write(f"    {path}: not UTF-8 (byte {error.start}).")
        return ""

    def _tell(self, what: str, report: Report) -> None:
        self.stdout.write(f"· {what}: {report.summary()}")
        # No reason not to serve: staff may have given a demo term's word to their own.
        for line in report.complaints():
            self.stderr.write(f"    {line}")

    def _tell_logins(self, passwords: dict[str, str], states: dict[str, str]) -> None:
        self.stdout.write(f"· Logins for the admin (kept in {LOGINS}):")
        for name, state in states.items():
            known = "password changed by staff"
            shown = known if state == "changed" else f"{passwords[name]}   ({state})"
            self.stdout.write(f"    {name:<14} {shown}")
