from __future__ import annotations

from typing import Any

from django.contrib import admin

from immunosite.core.pageadmin import PublishableAdmin

from . import publishing
from .forms import TermForm
from .models import Term


@admin.register(Term)
class TermAdmin(PublishableAdmin):
    deeds = publishing
    publish_permission = "glossary.publish_term"
    form = TermForm
    search_fields = ["slug", "revisions__forms__text"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "body", "based_on"]}),
        (
            "Words for it",
            {"fields": ["plural", "synonym", "abbreviation", "is_automatic"]},
        ),
        ("Topics", {"fields": ["tags"], "classes": ["collapse"]}),
        ("This change", {"fields": ["note"]}),
        ("Schedule", {"fields": ["live_from", "live_until"], "classes": ["collapse"]}),
    ]

    def draft_fields(self, form: Any) -> dict[str, Any]:
        names = ("title", "body", "is_automatic", "tags", "note")
        fields = {name: form.cleaned_data[name] for name in names}
        return {**fields, "forms": form.forms_typed()}
