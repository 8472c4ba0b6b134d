"""What every template may count on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from .caching import epoch_of


def site(request: HttpRequest) -> dict[str, Any]:
    """``SITE_NAME``, ``SITE_URL``, ``DEMO_NOTICE``, ``canonical``, this page's one
    address: without any parameter but the page of a list; and ``foot``, the (path,
    title) of each live page about the site."""
    number = request.GET.get("page", "")
    page = f"?page={number}" if number.isdecimal() and number != "1" else ""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "DEMO_NOTICE": settings.DEMO_NOTICE,
        "foot": lambda: _foot(request),
        "canonical": settings.SITE_URL + request.path + page,
    }


def _foot(request: HttpRequest) -> list[tuple[str, str]]:
    now = timezone.now().timestamp()
    return [
        (path, title)
        for path, title, live_from, live_until in epoch_of(request).foot
        if live_from <= now and (live_until is None or now < live_until)
    ]
