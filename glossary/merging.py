"""Make one of two terms: the survivor gets the words of the other, which redirects."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from immunosite.core import audit, caching
from immunosite.core.merging import MergePlan
from immunosite.core.pages import Withdrawal
from immunosite.core.publishing import lock_page
from immunosite.core.withdrawing import take_down

from . import gate, publishing
from .change import Change, entry_of, live_entries
from .drafting import content_of
from .models import FormerSlug, FormKind, Relation, Term, TermRevision
from .reading import mention_models, pages_mentioning
from .storing import TERMS, shelve_page
from .wording import Form, compete

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


def plan_terms(survivor: Term, other: Term) -> MergePlan:
    """What :func:`merge_terms` would do."""
    ours, theirs = survivor.live_revision(), other.live_revision()
    refusals = []
    if survivor.pk == other.pk:
        refusals.append("That is the same term.")
    refusals += [
        f"“{term}” is not live, so it can't be merged."
        for term, live in ((survivor, ours), (other, theirs))
        if live is None
    ]
    if ours and survivor.newest() != ours:
        refusals.append(
            f"“{survivor}” has a newer revision that is not live. Publish it first, or "
            "restore the live one and publish that."
        )
    if refusals or ours is None or theirs is None:
        return MergePlan(refusals=tuple(refusals))
    old = gate.forms_of(ours)
    new = [form for form in _united(ours, theirs) if form not in old]
    words = tuple(f"{form.text} ({form.kind})" for form in new)
    tags = sorted({tag.name for tag in _tags(ours, theirs)} - set(ours.tags.names()))
    led = {term for _, term in gate.relations_of(ours)}
    related = (str(term) for _, term in _relations(ours, theirs) if term not in led)
    pages = pages_mentioning(other).values_list("path", "title")
    return MergePlan(
        gains=(
            ("Words", words),
            ("Topics", tuple(tags)),
            ("Related terms", tuple(related)),
            ("Redirects from", (other.get_absolute_url(),)),
        ),
        pages=tuple(pages),
    )


def change_of(survivor: Term, other: Term) -> Change | None:
    """The change of the vocabulary that :func:`merge_terms` would be; None where
    something is against it."""
    ours, theirs = survivor.live_revision(), other.live_revision()
    if ours is None or theirs is None or plan_terms(survivor, other).refusals:
        return None
    forms = _united(ours, theirs)
    has_senses = any(form.is_sense for form in forms)
    tags = {tag.slug for tag in _tags(ours, theirs)} if has_senses else set()
    united = replace(
        entry_of(ours),
        forms=tuple(forms),
        former=tuple(
            sorted((survivor.all_slugs() | other.all_slugs()) - {survivor.slug})
        ),
        topics=frozenset(tags),
    )
    return Change(
        goes=(*live_entries(survivor), *live_entries(other)),
        comes=(united,),
        terms=frozenset({survivor.pk, other.pk}),
    )


@transaction.atomic
def merge_terms(survivor: Term, other: Term, *, by: AbstractUser, reason: str) -> None:
    """Give ``survivor`` a new live revision that has the words of both, and withdraw
    ``other`` with a redirect to it.

    The definition stays the survivor's. Nobody reviews the union of words, so the new
    revision is published with the merge as its reason and stays marked. Raises
    ValidationError for what is against it (see :func:`plan_terms`), PublishingRefused.
    """
    audit.require(by, "glossary.publish_term")
    for term in sorted((survivor, other), key=lambda term: term.pk):
        lock_page(term)
    caching.hold_epoch()
    plan_terms(survivor, other).require()
    ours: Any = survivor.live_revision()
    theirs: Any = other.live_revision()
    why = f"Merged with “{theirs.title}”: {reason}"[:300]
    united = {
        **content_of(ours),
        "forms": _united(ours, theirs),
        "tags": _tags(ours, theirs),
        "relations": _relations(ours, theirs),
    }
    take_down(
        other,
        by=by,
        at=timezone.now(),
        reason=why,
        withdrawn_as=Withdrawal.REDIRECTED,
        to=survivor.get_absolute_url(),
    )
    shelve_page(other, kind=TERMS)
    _take_over(survivor, other)
    revision = publishing.save_draft(
        survivor,
        based_on=ours.number,
        by=by,
        note=why,
        **united,
    )
    audit.record(survivor, "merge term", by=by, other=other.slug, reason=reason)
    publishing.publish(revision, by=by, forced_reason=why)


def _united(ours: TermRevision, theirs: TermRevision) -> list[Form]:
    """The words of both, our headword among them; theirs becomes a synonym. What would
    match the same words in a text is there once."""
    found = gate.forms_of(ours)
    for form in gate.forms_of(theirs):
        if form.kind == FormKind.HEADWORD:
            form = replace(form, kind=FormKind.SYNONYM.value)
        if not any(form.text == each.text or compete(form, each) for each in found):
            found.append(form)
    return found


def _tags(ours: TermRevision, theirs: TermRevision) -> set[Any]:
    return {*ours.tags.all(), *theirs.tags.all()}


def _relations(ours: TermRevision, theirs: TermRevision) -> list[tuple[str, Term]]:
    """What both lead to, ours first, each once and neither of the two."""
    found: dict[Term, str] = {}
    for revision in (ours, theirs):
        for relation in revision.relations.select_related("term"):
            if relation.term_id not in (ours.page_id, theirs.page_id):
                found.setdefault(relation.term, relation.kind)
    return [(kind, term) for term, kind in found.items()]


def _take_over(survivor: Term, other: Term) -> None:
    """Lead every link that stored pages have to ``other`` to ``survivor``."""
    other.former_slugs.update(term=survivor)
    FormerSlug.objects.create(slug=other.slug, term=survivor)
    for model in mention_models():
        has = model._default_manager.filter(
            term=survivor, revision=OuterRef("revision_id")
        )
        rows = model._default_manager.filter(term=other)
        # No definition mentions its own term.
        own = [*survivor.revisions.values_list("pk", flat=True)]
        if model._meta.get_field("revision").related_model is TermRevision:
            rows = rows.exclude(revision__in=own)
        _lead(rows.exclude(Exists(has)), survivor)
    has = Relation.objects.filter(term=survivor, revision=OuterRef("revision_id"))
    rows = other.reverse_relations.exclude(revision__page=survivor)
    _lead(rows.exclude(Exists(has)), survivor)


def _lead(rows: Any, survivor: Term) -> None:
    keys = list(rows.values_list("pk", flat=True))
    rows.model._default_manager.filter(pk__in=keys).update(term=survivor)
