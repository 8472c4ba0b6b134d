from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from immunosite.core.deleting import ShowsUses
from immunosite.core.mergeviews import MergeViews
from immunosite.core.uses import Place
from references.editorviews import ShowsTasks

from . import publishing, reading
from .checking import checklist_of
from .claims import claims_in
from .claimviews import ClaimViews
from .exportviews import ExportViews
from .forms import TermForm
from .impactviews import ImpactViews
from .importviews import TermImportAdmin
from .merging import merge_terms, plan_terms
from .models import FormerSlug, Term, TermImport
from .picking import nearest_first

admin.site.register(TermImport, TermImportAdmin)


@admin.register(Term)
class TermAdmin(
    ImpactViews, ExportViews, ShowsUses, ShowsTasks, MergeViews, ClaimViews
):
    claims_in = staticmethod(claims_in)
    merge_field = FormerSlug._meta.get_field("term")
    merge_rights = ("glossary.publish_term",)
    merge_plan = staticmethod(plan_terms)
    merge_deed = staticmethod(merge_terms)
    deeds = publishing
    form = TermForm
    html_fields = ("html", "professional_html")
    checklist_of = staticmethod(checklist_of)
    search_fields = ["slug", "revisions__forms__text"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "body", "based_on"]}),
        ("Words for it", {"fields": ["words", "is_automatic"]}),
        ("For professionals", {"fields": ["professional"], "classes": ["collapse"]}),
        (
            "How it is said",
            {"fields": ["respelling", "ipa", "audio"], "classes": ["collapse"]},
        ),
        (
            "Picture",
            {
                "fields": ["picture", "picture_alt", "picture_credit"],
                "classes": ["collapse"],
            },
        ),
        ("Other languages", {"fields": ["translations"], "classes": ["collapse"]}),
        (
            "Related terms",
            {"fields": ["broader", "whole", "see_also"], "classes": ["collapse"]},
        ),
        ("Topics", {"fields": ["tags"], "classes": ["collapse"]}),
        ("This change", {"fields": ["public_note", "note"]}),
    ]

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        found, has_repeats = super().get_search_results(request, queryset, search_term)
        match = request.resolver_match
        # The list of terms has an order of its own.
        if search_term and match and match.url_name == "autocomplete":
            return nearest_first(found, search_term), False
        return found, has_repeats

    def draft_fields(self, form: Any) -> dict[str, Any]:
        return form.content()

    def places_of(self, thing: Term) -> list[Place]:
        return reading.places_of(thing)

    def reasons_against(self, thing: Term) -> list[str]:
        return publishing.reasons_to_keep(thing)
