"""System checks: what an operator should know before serving readers."""

from __future__ import annotations

import sqlite3
from typing import Any

from django.core.checks import Tags, Warning, register
from django.db import connection

# https://sqlite.org/wal.html, "The WAL-Reset Bug": fixed in 3.51.3.
_WAL_BUG = ((3, 7, 0), (3, 51, 2))


@register(Tags.database, deploy=False)
def sqlite_has_the_wal_fix(app_configs: Any, **kwargs: Any) -> list[Warning]:
    """Warn when SQLite serves the site in a version with the WAL-reset bug."""
    first, last = _WAL_BUG
    if connection.vendor != "sqlite" or not (
        first <= sqlite3.sqlite_version_info <= last
    ):
        return []
    return [
        Warning(
            f"SQLite {sqlite3.sqlite_version} has the rare WAL-reset bug, which can "
            "damage a database that several processes write to at the same instant.",
            hint="Keep backups, or use SQLite 3.51.3 or later, or PostgreSQL "
            "(DATABASE_URL). See docs/decisions/0003-sqlite-wal.md.",
            id="immunosite.W001",
        )
    ]
