"""The error pages. Each is a plain template that asks nothing of the database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def _page(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    response = render(request, f"{status}.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    message = "This was too much, or it can't be read."
    return _to_editor(request, message, 400) or _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    message = "Your login has ended. Log in again in another tab."
    return _to_editor(request, message, 403) or _page(request, 403, is_csrf=True)


def _to_editor(request: HttpRequest, message: str, status: int) -> HttpResponse | None:
    """An answer for the Markdown editor's script, which puts whatever it gets into the
    preview, or reads it as JSON. A whole page would be no use to it."""
    if request.path == settings.MARKDOWNX_URLS_PATH:
        return HttpResponse(message, status=status, content_type="text/plain")
    if request.path == settings.MARKDOWNX_UPLOAD_URLS_PATH:
        return JsonResponse({"error": message}, status=status)
    return None


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404)


def gone(
    request: HttpRequest, *, title: str, text: str = "", is_past: bool = False
) -> HttpResponse:
    """The page was public once and is no more (RFC 9110, section 15.5.11).

    ``text`` says why; ``is_past`` that only what the page was before is gone.
    """
    return _page(request, 410, title=title, text=text, is_past=is_past)


def locked_out(request: HttpRequest, *args: Any) -> HttpResponse:
    """Too many failed logins (RFC 6585, section 4)."""
    response = _page(request, 429)
    response.headers["Retry-After"] = "1800"
    return response


def from_elsewhere(request: HttpRequest) -> HttpResponse:
    """Another site sent what only a page of this site may send."""
    return _page(request, 403, is_from_elsewhere=True)


def too_many(request: HttpRequest) -> HttpResponse:
    """A reader's address sent more than any reader would within an hour."""
    response = _page(request, 429, is_reader=True)
    response.headers["Retry-After"] = "3600"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    message = "Something went wrong here. Your text is still in the form."
    return _to_editor(request, message, 500) or _page(request, 500)
