"""What readers get at the address of a page that was public and is no more."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from . import errors
from .documents import Document
from .pages import Withdrawal
from .standing import Standing, is_hidden


def answer(
    request: HttpRequest, page: Any, *, standing: Standing | None = None
) -> HttpResponse:
    """The answer for a page that is not live, or was not as it stood on a date.

    A redirect to another page while that is live, or 410, which explains if somebody
    wrote an explanation. Raises Http404 for what has never been public, and for a date
    on which a page was not. A withdrawn page can't be read as it stood.
    """
    last = page.last_public()
    if last is None:
        raise Http404("This page is not public.")
    is_live = page.live_revision() is not None
    if is_live and standing and not is_hidden(page, standing.at):
        raise Http404("This page was not public on that day.")
    to = page.withdrawn_to
    if not standing and page.withdrawn_as == Withdrawal.REDIRECTED and _is_live(to):
        return redirect(to, permanent=True)
    is_told = page.withdrawn_as == Withdrawal.EXPLAINED
    text = page.withdrawn_text if is_told else ""
    return errors.gone(request, title=last.title, text=text, is_past=is_live)


def past_page(
    request: HttpRequest, template: str, context: dict[str, Any], standing: Standing
) -> HttpResponse:
    """A page as it stood: search engines leave it out, no cache keeps it."""
    response = render(request, template, {**context, "standing": standing})
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_live(path: str) -> bool:
    return Document.objects.live().filter(path=path).exists()
