from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from glossary.claims import claims_in
from glossary.claimviews import ClaimViews
from glossary.neverviews import NeverHereViews
from immunosite.core.deleting import ShowsUses
from immunosite.core.pageadmin import PublishableAdmin
from immunosite.core.uses import Place
from references.editorviews import ShowsTasks

from . import publishing, reading
from .checking import checklist_of
from .forms import ArticleForm
from .models import Article


@admin.register(Article)
class ArticleAdmin(NeverHereViews, ShowsUses, ShowsTasks, ClaimViews):
    claims_in = staticmethod(claims_in)
    deeds = publishing
    form = ArticleForm
    checklist_of = staticmethod(checklist_of)
    search_fields = ["slug", "revisions__title"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "kind", "summary", "body", "based_on"]}),
        ("Topics", {"fields": ["tags"], "classes": ["collapse"]}),
        ("This change", {"fields": ["public_note", "note"]}),
    ]

    list_filter = ["kind", *PublishableAdmin.list_filter]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["kind"] if obj else []

    def draft_fields(self, form: Any) -> dict[str, Any]:
        names = ("title", "summary", "body", "tags", "note", "public_note")
        return {name: form.cleaned_data[name] for name in names}

    def places_of(self, thing: Article) -> list[Place]:
        return reading.places_of(thing)

    def reasons_against(self, thing: Article) -> list[str]:
        return publishing.reasons_to_keep(thing)
