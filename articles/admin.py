from __future__ import annotations

from typing import Any

from django.contrib import admin

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
        (None, {"fields": ["title", "slug", "summary", "body", "based_on"]}),
        ("Topics", {"fields": ["tags"], "classes": ["collapse"]}),
        ("This change", {"fields": ["note"]}),
        ("Schedule", {"fields": ["live_from", "live_until"], "classes": ["collapse"]}),
    ]

    def draft_fields(self, form: Any) -> dict[str, Any]:
        names = ("title", "summary", "body", "tags", "note")
        return {name: form.cleaned_data[name] for name in names}
