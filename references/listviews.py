"""The admin's list of references: what nobody cites, and the list as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import URLPattern, path, reverse

from immunosite.core.exporting import csv_lines

from . import reading

_AT_A_TIME = 500
_IDENTIFIERS = ("DOI", "PMID", "PMCID", "ISBN", "URL")
_COLUMNS = (
    *("key", "type", "title", "authors", "published in", "year"),
    *_IDENTIFIERS,
    *("notices", "cited by live pages"),
)


class UseFilter(admin.SimpleListFilter):
    """References that no page needs."""

    title = "cited by"
    parameter_name = "cited_by"

    def lookups(
        self, request: HttpRequest, model_admin: Any
    ) -> tuple[tuple[str, str], ...]:
        return (("no-page", "No live page"), ("nobody", "Nobody, not even a draft"))

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "no-page":
            return queryset.filter(cited_by=0)
        if self.value() == "nobody":
            return queryset.filter(cited_by=0).exclude(pk__in=reading.named_now())
        return queryset


class ListViews(admin.ModelAdmin):
    """Adds ``table/``: what the list shows with the same filters, all its pages."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.table_view)
        return [
            path("table/", view, name="references_reference_table"),
            *super().get_urls(),
        ]

    def table_view(self, request: HttpRequest) -> HttpResponseBase:
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            found = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(
                reverse("admin:references_reference_changelist")
            )
        return StreamingHttpResponse(
            csv_lines(_COLUMNS, _rows(found)),
            content_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": 'attachment; filename="references.csv"',
                "Cache-Control": "no-store",
            },
        )


def _rows(references: Any) -> Iterator[tuple[Any, ...]]:
    for reference in references.iterator(chunk_size=_AT_A_TIME):
        csl = reference.csl
        yield (
            *(reference.key, csl["type"], reference.title, reference.authors),
            *(reference.container, reference.year),
            *(csl.get(name) for name in _IDENTIFIERS),
            "; ".join(str(notice) for notice in reference.notices.all()),
            reference.cited_by,
        )
