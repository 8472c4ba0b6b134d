"""A temporary database with the demo's terms and thousands more.

Import it before anything that needs models: it prepares Django when imported.
"""

from __future__ import annotations

import atexit
import os
import tempfile
from collections.abc import Callable, Iterable
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from glossary import linking, wording

_folder = tempfile.TemporaryDirectory()
atexit.register(_folder.cleanup)
os.environ.update(
    DATA_DIR=_folder.name,
    DATABASE_URL=f"sqlite:///{_folder.name}/db.sqlite3",
    CACHE_URL="locmem://bench",
    SITE_URL="http://testserver",
    DEBUG="1",  # so that no collected static files are needed
    DJANGO_SETTINGS_MODULE="immunosite.settings",
)
django.setup()
settings.DEBUG = False
settings.STATIC_ROOT.mkdir(exist_ok=True)
call_command("migrate", verbosity=0)


def administrator() -> Any:
    user = apps.get_model("auth.User").objects
    return user.create_superuser("administrator", password="correct horse battery")


def fill(entries: Iterable[linking.Entry], *, by: Any) -> None:
    """Live terms for all entries, written straight to the tables."""
    term, revision, form = (
        apps.get_model("glossary", name) for name in ("Term", "TermRevision", "Form")
    )
    now = timezone.now()
    pages = {entry: term(slug=entry.slug) for entry in entries}
    term.objects.bulk_create(pages.values())
    revisions = {
        entry: revision(
            page=page,
            number=1,
            title=entry.headword,
            body=f"What {entry.headword} means.",
            lead=f"What {entry.headword} means.",
            created_by=by,
            live_from=now,
            announced="live",
            rendered_by="1",
            forced_reason="A measurement.",
        )
        for entry, page in pages.items()
    }
    revision.objects.bulk_create(revisions.values())
    form.objects.bulk_create(
        form(
            revision=live,
            kind=each.kind,
            text=each.text,
            folded=wording.fold(each.text),
            position=position,
        )
        for entry, live in revisions.items()
        for position, each in enumerate(entry.forms)
    )


def queries(deed: Callable[[], Any]) -> int:
    """How many queries a deed makes."""
    with CaptureQueriesContext(connection) as captured:
        deed()
    return len(captured)
