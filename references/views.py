"""The public pages of references."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from immunosite.core.paging import page_of

from . import reading
from .models import Reference, ReferenceAlias

PAGE_SIZE = 25
MOST_PAGES = 50


class FindForm(forms.Form):
    q = forms.CharField(
        label="Author, title or journal", max_length=200, required=False
    )
    year = forms.IntegerField(
        label="Year", min_value=1000, max_value=9999, required=False
    )


@require_safe
def reference_list(request: HttpRequest) -> HttpResponse:
    form = FindForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    found = reading.find_references(given.get("q", ""), given.get("year"))
    page = page_of(request, found, size=PAGE_SIZE)
    is_search = bool(request.GET.get("q") or request.GET.get("year"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "is_search": is_search,
        "query": f"{query.urlencode()}&" if query else "",
    }
    return render(request, "references/reference_list.html", context)


@require_safe
def reference_detail(request: HttpRequest, key: str) -> HttpResponse:
    references = Reference.objects.prefetch_related("notices", "tags")  # type: ignore[misc]  # taggit has no types
    reference = references.filter(key=key).first()
    if reference is None:
        alias = get_object_or_404(
            ReferenceAlias.objects.select_related("reference"), key=key
        )
        return redirect(alias.reference, permanent=True)
    citing = list(reading.pages_citing(reference)[: MOST_PAGES + 1])
    context = {
        "reference": reference,
        "citing": citing[:MOST_PAGES],
        "has_more": len(citing) > MOST_PAGES,
    }
    return render(request, "references/reference_detail.html", context)
