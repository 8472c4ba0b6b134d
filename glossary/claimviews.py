"""The admin's list of the claims of a page, and what backs each."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache

from immunosite.core.audit import actor
from immunosite.core.exporting import csv_lines
from immunosite.core.markdown import BodyRefused
from immunosite.core.pageviews import number_from
from references import evidencing
from references.evidencing import EvidenceConflict
from references.supporting import Place

from .claimforms import ClaimsWanted, address_of
from .claimlines import HEADING, lines_of
from .evidenceviews import DELETED, EvidenceViews, path_of_claims
from .sourcing import Sourced, sourced


class ClaimViews(EvidenceViews):
    """Adds ``claims/``; mixed into the admins of pages."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(never_cache(self.claims_view))
        name = self._name("claims")
        return [path("<int:pk>/claims/", view, name=name), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        page = kwargs.get("obj") or context.get("original")
        context["claims_path"] = path_of_claims(page, actor(request))
        return super().render_change_form(request, context, *args, **kwargs)

    def claims_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The sentences of the newest revision, or of the live one, with what backs
        each; ``?as=csv`` is all of them as a file. A POST takes a quotation over, or
        deletes one whose sentence is gone."""
        page = self.sourced_page(request, pk)
        if request.method == "POST":
            place = self._change_one(request, page)
            return HttpResponseRedirect(f"{request.get_full_path()}{place}")
        wanted = ClaimsWanted(request.GET)
        newest, live = page.newest(), page.live_revision()
        revision = live if wanted.of == "live" else newest
        try:
            found = sourced(page, revision.body if revision else "")
        except BodyRefused as refused:
            messages.error(request, str(refused))
            return self._to("change", page.pk)
        if request.GET.get("as") == "csv":
            return _file(page, found)
        context = {
            **self._context(request, page, f"Claims of “{page}”"),
            "newest": newest,
            "live": live,
            "revision": revision,
            "wanted": wanted,
            "tabs": wanted.tabs(found),
            "rows": wanted.rows(found),
            "gone": [(each, found.open_for(each)) for each in found.gone],
            **self.rights_of(request),
        }
        return TemplateResponse(request, "admin/glossary/claims.html", context)

    def _change_one(self, request: HttpRequest, page: Any) -> str:
        """Do what a button of the list asks for, and tell how it went; return where in
        the list it was done."""
        by, seen = actor(request), request.POST.get("seen", "")
        key = number_from(request.POST.get("evidence", "")) or 0
        at = "#gone"
        try:
            with transaction.atomic():
                if "delete" in request.POST:
                    evidencing.delete_evidence(page, key, seen=seen, by=by)
                    done = DELETED
                else:
                    address = address_of(request.POST.get("to", ""))
                    _, row, support = self.citation_at(page, address)
                    at, place = f"#claim-{row.number}", cast(Place, support.place)
                    evidencing.take_over(key, place, seen=seen, by=by)
                    done = "The quotation is taken over. Have it verified anew."
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        except EvidenceConflict as refused:
            messages.error(request, f"{refused} Nothing was changed.")
        else:
            messages.success(request, done)
        return at


def _file(page: Any, found: Sourced) -> StreamingHttpResponse:
    lines = csv_lines(HEADING, lines_of(found))
    file = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"claims-{page.slug}.csv"
    file.headers["Content-Disposition"] = content_disposition_header(True, name)
    return file
