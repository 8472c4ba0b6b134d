"""The admin's list of pages: their state, problems and citations at a glance."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Exists, F, Min, OuterRef, Subquery
from django.http import HttpRequest
from django.utils import timezone

from .tagging import Tag, TagKind


class StateFilter(admin.SimpleListFilter):
    """Pages by the state of their revisions."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("live", "Live"),
            ("draft", "With a draft"),
            ("scheduled", "Scheduled"),
            ("off", "Not public"),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return {
            "live": queryset.filter(live_since__isnull=False),
            "draft": queryset.filter(newest_start__isnull=True),
            "scheduled": queryset.filter(next_start__isnull=False),
            "off": queryset.filter(live_since__isnull=True),
        }.get(self.value() or "", queryset)


class ProblemFilter(admin.SimpleListFilter):
    """Pages whose newest revision has something to mend, or nothing."""

    title = "problems"
    parameter_name = "problems"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("some", "With problems"), ("none", "Without problems")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return {
            "some": queryset.exclude(newest_problems=[]),
            "none": queryset.filter(newest_problems=[]),
        }.get(self.value() or "", queryset)


class TagFilter(admin.SimpleListFilter):
    """Pages whose newest revision bears a tag."""

    title = "topic"
    parameter_name = "tag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            (tag.slug, f"{TagKind(tag.kind).label}: {tag.name}")
            for tag in Tag.objects.all()
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        revisions = queryset.model._meta.get_field("revisions").related_model
        bears = revisions.tags.through.objects.filter(
            content_object=OuterRef("newest_pk"),
            tag__slug=(self.value() or "").replace("\0", ""),
        )
        return queryset.filter(Exists(bears))


class PageListing(admin.ModelAdmin):
    """Columns and filters of a list of pages, all read in the list's one query."""

    list_display = [
        "page_title",
        "state",
        "problem_count",
        "live_since",
        "citations",
        "saved_at",
    ]
    list_filter = [StateFilter, ProblemFilter, TagFilter]
    list_per_page = 50
    search_help_text = "Searches titles and addresses, of older revisions, too."

    def get_queryset(self, request: HttpRequest) -> Any:
        revisions = self.model._meta.get_field("revisions").related_model
        own = revisions.objects.filter(page=OuterRef("pk"))
        newest, live = own.order_by("-number"), own.live()
        later = own.filter(live_from__gt=timezone.now()).order_by().values("page")
        live_citations = live.annotate(uses=models.Count("citations"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                newest_pk=Subquery(newest.values("pk")[:1]),
                newest_title=Subquery(newest.values("title")[:1]),
                newest_start=Subquery(newest.values("live_from")[:1]),
                newest_problems=Subquery(newest.values("problems")[:1]),
                newest_at=Subquery(newest.values("created_at")[:1]),
                live_since=Subquery(live.values("live_from")[:1]),
                next_start=Subquery(
                    later.annotate(start=Min("live_from")).values("start")
                ),
                citation_count=Subquery(live_citations.values("uses")[:1]),
            )
        )

    @admin.display(description="title", ordering="newest_title")
    def page_title(self, page: Any) -> str:
        return page.newest_title or page.slug

    @admin.display(description="state")
    def state(self, page: Any) -> str:
        """Everything that holds: “live, scheduled, newer draft”, or “not public”."""
        is_public = page.live_since or page.next_start
        found = [
            ("live", page.live_since),
            ("scheduled", page.next_start),
            ("newer draft" if is_public else "draft", page.newest_start is None),
        ]
        return ", ".join(name for name, holds in found if holds) or "not public"

    @admin.display(
        description="live since", ordering=F("live_since").asc(nulls_first=True)
    )
    def live_since(self, page: Any) -> Any:
        return page.live_since

    @admin.display(description="problems")
    def problem_count(self, page: Any) -> str:
        found = page.newest_problems or []
        errors = sum(problem["severity"] == "error" for problem in found)
        warnings = len(found) - errors
        parts = [(errors, "error"), (warnings, "warning")]
        return ", ".join(f"{n} {name}{'s' * (n != 1)}" for n, name in parts if n) or "–"

    @admin.display(
        description="citations", ordering=F("citation_count").asc(nulls_first=True)
    )
    def citations(self, page: Any) -> int:
        return page.citation_count or 0

    @admin.display(description="saved", ordering="newest_at")
    def saved_at(self, page: Any) -> Any:
        return page.newest_at
