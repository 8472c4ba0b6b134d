"""The report on links to other sites: what is broken, where it is used, mend it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

from immunosite.core import linkkeeping
from immunosite.core.audit import actor
from immunosite.core.exporting import csv_lines
from immunosite.core.linkjudging import said
from immunosite.core.outsidelinks import OutsideLink

from .linkfilters import KindFilter, StateFilter
from .linkforms import LinkForm
from .linklines import COLUMNS, lines_of
from .linkmending import AT_ONCE, Mended, Offer, mend, offers, replacements
from .linkplaces import REFERENCE, attach_places

_MOST_REFUSALS = 10


class LinkList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = attach_places(self.result_list)


@admin.register(OutsideLink)
class OutsideLinkAdmin(admin.ModelAdmin):
    form = LinkForm
    change_list_template = "admin/portal/link_change_list.html"
    change_form_template = "admin/portal/link_change_form.html"
    list_display = ["url", "stands_now", "used_in", "since", "last_good"]
    list_filter = [StateFilter, KindFilter]
    search_fields = ["url", "uses__words"]
    search_help_text = "Searches addresses and the words of links."
    list_per_page = 50
    show_full_result_count = False
    actions = None
    readonly_fields = (
        *("address", "stands", "since", "last_good", "checked_at", "leads_to"),
        "ignored",
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        links = OutsideLink.objects.worst_first()
        return links.select_related("ignored_by").prefetch_related("uses")

    def get_ordering(self, request: HttpRequest) -> Any:
        return ["rank", "url"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return LinkList

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The facts that there are, and what people say."""
        may_be_empty = {
            "since": obj and obj.failing_since,
            "last_good": obj and obj.good_at,
            "leads_to": obj and obj.redirected_to,
            "ignored": obj and obj.ignored_reason,
        }
        facts = [name for name in self.readonly_fields if may_be_empty.get(name, True)]
        said = ["archived_url", "ignored_reason"]
        if not self.has_change_permission(request, obj):
            said = [name for name in said if getattr(obj, name, "")]
        words = [("What you know of it", {"fields": said})] if said else []
        return [(None, {"fields": facts}), *words]

    # Columns and fields

    @admin.display(description="address")
    def address(self, link: OutsideLink) -> str:
        return _link(link.url)

    @admin.display(description="state")
    def stands(self, link: OutsideLink) -> str:
        return said(link)

    @admin.display(description="state", ordering="rank")
    def stands_now(self, link: OutsideLink) -> str:
        to = link.archived_url or link.redirected_to
        return f"{said(link)} → {to}" if to else said(link)

    @admin.display(description="since", ordering="failing_since")
    def since(self, link: OutsideLink) -> str | None:
        return _day(link.failing_since)

    @admin.display(description="last good", ordering="good_at")
    def last_good(self, link: OutsideLink) -> str | None:
        return _day(link.good_at)

    @admin.display(description="used in")
    def used_in(self, link: Any) -> str:
        if not link.places:
            return "Nothing live"
        first, *others = link.places
        more = f" and {len(others)} more" if others else ""
        return f"{first.title}{more}"

    @admin.display(description="sent on to")
    def leads_to(self, link: OutsideLink) -> str:
        return _link(link.redirected_to) if link.redirected_to else ""

    @admin.display(description="ignored")
    def ignored(self, link: OutsideLink) -> str:
        if link.ignored_by is None or link.ignored_at is None:
            return ""
        return f"by {link.ignored_by} since {_day(link.ignored_at)}"

    # What people say of it

    def save_model(
        self, request: HttpRequest, obj: OutsideLink, form: Any, change: bool
    ) -> None:
        given = form.cleaned_data
        linkkeeping.say_of(
            obj,
            by=actor(request),
            archived_url=given["archived_url"],
            ignored_reason=given["ignored_reason"],
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # Mending and export

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("export/", wrap(self.export_view), name="core_outsidelink_export"),
            path("<int:pk>/mend/", wrap(self.mend_view), name="core_outsidelink_mend"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if link := kwargs.get("obj"):
            (found,) = attach_places(OutsideLink.objects.filter(pk=link.pk))
            context["uses"] = offers(found, actor(request))
            context["replacements"] = replacements(found)
            context["several"] = _several(context["uses"])
        return super().render_change_form(request, context, *args, **kwargs)

    def mend_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        link = get_object_or_404(OutsideLink, pk=pk)
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        to, place = request.POST.get("to", ""), request.POST.get("place", "")
        if replacements(link).get(to) != request.POST.get("address"):
            messages.error(
                request, "The new address has changed since. Look again, then decide."
            )
        else:
            _tell(request, mend(link, to=to, by=actor(request), only=place))
        return HttpResponseRedirect(reverse("admin:core_outsidelink_change", args=[pk]))

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """What the list shows with the same filters, all its pages, a line for each
        use, as CSV."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            found = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse("admin:core_outsidelink_changelist"))
        return StreamingHttpResponse(
            csv_lines(COLUMNS, lines_of(found)),
            content_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": 'attachment; filename="links.csv"',
                "Cache-Control": "no-store",
            },
        )


def _several(uses: list[Offer]) -> str:
    """“3 pages”: those that could be mended at one click, when they are more than one.
    A reference is not among them, since readers see its change at once."""
    pages = [use for use in uses if use.is_open and use.place.kind != REFERENCE]
    return f"{len(pages)} pages" if len(pages) > 1 else ""


def _day(moment: datetime | None) -> str | None:
    return date_format(timezone.localtime(moment)) if moment else None


def _link(url: str) -> str:
    return format_html('<a href="{}" rel="noreferrer">{}</a>', url, url)


def _tell(request: HttpRequest, mended: list[Mended]) -> None:
    done = [each for each in mended if each.is_done]
    refused = [each for each in mended if not each.is_done]
    for each in done:
        messages.success(request, _line("{}: {}", each))
    for each in refused[:_MOST_REFUSALS]:
        messages.warning(request, _line("Not done in {}: {}", each))
    if len(refused) > _MOST_REFUSALS:
        more = len(refused) - _MOST_REFUSALS
        messages.warning(request, f"Not done in {more} more.")
    if len(done) == AT_ONCE:
        text = f"So far in {AT_ONCE} places. Click again for the rest."
        messages.info(request, text)
    if not mended:
        text = "There is nothing to do: no newest text has this address any more."
        messages.info(request, text)


def _line(text: str, mended: Mended) -> str:
    place = mended.place
    title = format_html('<a href="{}">{}</a>', place.path, place.title)
    return format_html(text, title, mended.message)
