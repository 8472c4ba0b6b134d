"""The table of an import: what became of each record, on a page and as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from .exporting import csv_lines
from .reports import Outcome

OUTCOMES = {
    Outcome.CREATED: "New",
    Outcome.UPDATED: "Update",
    Outcome.UNCHANGED: "Same already",
    Outcome.KEPT: "Kept as it is",
    Outcome.DUPLICATE: "Duplicate, left out",
    Outcome.REJECTED: "Rejected, left out",
}


class BatchTable(admin.ModelAdmin):
    """Subclasses name the field of a row that leads to the thing (``thing``), the field
    of that by which people know it (``known_by``), and what the report calls the name
    of a record and what :meth:`beside_name` tells (``names``)."""

    model: Any
    thing: str
    known_by: str
    names: tuple[str, str]

    def beside_name(self, row: Any) -> str:
        """What tells more of a record than its name."""
        return ""

    def rows_of(self, batch: Any) -> Any:
        return batch.rows.select_related(self.thing)

    def shown(self, row: Any) -> dict[str, Any]:
        thing = getattr(row, self.thing)
        opts = self.model.things._meta
        name = f"admin:{opts.app_label}_{opts.model_name}_change"
        return {
            "row": row,
            "beside": self.beside_name(row),
            "outcome": _outcome(row),
            "thing": self._called(row),
            "path": reverse(name, args=[thing.pk]) if thing else "",
        }

    def _called(self, row: Any) -> str:
        thing = getattr(row, self.thing)
        return getattr(thing, self.known_by) if thing else ""

    def report_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The whole table as CSV."""
        batch = get_object_or_404(self.model, pk=pk)
        if not self.has_view_permission(request, batch):
            raise PermissionDenied
        here = f"{self.model.things._meta.verbose_name} here"
        heading = ("record", "line", *self.names, "outcome", "reason and notes", here)
        return StreamingHttpResponse(
            csv_lines(heading, self._lines(batch)),
            content_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="import-{batch.pk}.csv"'
            },
        )

    def _lines(self, batch: Any) -> Iterator[tuple[Any, ...]]:
        for row in self.rows_of(batch).iterator(chunk_size=500):
            place = row.position, row.line, row.name, self.beside_name(row)
            yield *place, _outcome(row), row.message, self._called(row)


def _outcome(row: Any) -> str:
    return OUTCOMES[Outcome(row.outcome)] if row.outcome else ""
