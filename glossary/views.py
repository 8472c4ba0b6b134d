"""The public pages of the glossary."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from immunosite.core import errors
from immunosite.core.paging import page_of
from references.reading import references_of

from . import reading
from .models import FormKind, Term
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
    revision = reading.live_terms().filter(page__slug=slug).first()
    if revision is None:
        return _not_live(request, slug)
    forms = list(revision.forms.all())
    mentioning = list(reading.pages_mentioning(revision.page)[: MOST_PAGES + 1])
    context = {
        "revision": revision,
        "also": [form for form in forms if form.kind != FormKind.HEADWORD],
        "tags": revision.tags.all(),
        "references": references_of(revision),
        "related": reading.related_to(revision),
        "words": reading.words_on(revision),
        "mentioning": mentioning[:MOST_PAGES],
        "has_more": len(mentioning) > MOST_PAGES,
        "json_ld": defined_term(revision, forms),
    }
    return render(request, "glossary/term_detail.html", context)


def _not_live(request: HttpRequest, slug: str) -> HttpResponse:
    term = Term.objects.filter(slug=slug).first()
    last = term.last_public() if term else None
    if last is None:
        raise Http404(f"There is no public term “{slug}”.")
    return errors.gone(request, title=last.title)
