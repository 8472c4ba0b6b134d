"""The admin of references: the record, who cites it, and its notices."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html_join

from immunosite.core.audit import actor
from immunosite.core.deleting import ShowsUses
from immunosite.core.mergeviews import MergeViews
from immunosite.core.uses import Place

from . import curating, reading
from .forms import TYPES, NoticeForm, ReferenceForm
from .merging import merge_references, plan_references
from .models import Notice, Reference, ReferenceAlias


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
class ReferenceAdmin(ShowsUses, MergeViews):
    merge_field = ReferenceAlias._meta.get_field("reference")
    merge_rights = ("references.change_reference", "references.delete_reference")
    merge_plan = staticmethod(plan_references)
    merge_deed = staticmethod(merge_references)
    form = ReferenceForm
    list_display = (
        *("key", "title", "first_author", "year"),
        *("container", "cited_by", "notices"),
    )
    list_filter = (
        *(TypeFilter, ("notices__kind", NoticeFilter)),
        *(("tags", TopicFilter), "year"),
    )
    search_fields = ("key", "title", "authors", "container", "identifiers__value")
    search_help_text = "Searches keys, titles, authors, journals and identifiers."
    list_per_page = 50
    actions = None
    change_form_template = "admin/references/reference_change_form.html"
    readonly_fields = ("entry", "cited_on")
    record = ("key", "type", "title", "authors", "authors_complete", "issued")
    place = ("container", ("volume", "issue", "page"), "publisher", "url")
    fieldsets = (
        (None, {"fields": (*record, "based_on")}),
        ("Where it appeared", {"fields": place}),
        ("Identifiers", {"fields": (("doi", "pmid"), ("pmcid", "isbn"))}),
        ("Topics", {"fields": ("tags",), "classes": ("collapse",)}),
    )
    on_the_site = ("On the site", {"fields": ("entry", "cited_on")})

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

    @admin.display(description="cited on")
    def cited_on(self, reference: Reference) -> str:
        pages = reading.pages_citing(reference)
        rows = ((document.path, document.title) for document in pages)
        return format_html_join(", ", '<a href="{}">{}</a>', rows) or "No live page"

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

    # Its notices

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/notices/add/",
                wrap(self.add_notice_view),
                name="references_reference_add_notice",
            ),
            path(
                "<int:pk>/notices/<int:notice>/remove/",
                wrap(self.remove_notice_view),
                name="references_reference_remove_notice",
            ),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        user = request.user
        context["may_add_notice"] = user.has_perm("references.add_notice")
        context["may_remove_notice"] = user.has_perm("references.delete_notice")
        return super().render_change_form(request, context, *args, **kwargs)

    def add_notice_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        reference = get_object_or_404(Reference, pk=pk)
        form = NoticeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                curating.add_notice(reference, by=actor(request), **form.cleaned_data)
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                messages.success(request, "Readers see the notice from now on.")
                return self._back(pk)
        if not request.user.has_perm("references.add_notice"):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"Add a notice to “{reference.key}”",
            "opts": self.opts,
            "reference": reference,
            "form": form,
            "media": self.media + form.media,
        }
        template = "admin/references/notice_form.html"
        return TemplateResponse(request, template, context)

    def remove_notice_view(
        self, request: HttpRequest, pk: int, notice: int
    ) -> HttpResponse:
        found = get_object_or_404(Notice, pk=notice, reference=pk)
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        curating.remove_notice(found, by=actor(request))
        messages.success(request, "The notice is taken back.")
        return self._back(pk)
