"""The public pages of articles."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from glossary.reading import words_on
from immunosite.core import errors
from immunosite.core.paging import page_of
from references.reading import references_of

from . import handouts, reading
from .models import Article, ArticleRevision, FormerSlug, Kind
from .structured import medical_web_page

PAGE_SIZE = 20


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    articles = reading.live_articles().prefetch_related("tags")  # type: ignore[misc]  # taggit has no types
    page = page_of(request, articles, size=PAGE_SIZE)
    return render(request, "articles/article_list.html", {"page": page})


@require_safe
def site_page(request: HttpRequest, slug: str) -> HttpResponse:
    return _detail(request, slug, Kind.SITE_PAGE)


@require_safe
def article_detail(request: HttpRequest, slug: str) -> HttpResponse:
    return _detail(request, slug, Kind.ARTICLE)


def _detail(request: HttpRequest, slug: str, kind: Kind) -> HttpResponse:
    revision = reading.live_pages().filter(page__slug=slug).first()
    if revision is None:
        return _not_live(request, slug)
    if revision.page.kind != kind:
        return redirect(revision.page, permanent=True)
    tags, words = list(revision.tags.all()), words_on(revision)
    terms = [word.page_id for word in words]
    is_article = kind == Kind.ARTICLE
    context = {
        "revision": revision,
        "is_article": is_article,
        "tags": tags,
        "words": words,
        "references": references_of(revision),
        "related": is_article and reading.related_to(revision, tags=tags, terms=terms),
        "json_ld": is_article and medical_web_page(revision, tags, words),
    }
    return render(request, "articles/article_detail.html", context)


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


def _not_live(request: HttpRequest, slug: str) -> HttpResponse:
    """A redirect from a former address, 410 for what was public once, 404 otherwise."""
    former = FormerSlug.objects.filter(slug=slug).select_related("article").first()
    article = former.article if former else Article.objects.filter(slug=slug).first()
    if article is None:
        raise Http404(f"There is no article “{slug}”.")
    if former and article.live_revision():
        return redirect(article, permanent=True)
    last = article.last_public()
    if last is None:
        raise Http404(f"The article “{slug}” is not public.")
    return errors.gone(request, title=last.title)
