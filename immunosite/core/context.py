"""What every template may count on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """``SITE_NAME``, ``SITE_URL``, ``DEMO_NOTICE`` and ``canonical``, this page's one
    address: without any parameter but the page of a list."""
    number = request.GET.get("page", "")
    page = f"?page={number}" if number.isdecimal() and number != "1" else ""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "DEMO_NOTICE": settings.DEMO_NOTICE,
        "canonical": settings.SITE_URL + request.path + page,
    }
