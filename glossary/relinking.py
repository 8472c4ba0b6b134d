"""Tell other pages what words became or ceased to be links; compile again what is stale."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from immunosite.core import caching, fulltext, publishing
from immunosite.core.publishing import AT_ONCE

from .models import Term, TermRevision
from .rendering import Rendered
from .signals import vocabulary_changed
from .storing import TERMS, compile_body, rerender, surroundings
from .vocabulary import words_of


@transaction.atomic
def announce() -> int:
    """Tell other pages which words became or ceased to be links; return how many
    revisions that concerned.

    Publishing calls it; so does the ``rerender_stale`` command, for what went live or
    ended by the clock. Definitions that hold such a word become stale.
    """
    caching.hold_epoch()
    ended, began = publishing.take_unannounced(
        TermRevision.objects.all(), timezone.now()
    )
    words = words_of(ended) ^ words_of(began)
    if words:
        tell({text for text, *_ in words})
    return len(ended) + len(began)


def tell(forms: set[str], *, within: Mapping[str, set[int]] | None = None) -> None:
    """Mark as stale what holds one of the forms; few are compiled again at once.

    ``within`` holds the keys of the only revisions that it can concern, by the label of
    their model; None means every page.
    """
    mark(TermRevision, forms, kind=TERMS, within=within)
    rerender_few()
    vocabulary_changed.send(sender=Term, forms=forms, within=within)


def mark(
    model: Any, forms: set[str], *, kind: str, within: Mapping[str, set[int]] | None
) -> None:
    """Mark as stale the current revisions of a kind of page that hold one of the forms;
    ``within`` as in :func:`tell`."""
    holding = fulltext.holding(forms, kind=kind)
    if within is not None:
        holding &= within.get(model._meta.label_lower, set())
    model.objects.filter(pk__in=holding).update(rendered_by="")


def rerender_stale(*, limit: int | None = None) -> int:
    """Compile again what is out of date, each in its own transaction; return how many.

    A definition that can no longer be rendered keeps its last rendering and stays
    stale.
    """
    return rerender(TermRevision, rendered_now, kind=TERMS, limit=limit)


def rerender_few() -> int:
    """The same, unless it is so much that it must wait for the command."""
    return rerender(TermRevision, rendered_now, kind=TERMS, most=AT_ONCE)


def rerender_pages(pages: Collection[int]) -> int:
    """The same for the terms with these keys, whatever else is out of date."""
    return rerender(TermRevision, rendered_now, kind=TERMS, pages=pages)


def rendered_now(revision: TermRevision) -> Rendered:
    """The rendering of a revision against what is live now. Raises BodyRefused."""
    return compile_body(
        revision.body,
        own_term=revision.page.slug,
        surroundings=surroundings(revision),
        professional=revision.professional,
    )
