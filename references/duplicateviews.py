"""The admin's report of likely duplicates, and the warning before one is made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from immunosite.core.audit import actor

from . import duplicates
from .forms import ReferenceForm
from .mergeviews import ReferenceMergeViews
from .models import DistinctPair, Reference
from .resembling import MOST

_PAIRS_A_PAGE = 20
_MOST_TOLD_APART = 50


class NewReferenceForm(ReferenceForm):
    """Warns once of stored references that look alike: whoever has seen them may save
    the new one all the same, and nothing typed is lost.

    ``despite`` are the keys of the look-alikes that were shown.
    """

    despite = forms.CharField(required=False, widget=forms.HiddenInput)
    look_alikes: list[Reference] = []

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.errors:
            return cleaned
        self.look_alikes = duplicates.look_alikes(self.csl())
        seen = set(self.cleaned_data["despite"].split(","))
        if {str(reference.pk) for reference in self.look_alikes} - seen:
            raise ValidationError(
                "A reference like this one is there already. Nothing is saved yet and "
                "nothing you typed is lost.",
                code="look-alike",
            )
        return cleaned

    @property
    def shown(self) -> str:
        """What ``despite`` says when somebody saves after this page."""
        return ",".join(str(reference.pk) for reference in self.look_alikes)


class ApartForm(forms.Form):
    """That two references are two works, and why."""

    first = forms.ModelChoiceField(Reference.objects.all(), widget=forms.HiddenInput)
    second = forms.ModelChoiceField(Reference.objects.all(), widget=forms.HiddenInput)
    reason = forms.CharField(
        max_length=200,
        label="Why they are two works",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def is_about(self, pair: duplicates.Pair) -> bool:
        """Whether a pair is what was sent."""
        sent = {self.data.get("first"), self.data.get("second")}
        return sent == {str(pair.keep.pk), str(pair.other.pk)}


class DuplicateViews(ReferenceMergeViews):
    """Adds ``duplicates/`` to the admin of references."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path(
                "duplicates/",
                wrap(self.duplicates_view),
                name="references_reference_duplicates",
            ),
            path(
                "duplicates/<int:pair>/forget/",
                wrap(self.forget_view),
                name="references_reference_forget",
            ),
            *super().get_urls(),
        ]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs["form"] = NewReferenceForm
        return super().get_form(request, obj, change, **kwargs)

    def duplicates_view(self, request: HttpRequest) -> HttpResponse:
        """Likely pairs, side by side; POST tells one of them apart."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        sent = ApartForm(request.POST) if request.method == "POST" else None
        if sent is not None and self._told_apart(request, sent):
            return HttpResponseRedirect(request.get_full_path())
        found = duplicates.pairs()
        # Working the list off makes it shorter, so that a page may be gone.
        page = Paginator(found, _PAIRS_A_PAGE).get_page(request.GET.get("page"))
        pairs = duplicates.with_references(list(page.object_list))
        apart = duplicates.distinct_pairs()
        context = {
            **self.admin_site.each_context(request),
            "title": "Likely duplicates",
            "opts": self.opts,
            "page": page,
            "most": MOST if len(found) >= MOST else None,
            "rows": [(pair, _form_of(pair, sent)) for pair in pairs],
            "apart": apart[:_MOST_TOLD_APART],
            "may_merge": self._may_merge(request),
            "may_change": self.has_change_permission(request),
        }
        template = "admin/references/duplicates.html"
        return TemplateResponse(request, template, context)

    def _told_apart(self, request: HttpRequest, form: ApartForm) -> bool:
        """Whether it was done; else the form or a message says why not."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if not form.is_valid():
            if {"first", "second"} & form.errors.keys():
                messages.error(request, "One of the two is not there any more.")
            return False
        given = form.cleaned_data
        try:
            duplicates.mark_distinct(
                given["first"],
                given["second"],
                by=actor(request),
                reason=given["reason"],
            )
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return False
        messages.success(request, "They are not listed as a pair any more.")
        return True

    def forget_view(self, request: HttpRequest, pair: int) -> HttpResponse:
        found = get_object_or_404(DistinctPair, pk=pair)
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        duplicates.unmark_distinct(found, by=actor(request))
        messages.success(request, "They can be listed as a pair again.")
        return HttpResponseRedirect(reverse("admin:references_reference_duplicates"))


def _form_of(pair: duplicates.Pair, sent: ApartForm | None) -> ApartForm:
    """What was sent about a pair, or an empty form; each with ids of its own."""
    prefix = f"id_{pair.keep.pk}_{pair.other.pk}_%s"
    if sent is not None and sent.is_about(pair):
        sent.auto_id = prefix
        return sent
    initial = {"first": pair.keep.pk, "second": pair.other.pk}
    return ApartForm(initial=initial, auto_id=prefix)
