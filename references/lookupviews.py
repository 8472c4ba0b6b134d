"""The admin's page to add a reference by its identifier: look up, see, save."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from immunosite.core.audit import actor
from immunosite.core.fields import trusted
from immunosite.core.polite import CLOCK, Clock

from .forms import TYPES
from .lookup import look_up
from .lookupforms import ConfirmForm, IdentifierForm, alike, existing
from .services import LookUpFailed
from .styling import format_entry
from .uniting import side_by_side


class LookUpViews(admin.ModelAdmin):
    """Adds ``look-up/``. Nothing is asked of anybody but for a POST with the right to
    add references, and nothing is saved before a person has seen it."""

    clock: Clock = CLOCK

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.look_up_view)
        return [
            path("look-up/", view, name="references_reference_look_up"),
            *super().get_urls(),
        ]

    def look_up_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST" and "record" in request.POST:
            return self._saved(request, ConfirmForm(request.POST))
        form = IdentifierForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and form.wanted:
            try:
                confirm = ConfirmForm.of(look_up(form.wanted, clock=self.clock))
            except LookUpFailed as failure:
                form.add_error("text", str(failure))
            else:
                return self._confirm_page(request, confirm)
        return self._form_page(request, form)

    def _saved(self, request: HttpRequest, confirm: ConfirmForm) -> HttpResponse:
        if confirm.found() is None:
            messages.error(
                request,
                "Nothing was saved: what was looked up is too old by now, or was "
                "changed on its way. Look it up again.",
            )
            return self._form_page(request, IdentifierForm())
        reference = confirm.save(by=actor(request)) if confirm.is_valid() else None
        if reference is None:
            return self._confirm_page(request, confirm)
        messages.success(
            request,
            f"“{reference.key}” is saved. Authors cite it as [@{reference.key}].",
        )
        if "_addanother" in request.POST:
            return HttpResponseRedirect(request.path)
        to = reverse("admin:references_reference_change", args=[reference.pk])
        return HttpResponseRedirect(to)

    def _form_page(self, request: HttpRequest, form: IdentifierForm) -> HttpResponse:
        query = urlencode(form.typed())
        add = reverse("admin:references_reference_add")
        context = {
            "form": form,
            "add_path": f"{add}?{query}" if query else add,
        }
        return self._page(request, "Add a reference by its identifier", context)

    def _confirm_page(self, request: HttpRequest, form: ConfirmForm) -> HttpResponse:
        found = form.found()
        assert found is not None
        kind = found.csl["type"]
        named = {**found.csl, "type": dict(TYPES).get(kind, kind)}
        context = {
            "form": form,
            "found": found,
            "entry": trusted(format_entry(found.csl, settings.CITATION_STYLE)),
            "variables": side_by_side(named, {}),
            "existing": existing(found),
            "alike": alike(found),
        }
        return self._page(request, "Is this the right reference?", context)

    def _page(
        self, request: HttpRequest, title: str, context: dict[str, Any]
    ) -> HttpResponse:
        step = "confirm" if "found" in context else "form"
        template = f"admin/references/lookup_{step}.html"
        common = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "media": self.media,
        }
        return TemplateResponse(request, template, common | context)
