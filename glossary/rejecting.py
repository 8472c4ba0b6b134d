"""The deeds on words that a page never links by itself: reject, accept again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from immunosite.core import audit, caching, workflow
from immunosite.core.publishing import AT_ONCE

from . import relinking
from .candidates import Key, Word, kinds_of_pages
from .change import Change
from .models import NeverHere, Term
from .signals import words_rejected
from .storing import TERMS
from .wording import fold

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

_LENGTH = 600


@transaction.atomic
def reject_words(
    words: Collection[Word], *, by: AbstractUser, term: Term | None = None
) -> int:
    """Never link these words by themselves on these pages; return how many are new.

    ``term`` is the one whose impact is looked at: the record of a deed on many pages is
    about it. Readers of a public page see it at once; if the pages are many, when the
    ``rerender_stale`` command has come to it. Raises ValidationError for a page that is
    not there or what is no word.
    """
    caching.hold_epoch()
    pages = _allowed(words, by)
    new = sorted({*words} - {_word(row) for row in _rows(words)})
    NeverHere.objects.bulk_create(
        NeverHere(kind=kind, page_id=pk, word=word, by_id=by.pk)
        for kind, pk, word in new
    )
    _tell("reject words", new, pages, by, term)
    return len(new)


@transaction.atomic
def accept_words(
    words: Collection[Word], *, by: AbstractUser, term: Term | None = None
) -> int:
    """Let these words be links on these pages again; return how many were not. The rest
    is as in :func:`reject_words`."""
    caching.hold_epoch()
    pages = _allowed(words, by)
    rows = _rows(words)
    NeverHere.objects.filter(pk__in=[row.pk for row in rows]).delete()
    _tell("accept words", sorted(map(_word, rows)), pages, by, term)
    return len(rows)


def rejections(term: Term, change: Change, kinds: Collection[str]) -> Any:
    """The rejections, on pages of some kinds, of all words that a term has or would
    have."""
    forms = [
        form.text for entry in (*change.goes, *change.comes) for form in entry.forms
    ]
    newest = term.newest().forms.values_list("text", flat=True)
    words = set(map(fold, [*forms, *newest]))
    rows = NeverHere.objects.filter(kind__in=kinds, word__in=words)
    return rows.select_related("by").order_by("kind", "page_id", "word")


def may_decide(user: Any, kind: str, *, is_public: bool) -> bool:
    """Whether somebody may reject a word on a page. Readers see it at once on a public
    one, so it takes the permission to publish: that page, or terms."""
    right = workflow.right(apps.get_model(kind)(), "publish" if is_public else "change")
    return bool(user.has_perm(right) or user.has_perm("glossary.publish_term"))


def _allowed(words: Iterable[Word], by: AbstractUser) -> dict[Key, Any]:
    """The pages by key. Raises PermissionDenied, ValidationError."""
    wanted: dict[str, set[int]] = {}
    for kind, pk, word in words:
        if not word or word != fold(word) or len(word) > _LENGTH:
            raise ValidationError("That is no word.")
        wanted.setdefault(kind, set()).add(pk)
    found: dict[Key, Any] = {}
    for kind, keys in wanted.items():
        if kind not in kinds_of_pages():
            raise ValidationError("There is no such kind of page.")
        model = kinds_of_pages()[kind][0]
        public = model.objects.current().filter(page_id__in=keys).exists()
        if not may_decide(by, kind, is_public=public):
            raise PermissionDenied(f"{by} may not decide what these pages link.")
        pages = apps.get_model(kind)._default_manager.filter(pk__in=keys)
        found |= {(kind, page.pk): page for page in pages}
        if not keys <= {page.pk for page in pages}:
            raise ValidationError("One of the pages is not there any more.")
    return found


def _rows(words: Collection[Word]) -> list[NeverHere]:
    found = NeverHere.objects.filter(
        kind__in={kind for kind, *_ in words},
        page_id__in={pk for _, pk, _ in words},
        word__in={word for *_, word in words},
    )
    wanted = set(words)
    return [row for row in found if _word(row) in wanted]


def _word(row: NeverHere) -> Word:
    return row.kind, row.page_id, row.word


def _tell(
    action: str,
    words: list[Word],
    pages: dict[Key, Any],
    by: AbstractUser,
    term: Term | None,
) -> None:
    """Record what was done, and compile the public pages again that it concerns."""
    keys = sorted({(kind, pk) for kind, pk, _ in words})
    if term is not None and len(keys) > AT_ONCE:
        named = sorted({word for *_, word in words})
        on = [f"{kind} {pk}" for kind, pk in keys]
        audit.record(term, action, by=by, words=named, pages=on)
    else:
        for key in keys:
            named = [word for *of, word in words if tuple(of) == key]
            about = str(term) if term else ""
            audit.record(pages[key], action, by=by, words=named, term=about)
    concerned: dict[str, set[int]] = {}
    for kind, pk in keys:
        concerned.setdefault(kind, set()).add(pk)
    for kind, found in concerned.items():
        current = kinds_of_pages()[kind][0].objects.current()
        current.filter(page_id__in=found).update(rendered_by="")
    if len(keys) <= AT_ONCE:
        relinking.rerender_pages(concerned.get(TERMS, set()))
        words_rejected.send(sender=Term, pages=concerned)
