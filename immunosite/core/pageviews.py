"""The admin's own pages of a page: preview, history, restore."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, resolve, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from .listing import PageListing
from .markdown import BodyRefused
from .paging import page_of
from .publishing import EditConflict

HISTORY_SIZE = 50
# More digits than any revision's number has are no number.
_DIGITS = 9


class PageViews(PageListing):
    """Adds the views; ``deeds`` is the module of the page's deeds."""

    deeds: Any
    history_template = "admin/core/page_history.html"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        preview = wrap(never_cache(self.preview_view))
        return [
            path("<int:pk>/preview/<int:number>/", preview, name=self._name("preview")),
            path(
                "<int:pk>/restore/<int:number>/",
                wrap(self.restore_view),
                name=self._name("restore"),
            ),
            *super().get_urls(),
        ]

    def _name(self, action: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{action}"

    def _to(self, action: str, *args: int) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse(f"admin:{self._name(action)}", args=args))

    def _page(self, request: HttpRequest, pk: int) -> Any:
        page = get_object_or_404(self.model, pk=pk)
        if not self.has_view_permission(request, page):
            raise PermissionDenied
        return page

    def _context(self, request: HttpRequest, page: Any, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "page": page,
        }

    def preview_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        page = self._page(request, pk)
        revision = get_object_or_404(page.revisions, number=number)
        request.preview_of = revision  # type: ignore[attr-defined]  # for templates
        try:
            response = self._as_if_live(request, revision)
        except BodyRefused as refused:
            messages.error(request, str(refused))
            return self._to("change", page.pk)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    @transaction.atomic
    def _as_if_live(self, request: HttpRequest, revision: Any) -> HttpResponse:
        """The public view's own answer, with ``revision`` live until the rollback."""
        self.deeds.try_on(revision)
        match = resolve(revision.page.get_absolute_url())
        # Readers get the site's time zone, whatever the editor's is.
        with timezone.override(None):
            response = match.func(request, *match.args, **match.kwargs)
            if hasattr(response, "render"):
                response.render()
        transaction.set_rollback(True)
        return response

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        try:
            page = self._page(request, int(unquote(object_id)))
        except ValueError:
            raise Http404 from None
        texts = ("body", "html", "text", "contents", "problems")
        revisions = page.revisions.select_related("created_by").defer(*texts)
        listed = page_of(request, revisions, size=HISTORY_SIZE)
        context = {
            **self._context(request, page, f"History of {page}"),
            "listed": listed,
            "rows": [(revision, revision.state_at()) for revision in listed],
            "newest": revisions.first(),
            "live": revisions.live().first(),
            "may_change": self.has_change_permission(request, page),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.history_template, context)

    def restore_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        page = self._page(request, pk)
        revision = get_object_or_404(page.revisions, number=number)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        based_on = number_from(request.POST.get("based_on", ""))
        try:
            self.deeds.restore(revision, based_on=based_on, by=request.user)
        except EditConflict as conflict:
            messages.error(request, f"{conflict} Look at it before you restore.")
        else:
            messages.success(request, f"Revision {number} is restored as a new draft.")
        return self._to("change", page.pk)


def number_from(given: str) -> int | None:
    """A revision's number as somebody sent it, or None."""
    return int(given) if given.isdecimal() and len(given) <= _DIGITS else None
