from __future__ import annotations

from typing import Any

from django.contrib import admin

from immunosite.core.deleting import ShowsUses
from immunosite.core.mergeviews import MergeViews
from immunosite.core.uses import Place
from references.editorviews import ShowsTasks

from . import publishing, reading
from .checking import checklist_of
from .claims import claims_in
from .claimviews import ClaimViews
from .forms import TermForm
from .impactviews import ImpactViews
from .merging import merge_terms, plan_terms
from .models import FormerSlug, Term


@admin.register(Term)
class TermAdmin(ImpactViews, ShowsUses, ShowsTasks, MergeViews, ClaimViews):
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

    def draft_fields(self, form: Any) -> dict[str, Any]:
        return form.content()

    def places_of(self, thing: Term) -> list[Place]:
        return reading.places_of(thing)

    def reasons_against(self, thing: Term) -> list[str]:
        return publishing.reasons_to_keep(thing)
