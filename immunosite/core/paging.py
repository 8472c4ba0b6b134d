"""Lists cut into pages."""

from __future__ import annotations

from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpRequest


def page_of(request: HttpRequest, rows: Any, *, size: int) -> Page:
    """The page that ``?page=`` asks for, by default the first; Http404 when there is
    none."""
    try:
        return Paginator(rows, size).page(request.GET.get("page") or 1)
    except InvalidPage as error:
        raise Http404("There is no such page of this list.") from error
