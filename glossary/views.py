"""The public pages of the glossary."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from immunosite.core import absences
from immunosite.core.absences import past_page
from immunosite.core.paging import page_of
from immunosite.core.standing import Standing, asked_for, changes_of
from references.reading import flagged, references_of

from . import reading
from .models import Form, FormerSlug, FormKind, Term
from .structured import defined_term

MOST_PAGES = 20


@require_safe
def term_list(request: HttpRequest) -> HttpResponse:
    terms = reading.live_terms()
    page = page_of(request, terms, size=reading.PAGE_SIZE)
    context = {
        "page": page,
        "letters": reading.alphabet(),
        "groups": reading.by_letter(page),
    }
    return render(request, "glossary/term_list.html", context)


@require_safe
def term_detail(request: HttpRequest, slug: str) -> HttpResponse:
    standing = asked_for(request)
    at = standing.at if standing else None
    revision = reading.dated_terms(at).filter(page__slug=slug).first()
    if revision is None:
        return _not_live(request, slug, standing)
    forms = list(revision.forms.all())
    if standing is not None:
        return _as_stood(request, revision, standing, forms)
    mentioning = list(reading.pages_mentioning(revision.page)[: MOST_PAGES + 1])
    context = {
        "revision": revision,
        "also": _others(forms),
        "tags": revision.tags.all(),
        **_with_references(revision),
        "related": reading.related_to(revision),
        "words": reading.words_on(revision),
        "mentioning": mentioning[:MOST_PAGES],
        "has_more": len(mentioning) > MOST_PAGES,
        "json_ld": defined_term(revision, forms),
    }
    return render(request, "glossary/term_detail.html", context)


def _with_references(revision: Any) -> dict[str, Any]:
    references = references_of(revision)
    return {"html": flagged(revision.html, references), "references": references}


def _others(forms: list[Form]) -> list[Form]:
    return [form for form in forms if form.kind != FormKind.HEADWORD]


def _as_stood(
    request: HttpRequest, revision: Any, standing: Standing, forms: list[Form]
) -> HttpResponse:
    context = {
        "revision": revision,
        "also": _others(forms),
        "tags": revision.tags.all(),
        **_with_references(revision),
        "words": reading.words_on(revision, standing.at),
    }
    return past_page(request, "glossary/term_detail.html", context, standing)


@require_safe
def term_changes(request: HttpRequest, slug: str) -> HttpResponse:
    revision = reading.dated_terms().filter(page__slug=slug).first()
    if revision is None:
        return _not_live(request, slug)
    context = {"revision": revision, "changes": changes_of(revision.page)}
    return render(request, "page_changes.html", context)


def _not_live(
    request: HttpRequest, slug: str, standing: Standing | None = None
) -> HttpResponse:
    """A redirect from a former address, else see :func:`core.absences.answer`."""
    former = FormerSlug.objects.filter(slug=slug).select_related("term").first()
    term: Any = former.term if former else Term.objects.filter(slug=slug).first()
    if term is None:
        raise Http404(f"There is no public term “{slug}”.")
    if former and term.live_revision():
        day = f"?on={standing.on}" if standing else ""
        return redirect(term.get_absolute_url() + day, permanent=True)
    return absences.answer(request, term, standing=standing)
