"""The admin's list of the words that a page never links: in its own editor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.urls import URLPattern, path, reverse

from immunosite.core.audit import actor
from immunosite.core.pageviews import number_from

from . import rejecting
from .candidates import Word
from .models import NeverHere
from .wording import fold

# How a word of a page is sent: kind, key, word.
_MARK = ":"


def as_sent(word: Word) -> str:
    """A word of a page as the forms send it."""
    return _MARK.join(map(str, word))


def heard(given: str) -> Word:
    """The same back. Raises ValidationError for what no form of ours has sent."""
    kind, _, rest = given.partition(_MARK)
    key, _, word = rest.partition(_MARK)
    number = number_from(key)
    if number is None:
        raise ValidationError("That can't be read. Reload the page and try again.")
    return kind, number, word


def with_pages(listed: Page) -> list[tuple[NeverHere, str, str, str]]:
    """Each rejection with the title of its page, the address of the page's editor, and
    how its word is sent."""
    wanted: dict[str, set[int]] = {}
    for row in listed:
        wanted.setdefault(row.kind, set()).add(row.page_id)
    pages = {
        (kind, page.pk): page
        for kind, keys in wanted.items()
        for page in apps.get_model(kind)._default_manager.filter(pk__in=keys)
    }
    rows = []
    for row in listed:
        if page := pages.get((row.kind, row.page_id)):
            name = f"admin:{row.kind.replace('.', '_')}_change"
            sent = as_sent((row.kind, row.page_id, row.word))
            rows.append((row, str(page), reverse(name, args=[page.pk]), sent))
    return rows


class NeverHereViews(admin.ModelAdmin):
    """Adds ``never/``, and to the editor what it shows, for a page of any kind."""

    _name: Callable[[str], str]
    _page: Callable[[HttpRequest, int], Any]
    _to: Callable[..., HttpResponseRedirect]
    _context: Callable[[HttpRequest, Any, str], dict[str, Any]]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.never_view)
        return [
            path("<int:pk>/never/", view, name=self._name("never")),
            *super().get_urls(),
        ]

    def never_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Rejects the word that is sent as ``reject``, or accepts one again."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        page, by = self._page(request, pk), actor(request)
        typed, again = request.POST.get("reject", ""), request.POST.get("accept", "")
        kind = page._meta.label_lower
        try:
            if again:
                rejecting.accept_words([(kind, pk, again)], by=by)
                messages.success(request, f"“{again}” may be a link here again.")
            else:
                rejecting.reject_words([(kind, pk, fold(typed))], by=by)
                messages.success(request, f"“{typed}” is never linked here by itself.")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return self._to("change", pk)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        page = kwargs.get("obj") or context.get("original")
        if page is not None:
            kind = page._meta.label_lower
            rows = NeverHere.objects.filter(kind=kind, page_id=page.pk)
            context["never_words"] = rows.select_related("by").order_by("word")
            is_public = page.revisions.current().exists()
            context["may_reject"] = rejecting.may_decide(
                request.user, kind, is_public=is_public
            )
        return super().render_change_form(request, context, *args, **kwargs)
