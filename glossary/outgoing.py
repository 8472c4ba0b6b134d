"""What a file says of a term that is here (see :mod:`glossary.formats`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from immunosite.core.labelling import label

from .formats.entries import RELATIONS, RICHER, RULES, WORDS
from .models import Form, FormKind, TermRevision

_AT_A_TIME = 500


def live_said(
    *, shown: Callable[[TermRevision], dict[str, str]] = lambda revision: {}
) -> Iterator[dict[str, Any]]:
    """All fields of every live term, by slug, as ``Entry.said``; what ``shown`` gives
    of a revision stands in place of what was typed.

    Of the relations only those to live terms, for a file of what is public names
    nothing else, and can be brought in where there is nothing yet.
    """
    live = TermRevision.objects.live()
    public = frozenset(live.values_list("page_id", flat=True))
    rows: Any = live.order_by("page__slug").select_related("page")
    rows = rows.prefetch_related("forms", "tags", "relations__term")
    for revision in rows.iterator(chunk_size=_AT_A_TIME):
        yield said_of(revision, public=public) | shown(revision)


def said_of(revision: TermRevision, *, public: Collection[int]) -> dict[str, Any]:
    """All fields of a revision; ``public`` are the keys of the terms that its relations
    may name."""
    forms = list(revision.forms.all())
    fields = {name: getattr(revision, name) for name in RICHER}
    return {
        "headword": revision.title,
        "slug": revision.page.slug,
        **{column: _texts(forms, kind) for column, kind in WORDS.items()},
        "rules": {form.text: rules for form in forms if (rules := _rules(form))},
        "linking": "auto" if revision.is_automatic else "explicit",
        "tags": list(map(label, revision.tags.all())),
        "definition": revision.body,
        "professional": revision.professional,
        **fields,
        "translations": revision.translations,
        **_relations(revision, public),
    }


def _texts(forms: Sequence[Form], kind: str) -> list[str]:
    return [form.text for form in forms if form.kind == FormKind(kind)]


def _rules(form: Form) -> list[str]:
    return [
        rule
        for rule, meant in RULES.items()
        if all(getattr(form, name) == value for name, value in meant.items())
    ]


def _relations(revision: TermRevision, public: Collection[int]) -> dict[str, list[str]]:
    named = [
        (relation.kind, relation.term.slug)
        for relation in revision.relations.all()
        if relation.term_id in public
    ]
    return {
        column: [slug for each, slug in named if each == kind]
        for column, kind in RELATIONS.items()
    }
