"""The time zone of who works in the admin.

Their browser says it in a cookie (static/js/staff.js), which only the admin gets; so
there is nothing to set, and who travels sees the local times. Readers have no cookie and
get the site's zone (TIME_ZONE).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

COOKIE = "zone"
_PLACE = "/admin/"


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


class StaffZone:
    """Middleware: in the admin all times are those of the browser's time zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request.COOKIES.get(COOKIE, "")
        if not request.path.startswith(_PLACE) or name not in _known():
            return self.get_response(request)
        with timezone.override(ZoneInfo(name)):
            return self.get_response(request)


def zone_words() -> str:
    """The current time zone: “Europe/Berlin, now UTC+01:00”."""
    name = timezone.get_current_timezone_name()
    offset = timezone.localtime().isoformat()[-6:]
    return f"{name}, now UTC{offset}"
