"""The pages that join what all rooms have: home, topics, search."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import BadRequest
from django.db import connection
from django.db.models import Case, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from articles.reading import live_articles
from glossary.reading import alphabet
from glossary.suggestions import meant_by
from immunosite.core import errors, fulltext
from immunosite.core.caching import epoch_of
from immunosite.core.excerpts import excerpt, mark
from immunosite.core.markdown import CALLOUTS
from immunosite.core.metadata import absolute
from immunosite.core.paging import page_of
from immunosite.core.tagging import Tag, TagKind
from immunosite.core.throttling import TooMany, address_of

from . import answering, browsing, combining
from .combining import Combination

KINDS = {
    "articles.article": "Articles",
    "glossary.term": "Words",
    "references.reference": "References",
}
NEWEST = 6
PAGE_SIZE = 20
MOST_TERMS = 60
MOST_REFERENCES = 50
MAX_QUERY = 200


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "newest": live_articles()[:NEWEST],
        "start": live_articles().filter(tags__slug=settings.START_TOPIC)[:NEWEST],
        "shelves": browsing.tags_by_kind(),
        "letters": alphabet(),
    }
    return render(request, "portal/home.html", context)


@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    return render(
        request, "portal/topic_list.html", {"shelves": browsing.tags_by_kind()}
    )


@require_safe
def topic_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What stands under a topic, or under several put together."""
    combination = combining.combination_of(slug)
    if combination is None:
        raise Http404(f"No topic at “{slug}”.")
    if combination.text != slug and combining.is_public(combination):
        return redirect(combination.path, permanent=True)
    selection = combination.selection()
    counts = browsing.tally(selection)
    if combination.tags[0].pk not in counts:
        return _nothing_in_common(request, combination)
    context = {
        "combination": combination,
        "tag": combination.tags[0],
        "aliases": combination.tags[0].aliases.exclude(name=""),
        "counts": counts[combination.tags[0].pk],
        "children": combining.children_of(combination, counts),
        "chips": combining.chips(combination),
        "facets": combining.facets(combination, counts),
        "page": page_of(request, selection.articles, size=PAGE_SIZE),
        "terms": selection.terms[:MOST_TERMS],
        "references": selection.references.prefetch_related("notices")[
            :MOST_REFERENCES
        ],
    }
    return render(request, "portal/topic_detail.html", context)


def _nothing_in_common(request: HttpRequest, combination: Combination) -> HttpResponse:
    """Public topics that have nothing in common; of others nothing is told."""
    if len(combination.tags) == 1 or not combining.is_public(combination):
        raise Http404("No such topic.")
    ways_out = combining.ways_out(combination)
    context = {"combination": combination, "ways_out": ways_out}
    response = render(request, "portal/topic_nothing.html", context, status=404)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    words = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:MAX_QUERY]
    found = _sources_last(fulltext.search(words))
    counts = fulltext.counts_by_kind(found)
    kind = request.GET.get("kind", "")
    if kind in KINDS:
        found = found.filter(kind=kind)
    page = page_of(request, found, size=PAGE_SIZE)
    is_lost = bool(words) and not counts
    context = {
        "words": words,
        "meant": meant_by(words, epoch=epoch_of(request)) if is_lost else [],
        "page": page,
        "topics": browsing.topics_named(words),
        "hits": [_hit(document, words) for document in page],
        "facets": [(key, KINDS[key], counts.get(key, 0)) for key in KINDS],
        "kind": kind if kind in KINDS else "",
        "total": sum(counts.values()),
        "query": urlencode({"q": words, "kind": kind}) + "&",
    }
    return render(request, "portal/search.html", context)


def _sources_last(found: Any) -> Any:
    """Readers look for an explanation first, for its source second."""
    is_source = Case(When(kind="references.reference", then=1), default=0)
    return found.alias(is_source=is_source).order_by("is_source", *found.query.order_by)


def _hit(document: Any, words: str) -> dict[str, Any]:
    return {
        "path": document.path,
        "kind": KINDS[document.kind],
        "title": mark(document.title, words),
        "excerpt": excerpt(f"{document.summary} {document.text}", words),
    }


@require_POST
@csrf_exempt  # readers get no cookie; see answering.is_from_this_site
@never_cache
def feedback(request: HttpRequest) -> HttpResponse:
    """Takes the answer of the form at the end of a page."""
    if not answering.is_from_this_site(request):
        return errors.from_elsewhere(request)
    form = answering.AnswerForm(request.POST)
    if not form.is_valid():
        raise BadRequest("This is no answer of the form.")
    page, *answer = (form.cleaned_data[name] for name in ("page", "answer", "reason"))
    revision = _asking(page)
    try:
        answering.take_answer(revision, *answer, address=address_of(request))
    except TooMany:
        return errors.too_many(request)
    to = reverse("feedback_thanks", query={"to": revision.page.get_absolute_url()})
    return HttpResponseRedirect(to, status=303)


@require_safe
@never_cache
def feedback_thanks(request: HttpRequest) -> HttpResponse:
    revision = _asking(request.GET.get("to", ""))
    return render(request, "portal/feedback_thanks.html", {"revision": revision})


def _asking(path: str) -> Any:
    revision = answering.page_at(path)
    if revision is None:
        raise Http404(f"No page at “{path}” asks readers.")
    return revision


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    sitemap = absolute(reverse("sitemap"))
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /search/", ""]
    return HttpResponse("\n".join([*lines, f"Sitemap: {sitemap}", ""]), "text/plain")


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """For a monitor: answers ``ok`` while the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", "text/plain")


@staff_member_required
@require_safe
@never_cache
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component of the readers' site in every state, for staff."""
    context = {
        "callouts": CALLOUTS.items(),
        "pictures": [Tag(kind=kind).drawing_path for kind in TagKind.values],
    }
    return render(request, "portal/styleguide.html", context)
