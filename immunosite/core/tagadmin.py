"""The admin of tags."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html

from . import curating
from .audit import actor
from .deleting import ShowsUses
from .mergeviews import MergeViews
from .merging import merge_tags, plan_tags
from .tagforms import TagForm
from .tagging import Tag, TagAlias
from .tagviews import VocabularyViews
from .uses import Place


class TagAdmin(VocabularyViews, ShowsUses, MergeViews):
    merge_field = TagAlias._meta.get_field("tag")
    merge_rights = ("core.change_tag", "core.delete_tag")
    merge_plan = staticmethod(plan_tags)
    merge_deed = staticmethod(merge_tags)
    form = TagForm
    change_form_template = "admin/core/tag_change_form.html"
    change_list_template = "admin/core/tag_change_list.html"
    list_display = ["name", "kind", "parent", "other_names", "slug"]
    list_select_related = ["parent"]
    list_filter = ["kind"]
    search_fields = ["name", "aliases__name"]
    search_help_text = "Searches names, other names too."
    autocomplete_fields = ["parent"]
    readonly_fields = ["shown"]
    prepopulated_fields = {"slug": ["name"]}
    actions = None

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("aliases")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        may_change = obj is None or self.has_change_permission(request, obj)
        picture = [
            "picture" if may_change else "shown",
            "picture_alt",
            "picture_credit",
        ]
        words = ["name", "kind", "parent", "other_names", "description", "slug"]
        return [
            (None, {"fields": words}),
            ("Picture", {"fields": ["drawing", *picture]}),
        ]

    @admin.display(description="other names")
    def other_names(self, tag: Tag) -> str:
        return ", ".join(alias.name for alias in tag.aliases.all() if alias.name)

    @admin.display(description="picture", empty_value="The drawing")
    def shown(self, tag: Tag) -> str | None:
        if not tag.picture or tag.picture_size is None:
            return None
        width, height = tag.picture_size
        image = '<img class="tag-picture" src="{}" alt="{}" width="{}" height="{}">'
        return format_html(image, tag.picture, tag.picture_alt, width, height)

    def save_model(
        self, request: HttpRequest, obj: Tag, form: Any, change: bool
    ) -> None:
        names = form.cleaned_data["other_names"]
        curating.save_tag(obj, by=actor(request), aliases=names)

    def delete_model(self, request: HttpRequest, obj: Tag) -> None:
        curating.delete_tag(obj, by=actor(request))

    def places_of(self, thing: Tag) -> list[Place]:
        return curating.places_of(thing)

    def reasons_against(self, thing: Tag) -> list[str]:
        return curating.reasons_to_keep(thing)
