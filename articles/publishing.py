"""The deeds on an article: save a draft, publish, withdraw, restore, rename."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

import glossary.publishing
from glossary.models import TermRevision
from glossary.rendering import Rendered
from glossary.storing import (
    ARTICLES,
    article_targets,
    compile_body,
    problems_of,
    rerender,
    shelve_page,
    store,
)
from immunosite.core import audit, caching, publishing
from immunosite.core.markdown import BodyRefused
from immunosite.core.publishing import AT_ONCE, PublishingRefused, refusal
from immunosite.core.tagging import Tag

from . import gate
from .models import Article, ArticleRevision, FormerSlug, Kind

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


@transaction.atomic
def save_draft(
    article: Article,
    *,
    based_on: int | None,
    by: AbstractUser,
    title: str,
    summary: str,
    body: str,
    tags: Iterable[Tag] = (),
    note: str = "",
) -> ArticleRevision:
    """Append a draft, which may be incomplete. An unsaved article is created.

    Raises EditConflict when revision ``based_on`` is no longer the newest,
    ValidationError, keyed by field, for what can't be stored.
    """
    audit.require(
        by, "articles.change_article" if article.pk else "articles.add_article"
    )
    if article.pk is None:
        article.clean_fields()
        _refuse_former_slug(article.slug)
        publishing.create_page(article)
    problems = problems_of(body, upcoming=upcoming(body))
    revision: ArticleRevision = publishing.append_revision(
        article,
        based_on=based_on,
        by=by,
        title=title,
        summary=summary,
        body=body,
        note=note,
        problems=[asdict(problem) for problem in problems],
    )
    revision.tags.set(tags)
    return revision


def upcoming(body: str) -> set[str]:
    """The slugs in a body's ``article:`` targets that are or were some article's."""
    targets = article_targets(body)
    present = Article.objects.filter(slug__in=targets)
    former = FormerSlug.objects.filter(slug__in=targets)
    return {
        *present.values_list("slug", flat=True),
        *former.values_list("slug", flat=True),
    }


@transaction.atomic
def publish(
    revision: ArticleRevision,
    *,
    by: AbstractUser,
    live_from: datetime | None = None,
    live_until: datetime | None = None,
    announcing: bool = True,
) -> ArticleRevision:
    """Compile the newest revision, ask the gate, and give it its interval.

    An import of many articles sets ``announcing`` to False and calls :func:`announce`
    once at its end. Raises PublishingRefused with the problems, EditConflict when the
    revision is not the newest.
    """
    audit.require(by, "articles.publish_article")
    article = revision.page
    publishing.lock(article, based_on=revision.number)
    caching.hold_epoch()
    rendered = _passed(revision)
    interval = {"live_from": live_from, "live_until": live_until}
    publishing.go_live(revision, by=by, at=timezone.now(), **interval)
    store(revision, rendered)
    shelve_page(article, kind=ARTICLES)
    if announcing:
        announce()
    return revision


def _passed(revision: ArticleRevision) -> Rendered:
    """The rendering of a revision that passes the gate; else PublishingRefused."""
    try:
        rendered = _rendered(revision)
    except BodyRefused as refused:
        raise PublishingRefused([refusal(str(refused))]) from refused
    problems = gate.check(
        title=revision.title,
        summary=revision.summary,
        body=revision.body,
        rendered=rendered,
        needs_sources=revision.page.kind == Kind.ARTICLE,
    )
    if errors := gate.errors_in(problems):
        raise PublishingRefused(errors)
    return rendered


def _rendered(revision: ArticleRevision) -> Rendered:
    return compile_body(revision.body, upcoming=upcoming(revision.body))


@transaction.atomic
def withdraw(article: Article, *, by: AbstractUser, reason: str) -> None:
    """Take the article off the public site; pages that link it lose the link."""
    audit.require(by, "articles.publish_article")
    publishing.lock_page(article)
    caching.hold_epoch()
    publishing.take_down(article, by=by, at=timezone.now(), reason=reason)
    shelve_page(article, kind=ARTICLES)
    announce()


def restore(
    revision: ArticleRevision, *, based_on: int | None, by: AbstractUser
) -> ArticleRevision:
    """A new draft that says what an old revision said."""
    return save_draft(
        revision.page,
        based_on=based_on,
        by=by,
        title=revision.title,
        summary=revision.summary,
        body=revision.body,
        tags=revision.tags.all(),
        note=f"Restored from revision {revision.number}.",
    )


def discard(article: Article, *, by: AbstractUser) -> None:
    """Delete an article that has never been public."""
    audit.require(by, "articles.delete_article")
    publishing.discard(article, by=by)


def try_on(revision: ArticleRevision) -> None:
    """Store the revision as if it were published now, for a preview that is rolled
    back. Raises BodyRefused."""
    store(revision, _rendered(revision))
    publishing.stand_in(revision, at=timezone.now())


@transaction.atomic
def rename(article: Article, slug: str, *, by: AbstractUser) -> None:
    """Give the article another address; the former one redirects for good.

    A public address takes the permission to publish. Raises ValidationError when the
    slug is taken, now or formerly, by another.
    """
    is_public = article.revisions.current().exists()
    audit.require(by, f"articles.{'publish' if is_public else 'change'}_article")
    publishing.lock_page(article)
    caching.hold_epoch()
    former = article.slug
    if slug == former:
        return
    _refuse_former_slug(slug, article)
    article.slug = slug
    article.full_clean()
    article.save(update_fields=["slug"])
    article.former_slugs.filter(slug=slug).delete()
    article.former_slugs.create(slug=former)
    audit.record(article, "rename", by=by, before=former, after=slug)
    shelve_page(article, kind=ARTICLES)
    _link_anew(article.all_slugs())


def _refuse_former_slug(slug: str, article: Article | None = None) -> None:
    others = FormerSlug.objects.filter(slug=slug).select_related("article")
    if article is not None:
        others = others.exclude(article=article)
    if other := others.first():
        raise ValidationError(
            {"slug": f"This address redirects to “{other.article}”. Choose another."}
        )


@transaction.atomic
def announce() -> int:
    """Tell the pages that link articles which of them became or ceased to be live.

    Publishing calls it; so does the ``rerender_stale`` command, for what went live or
    ended by the clock. Returns how many revisions that concerned.
    """
    caching.hold_epoch()
    ended, began = publishing.take_unannounced(
        ArticleRevision.objects.all(), timezone.now()
    )
    pages = {revision.page for revision in ended} ^ {rev.page for rev in began}
    _link_anew({slug for page in pages for slug in page.all_slugs()})
    return len(ended) + len(began)


def _link_anew(slugs: set[str]) -> None:
    """Mark as stale what links one of these slugs; few are compiled again at once."""
    if not slugs:
        return
    for model in (TermRevision, ArticleRevision):
        model.objects.filter(links__slug__in=slugs).update(rendered_by="")
    glossary.publishing.rerender_few()
    rerender_few()


def rerender_stale(*, limit: int | None = None) -> int:
    """Compile again what is out of date, each in its own transaction; return how many.

    An article that can no longer be rendered keeps its last rendering and stays
    stale.
    """
    return rerender(ArticleRevision, _rendered, kind=ARTICLES, limit=limit)


def rerender_few() -> int:
    """The same, unless it is so much that it must wait for the command."""
    return rerender(ArticleRevision, _rendered, kind=ARTICLES, most=AT_ONCE)
