"""Where the editor's script says that a page is open, and hears who else has it."""

from __future__ import annotations

from typing import Any

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.views.decorators.cache import never_cache

from .presence import Presence, be_present
from .readviews import ReadViews


class PresenceViews(ReadViews):
    """Adds the address and the scripts of the editor."""

    class Media:
        js = ["js/presence.js", "js/keeping.js"]
        css = {"all": ["css/desk.css"]}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(never_cache(self.presence_view))
        return [
            path("<int:pk>/presence/", view, name=self._name("presence")),
            *super().get_urls(),
        ]

    def presence_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answers with ``others``, a sentence for each, and the ``newest`` revision's
        number and author."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        page = self._page(request, pk)
        by: Any = request.user
        others = [_sentence(each) for each in be_present(page, by=by)]
        newest = page.newest()
        return JsonResponse(
            {
                "others": others,
                "newest": newest.number if newest else None,
                "saved_by": called(newest.created_by) if newest else "",
            }
        )


def called(user: Any) -> str:
    return user.get_full_name() or user.get_username()


def _sentence(presence: Presence) -> str:
    since = localtime(presence.since)
    shown = date_format(since, "H:i" if since.date() == localdate() else "F j, H:i")
    return f"{called(presence.user)} has this page open since {shown}."
