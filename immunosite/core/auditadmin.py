"""The admin of the audit: searched, filtered, read, exported; never changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
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
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.html import format_html

from .audit import AuditEntry
from .exporting import csv_lines

_AT_A_TIME = 500
_COLUMNS = (
    "at (UTC)",
    "by",
    "action",
    "kind",
    "key",
    "subject",
    "before",
    "after",
    "details",
)


class AuditEntryAdmin(admin.ModelAdmin):
    change_list_template = "admin/core/audit_change_list.html"
    list_display = ["at", "by", "action", "subject_type", "subject", "summary"]
    list_filter = ["action", "subject_type", "at"]
    search_fields = [
        "subject",
        "action",
        "by__username",
        "by__first_name",
        "by__last_name",
    ]
    search_help_text = "A person, a title, or an action such as “publish”."
    list_select_related = ["by"]
    date_hierarchy = "at"
    show_full_result_count = False
    readonly_fields = [
        "at",
        "by",
        "action",
        "subject_type",
        "about",
        "changed",
        "particulars",
    ]
    fields = tuple(readonly_fields)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)
        return [
            path("export/", view, name="core_auditentry_export"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """What the list shows with the same filters, all its pages, as CSV."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            found = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse("admin:core_auditentry_changelist"))
        return StreamingHttpResponse(
            csv_lines(_COLUMNS, _rows(found)),
            content_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": 'attachment; filename="audit.csv"',
                "Cache-Control": "no-store",
            },
        )

    @admin.display(description="subject")
    def about(self, entry: AuditEntry) -> str:
        """The subject, linked while there is a page of the admin about it."""
        name = f"admin:{entry.subject_type.replace('.', '_')}_change"
        try:
            address = reverse(name, args=[entry.subject_id])
        except NoReverseMatch:
            return entry.subject
        return format_html('<a href="{}">{}</a>', address, entry.subject)

    @admin.display(description="what changed")
    def summary(self, entry: AuditEntry) -> str:
        return ", ".join(change.field for change in entry.changes())

    @admin.display(description="what changed")
    def changed(self, entry: AuditEntry) -> str:
        return render_to_string("admin/core/_changes.html", {"entry": entry})

    @admin.display(description="details")
    def particulars(self, entry: AuditEntry) -> str:
        return render_to_string("admin/core/_particulars.html", {"entry": entry})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _rows(entries: Any) -> Iterator[tuple[Any, ...]]:
    for entry in entries.iterator(chunk_size=_AT_A_TIME):
        details = dict(entry.details)
        before, after = details.pop("before", None), details.pop("after", None)
        yield (
            entry.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
            entry.by.get_username(),
            entry.action,
            entry.subject_type,
            entry.subject_id,
            entry.subject,
            *(_cell(value) for value in (before, after, details)),
        )


def _cell(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""
