"""The admin's pages about the whole vocabulary of tags: what to tidy up, and merges."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST, require_safe

from . import tagreport
from .audit import actor
from .paging import page_of
from .tagging import Tag
from .tidying import TagMerge, TagsApart
from .unmerging import plan_undo, undo_tag_merge

MOST_PAIRS = 100
MOST_TAGS = 200
MERGES_ON_A_PAGE = 50


class VocabularyViews(admin.ModelAdmin):
    """Adds ``report/`` and ``merges/`` to the admin of tags."""

    def get_urls(self) -> list[URLPattern]:
        views: list[tuple[str, Any, str]] = [
            ("report/", require_safe(self.report_view), "report"),
            ("report/apart/", require_POST(self.apart_view), "apart"),
            ("report/apart/<int:pk>/forget/", require_POST(self.forget_view), "forget"),
            ("merges/", require_safe(self.merges_view), "merges"),
            ("merges/<int:pk>/undo/", self.undo_view, "undo"),
        ]
        own = [
            path(route, self.admin_site.admin_view(view), name=f"core_tag_{name}")
            for route, view, name in views
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        context = {"may_tidy": _may(request, "change"), **(extra_context or {})}
        return super().changelist_view(request, context)

    def report_view(self, request: HttpRequest) -> HttpResponse:
        """What is probably double, and what hardly anything bears."""
        _require(request, "change")
        counts, pairs = tagreport.uses(), tagreport.near_duplicates()
        once = tagreport.borne_by_one(counts)
        never = tagreport.borne_by_none(counts)
        context = {
            "title": "Tags to tidy up",
            "pairs": [
                (pair, counts.get(pair.first.pk, 0), counts.get(pair.second.pk, 0))
                for pair in pairs[:MOST_PAIRS]
            ],
            "pair_count": len(pairs),
            "once": once[:MOST_TAGS],
            "once_count": len(once),
            "never": never[:MOST_TAGS],
            "never_count": len(never),
            "apart": TagsApart.objects.select_related("first", "second", "by"),
        }
        return self._page(request, "tag_report", context)

    def apart_view(self, request: HttpRequest) -> HttpResponse:
        first, second = (
            get_object_or_404(Tag, pk=_key(request, name))
            for name in ("first", "second")
        )
        if first == second:
            messages.error(request, "That is the same tag.")
        else:
            tagreport.keep_apart(first, second, by=actor(request))
            told = f"“{first}” and “{second}” are not shown as alike any more."
            messages.success(request, told)
        return HttpResponseRedirect(reverse("admin:core_tag_report"))

    def forget_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        apart = get_object_or_404(TagsApart, pk=pk)
        tagreport.forget_apart(apart, by=actor(request))
        told = f"“{apart.first}” and “{apart.second}” may be shown as alike again."
        messages.success(request, told)
        return HttpResponseRedirect(reverse("admin:core_tag_report"))

    def merges_view(self, request: HttpRequest) -> HttpResponse:
        _require(request, "change")
        merges = TagMerge.objects.select_related("by").defer("kept")
        listed = page_of(request, merges, size=MERGES_ON_A_PAGE)
        context = {"title": "Merges of tags", "page": listed}
        return self._page(request, "tag_merges", context)

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Shows what undoing a merge would bring back; undoes it when posted."""
        _require(request, "change")
        _require(request, "add")
        merge = get_object_or_404(TagMerge, pk=pk)
        if request.method == "POST" and self._is_undone(request, merge):
            address = reverse("admin:core_tag_change", args=[merge.other_id])
            return HttpResponseRedirect(address)
        context = {
            "title": f"Undo the merge of “{merge.other_name}” into "
            f"“{merge.survivor_name}”",
            "merge": merge,
            "plan": plan_undo(merge),
        }
        return self._page(request, "tag_undo", context)

    def _is_undone(self, request: HttpRequest, merge: TagMerge) -> bool:
        """Whether it was done; else what was against it is told."""
        try:
            with transaction.atomic():
                plan = undo_tag_merge(merge, by=actor(request))
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return False
        messages.success(request, f"“{merge.other_name}” is back.")
        for lost in plan.lost:
            messages.warning(request, lost)
        return True

    def _page(
        self, request: HttpRequest, name: str, context: dict[str, Any]
    ) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"admin/core/{name}.html", frame | context)


def _may(request: HttpRequest, deed: str) -> bool:
    user: Any = request.user
    return user.has_perm(f"core.{deed}_tag")


def _require(request: HttpRequest, deed: str) -> None:
    if not _may(request, deed):
        raise PermissionDenied


def _key(request: HttpRequest, name: str) -> int:
    """A key that was posted; what is none leads to no tag."""
    given = request.POST.get(name, "")
    return (
        int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0
    )
