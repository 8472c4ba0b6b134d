"""The public pages of references."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import etag, require_safe

from immunosite.core.caching import epoch_of
from immunosite.core.fields import trusted
from immunosite.core.paging import page_of

from . import downloading, reading
from .models import Reference, ReferenceAlias
from .styling import STYLES, format_entry

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
        "files": downloading.offered(f"{request.path}download.", has_table=True),
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
    style = _chosen_style(request)
    citing = list(reading.pages_citing(reference)[: MOST_PAGES + 1])
    context = {
        "reference": reference,
        "entry": trusted(format_entry(reference.csl, style, has_links=True)),
        "style": style,
        "styles": STYLES.values(),
        "default_style": settings.CITATION_STYLE,
        "files": downloading.offered(f"{reference.get_absolute_url()}cite."),
        "citing": citing[:MOST_PAGES],
        "has_more": len(citing) > MOST_PAGES,
    }
    return render(request, "references/reference_detail.html", context)


def _chosen_style(request: HttpRequest) -> str:
    """What ``?style=apa`` names, or the site's own style."""
    chosen = request.GET.get("style", "")
    return chosen if chosen in STYLES else settings.CITATION_STYLE


@require_safe
def reference_file(request: HttpRequest, key: str, extension: str) -> HttpResponse:
    """One reference as a record for a reference manager."""
    form = downloading.format_named(extension)
    reference = Reference.objects.filter(key=key).first()
    if reference is None:
        aliases = ReferenceAlias.objects.select_related("reference")
        merged = get_object_or_404(aliases, key=key).reference
        path = reverse("references:cite", args=[merged.key, extension])
        return redirect(path, permanent=True)
    record = downloading.public_part(reference.csl)
    return downloading.file_response([record], form, key)


def _state(request: HttpRequest, extension: str) -> str:
    form = downloading.format_named(extension, has_table=True)
    return f'"{settings.RELEASE}-{epoch_of(request)}-{form.extension}"'


@require_safe
# So what a reader has already is not made again.
@etag(_state)
def bibliography(request: HttpRequest, extension: str) -> HttpResponse:
    """All references as a file."""
    form = downloading.format_named(extension, has_table=True)
    records = downloading.whole_bibliography()
    return downloading.file_response(records, form, "references")
