"""The deeds on an article: save a draft, publish, withdraw, restore, rename."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from glossary.rendering import Rendered
from glossary.storing import ARTICLES, forget, problems_of, shelve_page, store
from immunosite.core import audit, caching, publishing, withdrawing
from immunosite.core.markdown import BodyRefused
from immunosite.core.pages import Withdrawal
from immunosite.core.publishing import PublishingRefused, refusal
from immunosite.core.tagging import Tag
from immunosite.core.uses import names_of
from immunosite.core.witnessing import record_draft
from references.evidencing import drop_evidence

from . import gate
from .models import Article, ArticleRevision, FormerSlug
from .reading import places_of
from .relinking import announce, link_anew, rendered_now, upcoming

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
    public_note: str = "",
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
        public_note=public_note,
        problems=[asdict(problem) for problem in problems],
    )
    revision.tags.set(tags)
    record_draft(revision, by=by)
    return revision


@transaction.atomic
def publish(
    revision: ArticleRevision,
    *,
    by: AbstractUser,
    live_from: datetime | None = None,
    live_until: datetime | None = None,
    forced_reason: str = "",
    announcing: bool = True,
) -> ArticleRevision:
    """Compile the newest revision, ask the gate, and give it its interval.

    What nobody approved takes a ``forced_reason``, which stays with the revision.
    An import of many articles sets ``announcing`` to False and calls :func:`announce`
    once at its end. Raises PublishingRefused with the problems, EditConflict when the
    revision is not the newest.
    """
    audit.require(by, "articles.publish_article")
    article = revision.page
    publishing.lock(article, based_on=revision.number)
    caching.hold_epoch()
    rendered = _passed(revision)
    publishing.go_live(
        revision,
        by=by,
        at=timezone.now(),
        live_from=live_from,
        live_until=live_until,
        forced_reason=forced_reason,
    )
    store(revision, rendered)
    shelve_page(article, kind=ARTICLES)
    if announcing:
        announce()
    return revision


def _passed(revision: ArticleRevision) -> Rendered:
    """The rendering of a revision that passes the gate; else PublishingRefused."""
    try:
        rendered = rendered_now(revision)
    except BodyRefused as refused:
        raise PublishingRefused([refusal(str(refused))]) from refused
    facts = gate.Facts(
        title=revision.title,
        summary=revision.summary,
        body=revision.body,
        rendered=rendered,
    )
    if errors := gate.errors_in(facts):
        raise PublishingRefused(errors)
    return rendered


@transaction.atomic
def withdraw(
    article: Article,
    *,
    by: AbstractUser,
    reason: str,
    withdrawn_as: Withdrawal = Withdrawal.GONE,
    text: str = "",
    to: str = "",
) -> None:
    """Take the article off the public site; pages that link it lose the link.

    What readers then get: see :func:`immunosite.core.withdrawing.take_down`.
    """
    audit.require(by, "articles.publish_article")
    publishing.lock_page(article)
    caching.hold_epoch()
    withdrawing.take_down(
        article,
        by=by,
        at=timezone.now(),
        reason=reason,
        withdrawn_as=withdrawn_as,
        text=text,
        to=to,
    )
    shelve_page(article, kind=ARTICLES)
    announce()


def restore(
    revision: ArticleRevision, *, based_on: int | None, by: AbstractUser
) -> ArticleRevision:
    """A new draft that says what an old revision said."""
    note = f"Restored from revision {revision.number}."
    return draft_again(revision, based_on=based_on, by=by, note=note)


def draft_again(
    revision: ArticleRevision, *, based_on: int | None, by: AbstractUser, **changes: Any
) -> ArticleRevision:
    """A new draft that says what a revision said, but for ``changes``, which are those
    of :func:`save_draft`."""
    fields: dict[str, Any] = {
        "title": revision.title,
        "summary": revision.summary,
        "body": revision.body,
        "tags": revision.tags.all(),
    }
    return save_draft(revision.page, based_on=based_on, by=by, **{**fields, **changes})


@transaction.atomic
def discard(article: Article, *, by: AbstractUser) -> None:
    """Delete an article that has never been public.

    Raises PublishingRefused for one that has, or that a public page links.
    """
    audit.require(by, "articles.delete_article")
    if reasons := reasons_to_keep(article):
        raise PublishingRefused([refusal(reason) for reason in reasons])
    forget(article)
    drop_evidence(article, by=by)
    withdrawing.discard(article, by=by)


def reasons_to_keep(article: Article) -> list[str]:
    """Why an article can't be deleted, in plain words."""
    public = [place for place in places_of(article) if place.is_public]
    return [f"Public pages link it: {names_of(public)}."] if public else []


def try_on(revision: ArticleRevision) -> None:
    """Store the revision as if it were published now, for a preview that is rolled
    back. Raises BodyRefused."""
    store(revision, rendered_now(revision))
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
    former, former_path = article.slug, article.get_absolute_url()
    if slug == former:
        return
    _refuse_former_slug(slug, article)
    article.slug = slug
    article.full_clean()
    article.save(update_fields=["slug"])
    article.former_slugs.filter(slug=slug).delete()
    article.former_slugs.create(slug=former)
    withdrawing.redirect_anew(former_path, article.get_absolute_url())
    audit.record(
        article, "rename", by=by, before={"slug": former}, after={"slug": slug}
    )
    shelve_page(article, kind=ARTICLES)
    link_anew(article.all_slugs())


def _refuse_former_slug(slug: str, article: Article | None = None) -> None:
    others = FormerSlug.objects.filter(slug=slug).select_related("article")
    if article is not None:
        others = others.exclude(article=article)
    if other := others.first():
        raise ValidationError(
            {"slug": f"This address redirects to “{other.article}”. Choose another."}
        )
