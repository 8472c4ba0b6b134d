"""Empties the database, the audit included: the only way to take anything from it."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import flush
from django.db import connections

from immunosite.core.audit import AuditEntry
from immunosite.core.growing import free_to_shrink


class Command(flush.Command):
    """Django's command. It holds the writer's lock while it asks for confirmation, so
    that nothing is written which the one who confirms has not seen."""

    def handle(self, **options: Any) -> None:
        with free_to_shrink(connections[options["database"]], AuditEntry):
            super().handle(**options)
