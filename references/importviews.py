"""The admin of imports: upload a file, see what would become of it, bring it in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from immunosite.core.audit import actor
from immunosite.core.exporting import csv_lines
from immunosite.core.paging import page_of
from immunosite.core.reports import Outcome

from . import importing
from .formats import FORMATS
from .importforms import UploadForm
from .models import BatchState, ImportBatch, ImportRow
from .styling import plain_text

AT_A_TIME = 100
OUTCOMES = {
    Outcome.CREATED: "New",
    Outcome.UPDATED: "Update",
    Outcome.UNCHANGED: "Same already",
    Outcome.KEPT: "Kept as it is",
    Outcome.DUPLICATE: "Duplicate, left out",
    Outcome.REJECTED: "Rejected, left out",
}
_COLUMNS = (
    *("record", "line", "name", "title", "outcome", "reason and notes"),
    "reference here",
)


class ImportBatchAdmin(admin.ModelAdmin):
    list_display = ("file_name", "format_label", "state", "created_by", "created_at")
    list_select_related = ("created_by",)
    list_filter = ("state",)
    list_per_page = 50
    actions = None
    change_list_template = "admin/references/importbatch/change_list.html"

    @admin.display(description="format", ordering="format")
    def format_label(self, batch: ImportBatch) -> str:
        found = FORMATS.get(batch.format)
        return found.label if found else batch.format

    # Who may

    def has_add_permission(self, request: HttpRequest) -> bool:
        may_add: bool = super().has_add_permission(request)
        return may_add and actor(request).has_perm("references.add_reference")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and importing.may_discard(obj, by=actor(request))

    # The pages

    def get_urls(self) -> list[URLPattern]:
        def wrap(view: Any) -> Any:
            return self.admin_site.admin_view(never_cache(view))

        return [
            path(
                f"<int:pk>/{name}/",
                wrap(view),
                name=f"references_importbatch_{name}",
            )
            for name, view in (
                ("step", require_POST(self.step_view)),
                ("import", require_POST(self.import_view)),
                ("report", require_GET(self.report_view)),
            )
        ] + super().get_urls()

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Take a file; nothing of it becomes a reference yet."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            batch = form.save(by=actor(request))
            if batch is not None:
                return self._to(batch)
        return self._page(request, "upload", "Import references", form=form)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """What became of each record, or will."""
        batch = self.get_object(request, unquote(object_id))
        if batch is None:
            raise Http404("There is no such import.")
        if not self.has_view_permission(request, batch):
            raise PermissionDenied
        if request.method != "GET":
            return HttpResponse(status=405, headers={"Allow": "GET"})
        return self._batch_page(request, batch)

    def _batch_page(self, request: HttpRequest, batch: ImportBatch) -> HttpResponse:
        outcome = request.GET.get("outcome", "")
        outcome = outcome if outcome in OUTCOMES else ""
        rows = batch.rows.select_related("reference")
        listed = page_of(
            request, rows.filter(outcome=outcome) if outcome else rows, size=AT_A_TIME
        )
        counts = importing.counts_of(batch)
        return self._page(
            request,
            "batch",
            f"Import of “{batch}”",
            batch=batch,
            format=self.format_label(batch),
            progress=importing.progress_of(batch),
            counts=[(kind, name, counts[kind]) for kind, name in OUTCOMES.items()],
            total=counts.total(),
            outcome=outcome,
            to_bring=counts[Outcome.CREATED] + counts[Outcome.UPDATED],
            listed=listed,
            rows=[(row, _title(row), _outcome(row)) for row in listed],
            is_mine=batch.created_by_id == actor(request).pk,
            may_delete=self.has_delete_permission(request, batch),
            states=BatchState,
        )

    def step_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The next some records; JSON for the script that goes on by itself."""
        batch = get_object_or_404(ImportBatch, pk=pk)
        progress = importing.step(batch, by=actor(request))
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse(
                {
                    "done": progress.done,
                    "total": progress.total,
                    "is_running": progress.is_running,
                }
            )
        return self._to(batch)

    def import_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """From now on the records are brought in."""
        batch = get_object_or_404(ImportBatch, pk=pk)
        importing.start_import(batch, by=actor(request))
        return self._to(batch)

    def report_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The whole table as CSV."""
        batch = get_object_or_404(ImportBatch, pk=pk)
        if not self.has_view_permission(request, batch):
            raise PermissionDenied
        return StreamingHttpResponse(
            csv_lines(_COLUMNS, _lines(batch)),
            content_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="import-{batch.pk}.csv"'
            },
        )

    def _page(
        self, request: HttpRequest, template: str, title: str, **context: Any
    ) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            **context,
        }
        name = f"admin/references/importbatch/{template}.html"
        return TemplateResponse(request, name, context)

    def _to(self, batch: ImportBatch) -> HttpResponseRedirect:
        name = "admin:references_importbatch_change"
        return HttpResponseRedirect(reverse(name, args=[batch.pk]))

    # Discarding

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        # Not the thousands of rows one by one.
        rows = sum(batch.rows.count() for batch in objs)
        counts = {"imports": len(objs), "records of the file": rows}
        return [str(batch) for batch in objs], counts, set(), []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        importing.discard_batch(obj, by=actor(request))

    def response_delete(
        self, request: HttpRequest, obj_display: str, obj_id: int
    ) -> HttpResponse:
        messages.success(
            request, f"The import of “{obj_display}” is deleted. References stay."
        )
        name = "admin:references_importbatch_changelist"
        return HttpResponseRedirect(reverse(name))


def _lines(batch: ImportBatch) -> Iterator[tuple[Any, ...]]:
    for row in batch.rows.select_related("reference").iterator(chunk_size=500):
        key = row.reference.key if row.reference else ""
        place = row.position, row.line, row.name, _title(row)
        yield *place, _outcome(row), row.message, key


def _title(row: ImportRow) -> str:
    return plain_text(row.csl["title"]) if row.csl else ""


def _outcome(row: ImportRow) -> str:
    return OUTCOMES[Outcome(row.outcome)] if row.outcome else ""
