"""The error pages. Each is a plain template that asks nothing of the database."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def _page(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    response = render(request, f"{status}.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, 403, is_csrf=True)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404)


def gone(request: HttpRequest, *, title: str) -> HttpResponse:
    """The page was public once and is no more (RFC 9110, section 15.5.11)."""
    return _page(request, 410, title=title)


def locked_out(
    request: HttpRequest, credentials: dict[str, Any] | None = None, *args: Any
) -> HttpResponse:
    """Too many failed logins (RFC 6585, section 4)."""
    response = _page(request, 429)
    response.headers["Retry-After"] = "1800"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, 500)
