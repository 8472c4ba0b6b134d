"""The admin's list of the links that a change of the vocabulary gains and loses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from immunosite.core.audit import actor
from immunosite.core.pageviews import number_from
from immunosite.core.paging import page_of
from immunosite.core.publishing import AT_ONCE

from . import change, impact, merging, rejecting
from .candidates import Candidates, Key, Word, kinds_open_to
from .change import Change
from .impact import Gain, PageImpact
from .models import Term
from .neverviews import NeverHereViews, as_sent, heard, with_pages

_REJECTED_SHOWN = 50
_TABS = ("gained", "lost", "never")
_TEXTS = {"all": "All texts", "live": "Live", "draft": "Drafts"}


class AddressForm(forms.Form):
    """Another address of a term, to see what it would change."""

    slug = forms.SlugField(
        label="Another address (slug)", max_length=120, allow_unicode=True
    )


class ImpactViews(NeverHereViews):
    """Adds ``impact/``: ``?revision=3`` (by default the newest), ``?withdraw=1``,
    ``?slug=new`` or ``?merge=7`` say which change it is about."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.impact_view)
        return [
            path("<int:pk>/impact/", view, name=self._name("impact")),
            *super().get_urls(),
        ]

    def impact_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        term = self._page(request, pk)
        address = AddressForm(request.GET if "slug" in request.GET else None)
        asked, title = _asked(request, term, address)
        which = request.GET.get("texts", "all")
        tab = request.GET.get("tab", "")
        if which not in _TEXTS or tab not in ("", *_TABS):
            raise Http404("There is no such list.")
        kinds = kinds_open_to(request.user)
        rejected = rejecting.rejections(term, asked, kinds)
        if request.method == "POST":
            words = Candidates(asked, kinds).words_gained
            self._decide(request, term, rejected, lambda: words(which))
            return HttpResponseRedirect(request.get_full_path())
        frame = self._frame(request, term, title)
        survey = impact.survey(asked, kinds, which=which)
        # Not an empty list, while the other tells what the change does.
        tab = tab or ("gained" if survey.gaining or not survey.losing else "lost")
        lists = {"gained": survey.gaining, "lost": survey.losing, "never": rejected}
        size = _REJECTED_SHOWN if tab == "never" else impact.SHOWN
        listed = page_of(request, lists[tab], size=size)
        frame |= {"address": address, "tab": tab, "which": which, "listed": listed}
        frame |= {"survey": survey, "rejected": rejected.count()}
        if tab == "never":
            frame["rows"] = with_pages(listed)
        else:
            shown, is_lost = list(listed), tab == "lost"
            frame["rows"] = _looked_at(request, asked, survey, shown, is_lost=is_lost)
        return TemplateResponse(request, "admin/glossary/impact.html", frame)

    def _frame(self, request: HttpRequest, term: Term, title: str) -> dict[str, Any]:
        """What does not depend on the list that is shown."""
        user: Any = request.user
        return {
            **self._context(request, term, title),
            "texts": _TEXTS,
            "newest": term.newest(),
            "is_public": term.revisions.current().exists(),
            "may_bulk": user.has_perm("glossary.publish_term"),
        }

    def _decide(
        self,
        request: HttpRequest,
        term: Term,
        listed: Any,
        bulk: Callable[[], list[Word]],
    ) -> None:
        """Do what the form of the list asks for, and say what was done."""
        by, sent = actor(request), request.POST
        try:
            shown = set(map(heard, sent.getlist("shown")))
            ticked = set(map(heard, sent.getlist("link")))
            rejected = set(bulk()) if "never" in sent else shown - ticked
            accepted = set(map(heard, sent.getlist("accept")))
            if "never" not in sent:
                accepted |= shown & ticked
            if "accept_all" in sent:
                accepted = {(row.kind, row.page_id, row.word) for row in listed}
            with transaction.atomic():
                off = rejecting.reject_words(rejected, by=by, term=term)
                on = rejecting.accept_words(accepted, by=by, term=term)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            deeds = [{word[:2] for word in words} for words in (rejected, accepted)]
            messages.success(request, _done(off, on, most=max(map(len, deeds))))

    # Beside the steps that change the vocabulary

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        term = kwargs.get("obj") or context.get("original")
        if term is not None:
            context["impact_path"] = self._impact_path(term)
        return super().render_change_form(request, context, *args, **kwargs)

    def beside_step(
        self, request: HttpRequest, step: str, page: Any, revision: Any = None
    ) -> dict[str, Any]:
        if step == "publish":
            asked, query = change.of_publishing(revision), {"revision": revision.number}
        elif step == "withdraw":
            asked, query = change.of_withdrawing(page), {"withdraw": 1}
        else:
            return {}
        return self._summary(request, page, asked, query)

    def beside_merge(
        self, request: HttpRequest, survivor: Any, other: Any
    ) -> dict[str, Any]:
        asked = merging.change_of(survivor, other)
        if asked is None:
            return {}
        return self._summary(request, survivor, asked, {"merge": other.pk})

    def _summary(
        self, request: HttpRequest, term: Term, asked: Change, query: dict[str, Any]
    ) -> dict[str, Any]:
        return {
            "impact": impact.survey(asked, kinds_open_to(request.user)),
            "impact_path": f"{self._impact_path(term)}?{urlencode(query)}",
        }

    def _impact_path(self, term: Term) -> str:
        return reverse(f"admin:{self._name('impact')}", args=[term.pk])


def _asked(request: HttpRequest, term: Term, address: forms.Form) -> tuple[Change, str]:
    """The change that the address asks about, and what it is called."""
    given, newest = request.GET, term.newest()
    if newest is None:
        raise Http404("Nothing has been saved yet.")
    if "withdraw" in given:
        return change.of_withdrawing(term), f"If “{term}” is withdrawn"
    if "slug" in given and address.is_valid():
        slug = address.cleaned_data["slug"]
        return change.of_renaming(term, slug), f"If “{term}” moves to “{slug}”"
    if "merge" in given:
        other = get_object_or_404(Term, pk=number_from(given["merge"]))
        asked = merging.change_of(term, other)
        if asked is None:
            raise Http404("These two can't be merged.")
        return asked, f"If “{other}” is merged into “{term}”"
    number = number_from(given["revision"]) if "revision" in given else newest.number
    revision = get_object_or_404(term.revisions, number=number)
    title = f"If revision {revision.number} of “{term}” is published"
    return change.of_publishing(revision), title


def _looked_at(
    request: HttpRequest,
    asked: Change,
    survey: impact.Survey,
    keys: list[Key],
    *,
    is_lost: bool,
) -> list[tuple[PageImpact, bool, list[tuple[Gain, str]]]]:
    """The pages of one page of a list, whether this person may decide about each, and
    its gains with how their words are sent."""
    found = survey.pages
    if found is None:
        found = impact.look(asked, keys, which=request.GET.get("texts", "all"))
    rows = []
    for page in found:
        if not (page.losses if is_lost else page.gains):
            continue
        may = rejecting.may_decide(request.user, page.kind, is_public=page.is_public)
        sent = [(gain, as_sent((*page.key, gain.word))) for gain in page.gains]
        rows.append((page, may, sent))
    return rows


def _done(off: int, on: int, *, most: int) -> str:
    """What was done with so many words, ``most`` pages of which in one deed."""
    said = [f"{off} rejected"] if off else []
    said += [f"{on} accepted again"] if on else []
    later = " Public pages follow shortly." if most > AT_ONCE else ""
    return (
        f"Saved: {', '.join(said)}.{later}" if said else "Saved. Nothing was changed."
    )
