"""Ask the checklist about a term: as it is saved, and as it is typed just now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from immunosite.core.checklist import Checklist
from immunosite.core.markdown import BodyRefused, Problem

from . import accepting, gate
from .linking import NOWHERE, Surroundings
from .models import Term, TermRevision
from .rendering import NOTHING, Rendered
from .storing import compile_body, surroundings
from .typed import words_typed
from .vocabulary import load_vocabulary
from .wording import Form


def checklist_of(revision: TermRevision) -> Checklist:
    """How a saved revision stands against what is live now."""
    vocabulary = load_vocabulary()
    try:
        rendered = compile_body(
            revision.body,
            own_term=revision.page.slug,
            vocabulary=vocabulary,
            surroundings=surroundings(revision),
            professional=revision.professional,
        )
    except BodyRefused as refused:
        rendered = unrendered(refused)
    forms = gate.forms_of(revision)
    return gate.check(
        _facts(
            revision.page,
            forms,
            gate.relations_of(revision),
            title=revision.title,
            body=revision.body,
            public_note=revision.public_note,
            rendered=rendered,
            vocabulary=vocabulary,
            live_text=live_text(revision.page, but=revision),
        )
    )


def previewed(
    body: str, *, typed: QueryDict, own_term: str, term: Term | None
) -> tuple[Rendered, Checklist]:
    """The rendering of what is typed and how it stands; it stores nothing.

    ``typed`` has the form's other fields as they were sent, ``own_term`` the slug of
    the term, empty for one that has none; ``term`` is None when it is new or unknown.
    Raises BodyRefused.
    """
    vocabulary = load_vocabulary()
    professional = typed.get("professional", "").replace("\r\n", "\n")
    rendered = compile_body(
        body,
        own_term=own_term,
        vocabulary=vocabulary,
        surroundings=surroundings_of_newest(term),
        professional=professional,
    )
    title = typed.get("title", "")
    facts = _facts(
        term,
        accepting.with_headword(title, words_typed(typed.dict())),
        _relations_typed(typed),
        title=title,
        body=body,
        public_note=note_typed(
            term, typed, title=title, body=body, professional=professional
        ),
        rendered=rendered,
        vocabulary=vocabulary,
        live_text=live_text(term),
    )
    return rendered, gate.check(facts)


# More digits than any key has are no key.
_DIGITS = 18


def _relations_typed(typed: QueryDict) -> list[tuple[str, Term]]:
    keys = [
        (kind.value, int(key))
        for kind, field in accepting.FIELD_OF.items()
        for key in typed.getlist(field)
        if key.isdecimal() and len(key) <= _DIGITS
    ]
    known = Term.objects.in_bulk([key for _, key in keys])
    return [(kind, known[key]) for kind, key in keys if key in known]


def _facts(
    term: Term | None,
    forms: list[Form],
    relations: list[tuple[str, Term]],
    **given: Any,
) -> gate.Facts:
    at = timezone.now()
    return gate.Facts(
        has_due_date=bool(term and term.review_due_on),
        own_words=tuple(form.text for form in forms),
        clashes=gate.clashes(forms, but=term.pk if term else None, at=at),
        circles=gate.problems_of_circles(term, relations, at=at),
        **given,
    )


# The same for pages of every kind


def unrendered(refused: BodyRefused) -> Rendered:
    """What stands for the rendering of a text that can't be rendered."""
    return replace(NOTHING, problems=(Problem(None, "error", "refused", str(refused)),))


def surroundings_of_newest(page: Any) -> Surroundings:
    """What of a page that is being written decides which words link, as it was saved
    last."""
    newest = page.newest() if page else None
    return surroundings(newest) if newest else NOWHERE


def live_text(page: Any, *, but: Any = None) -> str | None:
    """The words of a page that readers see now; None when they see none, or just the
    revision ``but``."""
    live = page.live_revision() if page else None
    return None if live is None or live == but else live.text


def note_typed(page: Any, typed: Mapping[str, str], **texts: str) -> str:
    """The change note for readers that the newest revision would have: the one that is
    typed; the newest one's while nothing else is typed, for then it stays the newest."""
    note = typed.get("public_note", "")
    newest = page.newest() if page else None
    if newest and all(getattr(newest, name) == text for name, text in texts.items()):
        return note or newest.public_note
    return note
