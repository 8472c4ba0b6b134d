"""Adds to the admin of terms the files that can be brought in again."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from immunosite.core.attaching import attachment

from .exchange import export_terms
from .formats import FORMATS


class ExportViews(admin.ModelAdmin):
    """Adds ``export/<format>/``: all live terms, as they were typed."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(never_cache(require_GET(self.export_view)))
        return [
            path("export/<str:format>/", view, name="glossary_term_export"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest, format: str) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if format not in FORMATS:
            raise Http404(f"There is no format “{format}”.")
        form = FORMATS[format]
        return attachment(
            export_terms(format=format),
            "terms",
            extension=form.extension,
            media_type=form.media_type,
        )
