"""The admin of imports: upload a file, see what would become of it, bring it in."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from .audit import actor
from .batches import BatchState, rights
from .batchforms import UploadForm
from .batchtables import OUTCOMES, BatchTable
from .paging import page_of
from .reports import Outcome
from .stepping import Steps, counts_of, may_discard

AT_A_TIME = 100


class BatchAdmin(BatchTable):
    """Subclasses name their form to upload and their steps, besides what
    :class:`BatchTable` asks for."""

    upload: type[UploadForm]
    steps: Steps

    list_display = ("file_name", "format_label", "state", "created_by", "created_at")
    list_select_related = ("created_by",)
    list_filter = ("state",)
    list_per_page = 50
    actions = None
    change_list_template = "admin/core/import/change_list.html"
    delete_confirmation_template = "admin/core/import/delete_confirmation.html"

    @admin.display(description="format", ordering="format")
    def format_label(self, batch: Any) -> str:
        found = self.upload.uploads.formats.get(batch.format)
        return found.label if found else batch.format

    # Who may

    def has_add_permission(self, request: HttpRequest) -> bool:
        needed = rights(self.model, updating=False)
        return actor(request).has_perms(needed)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and may_discard(obj, by=actor(request))

    # The pages

    def get_urls(self) -> list[URLPattern]:
        def wrap(view: Any) -> Any:
            return self.admin_site.admin_view(never_cache(view))

        return [
            path(f"<int:pk>/{name}/", wrap(view), name=self._name(name))
            for name, view in (
                ("step", require_POST(self.step_view)),
                ("import", require_POST(self.import_view)),
                ("report", require_GET(self.report_view)),
            )
        ] + super().get_urls()

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Take a file; nothing of it is stored as a thing of the site yet."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self.upload(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            batch = form.save(by=actor(request))
            if batch is not None:
                return self._to(batch)
        title = f"Import {self._things()}"
        return self._page(request, "upload", title, form=form)

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

    def _batch_page(self, request: HttpRequest, batch: Any) -> HttpResponse:
        outcome = request.GET.get("outcome", "")
        outcome = outcome if outcome in OUTCOMES else ""
        rows = self.rows_of(batch)
        listed = page_of(
            request, rows.filter(outcome=outcome) if outcome else rows, size=AT_A_TIME
        )
        counts = counts_of(batch)
        return self._page(
            request,
            "batch",
            f"Import of “{batch}”",
            batch=batch,
            format=self.format_label(batch),
            progress=self.steps.progress_of(batch),
            counts=[(kind, name, counts[kind]) for kind, name in OUTCOMES.items()],
            total=counts.total(),
            outcome=outcome,
            to_bring=counts[Outcome.CREATED] + counts[Outcome.UPDATED],
            listed=listed,
            rows=[self.shown(row) for row in listed],
            is_mine=batch.created_by_id == actor(request).pk,
            may_delete=self.has_delete_permission(request, batch),
            states=BatchState,
        )

    def step_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The next some records; JSON for the script that goes on by itself."""
        batch = get_object_or_404(self.model, pk=pk)
        progress = self.steps.step(batch, by=actor(request))
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse(
                {
                    "done": progress.done,
                    "total": progress.total,
                    "is_running": progress.is_running,
                    "doing": progress.doing,
                    "words": str(progress),
                }
            )
        return self._to(batch)

    def import_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """From now on the records are brought in."""
        batch = get_object_or_404(self.model, pk=pk)
        self.steps.start_import(batch, by=actor(request))
        return self._to(batch)

    def _page(
        self, request: HttpRequest, template: str, title: str, **context: Any
    ) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            **self._words(),
            **context,
        }
        own = f"admin/{self.opts.app_label}/{self.opts.model_name}/{template}.html"
        common = f"admin/core/import/{template}.html"
        return TemplateResponse(request, [own, common], context)

    def _words(self) -> dict[str, Any]:
        return {"unit": self.model.unit, "things": self.model.things._meta}

    def _things(self) -> str:
        return str(self.model.things._meta.verbose_name_plural)

    def _name(self, action: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{action}"

    def _to(self, batch: Any) -> HttpResponseRedirect:
        name = f"admin:{self._name('change')}"
        return HttpResponseRedirect(reverse(name, args=[batch.pk]))

    # The admin's own pages

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, self._words())

    # Discarding

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> Any:
        return super().delete_view(request, object_id, self._words())

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        # Not the thousands of rows one by one.
        rows = sum(batch.rows.count() for batch in objs)
        counts = {"imports": len(objs), "records of the file": rows}
        return [str(batch) for batch in objs], counts, set(), []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.steps.discard_batch(obj, by=actor(request))

    def response_delete(
        self, request: HttpRequest, obj_display: str, obj_id: int
    ) -> HttpResponse:
        stay = f"{self._things().capitalize()} stay."
        messages.success(request, f"The import of “{obj_display}” is deleted. {stay}")
        return HttpResponseRedirect(reverse(f"admin:{self._name('changelist')}"))
