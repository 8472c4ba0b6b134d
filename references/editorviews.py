"""What the editors of pages are shown of the sources of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from .reading import flagged, references_of
from .tasking import tasks_about


class ShowsTasks(admin.ModelAdmin):
    """For the admin of pages: their editor shows what is to be looked at again, and all
    their previews mark the sources that don't stand. Subclasses say which sentences of
    a body cite (``claims_in``: objects with ``text``, ``line`` and ``cited``)."""

    claims_in: Callable[[str], Iterable[Any]]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        page = kwargs.get("obj") or context.get("original")
        if page is not None and request.user.has_perm("references.view_noticetask"):
            context["notice_tasks"] = tasks_about(page).filter(closed_at=None)
        return super().render_change_form(request, context, *args, **kwargs)

    def shown(self, revision: Any) -> str:
        """What readers would see of a revision that was tried on."""
        return flagged(revision.html, references_of(revision))
