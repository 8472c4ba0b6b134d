"""The public pages of articles."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from glossary.reading import words_on
from immunosite.core import absences
from immunosite.core.absences import past_page
from immunosite.core.paging import page_of
from immunosite.core.standing import Standing, asked_for, changes_of
from references import downloading
from references.reading import flagged, references_of

from . import handouts, reading
from .citable import FILES, csl_of, entries_of, meta_tags
from .models import Article, ArticleRevision, FormerSlug, Kind
from .structured import medical_web_page

PAGE_SIZE = 20


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    articles = reading.live_articles().prefetch_related("tags")
    page = page_of(request, articles, size=PAGE_SIZE)
    return render(request, "articles/article_list.html", {"page": page})


@require_safe
def site_page(request: HttpRequest, slug: str) -> HttpResponse:
    return _detail(request, slug, Kind.SITE_PAGE)


@require_safe
def article_detail(request: HttpRequest, slug: str) -> HttpResponse:
    return _detail(request, slug, Kind.ARTICLE)


def _detail(request: HttpRequest, slug: str, kind: Kind) -> HttpResponse:
    standing = asked_for(request)
    at = standing.at if standing else None
    revision = reading.live_pages(at).filter(page__slug=slug).first()
    if revision is None:
        return _not_live(request, slug, standing)
    if revision.page.kind != kind:
        return _moved(revision.page, standing)
    tags, words = list(revision.tags.all()), words_on(revision, at)
    references = references_of(revision)
    shown = {
        "revision": revision,
        "html": flagged(revision.html, references),
        "references": references,
        "is_article": kind == Kind.ARTICLE,
        "tags": tags,
        "words": words,
    }
    if standing is not None:
        return past_page(request, "articles/article_detail.html", shown, standing)
    if kind == Kind.ARTICLE:
        terms = [word.page_id for word in words]
        shown |= {
            "related": reading.related_to(revision, tags=tags, terms=terms),
            "json_ld": medical_web_page(revision, tags, words),
            **_citable(revision, references),
        }
    return render(request, "articles/article_detail.html", shown)


def _citable(revision: Any, references: Any) -> dict[str, Any]:
    path = revision.page.get_absolute_url()
    return {
        "meta_tags": meta_tags(revision, references),
        "citations": entries_of(revision),
        "citation_files": [(label, f"{path}cite.{end}") for label, end in FILES],
        "reference_files": references and downloading.offered(f"{path}references."),
    }


@require_safe
def article_citation(request: HttpRequest, slug: str, extension: str) -> HttpResponse:
    """An article as a record for a reference manager."""
    form = downloading.format_named(extension)
    if extension not in dict(FILES).values():
        raise Http404(f"A web page does not fit into {form.label}.")
    revision = reading.live_articles().filter(page__slug=slug).first()
    if revision is None:
        return _not_live(request, slug)
    return downloading.file_response([csl_of(revision)], form, slug)


@require_safe
def article_references(request: HttpRequest, slug: str, extension: str) -> HttpResponse:
    """What an article cites, as a file."""
    form = downloading.format_named(extension)
    revision = reading.live_articles().filter(page__slug=slug).first()
    if revision is None:
        return _not_live(request, slug)
    records = [
        downloading.public_part(reference.csl)
        for _, reference, _ in references_of(revision)
    ]
    return downloading.file_response(records, form, f"{slug}-references")


@require_safe
def article_changes(
    request: HttpRequest, slug: str, kind: Kind = Kind.ARTICLE
) -> HttpResponse:
    revision = reading.live_pages().filter(page__slug=slug).first()
    if revision is None:
        return _not_live(request, slug)
    if revision.page.kind != kind:
        path = revision.page.get_absolute_url()
        return redirect(f"{path}history/", permanent=True)
    context = {"revision": revision, "changes": changes_of(revision.page)}
    return render(request, "page_changes.html", context)


@require_safe
def article_handout(request: HttpRequest, slug: str) -> HttpResponse:
    revision = reading.live_articles().filter(page__slug=slug).first()
    if revision is None:
        return _not_live(request, slug)
    return _handout(request, [revision])


@require_safe
def visit_handout(request: HttpRequest) -> HttpResponse:
    """One handout of several articles, or the form to choose them."""
    slugs = [slug for slug in request.GET.getlist("article") if "\0" not in slug]
    articles = handouts.chosen(slugs)
    if articles:
        return _handout(request, articles)
    context = {
        "articles": reading.live_articles().order_by("title"),
        "most": handouts.MOST,
        "is_lost": bool(slugs),
    }
    return render(request, "articles/handout_choose.html", context)


def _handout(request: HttpRequest, articles: list[ArticleRevision]) -> HttpResponse:
    context = {"handouts": [handouts.handout(revision) for revision in articles]}
    return render(request, "articles/handout.html", context)


def _not_live(
    request: HttpRequest, slug: str, standing: Standing | None = None
) -> HttpResponse:
    """A redirect from a former address, else see :func:`core.absences.answer`."""
    former = FormerSlug.objects.filter(slug=slug).select_related("article").first()
    article: Any = (
        former.article if former else Article.objects.filter(slug=slug).first()
    )
    if article is None:
        raise Http404(f"There is no article “{slug}”.")
    if former and article.live_revision():
        return _moved(article, standing)
    return absences.answer(request, article, standing=standing)


def _moved(article: Article, standing: Standing | None) -> HttpResponse:
    day = f"?on={standing.on}" if standing else ""
    return redirect(article.get_absolute_url() + day, permanent=True)
