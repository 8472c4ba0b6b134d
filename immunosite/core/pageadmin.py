"""The admin's editor of pages: save a draft, preview it, publish, delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from .feedback import tally
from .markdown import Problem
from .pages import State
from .pageviews import PageViews
from .publishing import EditConflict, PublishingRefused

# More would only push the form off the screen.
_MOST_PROBLEMS = 20


class _Refused(Exception):
    """A deed refused what the form had let through; its cause says why."""


class PublishableAdmin(PageViews):
    """Edits a page through its newest revision; all changes go through the deeds.

    Subclasses name the module of their deeds (``deeds``), the permission to publish
    (``publish_permission``), and turn a valid form into a draft (``draft_fields``).
    """

    actions = None
    change_form_template = "admin/core/page_change_form.html"

    def draft_fields(self, form: Any) -> dict[str, Any]:
        """The keyword arguments of ``save_draft`` for a valid form."""
        raise NotImplementedError

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The slug of a new page follows its title; an address once given stays."""
        return {} if obj else {"slug": ["title"]}

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "slug":
            kwargs["label"] = "Address (slug)"
            kwargs["help_text"] = (
                "The end of the page's address. A new page takes it from its title."
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    # Saving

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except _Refused as refused:
            # Everything was rolled back. The same form once more, with what was said.
            request.refused = refused.__cause__  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refused = getattr(request, "refused", None)
        return form

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        try:
            with transaction.atomic():
                self._save_draft(request, obj, form, change)
        except (ValidationError, PermissionDenied, EditConflict) as error:
            raise _Refused from error
        if "_publish" in request.POST:
            self._publish(request, obj, form)
        if obj.newest().state_at() is State.DRAFT and _interval(form):
            messages.warning(
                request, "A draft has no dates. Give them again when you publish."
            )

    def _save_draft(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        slug = obj.slug
        if change and "slug" in form.changed_data:
            obj.slug = form.initial["slug"]
            self.deeds.rename(obj, slug, by=request.user)
        newest = obj.newest() if change else None
        is_draft = newest is not None and newest.state_at() is State.DRAFT
        publishes_again = "_publish" in request.POST and not is_draft
        if newest and not (form.says_something_new or publishes_again):
            return
        self.deeds.save_draft(
            obj,
            based_on=form.cleaned_data["based_on"],
            by=request.user,
            **self.draft_fields(form),
        )

    def _publish(self, request: HttpRequest, page: Any, form: Any) -> None:
        if not request.user.has_perm(self.publish_permission):
            messages.error(request, "The draft is saved. You may not publish it.")
            return
        try:
            self.deeds.publish(page.newest(), by=request.user, **_interval(form))
        except PublishingRefused as refused:
            messages.error(
                request, "The draft is saved, but it can't be published yet:"
            )
            _list_problems(request, refused.problems)

    # Answering

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if "_preview" in request.POST:
            return self._to("preview", obj.pk, obj.newest().number)
        if "_publish" in request.POST:
            newest = obj.newest()
            if newest.state_at() is not State.DRAFT:
                messages.success(request, f"“{obj}” is {_when(newest)}.")
            return self._to("change", obj.pk)
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
            # Read again, since the form puts what was typed onto the page it was given.
            page = self.model._default_manager.get(pk=page.pk)
            context["newest"] = page.newest()
            context["live"] = page.live_revision()
            context["live_path"] = page.get_absolute_url()
            context["readers"] = tally(page)
            if live := context["live"]:
                context["readers_of_live"] = tally(page, revision=live.number)
            context["is_public"] = page.revisions.current().exists()
        return super().render_change_form(request, context, *args, **kwargs)

    # Deleting

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only what was never public may be deleted; the rest is withdrawn."""
        was_public = obj and obj.revisions.filter(live_from__isnull=False).exists()
        return not was_public and super().has_delete_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        try:
            self.deeds.discard(obj, by=request.user)
        except PublishingRefused as refused:
            # It was published since the page that asks for confirmation was shown.
            raise PermissionDenied(str(refused)) from refused


def _interval(form: Any) -> dict[str, Any]:
    """The dates that were typed."""
    names = ("live_from", "live_until")
    return {
        name: form.cleaned_data[name] for name in names if form.cleaned_data.get(name)
    }


def _when(revision: Any) -> str:
    """``live``, ``live until …``, ``scheduled for …``."""
    state = revision.state_at()
    if state is State.SCHEDULED:
        return f"scheduled for {_moment(revision.live_from)}"
    if revision.live_until is None:
        return "live"
    return f"{state} until {_moment(revision.live_until)}"


def _moment(moment: Any) -> str:
    return date_format(localtime(moment), "F j, Y, H:i")


def _list_problems(request: HttpRequest, problems: Sequence[Problem]) -> None:
    for problem in problems[:_MOST_PROBLEMS]:
        place = f"Line {problem.line}: " if problem.line else ""
        messages.error(request, place + problem.message)
    more = len(problems) - _MOST_PROBLEMS
    if more > 0:
        messages.error(request, f"… and {more} more.")
