"""What staff see of the readers' answers: one line for each page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Case, OuterRef, Subquery, Value, When
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from articles.models import Article, ArticleRevision
from glossary.models import Term, TermRevision
from immunosite.core.feedback import Feedback, Reason, reason_sum

from . import linkadmin  # noqa: F401  registers its admin

_REVISIONS: dict[Any, Any] = {Article: ArticleRevision, Term: TermRevision}
_KINDS = {model._meta.label_lower: model._meta.verbose_name for model in _REVISIONS}


class KindFilter(admin.SimpleListFilter):
    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind, str(name).capitalize()) for kind, name in _KINDS.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class PeriodFilter(admin.SimpleListFilter):
    """Sums up the counters of a period, page by page."""

    title = "period"
    parameter_name = "days"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("30", "Last 30 days"), ("90", "Last 90 days")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() in ("30", "90"):
            begin = timezone.localdate() - timedelta(days=int(self.value() or 0))
            queryset = queryset.filter(given_on__gt=begin)
        pages = queryset.by_page().annotate(title=_title())
        return pages.order_by("-no", "total")


def _title() -> Case:
    """The newest title of a counter's page."""
    whens = []
    for model, revisions in _REVISIONS.items():
        own = revisions.objects.filter(page=OuterRef("page_id")).order_by("-number")
        title = Subquery(own.values("title")[:1])
        whens.append(When(kind=model._meta.label_lower, then=title))
    return Case(*whens, default=Value(""))


def _sum(name: str, heading: str) -> Any:
    """A column of one of the sums."""

    @admin.display(description=heading, ordering=name)
    def column(row: Any) -> int:
        return getattr(row, name)

    column.__name__ = name
    return column


@admin.register(Feedback)
class FeedbackAdmin(admin.ModelAdmin):
    list_display = [
        "page",
        "page_kind",
        _sum("yes", "Yes"),
        _sum("no", "No"),
        "helpful",
        *(_sum(reason_sum(reason), reason.capitalize()) for reason in Reason),
        "since",
    ]
    list_display_links = None
    # The first filter leaves counters, the second makes one row of a page's counters.
    list_filter = [KindFilter, PeriodFilter]
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        context = {"title": "Was this page helpful?", **(extra_context or {})}
        return super().changelist_view(request, context)

    @admin.display(description="page", ordering="title")
    def page(self, row: Any) -> str:
        app, model = row.kind.split(".")
        path = reverse(f"admin:{app}_{model}_change", args=[row.page_id])
        return format_html('<a href="{}">{}</a>', path, row.title or path)

    @admin.display(description="kind", ordering="kind")
    def page_kind(self, row: Any) -> str:
        return str(_KINDS[row.kind])

    @admin.display(description="helpful", ordering="share")
    def helpful(self, row: Any) -> str:
        return f"{row.share} %"

    @admin.display(description="since", ordering="since")
    def since(self, row: Any) -> Any:
        return row.since

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
