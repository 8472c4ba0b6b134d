"""The admin's comparison of two revisions: every field, and both as readers see them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString

from .comparing import compare, without_ids
from .editing import as_text
from .fields import trusted
from .markdown import BodyRefused
from .pageviews import PageViews, number_from

_NOTES = {"note": "Change note", "public_note": "Change note for readers"}


class CompareViews(PageViews):
    """Adds ``compare/?from=3&to=7``; without numbers the newest against the live.

    ``html_fields`` are what readers see of a revision, and of its rendering.
    """

    html_fields: tuple[str, ...] = ("html",)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.compare_view)
        return [
            path("<int:pk>/compare/", view, name=self._name("compare")),
            *super().get_urls(),
        ]

    def compare_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        page = self._page(request, pk)
        before, after = self._pair(request, page)
        form = self.form(instance=page)
        rows = [
            (label, compare(old, new))
            for label, old, new in _fields(form, before, after)
        ]
        context = {
            **self._context(request, page, f"Compare two revisions of {page}"),
            "before": before,
            "after": after,
            "rows": [row for row in rows if not row[1].is_same],
            "is_coarse": any(row[1].is_coarse for row in rows),
            "rendered": [(each, self._rendered(each)) for each in (before, after)],
        }
        return TemplateResponse(request, "admin/core/page_compare.html", context)

    def _pair(self, request: HttpRequest, page: Any) -> tuple[Any, Any]:
        newest = page.newest()
        if newest is None:
            raise Http404("Nothing has been saved yet.")
        revisions = page.revisions.select_related("created_by", "page")
        found = []
        for name in ("from", "to"):
            if name in request.GET:
                number = number_from(request.GET[name])
                found.append(get_object_or_404(revisions, number=number))
            else:
                found.append(newest if name == "to" else _other(page, newest))
        return found[0], found[1]

    def _rendered(self, revision: Any) -> SafeString | None:
        """What readers see of a revision, or would; None when it can't be rendered."""
        shown = revision
        if not revision.html:
            try:
                shown = self.deeds.rendered_now(revision)
            except BodyRefused:
                return None
        parts = [getattr(shown, name) for name in self.html_fields]
        return trusted(without_ids("<hr>".join(filter(None, parts))))


def _other(page: Any, newest: Any) -> Any:
    """What the newest revision is best compared with."""
    return page.live_revision() or newest.based_on or newest


def _fields(form: Any, before: Any, after: Any) -> list[tuple[str, str, str]]:
    """(label, former text, latter text) of every field that a person fills."""
    old, new = (
        {**form.initial_from(each), **{name: getattr(each, name) for name in _NOTES}}
        for each in (before, after)
    )
    return [
        (_label(form, name), as_text(old[name]), as_text(new[name]))
        for name in old
        if name != "based_on"
    ]


def _label(form: Any, name: str) -> str:
    given = form.fields[name].label if name in form.fields else None
    return _NOTES.get(name) or given or name.replace("_", " ").capitalize()
