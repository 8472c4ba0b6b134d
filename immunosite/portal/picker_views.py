"""What the Markdown editor's picker asks: sources and terms that fit some words."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.utils.text import Truncator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from articles.editor import may_write
from glossary.models import TermRevision
from glossary.picking import pick_terms
from references.models import Reference
from references.picking import parse_query, pick_references

MOST = 10
_MOST_OF_BOTH = 5
_LONGEST = 200
_DETAIL = 160


@never_cache
@require_GET
def pick(request: HttpRequest) -> JsonResponse:
    """``?q=`` words, ``?kind=reference`` or ``term``, else both: at most ten picks.

    Sources come first, but for words that are just those of a term.
    Each has ``kind``, ``mark`` (what goes into the brackets), ``title``, ``detail`` and
    ``notice``; ``locator`` is the end of the words, when they name a place in a source.
    """
    if not may_write(request.user):
        return JsonResponse(
            {"error": "You may not edit, or your login ended."}, status=403
        )
    text = request.GET.get("q", "")[:_LONGEST].replace("\0", " ").strip()
    query = parse_query(text)
    kind = request.GET.get("kind", "")
    most = MOST if kind in ("reference", "term") else _MOST_OF_BOTH
    sources = [] if kind == "term" else pick_references(query.words, most=most)
    terms = [] if kind == "reference" else pick_terms(text, most=most)
    picks = [*map(_source, sources), *map(_term, terms)]
    if terms and terms[0].written_as:  # type: ignore[attr-defined]  # pick_terms adds it
        picks = [*map(_term, terms), *map(_source, sources)]
    return JsonResponse({"picks": picks, "locator": query.locator})


def _source(reference: Reference) -> dict[str, str]:
    first, *others = reference.authors.split("; ")
    authors = f"{first} et al." if others else first
    details = (authors, reference.container, str(reference.year or ""), reference.key)
    notices = reference.notices.all()
    return {
        "kind": "reference",
        "mark": reference.key,
        "title": Truncator(reference.title).chars(_DETAIL),
        "detail": " · ".join(filter(None, details)),
        "notice": reference.standing.capitalize() or "; ".join(map(str, notices)),
    }


def _term(revision: TermRevision) -> dict[str, str]:
    mark: str = revision.mark  # type: ignore[attr-defined]  # pick_terms adds it
    return {
        "kind": "term",
        "mark": mark,
        "title": revision.title,
        "detail": Truncator(revision.lead).chars(_DETAIL),
        "notice": "",
    }
