"""The admin of the tasks that follow from notices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from immunosite.core import workflow
from immunosite.core.audit import actor
from immunosite.core.intervals import State
from immunosite.core.markdown import BodyRefused

from .models import Decision, NoticeTask
from .tasking import (
    close_task,
    kinds_of_pages,
    page_of,
    reopen_task,
    with_titles,
)


class CloseForm(forms.Form):
    """What a person decided about a page, and why."""

    decision = forms.ChoiceField(
        label="Your decision",
        choices=[("", "Choose …"), *Decision.choices],
        error_messages={"required": "Choose what you decided."},
    )
    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        error_messages={"required": "Say why, for the record."},
        help_text="For the record. Readers do not see it.",
    )


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label="Why it is opened again",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        error_messages={"required": "Say why, for the record."},
        help_text="For the record. The former decision stays in the audit.",
    )


class OpenFilter(admin.SimpleListFilter):
    """Tasks that wait, or are closed."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Open"), ("closed", "Closed")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        wanted = {"open": True, "closed": False}.get(self.value() or "")
        if wanted is None:
            return queryset
        return queryset.filter(closed_at__isnull=wanted)


class KindFilter(admin.ChoicesFieldListFilter):
    """Tasks by the kind of their notice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "kind of notice"


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the page, and its sentences that cite the source; None where the text
    can't be read."""

    title: str
    claims: list[Any] | None


class NoticeTaskAdmin(admin.ModelAdmin):
    list_display = ("page_title", "about", "opened_at", "outcome", "closed_by")
    list_filter = (OpenFilter, ("notice__kind", KindFilter), "decision")
    list_select_related = ("notice__reference", "closed_by")
    search_fields = ("notice__reference__key", "notice__reference__title", "reason")
    search_help_text = "Searches keys and titles of references, and reasons."
    actions = None

    def get_queryset(self, request: HttpRequest) -> Any:
        user = request.user
        kinds = [
            label
            for label in kinds_of_pages()
            if any(user.has_perm(right) for right in _rights(label, "view", "change"))
        ]
        return with_titles(super().get_queryset(request).filter(kind__in=kinds))

    @admin.display(description="page", ordering="page_title")
    def page_title(self, task: Any) -> str:
        return task.page_title or f"{task.kind} {task.page_id}"

    @admin.display(description="notice", ordering="notice__noticed_on")
    def about(self, task: NoticeTask) -> str:
        return f"{task.notice.get_kind_display()} of {task.notice.reference.key}"

    @admin.display(description="decision", ordering="decision")
    def outcome(self, task: NoticeTask) -> str:
        return task.get_decision_display() or "Open"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """The task: what is announced, where the page cites it, what to do. A POST
        closes it, or opens it again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        task = self.get_object(request, unquote(object_id))
        if task is None:
            raise Http404("There is no such task.")
        may_settle = self.has_change_permission(request, task)
        form = ReopenForm() if task.closed_at else CloseForm()
        if request.method == "POST":
            if not may_settle:
                raise PermissionDenied
            form = self._form_sent(request)
            if self._settled(request, task, form):
                here = reverse("admin:references_noticetask_change", args=[task.pk])
                return HttpResponseRedirect(here)
        context = {**self._context(request, task), "form": form}
        context["may_settle"] = may_settle
        return TemplateResponse(request, "admin/references/task.html", context)

    def _form_sent(self, request: HttpRequest) -> Any:
        kind = ReopenForm if "reopen" in request.POST else CloseForm
        return kind(request.POST)

    def _settled(self, request: HttpRequest, task: NoticeTask, form: Any) -> bool:
        """Whether it was done; else the form says what was against it."""
        if not form.is_valid():
            return False
        try:
            if isinstance(form, ReopenForm):
                reopen_task(task, by=actor(request), **form.cleaned_data)
                messages.success(request, "The task is open again.")
            else:
                close_task(task, by=actor(request), **form.cleaned_data)
                messages.success(
                    request, f"The task is closed: {task.get_decision_display()}."
                )
        except ValidationError as refused:
            form.add_error(None, refused)
            task.refresh_from_db()
            return False
        return True

    def _context(self, request: HttpRequest, task: NoticeTask) -> dict[str, Any]:
        notice, page = task.notice, page_of(task)
        return {
            **self.admin_site.each_context(request),
            "title": _title(page),
            "opts": self.opts,
            "task": task,
            "notice": notice,
            "reference": notice.reference,
            "page": page,
            "steps": _steps(request, task, page) if page else [],
            "texts": self._texts(task, page) if page else [],
        }

    def _texts(self, task: NoticeTask, page: Any) -> list[Text]:
        """What readers see or will see, and the newest text, when it is another."""
        keys = task.notice.reference.all_keys()
        page_admin: Any = self.admin_site.get_model_admin(type(page))
        revisions = {revision.pk: revision for revision in page.revisions.current()}
        if newest := page.newest():
            revisions.setdefault(newest.pk, newest)
        found = []
        for revision in sorted(revisions.values(), key=lambda each: each.number):
            try:
                claims: Any = [
                    claim
                    for claim in page_admin.claims_in(revision.body)
                    if any(item.key in keys for item in claim.cited)
                ]
            except BodyRefused:
                claims = None
            found.append(Text(_TITLES[revision.state_at()].format(revision), claims))
        return found


_TITLES = {
    State.LIVE: "What readers see: revision {0.number}",
    State.SCHEDULED: "What readers will see: revision {0.number}",
    State.DRAFT: "The newest draft: revision {0.number}",
    State.ENDED: "What readers saw last: revision {0.number}",
}


def _title(page: Any) -> str:
    if page is None:
        return "A page that is gone"
    return f"Look again at the {page._meta.verbose_name} “{page}”"


def _steps(request: HttpRequest, task: NoticeTask, page: Any) -> list[tuple[str, str]]:
    """(label, address) of what this person can do with the page."""
    user: Any = request.user
    name = task.kind.replace(".", "_")
    is_public = page.revisions.current().exists()
    may_publish = user.has_perm(workflow.right(page, "publish"))
    may_edit = any(user.has_perm(right) for right in _rights(task.kind, "change"))
    steps = [
        ("Edit the page" if may_edit else "Open the page", "change", True),
        ("Compare its revisions", "compare", page.newest() is not None),
        ("Withdraw it", "withdraw", is_public and may_publish),
    ]
    found = [
        (label, reverse(f"admin:{name}_{action}", args=[page.pk]))
        for label, action, is_open in steps
        if is_open
    ]
    if page.live_revision():
        found.append(("See it live", page.get_absolute_url()))
    return found


def _rights(label: str, *actions: str) -> list[str]:
    app, model = label.split(".")
    return [f"{app}.{action}_{model}" for action in actions]
