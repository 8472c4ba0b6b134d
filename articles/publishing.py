"""The deeds on an article: save a draft, publish, withdraw, restore, rename."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from glossary.models import TermRevision
from glossary.storing import (
    ARTICLES,
    article_targets,
    compile_body,
    problems_of,
    shelve_page,
    store,
)
from immunosite.core import audit, caching, publishing
from immunosite.core.markdown import BodyRefused
from immunosite.core.publishing import PublishingRefused, refusal
from immunosite.core.tagging import Tag

from . import gate
from .models import Article, ArticleRevision, FormerSlug

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

# So many pages are compiled again within the change itself; more wait for the command.
AT_ONCE = 25


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

    Raises EditConflict when revision ``based_on`` is no longer the newest.
    """
    audit.require(
        by, "articles.change_article" if article.pk else "articles.add_article"
    )
    if article.pk is None:
        _refuse_former_slug(article.slug)
        article.full_clean()
        article.save()
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
) -> ArticleRevision:
    """Compile the newest revision, ask the gate, and give it its interval.

    Raises PublishingRefused with the problems, EditConflict when the revision is not
    the newest.
    """
    audit.require(by, "articles.publish_article")
    caching.hold_epoch()
    article = revision.page
    publishing.lock(article, based_on=revision.number)
    try:
        rendered = compile_body(revision.body, upcoming=upcoming(revision.body))
    except BodyRefused as refused:
        raise PublishingRefused([refusal(str(refused))]) from refused
    problems = gate.check(
        title=revision.title,
        summary=revision.summary,
        body=revision.body,
        rendered=rendered,
    )
    if errors := gate.errors_in(problems):
        raise PublishingRefused(errors)
    store(revision, rendered)
    publishing.go_live(
        revision,
        by=by,
        at=timezone.now(),
        live_from=live_from,
        live_until=live_until,
    )
    shelve_page(article, kind=ARTICLES)
    announce()
    return revision


@transaction.atomic
def withdraw(article: Article, *, by: AbstractUser, reason: str) -> None:
    """Take the article off the public site; pages that link it lose the link."""
    audit.require(by, "articles.publish_article")
    caching.hold_epoch()
    publishing.lock_page(article)
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
    store(revision, compile_body(revision.body, upcoming=upcoming(revision.body)))
    publishing.stand_in(revision, at=timezone.now())


@transaction.atomic
def rename(article: Article, slug: str, *, by: AbstractUser) -> None:
    """Give the article another address; the former one redirects for good.

    Raises ValidationError when the slug is taken, now or formerly, by another.
    """
    audit.require(by, "articles.change_article")
    caching.hold_epoch()
    publishing.lock_page(article)
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
    due = list(ArticleRevision.objects.unannounced().select_related("page"))
    if not due:
        return 0
    for revision in due:
        revision.announced = revision.state_at()
        revision.save(update_fields=["announced"])
    slugs = {slug for revision in due for slug in revision.page.all_slugs()}
    TermRevision.objects.filter(links__slug__in=slugs).update(rendered_by="")
    linking = ArticleRevision.objects.filter(links__slug__in=slugs)
    linking.update(rendered_by="")
    if ArticleRevision.objects.stale().count() <= AT_ONCE:
        rerender_stale()
    return len(due)


def rerender_stale(*, limit: int | None = None) -> int:
    """Compile again what is out of date, each in its own transaction; return how many.

    An article that can no longer be rendered keeps its last rendering and stays
    stale.
    """
    stale = ArticleRevision.objects.stale().values_list("pk", flat=True)
    return sum(_rerender(pk) for pk in stale[:limit])


@transaction.atomic
def _rerender(pk: int) -> bool:
    revision = ArticleRevision.objects.select_for_update().get(pk=pk)
    try:
        rendered = compile_body(revision.body, upcoming=upcoming(revision.body))
    except BodyRefused:
        return False
    store(revision, rendered)
    shelve_page(revision.page, kind=ARTICLES)
    return True
