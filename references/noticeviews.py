"""The admin's pages of a reference's notices: add one, take one back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from immunosite.core.audit import actor

from . import noticing
from .forms import NoticeForm
from .models import Notice, Reference
from .tasking import with_titles


class NoticeViews(admin.ModelAdmin):
    """Adds the pages to the admin of references."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/notices/add/",
                wrap(self.add_notice_view),
                name="references_reference_add_notice",
            ),
            path(
                "<int:pk>/notices/<int:notice>/remove/",
                wrap(self.remove_notice_view),
                name="references_reference_remove_notice",
            ),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        user = request.user
        context["may_add_notice"] = user.has_perm("references.add_notice")
        context["may_remove_notice"] = user.has_perm("references.delete_notice")
        reference = context.get("original")
        if reference is not None:
            may_see = user.has_perm("references.view_noticetask")
            context["notices"] = [
                (notice, with_titles(notice.tasks) if may_see else [])
                for notice in reference.notices.all()
            ]
        return super().render_change_form(request, context, *args, **kwargs)

    def add_notice_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        reference = get_object_or_404(Reference, pk=pk)
        form = NoticeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                notice = noticing.add_notice(
                    reference, by=actor(request), **form.cleaned_data
                )
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                messages.success(request, _told(notice))
                return self._to_reference(pk)
        if not request.user.has_perm("references.add_notice"):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"Add a notice to “{reference.key}”",
            "opts": self.opts,
            "reference": reference,
            "form": form,
            "media": self.media + form.media,
        }
        template = "admin/references/notice_form.html"
        return TemplateResponse(request, template, context)

    def remove_notice_view(
        self, request: HttpRequest, pk: int, notice: int
    ) -> HttpResponse:
        found = get_object_or_404(Notice, pk=notice, reference=pk)
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        noticing.remove_notice(found, by=actor(request))
        messages.success(
            request, "The notice is taken back. No import will bring it again."
        )
        return self._to_reference(pk)

    def _to_reference(self, pk: int) -> HttpResponseRedirect:
        return HttpResponseRedirect(
            reverse("admin:references_reference_change", args=[pk])
        )


def _told(notice: Notice) -> str:
    count = notice.tasks.count()
    if not count:
        return "Readers see the notice from now on."
    pages = "1 page is" if count == 1 else f"{count} pages are"
    return f"Readers see the notice from now on. {pages} to be looked at again."
