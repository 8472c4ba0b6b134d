"""The public pages of articles."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from glossary.reading import words_on
from immunosite.core import errors
from immunosite.core.paging import page_of
from references.reading import references_of

from . import reading
from .models import Article, FormerSlug
from .structured import medical_web_page

PAGE_SIZE = 20


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    articles = reading.live_articles().prefetch_related("tags")  # type: ignore[misc]  # taggit has no types
    page = page_of(request, articles, size=PAGE_SIZE)
    return render(request, "articles/article_list.html", {"page": page})


@require_safe
def article_detail(request: HttpRequest, slug: str) -> HttpResponse:
    revision = reading.live_articles().filter(page__slug=slug).first()
    if revision is None:
        return _not_live(request, slug)
    tags, words = list(revision.tags.all()), words_on(revision)
    terms = [word.page_id for word in words]
    context = {
        "revision": revision,
        "tags": tags,
        "words": words,
        "references": references_of(revision),
        "related": reading.related_to(revision, tags=tags, terms=terms),
        "json_ld": medical_web_page(revision, tags, words),
    }
    return render(request, "articles/article_detail.html", context)


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
