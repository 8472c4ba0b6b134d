"""The admin's page to merge two things: choose, see what will change, confirm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from .merging import MergePlan
from .publishing import EditConflict, PublishingRefused
from .widgets import Picker


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="For the record. Readers do not see it.",
    )

    def decided(self) -> dict[str, Any]:
        """What the deed is told of a valid form, beside both things and who asks."""
        return {"reason": self.cleaned_data["reason"]}


class MergeViews(admin.ModelAdmin):
    """Adds ``merge/``. Subclasses name a foreign key to the model, for the field that
    finds the other thing; the rights that it takes; the plan and the deed."""

    merge_field: Any
    merge_rights: tuple[str, ...]
    merge_plan: Callable[[Any, Any], MergePlan]
    merge_deed: Callable[..., object]
    merge_template = "admin/core/merge.html"

    def merge_form(self, data: Any, survivor: Any, other: Any) -> ReasonForm:
        """What is asked before two things are merged; ``data`` is what was sent."""
        return ReasonForm(data)

    def beside_merge(
        self, request: HttpRequest, survivor: Any, other: Any
    ) -> dict[str, Any]:
        """What the page shows beside the plan."""
        return {}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.merge_view)
        return [
            path("<int:pk>/merge/", view, name=self._merge_name()),
            *super().get_urls(),
        ]

    def _merge_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_merge"

    def _may_merge(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return user.has_perms(self.merge_rights)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        thing = kwargs.get("obj") or context.get("original")
        if thing is not None and self._may_merge(request):
            name = f"admin:{self._merge_name()}"
            context["merge_path"] = reverse(name, args=[thing.pk])
        return super().render_change_form(request, context, *args, **kwargs)

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self._may_merge(request):
            raise PermissionDenied
        survivor = get_object_or_404(self.model, pk=pk)
        choice = self._choice(request)
        other = choice.cleaned_data["other"] if choice.is_valid() else None
        form = self.merge_form(request.POST or None, survivor, other)
        if request.method == "POST" and other and form.is_valid():
            if self._merged(request, survivor, other, form.decided()):
                to = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
                return HttpResponseRedirect(reverse(to, args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Merge another into “{survivor}”",
            "opts": self.opts,
            "survivor": survivor,
            "other": other,
            "plan": self.merge_plan(survivor, other) if other else None,
            "choice": choice,
            "form": form,
            "media": self.media + choice.media,
            **(self.beside_merge(request, survivor, other) if other else {}),
        }
        return TemplateResponse(request, self.merge_template, context)

    def _choice(self, request: HttpRequest) -> forms.Form:
        given = request.POST if request.method == "POST" else request.GET
        form = forms.Form(given if "other" in given else None)
        form.fields["other"] = forms.ModelChoiceField(
            self.model._default_manager.all(),
            label="The other one, which goes",
            widget=Picker(self.merge_field, self.admin_site),
        )
        return form

    def _merged(
        self, request: HttpRequest, survivor: Any, other: Any, decided: dict[str, Any]
    ) -> bool:
        """Whether it was done; else what was against it is told."""
        name = str(other)
        try:
            with transaction.atomic():
                self.merge_deed(survivor, other, by=request.user, **decided)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        except (PublishingRefused, EditConflict) as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"“{name}” is merged into “{survivor}”.")
            return True
        return False
