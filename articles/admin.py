from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from immunosite.core.pageadmin import PublishableAdmin

from . import publishing
from .forms import ArticleForm
from .models import Article


@admin.register(Article)
class ArticleAdmin(PublishableAdmin):
    deeds = publishing
    publish_permission = "articles.publish_article"
    form = ArticleForm
    search_fields = ["slug", "revisions__title"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "kind", "summary", "body", "based_on"]}),
        ("Topics", {"fields": ["tags"], "classes": ["collapse"]}),
        ("This change", {"fields": ["note"]}),
        ("Schedule", {"fields": ["live_from", "live_until"], "classes": ["collapse"]}),
    ]

    list_filter = ["kind", *PublishableAdmin.list_filter]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["kind"] if obj else []

    def draft_fields(self, form: Any) -> dict[str, Any]:
        names = ("title", "summary", "body", "tags", "note")
        return {name: form.cleaned_data[name] for name in names}
