"""Load the demonstration content through the same imports that everybody uses."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

from articles import publishing as articles_publishing
from articles.exchange import import_articles
from glossary import publishing as terms_publishing
from glossary.exchange import import_terms
from immunosite.core.reports import Report
from immunosite.portal import staffing
from references.exchange import import_csl

LOGINS = settings.DATA_DIR / "demo_logins"


class Command(BaseCommand):
    help = (
        "Load demo/ and the demonstration accounts. What exists already is kept as it "
        "is, so it may be run again at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        staffing.ensure_roles()
        passwords = staffing.demo_passwords(LOGINS)
        created = staffing.ensure_demo_staff(passwords)
        by = get_user_model().objects.get(username="administrator")
        folder = settings.BASE_DIR / "demo"
        references = (folder / "references.csl.json").read_text()
        self._tell("references", import_csl(references, by=by, on_existing="keep"))
        terms = (folder / "terms.csv").read_text()
        self._tell("terms", import_terms(terms, by=by, publishing=True))
        files = sorted((folder / "articles").glob("*.md"))
        texts = [(path.name, path.read_text()) for path in files]
        self._tell("articles", import_articles(texts, by=by, publishing=True))
        # What was too much to be compiled again within an import.
        again = terms_publishing.rerender_stale() + articles_publishing.rerender_stale()
        self.stdout.write(f"· compiled again: {again}")
        self._tell_logins(passwords, created)

    def _tell(self, what: str, report: Report) -> None:
        self.stdout.write(f"· {what}: {report.summary()}")
        # No reason not to serve: staff may have given a demo term's word to their own.
        for line in report.as_lines():
            self.stderr.write(f"    {line}")

    def _tell_logins(self, passwords: dict[str, str], created: list[str]) -> None:
        self.stdout.write(f"· Logins for the admin (kept in {LOGINS}):")
        for name, password in passwords.items():
            mark = "new" if name in created else "unless changed since"
            self.stdout.write(f"    {name:<14} {password}   ({mark})")
