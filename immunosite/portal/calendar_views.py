"""The calendar of the desk."""

from __future__ import annotations

import re
from datetime import date

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from immunosite.core.zones import zone_words

from .planning import YEARS, month_of


@require_safe
def desk_calendar(request: HttpRequest) -> HttpResponse:
    """A month, by default this one; ``?month=2026-11`` is another."""
    if not request.user.has_perm("articles.view_article"):
        raise PermissionDenied
    first = _month_from(request.GET.get("month", ""))
    month = month_of(first, request.user)
    context = {
        **admin.site.each_context(request),
        "title": f"Calendar: {first:%B} {first.year}",
        "month": month,
        "today": timezone.localdate(),
        "zone": zone_words(),
        "count": sum(len(day.events) for day in month.days),
        "weekdays": ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
    }
    return TemplateResponse(request, "admin/calendar.html", context)


def _month_from(given: str) -> date:
    if not given:
        return timezone.localdate().replace(day=1)
    found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", given)
    if found is None or int(found[1]) not in YEARS:
        raise Http404("There is no such month.")
    return date(int(found[1]), int(found[2]), 1)
