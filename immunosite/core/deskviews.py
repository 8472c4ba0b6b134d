"""The admin's steps over the desk: submit, review, publish, withdraw, take care."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.timezone import localtime

from . import caring, workflow
from .audit import actor
from .checklist import Checklist
from .compareviews import CompareViews
from .deskforms import CareForm, PublishForm, ReviewForm, WithdrawForm
from .intervals import State
from .pages import Status
from .publishing import EditConflict, PublishingRefused
from .reviews import ReviewerProfile, Verdict

# More would only push the form off the screen.
_MOST_PROBLEMS = 20


class DeskViews(CompareViews):
    """Adds a page for each step. Each is about one revision, named in the address, so
    that nobody approves or publishes another than they looked at."""

    def checklist_of(self, revision: Any) -> Checklist:
        """How a revision stands that wants to go live."""
        raise NotImplementedError

    def beside_step(
        self, request: HttpRequest, step: str, page: Any, revision: Any = None
    ) -> dict[str, Any]:
        """What the page of a step shows beside its form."""
        return {}

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        of_revision = {
            "submit": self.submit_view,
            "review": self.review_view,
            "publish": self.publish_view,
        }
        of_page = {"withdraw": self.withdraw_view, "care": self.care_view}
        return [
            *(
                path(
                    f"<int:pk>/{name}/<int:number>/", wrap(view), name=self._name(name)
                )
                for name, view in of_revision.items()
            ),
            *(
                path(f"<int:pk>/{name}/", wrap(view), name=self._name(name))
                for name, view in of_page.items()
            ),
            *super().get_urls(),
        ]

    def submit_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        page = self._page(request, pk)
        revision = get_object_or_404(page.revisions, number=number)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if self._tried(request, lambda: workflow.submit(revision, by=actor(request))):
            messages.success(request, f"Revision {number} waits for a review.")
        return self._to("change", page.pk)

    def review_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        page, by = self._page(request, pk), actor(request)
        self._need(request, page, "review")
        revision = get_object_or_404(page.revisions, number=number)
        form = ReviewForm(
            request.POST or None,
            may_sign=ReviewerProfile.objects.filter(user_id=by.pk).exists(),
            is_own=revision.created_by_id == by.pk,
        )
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            verdict = given.pop("verdict")

            def deed() -> None:
                if verdict == Verdict.APPROVED:
                    workflow.approve(revision, by=by, **given)
                else:
                    workflow.request_changes(revision, by=by, note=given["note"])

            if self._tried(request, deed, form):
                messages.success(request, f"Revision {number}: {verdict}.")
                return self._to("change", page.pk)
        checklist = self.checklist_of(revision)
        return self._form(
            request, page, form, "review", revision=revision, checklist=checklist
        )

    def publish_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        page = self._page(request, pk)
        self._need(request, page, "publish")
        revision = get_object_or_404(page.revisions, number=number)
        is_approved = revision.status == Status.APPROVED
        form = PublishForm(request.POST or None, is_approved=is_approved)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            deeds = self.deeds
            if self._tried(
                request,
                lambda: deeds.publish(revision, by=actor(request), **given),
                form,
            ):
                messages.success(request, f"“{page}” is {_when(revision)}.")
                return self._to("change", page.pk)
        return self._form(
            request,
            page,
            form,
            "publish",
            revision=revision,
            is_approved=is_approved,
            checklist=self.checklist_of(revision),
        )

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        page = self._page(request, pk)
        self._need(request, page, "publish")
        form = WithdrawForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            if self._tried(
                request,
                lambda: self.deeds.withdraw(page, by=actor(request), **given),
                form,
            ):
                messages.success(request, f"“{page}” is withdrawn from the site.")
                return self._to("change", page.pk)
        return self._form(request, page, form, "withdraw")

    def care_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        page = self._page(request, pk)
        self._need(request, page, "publish")
        initial = {"owner": page.owner, "review_due_on": page.review_due_on}
        form = CareForm(request.POST or None, initial=initial)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            caring.set_care(page, by=actor(request), **given)
            messages.success(request, "Saved.")
            return self._to("change", page.pk)
        return self._form(request, page, form, "care")

    def _need(self, request: HttpRequest, page: Any, right: str) -> None:
        if not request.user.has_perm(workflow.right(page, right)):
            raise PermissionDenied

    def _tried(
        self, request: HttpRequest, deed: Callable[[], Any], form: Any = None
    ) -> bool:
        """Whether the deed was done; else what was against it is told."""
        try:
            with transaction.atomic():
                deed()
        except EditConflict as conflict:
            messages.error(request, f"{conflict} Look at it first.")
        except PublishingRefused as refused:
            for problem in refused.problems[:_MOST_PROBLEMS]:
                place = f"Line {problem.line}: " if problem.line else ""
                messages.error(request, place + problem.message)
            if len(refused.problems) > _MOST_PROBLEMS:
                messages.error(
                    request, f"… and {len(refused.problems) - _MOST_PROBLEMS} more."
                )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return True
        return False

    def _form(
        self, request: HttpRequest, page: Any, form: Any, step: str, **more: Any
    ) -> HttpResponse:
        title = {
            "review": f"Review “{page}”",
            "publish": f"Publish “{page}”",
            "withdraw": f"Withdraw “{page}”?",
            "care": f"Who looks after “{page}”?",
        }[step]
        context = {**self._context(request, page, title), "form": form, **more}
        context |= self.beside_step(request, step, page, more.get("revision"))
        return TemplateResponse(request, f"admin/core/page_{step}.html", context)


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
