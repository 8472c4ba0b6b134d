"""The admin of references: the record, who cites it, and its notices."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from immunosite.core.audit import actor
from immunosite.core.deleting import ShowsUses
from immunosite.core.uses import Place

from . import curating, reading
from .duplicateviews import DuplicateViews
from .forms import TYPES, ReferenceForm
from .importviews import ImportBatchAdmin
from .listviews import ListViews, UseFilter
from .lookupviews import LookUpViews
from .models import ImportBatch, NoticeTask, Reference
from .noticeviews import NoticeViews
from .taskviews import NoticeTaskAdmin

admin.site.register(NoticeTask, NoticeTaskAdmin)
admin.site.register(ImportBatch, ImportBatchAdmin)


class TypeFilter(admin.SimpleListFilter):
    """References by the type of CSL, those that occur."""

    title = "type"
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        used = Reference.objects.order_by().values_list("csl__type", flat=True)
        names = dict(TYPES)
        return sorted((kind, names.get(kind, kind)) for kind in used.distinct())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(csl__type=self.value()) if self.value() else queryset


class NoticeFilter(admin.ChoicesFieldListFilter):
    """References that bear a notice of a kind."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "kind of notice"


class TopicFilter(admin.RelatedFieldListFilter):
    """References that bear a tag."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "topic"


@admin.register(Reference)
class ReferenceAdmin(LookUpViews, ShowsUses, DuplicateViews, NoticeViews, ListViews):
    form = ReferenceForm
    list_display = (
        *("key", "title", "first_author", "year"),
        *("container", "cited_by", "notices"),
    )
    list_filter = (
        *(TypeFilter, ("notices__kind", NoticeFilter), UseFilter),
        *(("tags", TopicFilter), "year"),
    )
    search_fields = ("key", "title", "authors", "container", "identifiers__value")
    search_help_text = "Searches keys, titles, authors, journals and identifiers."
    list_per_page = 50
    actions = None
    change_form_template = "admin/references/reference_change_form.html"
    readonly_fields = ("entry",)
    record = ("key", "type", "title", "authors", "authors_complete", "issued")
    place = ("container", ("volume", "issue", "page"), "publisher", "url")
    fieldsets = (
        (None, {"fields": (*record, "based_on")}),
        ("Where it appeared", {"fields": place}),
        ("Identifiers", {"fields": (("doi", "pmid"), ("pmcid", "isbn"))}),
        ("Topics", {"fields": ("tags",), "classes": ("collapse",)}),
    )
    on_the_site = ("On the site", {"fields": ("entry",)})

    def get_queryset(self, request: HttpRequest) -> Any:
        references = super().get_queryset(request).prefetch_related("notices")
        return reading.with_cited_by(references)

    @admin.display(description="authors", ordering="authors")
    def first_author(self, reference: Reference) -> str:
        first, *others = reference.authors.split("; ")
        return f"{first} et al." if others else first

    @admin.display(description="cited by", ordering="cited_by")
    def cited_by(self, reference: Any) -> int:
        return reference.cited_by

    @admin.display(description="notices")
    def notices(self, reference: Reference) -> str:
        return ", ".join(str(notice) for notice in reference.notices.all())

    # The record

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.fieldsets
        if not self.has_change_permission(request, obj):
            # The form's own fields can't be shown without the form.
            return ((None, {"fields": ("key",)}), self.on_the_site)
        return (*self.fieldsets, self.on_the_site)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        # The model's own field is the key; the form knows how to fill all others.
        kwargs["fields"] = self.form.Meta.fields
        return super().get_form(request, obj, change, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        curating.save_reference(
            form.cleaned_data["key"],
            form.csl(),
            by=actor(request),
            reference=obj,
            tags=form.cleaned_data["tags"],
        )

    def places_of(self, thing: Reference) -> list[Place]:
        return reading.places_of(thing)

    def reasons_against(self, thing: Reference) -> list[str]:
        return [f"“{title}” cites it" for title in reading.titles_citing(thing)]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        curating.delete_reference(obj, by=actor(request))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if context.get("original"):
            context["places"] = self.places_of(context["original"])
        return super().render_change_form(request, context, *args, **kwargs)
