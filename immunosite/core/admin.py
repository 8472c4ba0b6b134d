"""The admin of tags and of the audit; the admin's names."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from taggit.models import Tag as TaggitTag

from . import curating
from .audit import AuditEntry
from .tagging import Tag

admin.site.site_header = "immunosite"
admin.site.site_title = "immunosite"
admin.site.index_title = "Editors’ desk"
admin.site.unregister(TaggitTag)


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    list_display = ["name", "kind", "slug"]
    list_filter = ["kind"]
    search_fields = ["name"]
    search_help_text = "Searches names."
    fields = ["name", "kind", "description", "drawing", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    actions = None

    def save_model(
        self, request: HttpRequest, obj: Tag, form: Any, change: bool
    ) -> None:
        curating.save_tag(obj, by=request.user)  # type: ignore[arg-type]

    def delete_model(self, request: HttpRequest, obj: Tag) -> None:
        curating.delete_tag(obj, by=request.user)  # type: ignore[arg-type]


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    list_display = ["at", "by", "action", "subject_type", "subject"]
    list_filter = ["action", "subject_type"]
    search_fields = ["subject", "by__username"]
    search_help_text = "Searches titles and the names of users."
    list_per_page = 50
    list_select_related = ["by"]
    date_hierarchy = "at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
