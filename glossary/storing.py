"""Compile a revision, store what came out of it, put it on the shelf.

The same deeds serve term and article revisions: both carry ``html`` and have
``citations``, ``mentions`` and ``links`` rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict
from typing import Any

from django.db import transaction

from immunosite.core import caching
from immunosite.core.documents import addresses
from immunosite.core.fulltext import Entry, shelve
from immunosite.core.markdown import PIPELINE_VERSION, BodyRefused, Problem
from immunosite.core.pages import Revision
from references.library import load_library
from references.models import Reference

from .linking import NOWHERE, Surroundings, Vocabulary
from .models import NeverHere, Term, TermRevision
from .rendering import Rendered, render
from .vocabulary import load_vocabulary

ARTICLES = "articles.article"
TERMS = "glossary.term"
_TARGET = re.compile(r"article:([\w-]+)")
_MARK = re.compile(r"\[\[\s*([^\[\]|!][^\[\]|]*)")


def article_targets(body: str) -> set[str]:
    """The slugs that ``article:slug`` links of a body name."""
    return set(_TARGET.findall(body))


def compile_body(
    body: str,
    *,
    own_term: str | None = None,
    upcoming: Collection[str] = (),
    vocabulary: Vocabulary | None = None,
    surroundings: Surroundings = NOWHERE,
    professional: str = "",
) -> Rendered:
    """Render a body against what is live now; it stores nothing.

    ``own_term`` is the slug of the term whose page this is, ``upcoming`` the slugs of
    articles that exist but are not live, ``vocabulary`` the live one if the caller has
    it, ``surroundings`` what of the page decides which words link, ``professional`` the
    text beneath a definition. Raises BodyRefused.
    """
    return render(
        body,
        vocabulary=load_vocabulary() if vocabulary is None else vocabulary,
        library=load_library(),
        addresses=addresses(ARTICLES, article_targets(f"{body}\n{professional}")),
        upcoming=upcoming,
        own_term=own_term,
        surroundings=surroundings,
        professional=professional,
    )


def surroundings(revision: Revision) -> Surroundings:
    """What of a saved revision and its page decides which words link."""
    own = NeverHere.objects.filter(
        kind=revision.page._meta.label_lower, page_id=revision.page_id
    )
    return Surroundings(
        topics=frozenset(revision.tags.values_list("slug", flat=True)),
        never=frozenset(own.values_list("word", flat=True)),
    )


def forget(page: Any) -> None:
    """Delete what of a page that is deleted decided which words link."""
    NeverHere.objects.filter(kind=page._meta.label_lower, page_id=page.pk).delete()


def problems_of(body: str, **how: Any) -> list[Problem]:
    """What an editor should know of a body, also of one that can't be rendered; ``how``
    is what :func:`compile_body` takes beside it."""
    try:
        return list(compile_body(body, **how).problems)
    except BodyRefused as refused:
        return [Problem(None, "error", "refused", str(refused))]


def store(revision: Revision, rendered: Rendered) -> None:
    """Write a rendering and its rows onto the revision, in place of the former ones."""
    for name, value in _columns(revision, rendered).items():
        setattr(revision, name, value)
    revision.rendered_by = PIPELINE_VERSION
    revision.save()
    for related, rows in _rows(revision, rendered).items():
        _replace(revision, related, rows)


def _columns(revision: Any, rendered: Rendered) -> dict[str, Any]:
    columns = {
        "html": rendered.html,
        "text": rendered.all_text,
        "contents": [asdict(heading) for heading in rendered.contents],
        "problems": [asdict(problem) for problem in rendered.problems],
        "word_count": rendered.word_count,
    }
    if isinstance(revision, TermRevision):
        columns["lead"] = rendered.lead
        columns["professional_html"] = rendered.professional_html
    return columns


def _rows(revision: Revision, rendered: Rendered) -> dict[str, list[dict[str, Any]]]:
    targets = sorted(article_targets(revision.written))
    return {
        "citations": _citations(rendered),
        "mentions": _mentions(rendered),
        "links": [{"slug": slug} for slug in targets],
    }


def rerender(
    model: Any,
    compiled: Callable[[Any], Rendered],
    *,
    kind: str,
    limit: int | None = None,
    most: int | None = None,
    pages: Collection[int] | None = None,
) -> int:
    """Compile again the stale revisions of a model, each in its own transaction; return
    how many.

    With ``pages`` only those of the pages with these keys. When more than ``most`` are
    stale, none is. One that can no longer be rendered keeps its last rendering and
    stays stale.
    """
    stale = model.objects.stale()
    if pages is not None:
        stale = stale.filter(page_id__in=pages)
    keys = list(stale.values_list("pk", flat=True)[:limit])
    if most is not None and len(keys) > most:
        return 0
    return sum(_rerender(model.objects.filter(pk=pk), compiled, kind) for pk in keys)


@transaction.atomic
def _rerender(found: Any, compiled: Callable[[Any], Rendered], kind: str) -> bool:
    # So no publish runs meanwhile, and all deeds lock in the same order.
    caching.hold_epoch()
    revision = found.select_related("page").get()
    try:
        rendered = compiled(revision)
    except BodyRefused:
        return False
    if is_stored(revision, rendered):
        found.update(rendered_by=PIPELINE_VERSION)
    else:
        store(revision, rendered)
        shelve_page(revision.page, kind=kind)
    return True


def is_stored(revision: Any, rendered: Rendered) -> bool:
    """Whether a rendering is word for word what the revision has, with all its rows:
    then readers see nothing new, and kept pages stay true."""
    return all(
        getattr(revision, name) == value
        for name, value in _columns(revision, rendered).items()
    ) and all(
        set(getattr(revision, related).values_list(*_FIELDS[related]))
        == {tuple(row[name] for name in _FIELDS[related]) for row in rows}
        for related, rows in _rows(revision, rendered).items()
    )


# What a rendering decides of the rows that it brings.
_FIELDS = {
    "citations": ("reference_id", "number", "nth", "locator", "anchor"),
    "mentions": ("term_id", "words", "anchor", "position"),
    "links": ("slug",),
}


def _replace(revision: Any, related: str, rows: Iterable[dict[str, Any]]) -> None:
    manager = getattr(revision, related)
    manager.all().delete()
    manager.bulk_create(manager.model(revision=revision, **row) for row in rows)


def _citations(rendered: Rendered) -> list[dict[str, Any]]:
    keys = {use.key for use in rendered.citations}
    ids = dict(Reference.objects.filter(key__in=keys).values_list("key", "pk"))
    return [
        {
            "reference_id": ids[use.key],
            "number": use.number,
            "nth": use.nth,
            "locator": use.locator[:200],
            "anchor": use.anchor,
        }
        for use in rendered.citations
    ]


def _mentions(rendered: Rendered) -> list[dict[str, Any]]:
    slugs = [use.slug for use in rendered.mentions]
    ids = dict(Term.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    return [
        {
            "term_id": ids[use.slug],
            "words": use.words[:300],
            "anchor": use.anchor,
            "position": position,
        }
        for position, use in enumerate(rendered.mentions)
    ]


def shelve_page(page: Any, *, kind: str) -> None:
    """Put the current revisions of a page on the shelf and turn the epoch."""
    entries = [_shelf_entry(page, each) for each in page.revisions.current()]
    shelve(kind, page.pk, entries)
    caching.move_epoch()


def _shelf_entry(page: Any, revision: Any) -> Entry:
    is_term = isinstance(revision, TermRevision)
    names = [form.text for form in revision.forms.all()] if is_term else []
    # A page that marks [[T cell|these cells]] holds that word, whatever it shows.
    names += sorted(set(_MARK.findall(revision.written)))
    return Entry(
        slugs=tuple(sorted(page.all_slugs())),
        path=page.get_absolute_url(),
        title=revision.title,
        names=" · ".join(names),
        summary=revision.lead if is_term else revision.summary,
        text=revision.text,
        live_from=revision.live_from,
        live_until=revision.live_until,
        revision_id=revision.pk,
        is_at_foot=page.is_at_foot,
    )
