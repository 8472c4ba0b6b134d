"""The public pages of the glossary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import etag, require_safe

from immunosite.core import absences
from immunosite.core.absences import past_page
from immunosite.core.caching import epoch_of
from immunosite.core.paging import page_of
from immunosite.core.standing import Standing, asked_for, changes_of
from references.reading import flagged, references_of

from . import downloading, reading
from .booklet import PART_SIZE, entries_of, parts_of
from .models import Form, FormerSlug, FormKind, Term
from .relating import picture_of, relatives_of, translations_of
from .structured import defined_term, defined_terms
from .suggestions import suggestions_for
from .wording import MAX_FORM, fold

MOST_PAGES = 20
MOST_FOUND = 60


@require_safe
def term_list(request: HttpRequest) -> HttpResponse:
    words = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:MAX_FORM]
    if words:
        return _found(request, words)
    terms = reading.listed()
    return _listing(
        request, "glossary/term_list.html", terms, reading.letters_of(terms)
    )


@require_safe
def letter(request: HttpRequest, name: str) -> HttpResponse:
    small = name.lower()
    # A letter with a dot becomes two.
    if small != name and len(small) == 1:
        return redirect("glossary:letter", small, permanent=True)
    terms = reading.listed()
    letters = reading.letters_of(terms)
    here = next((each for each in letters if each.anchor == name), None)
    if here is None:
        raise Http404("No word of the glossary begins so.")
    own = [term for term in terms if term.letter == here.letter]
    return _listing(request, "glossary/term_letter.html", own, letters, here)


def _listing(
    request: HttpRequest,
    template: str,
    terms: Sequence[reading.Listed],
    letters: list[reading.Letter],
    here: reading.Letter | None = None,
) -> HttpResponse:
    page = page_of(request, terms, size=reading.PAGE_SIZE)
    groups = reading.by_letter(page)
    shown = [revision for *_, revisions in groups for revision in revisions]
    files = downloading.FILES.values()
    context = {
        "page": page,
        "letters": letters,
        "here": here,
        "groups": groups,
        "files": [(file.label, file.address) for file in files],
        "alternates": files,
        "json_ld": defined_terms(
            shown, [(file.address, file.media_type) for file in files]
        ),
    }
    return render(request, template, context)


@require_safe
def booklet(request: HttpRequest) -> HttpResponse:
    terms = reading.listed()
    page = page_of(request, terms, size=PART_SIZE)
    context = {
        "page": page,
        "parts": parts_of(page.paginator),
        "groups": entries_of(list(page.object_list)),
    }
    return render(request, "glossary/booklet.html", context)


@require_safe
def meanings(request: HttpRequest, words: str) -> HttpResponse:
    """Where a word leads that has several meanings on a page whose topics don't tell
    which."""
    folded = fold(words)
    senses = reading.senses_of(folded) if folded else []
    if not senses:
        raise Http404(f"There is no choice of meanings for “{words}”.")
    if len(senses) == 1:
        return redirect(senses[0].page)
    if words != folded:
        return redirect("glossary:meanings", folded, permanent=True)
    return render(request, "glossary/term_meanings.html", {"senses": senses})


def _found(request: HttpRequest, words: str) -> HttpResponse:
    found = suggestions_for(words, epoch=epoch_of(request), most=MOST_FOUND)
    context = {"words": words, "found": found, "has_more": len(found) == MOST_FOUND}
    return render(request, "glossary/term_found.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """What somebody may mean who has typed so much, for the box on the list of terms.

    It is the same for everybody, and small; so no page cache is filled with what people
    type: a browser keeps it, and asks whether it still holds.
    """
    found = suggestions_for(request.GET.get("q", ""), epoch=epoch_of(request))
    response = JsonResponse({"suggestions": [each.as_json() for each in found]})
    patch_cache_control(response, public=True, no_cache=True)
    return response


def _state(request: HttpRequest, extension: str) -> str:
    file = downloading.file_named(extension)
    return f'"{downloading.state_of(file, epoch_of(request))}"'


@require_safe
# So what a reader has already is not made again.
@etag(_state)
def whole_glossary(request: HttpRequest, extension: str) -> HttpResponse:
    """All terms as a file."""
    file = downloading.file_named(extension)
    return downloading.file_response(file, epoch_of(request))


@require_safe
def term_detail(request: HttpRequest, slug: str) -> HttpResponse:
    standing = asked_for(request)
    at = standing.at if standing else None
    revision = reading.dated_terms(at).filter(page__slug=slug).first()
    if revision is None:
        return _not_live(request, slug, standing)
    forms = list(revision.forms.all())
    context = _told(revision, forms, at)
    if standing is not None:
        return past_page(request, "glossary/term_detail.html", context, standing)
    mentioning = list(reading.pages_mentioning(revision.page)[: MOST_PAGES + 1])
    relatives = {each.page_id for each in context["relatives"].terms()}
    context |= {
        "related": reading.related_to(revision, apart_from=relatives),
        "mentioning": mentioning[:MOST_PAGES],
        "has_more": len(mentioning) > MOST_PAGES,
        "json_ld": defined_term(revision, forms),
    }
    return render(request, "glossary/term_detail.html", context)


def _told(revision: Any, forms: list[Form], at: datetime | None) -> dict[str, Any]:
    """What is told of a term, now or as it was at a moment."""
    references = references_of(revision)
    return {
        "revision": revision,
        "also": [form for form in forms if form.kind != FormKind.HEADWORD],
        "tags": revision.tags.all(),
        "html": flagged(revision.html, references),
        "professional": flagged(revision.professional_html, references),
        "references": references,
        "words": reading.words_on(revision, at),
        "relatives": relatives_of(revision, at),
        "translations": translations_of(revision),
        "picture": picture_of(revision),
    }


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
