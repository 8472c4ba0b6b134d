"""The admin's editor of pages: save a draft, preview it, publish, delete."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from . import commenting, inviting, workflow
from .feedback import tally
from .presenceviews import PresenceViews
from .publishing import EditConflict, PublishingRefused
from .reviews import reviews_of


class _Refused(Exception):
    """A deed refused what the form had let through; its cause says why."""


class PublishableAdmin(PresenceViews):
    """Edits a page through its newest revision; all changes go through the deeds.

    Subclasses name the module of their deeds (``deeds``), and turn a valid form into a
    draft (``draft_fields``).
    """

    actions = None
    change_form_template = "admin/core/page_change_form.html"

    def draft_fields(self, form: Any) -> dict[str, Any]:
        """The keyword arguments of ``save_draft`` for a valid form."""
        raise NotImplementedError

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The slug of a new page follows its title; an address once given stays."""
        return {} if obj else {"slug": ["title"]}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            # The form's own fields can't be shown without the form: see the preview.
            return [(None, {"fields": ["slug"]})]
        return super().get_fieldsets(request, obj)

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

    def _save_draft(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        slug = obj.slug
        if change and "slug" in form.changed_data:
            obj.slug = form.initial["slug"]
            self.deeds.rename(obj, slug, by=request.user)
        if change and obj.newest() and not form.says_something_new:
            return
        self.deeds.save_draft(
            obj,
            based_on=form.cleaned_data["based_on"],
            by=request.user,
            **self.draft_fields(form),
        )

    # Answering

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if "_preview" in request.POST:
            return self._to("preview", obj.pk, obj.newest().number)
        return super().response_change(request, obj)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        if "_preview" in request.POST:
            return self.response_change(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        page = kwargs.get("obj") or context.get("original")
        if page is not None:
            # Read again, since the form puts what was typed onto the page it was given.
            page = self.model._default_manager.get(pk=page.pk)
            context["newest"] = newest = page.newest()
            context["may"] = self._steps(request, newest)
            context["reviews"] = reviews_of(page)[:5]
            context["live"] = page.live_revision()
            context["live_path"] = page.get_absolute_url()
            context["readers"] = tally(page)
            if live := context["live"]:
                context["readers_of_live"] = tally(page, revision=live.number)
            context["is_public"] = page.revisions.current().exists()
        return super().render_change_form(request, context, *args, **kwargs)

    def _steps(self, request: HttpRequest, newest: Any) -> dict[str, bool]:
        """What this person could do with the newest revision now."""
        user: Any = request.user
        is_new = newest.live_from is None
        may_publish = user.has_perm(workflow.right(newest.page, "publish"))
        return {
            "submit": workflow.may("submit", newest, user),
            "review": workflow.may("approve", newest, user)
            or workflow.may("request changes", newest, user),
            "publish": is_new and may_publish,
            "care": may_publish,
            "read": commenting.may_comment(newest.page, user),
            "invite": inviting.may_invite(newest, user),
        }

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
