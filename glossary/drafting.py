"""Write a draft of a term: all that a revision says, new or as an old one said it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction

from immunosite.core import audit, publishing
from immunosite.core.tagging import Tag
from immunosite.core.witnessing import record_draft, sum_of

from . import accepting, gate, wording
from .models import Form, FormerSlug, Relation, Term, TermRevision
from .storing import problems_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class Richer(TypedDict, total=False):
    """What a definition may have beside its words, as in the model. ``picture`` and
    ``audio`` are addresses of kept files; ``translations`` lead from a language
    (BCP 47) to the headword in it."""

    professional: str
    respelling: str
    ipa: str
    audio: str
    picture: str
    picture_alt: str
    picture_credit: str
    translations: dict[str, str]


@transaction.atomic
def save_draft(
    term: Term,
    *,
    based_on: int | None,
    by: AbstractUser,
    title: str,
    body: str,
    forms: Sequence[wording.Form] = (),
    is_automatic: bool = True,
    tags: Iterable[Tag] = (),
    relations: Sequence[tuple[str, Term]] = (),
    note: str = "",
    public_note: str = "",
    **richer: Unpack[Richer],
) -> TermRevision:
    """Append a draft. ``forms`` need no headword, but one among them brings its rules;
    ``relations`` are pairs of a RelationKind and another term.

    A draft may be incomplete. A term without a key yet is created. Raises EditConflict
    when revision ``based_on`` is no longer the newest, ValidationError, keyed by field
    ("words" for the forms), for what can't be stored.
    """
    audit.require(by, "glossary.change_term" if term.pk else "glossary.add_term")
    own_forms = accepting.checked_forms(title, forms)
    accepting.check_relations(term, relations)
    accepting.check_richer(
        richer.get("translations", {}),
        picture=richer.get("picture", ""),
        picture_alt=richer.get("picture_alt", ""),
    )
    if term.pk is None:
        _create(term)
    professional = richer.get("professional", "")
    problems = problems_of(body, own_term=term.slug, professional=professional)
    revision: TermRevision = publishing.append_revision(
        term,
        based_on=based_on,
        by=by,
        title=title,
        body=body,
        is_automatic=is_automatic,
        note=note,
        public_note=public_note,
        problems=list(map(asdict, problems)),
        **richer,
    )
    _add_rows(revision, own_forms, relations)
    revision.tags.set(tags)
    record_draft(revision, by=by, more=_more_of)
    return revision


def _create(term: Term) -> None:
    term.clean_fields()
    refuse_former_slug(term.slug)
    publishing.create_page(term)


def _add_rows(
    revision: TermRevision,
    forms: Sequence[wording.Form],
    relations: Sequence[tuple[str, Term]],
) -> None:
    Form.objects.bulk_create(
        Form(
            revision=revision,
            folded=wording.fold(form.text),
            position=position,
            **asdict(form),
        )
        for position, form in enumerate(forms)
    )
    Relation.objects.bulk_create(
        Relation(revision=revision, kind=kind, term=other) for kind, other in relations
    )


def _more_of(revision: TermRevision) -> dict[str, Any]:
    """What the audit holds beside the plain fields; a text by its sum, as the body."""
    forms = gate.forms_of(revision)
    relations = revision.relations.select_related("term")
    professional = revision.professional
    return {
        "professional": sum_of(professional) if professional else "",
        "words": [str(form) for form in forms if accepting.is_telling(form)],
        "relations": sorted(map(str, relations)),
    }


def content_of(revision: TermRevision) -> dict[str, Any]:
    """The arguments with which :func:`save_draft` says what a revision says; its notes
    are about a change, so they are not among them."""
    return {
        "title": revision.title,
        "body": revision.body,
        "forms": gate.forms_of(revision),
        "is_automatic": revision.is_automatic,
        "tags": list(revision.tags.all()),
        "relations": gate.relations_of(revision),
        **{name: getattr(revision, name) for name in Richer.__annotations__},
    }


def restore(
    revision: TermRevision, *, based_on: int | None, by: AbstractUser
) -> TermRevision:
    """A new draft that says what an old revision said."""
    note = f"Restored from revision {revision.number}."
    return draft_again(revision, based_on=based_on, by=by, note=note)


def draft_again(
    revision: TermRevision, *, based_on: int | None, by: AbstractUser, **changes: Any
) -> TermRevision:
    """A new draft that says what a revision said, but for ``changes``, which are those
    of :func:`save_draft`."""
    fields = {**content_of(revision), **changes}
    return save_draft(revision.page, based_on=based_on, by=by, **fields)


def refuse_former_slug(slug: str, term: Term | None = None) -> None:
    """Raise ValidationError for an address that leads to another term."""
    others = FormerSlug.objects.filter(slug=slug).select_related("term")
    if term is not None:
        others = others.exclude(term=term)
    if other := others.first():
        raise ValidationError(
            {"slug": f"This address redirects to “{other.term}”. Choose another."}
        )
