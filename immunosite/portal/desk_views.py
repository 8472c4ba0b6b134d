"""The admin's full lists of the desk, as pages and as CSV."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from immunosite.core.paging import page_of

from .deskwork import LISTS, Narrowing, csv_of, lists_for, owners_on, rows_of

SIZE = 50


@require_safe
def desk_list(request: HttpRequest, name: str) -> HttpResponseBase:
    """One list, narrowed as the query says; ``?as=csv`` is all of it as a file."""
    listing = LISTS[name]
    if not listing.is_for(request.user):
        raise PermissionDenied
    form = Narrowing(request.GET, listing, request.user)
    wanted = form.wanted() if form.is_valid() else None
    if request.GET.get("as") == "csv":
        if wanted is None:
            raise BadRequest("The list can't be narrowed so.")
        lines = csv_of(listing, request.user, wanted)
        file = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        file.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return file
    found = listing.found(request.user, wanted) if wanted else []
    listed = page_of(request, found, size=SIZE)
    context = {
        **admin.site.each_context(request),
        "title": listing.title,
        "listing": listing,
        "lists": lists_for(request.user),
        "form": form,
        "listed": listed,
        "rows": rows_of(listing, listed, request.user),
        "owners": owners_on(listing, request.user),
    }
    return TemplateResponse(request, "admin/desk_list.html", context)
