"""The admin of pages: draft, preview, publish, withdraw, history."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, resolve, reverse
from django.views.decorators.cache import never_cache

from .listing import PageListing
from .markdown import BodyRefused
from .pages import State
from .publishing import EditConflict, PublishingRefused


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        max_length=300, help_text="For the record. Readers do not see it."
    )


class PublishableAdmin(PageListing):
    """Edits a page through its newest revision; all changes go through the deeds.

    Subclasses name the module of their deeds (``deeds``), the permission to publish,
    and turn a valid form into a draft (``draft_fields``).
    """

    deeds: ClassVar[Any]
    publish_permission: ClassVar[str]
    actions = None
    change_form_template = "admin/core/page_change_form.html"
    history_template = "admin/core/page_history.html"

    def draft_fields(self, form: Any) -> dict[str, Any]:
        """The keyword arguments of ``save_draft`` for a valid form."""
        raise NotImplementedError

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The slug of a new page follows its title; an address once given stays."""
        return {} if obj else {"slug": ["title"]}

    # Saving

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        slug = obj.slug
        if change and "slug" in form.changed_data:
            obj.slug = form.initial["slug"]
            self.deeds.rename(obj, slug, by=request.user)
        self.deeds.save_draft(
            obj,
            based_on=form.cleaned_data["based_on"],
            by=request.user,
            **self.draft_fields(form),
        )
        if "_publish" in request.POST:
            self._publish(request, obj, form)

    def _publish(self, request: HttpRequest, page: Any, form: Any) -> None:
        interval = {
            name: form.cleaned_data[name] for name in ("live_from", "live_until")
        }
        try:
            self.deeds.publish(page.newest(), by=request.user, **interval)
        except PublishingRefused as refused:
            messages.error(
                request, "The draft is saved, but it can't be published yet:"
            )
            for problem in refused.problems:
                place = f"Line {problem.line}: " if problem.line else ""
                messages.error(request, place + problem.message)

    def _stay(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        meta = self.opts
        name = f"admin:{meta.app_label}_{meta.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[obj.pk]))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if "_preview" in request.POST:
            return HttpResponseRedirect(self._preview_path(obj, obj.newest().number))
        if "_publish" in request.POST:
            state = obj.newest().state_at()
            if state is not State.DRAFT:
                messages.success(request, f"“{obj}” is {state.label.lower()}.")
            return self._stay(request, obj)
        return super().response_change(request, obj)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        if {"_preview", "_publish"} & set(request.POST):
            return self.response_change(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        page = kwargs.get("obj") or context.get("original")
        context["may_publish"] = request.user.has_perm(self.publish_permission)
        if page is not None:
            context["newest"] = page.newest()
            context["live"] = page.live_revision()
            context["is_public"] = page.revisions.current().exists()
        return super().render_change_form(request, context, *args, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only what was never public may be deleted; the rest is withdrawn."""
        was_public = obj and obj.revisions.filter(live_from__isnull=False).exists()
        return not was_public and super().has_delete_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.deeds.discard(obj, by=request.user)

    # Pages of our own

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/preview/<int:number>/",
                wrap(never_cache(self.preview_view)),
                name=f"{name}_preview",
            ),
            path(
                "<int:pk>/restore/<int:number>/",
                wrap(self.restore_view),
                name=f"{name}_restore",
            ),
            path(
                "<int:pk>/withdraw/", wrap(self.withdraw_view), name=f"{name}_withdraw"
            ),
            *super().get_urls(),
        ]

    def _preview_path(self, page: Any, number: int) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_preview"
        return reverse(name, args=[page.pk, number])

    def _page(self, request: HttpRequest, pk: int) -> Any:
        page = get_object_or_404(self.model, pk=pk)
        if not self.has_view_permission(request, page):
            raise PermissionDenied
        return page

    def preview_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        page = self._page(request, pk)
        revision = get_object_or_404(page.revisions, number=number)
        request.preview_of = revision  # type: ignore[attr-defined]
        try:
            response = self._as_if_live(request, revision)
        except BodyRefused as refused:
            messages.error(request, str(refused))
            return self._stay(request, page)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    @transaction.atomic
    def _as_if_live(self, request: HttpRequest, revision: Any) -> HttpResponse:
        """The public view's own answer, with ``revision`` live until the rollback."""
        self.deeds.try_on(revision)
        match = resolve(revision.page.get_absolute_url())
        response = match.func(request, *match.args, **match.kwargs)
        if hasattr(response, "render"):
            response.render()
        transaction.set_rollback(True)
        return response

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        try:
            page = self._page(request, int(unquote(object_id)))
        except ValueError:
            raise Http404 from None
        revisions = page.revisions.select_related("created_by").order_by("-number")
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {page}",
            "opts": self.opts,
            "page": page,
            "rows": [(revision, revision.state_at()) for revision in revisions],
            "newest": revisions[0] if revisions else None,
            "may_change": self.has_change_permission(request, page),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.history_template, context)

    def restore_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        page = self._page(request, pk)
        revision = get_object_or_404(page.revisions, number=number)
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        based_on = request.POST.get("based_on", "")
        try:
            self.deeds.restore(
                revision,
                based_on=int(based_on) if based_on.isdecimal() else None,
                by=request.user,
            )
        except EditConflict as conflict:
            messages.error(request, f"{conflict} Look at it before you restore.")
        else:
            messages.success(request, f"Revision {number} is restored as a new draft.")
        return self._stay(request, page)

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        page = self._page(request, pk)
        form = WithdrawForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                self.deeds.withdraw(
                    page, by=request.user, reason=form.cleaned_data["reason"]
                )
            except PublishingRefused as refused:
                messages.error(request, str(refused))
            else:
                messages.success(request, f"“{page}” is withdrawn from the site.")
            return self._stay(request, page)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Withdraw “{page}”?",
            "opts": self.opts,
            "page": page,
            "form": form,
        }
        return TemplateResponse(request, "admin/core/page_withdraw.html", context)
