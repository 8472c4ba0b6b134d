"""The admin's pages to read a draft and comment on it, and to ask an expert outside."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache

from . import commenting, inviting, readings
from .comments import Comment
from .deskviews import DeskViews
from .invitations import SignOffLink
from .markdown import BodyRefused
from .metadata import absolute


class InviteForm(forms.Form):
    """Whom to ask outside."""

    invited_name = forms.CharField(
        label="Name of the expert",
        max_length=120,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    email = forms.EmailField(
        label="Mail address",
        required=False,
        widget=forms.EmailInput(attrs={"class": "vTextField"}),
        help_text="The link is sent there. Leave it empty to pass the link on yourself.",
    )


class ReadViews(DeskViews):
    """Adds the pages. Each is about one revision, named in the address."""

    def get_urls(self) -> list[URLPattern]:
        def wrap(view: Any) -> Any:
            return self.admin_site.admin_view(never_cache(view))

        return [
            path(
                "<int:pk>/read/<int:number>/",
                wrap(self.read_view),
                name=self._name("read"),
            ),
            path(
                "<int:pk>/invite/<int:number>/",
                wrap(self.invite_view),
                name=self._name("invite"),
            ),
            path(
                "<int:pk>/revoke/<int:link>/",
                wrap(self.revoke_view),
                name=self._name("revoke"),
            ),
            *super().get_urls(),
        ]

    # Reading

    def read_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """The draft, paragraph by paragraph. A POST comments, resolves or reopens, and
        leads back to where it was done."""
        page = self._page(request, pk)
        user: Any = request.user
        if not commenting.may_comment(page, user):
            raise PermissionDenied
        revision = get_object_or_404(page.revisions, number=number)
        errors: list[str] = []
        if request.method == "POST":
            try:
                return self._to_paragraph(revision, self._said(request, revision))
            except ValidationError as error:
                errors = error.messages
        try:
            html = self._html(page, number)
            reading = readings.reading(revision, html)
        except BodyRefused as refused:
            messages.error(request, str(refused))
            return self._to("change", page.pk)
        title = f"Read and comment: {page}"
        context = {
            **self._context(request, page, title),
            "revision": revision,
            "newest": page.newest(),
            "reading": reading,
            "errors": errors,
            "typed": readings.typed(request.POST) if errors else None,
        }
        return TemplateResponse(request, "admin/core/page_read.html", context)

    @transaction.atomic
    def _html(self, page: Any, number: int) -> str:
        """What publishing would store now; nothing stays of it."""
        revision = page.revisions.get(number=number)
        self.deeds.try_on(revision)
        html = self.shown(revision)
        transaction.set_rollback(True)
        return html

    def shown(self, revision: Any) -> str:
        """What readers would see of a revision that was tried on."""
        return revision.html

    def _said(self, request: HttpRequest, revision: Any) -> str:
        """Do what a form of the page asks for; return the key of the paragraph."""
        by: Any = request.user
        page = revision.page
        for name, deed in (
            ("resolve", commenting.resolve),
            ("reopen", commenting.reopen),
        ):
            if name in request.POST:
                thread = get_object_or_404(
                    Comment.objects.about(page),
                    pk=readings.key(request.POST[name]),
                )
                if thread.parent_id:
                    raise Http404("Only whole threads are resolved.")
                deed(page, thread.pk, by=by)
                return thread.anchor
        given = readings.typed(request.POST)
        return commenting.add_comment(revision, by=by, **given).anchor

    def _to_paragraph(self, revision: Any, anchor: str) -> HttpResponseRedirect:
        args = [revision.page_id, revision.number]
        place = readings.place_of(revision, anchor)
        to = reverse(f"admin:{self._name('read')}", args=args)
        return HttpResponseRedirect(f"{to}#{place}")

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        user: Any = request.user
        # Rights are on the kind of page, so no page need be found.
        more = {"may_read": commenting.may_comment(self.model(), user)}
        return super().history_view(request, object_id, more | (extra_context or {}))

    # Asking an expert outside

    def invite_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Makes a link and shows its address once; lists the page's links."""
        page = self._page(request, pk)
        by: Any = request.user
        if not inviting.may_vouch(page, by):
            raise PermissionDenied
        revision = get_object_or_404(page.revisions, number=number)
        form = InviteForm(request.POST or None)
        address = ""
        if request.method == "POST" and form.is_valid():
            made: list[str] = []

            def deed() -> None:
                _, token = inviting.invite(revision, by=by, **form.cleaned_data)
                made.append(token)

            if self._tried(request, deed, form):
                address = absolute(reverse("sign_off", args=made))
        context = {
            **self._context(request, page, f"Ask an expert outside: {page}"),
            "revision": revision,
            "may_invite": inviting.may_invite(revision, by),
            "form": form,
            "address": address,
            "links": SignOffLink.objects.about(page).select_related("created_by"),
        }
        return TemplateResponse(request, "admin/core/page_invite.html", context)

    def revoke_view(self, request: HttpRequest, pk: int, link: int) -> HttpResponse:
        page = self._page(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        by: Any = request.user
        found = get_object_or_404(SignOffLink.objects.about(page), pk=link)
        inviting.revoke(page, found.pk, by=by)
        messages.success(request, f"The link for {found.invited_name} is closed.")
        return self._to("invite", page.pk, page.newest().number)
