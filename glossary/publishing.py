"""The deeds on a term: save a draft, publish, withdraw, restore, re-render."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from immunosite.core import audit, caching, fulltext, publishing
from immunosite.core.markdown import BodyRefused, Problem
from immunosite.core.publishing import PublishingRefused, refusal
from immunosite.core.tagging import Tag

from .models import Form, FormKind, Term, TermRevision
from .signals import vocabulary_changed
from .storing import TERMS, compile_body, problems_of, shelve_page, store

# So many pages are compiled again within the change itself; more wait for the command.
AT_ONCE = 25

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


@transaction.atomic
def save_draft(
    term: Term,
    *,
    based_on: int | None,
    by: AbstractUser,
    title: str,
    body: str,
    forms: Sequence[tuple[str, str]] = (),
    is_automatic: bool = True,
    tags: Iterable[Tag] = (),
    note: str = "",
) -> TermRevision:
    """Append a draft. ``forms`` are (kind, text) pairs without the headword.

    A draft may be incomplete. A term without a key yet is created. Raises EditConflict
    when revision ``based_on`` is no longer the newest, ValidationError for forms that
    repeat one another.
    """
    audit.require(by, "glossary.change_term" if term.pk else "glossary.add_term")
    if term.pk is None:
        term.full_clean()
        term.save()
    own_forms = _all_forms(title, forms)
    problems = problems_of(body, own_term=term.slug)
    revision = publishing.append_revision(
        term,
        based_on=based_on,
        by=by,
        title=title,
        body=body,
        is_automatic=is_automatic,
        note=note,
        problems=[_as_row(problem) for problem in problems],
    )
    Form.objects.bulk_create(
        Form(revision=revision, kind=kind, text=text, position=position)
        for position, (kind, text) in enumerate(own_forms)
    )
    revision.tags.set(tags)
    return revision


def _as_row(problem: Problem) -> dict[str, Any]:
    return {name: getattr(problem, name) for name in Problem.__slots__}


def _all_forms(title: str, forms: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    headword = [(FormKind.HEADWORD.value, title)] if title else []
    cleaned = headword + [(kind, " ".join(text.split())) for kind, text in forms]
    texts = [text for _, text in cleaned]
    repeated = sorted({text for text in texts if texts.count(text) > 1})
    if repeated:
        raise ValidationError(
            {"forms": f"Written more than once: {', '.join(repeated)}."}
        )
    return cleaned


@transaction.atomic
def publish(
    revision: TermRevision,
    *,
    by: AbstractUser,
    live_from: datetime | None = None,
    live_until: datetime | None = None,
    announcing: bool = True,
) -> TermRevision:
    """Compile the revision and give it its interval. Raises PublishingRefused.

    An import of many terms sets ``announcing`` to False and calls :func:`announce`
    once at its end, so that no page is compiled again for each of them.
    """
    audit.require(by, "glossary.publish_term")
    caching.hold_epoch()
    term = revision.page
    publishing.lock(term, based_on=revision.number)
    try:
        rendered = compile_body(revision.body, own_term=term.slug)
    except BodyRefused as refused:
        raise PublishingRefused([refusal(str(refused))]) from refused
    at = timezone.now()
    problems = [*_missing(revision), *_clashes(revision, at), *rendered.problems]
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise PublishingRefused(errors)
    store(revision, rendered)
    publishing.go_live(
        revision, by=by, at=at, live_from=live_from, live_until=live_until
    )
    shelve_page(term, kind=TERMS)
    if announcing:
        announce()
    return revision


def _missing(revision: TermRevision) -> list[Problem]:
    problems = []
    if not revision.title.strip():
        problems.append(refusal("The headword is missing."))
    if not revision.body.strip():
        problems.append(refusal("The definition is missing."))
    return problems


def _clashes(revision: TermRevision, at: datetime) -> list[Problem]:
    """Forms that another term owns, which is or will be live."""
    own = Q()
    for form in revision.forms.all():
        own |= Q(text__iexact=form.text)
    others = TermRevision.objects.current(at).exclude(page=revision.page)
    taken = Form.objects.filter(own, revision__in=others).select_related("revision")
    if not own:
        return []
    return [
        refusal(f"“{form.text}” already belongs to “{form.revision.title}”.")
        for form in taken
    ]


@transaction.atomic
def withdraw(term: Term, *, by: AbstractUser, reason: str) -> None:
    """Take the term off the public site; pages that link it lose the link."""
    audit.require(by, "glossary.publish_term")
    caching.hold_epoch()
    publishing.lock_page(term)
    publishing.take_down(term, by=by, at=timezone.now(), reason=reason)
    shelve_page(term, kind=TERMS)
    announce()


def restore(
    revision: TermRevision, *, based_on: int | None, by: AbstractUser
) -> TermRevision:
    """A new draft that says what an old revision said."""
    forms = revision.forms.exclude(kind=FormKind.HEADWORD)
    return save_draft(
        revision.page,
        based_on=based_on,
        by=by,
        title=revision.title,
        body=revision.body,
        forms=list(forms.values_list("kind", "text")),
        is_automatic=revision.is_automatic,
        tags=revision.tags.all(),
        note=f"Restored from revision {revision.number}.",
    )


def discard(term: Term, *, by: AbstractUser) -> None:
    """Delete a term that has never been public."""
    audit.require(by, "glossary.delete_term")
    publishing.discard(term, by=by)


def try_on(revision: TermRevision) -> None:
    """Store the revision as if it were published now, for a preview that is rolled
    back. Raises BodyRefused."""
    store(revision, compile_body(revision.body, own_term=revision.page.slug))
    publishing.stand_in(revision, at=timezone.now())


@transaction.atomic
def rename(term: Term, slug: str, *, by: AbstractUser) -> None:
    """Give a term that has never been public another address.

    Stored pages hold the address of a public one; raises ValidationError for it.
    """
    audit.require(by, "glossary.change_term")
    publishing.lock_page(term)
    if term.revisions.filter(live_from__isnull=False).exists():
        raise ValidationError(
            {"slug": "This term has been public; its address can't change any more."}
        )
    former, term.slug = term.slug, slug
    term.full_clean()
    term.save(update_fields=["slug"])
    audit.record(term, "rename", by=by, before=former, after=slug)


@transaction.atomic
def announce() -> int:
    """Tell other pages which forms became or ceased to be live; return how many
    revisions that concerned.

    Publishing calls it; so does the ``rerender_stale`` command, for what went live or
    ended by the clock. Definitions that hold such a form become stale.
    """
    due = list(TermRevision.objects.unannounced())
    if not due:
        return 0
    for revision in due:
        revision.announced = revision.state_at()
        revision.save(update_fields=["announced"])
    forms = set(Form.objects.filter(revision__in=due).values_list("text", flat=True))
    holding = fulltext.holding(forms, kind=TERMS)
    TermRevision.objects.filter(pk__in=holding).update(rendered_by="")
    if len(holding) <= AT_ONCE:
        rerender_stale()
    vocabulary_changed.send(sender=Term, forms=forms)
    return len(due)


def rerender_stale(*, limit: int | None = None) -> int:
    """Compile again what is out of date, each in its own transaction; return how many.

    A definition that can no longer be rendered keeps its last rendering and stays
    stale.
    """
    done = 0
    for pk in TermRevision.objects.stale().values_list("pk", flat=True)[:limit]:
        done += _rerender(pk)
    return done


@transaction.atomic
def _rerender(pk: int) -> bool:
    revision = TermRevision.objects.select_for_update().get(pk=pk)
    try:
        rendered = compile_body(revision.body, own_term=revision.page.slug)
    except BodyRefused:
        return False
    store(revision, rendered)
    shelve_page(revision.page, kind=TERMS)
    return True
