"""The admin's list of the live pages with what backs their claims."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from immunosite.core.paging import page_of

from .claimlists import Choice, csv_of, kinds_for, lines_of

SIZE = 25


@require_safe
def claims(request: HttpRequest) -> HttpResponseBase:
    """The pages of a kind; ``?as=csv`` is all of them as a file."""
    kinds = kinds_for(request.user)
    if not kinds:
        raise PermissionDenied
    choice = Choice(request.GET, kinds)
    kind = choice.cleaned_data["kind"] if choice.is_valid() else ""
    if request.GET.get("as") == "csv":
        if not choice.is_valid():
            raise BadRequest("The list can't be narrowed so.")
        lines = csv_of(choice)
        file = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        file.headers["Content-Disposition"] = 'attachment; filename="claims.csv"'
        return file
    listed = page_of(request, choice.revisions() if kind else [], size=SIZE)
    context = {
        **admin.site.each_context(request),
        "title": "Claims and their sources",
        "form": choice,
        "listed": listed,
        "lines": lines_of(listed, kind) if kind else [],
    }
    return TemplateResponse(request, "admin/claims.html", context)
