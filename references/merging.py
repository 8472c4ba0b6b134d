"""Make one of two references: all that cites the other cites the survivor."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from immunosite.core import audit, caching
from immunosite.core.fulltext import shelve
from immunosite.core.merging import MergePlan
from immunosite.core.withdrawing import redirect_anew

from .curating import REFERENCES, save_reference, version_of
from .duplicates import distinctions_of, take_distinctions
from .evidencing import carry_evidence
from .models import Reference, ReferenceAlias, Scheme
from .reading import citation_models, pages_citing, places_citing
from .signals import references_merged
from .tasking import move_tasks, open_tasks
from .uniting import taken_by_default, united

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


def plan_references(survivor: Reference, other: Reference) -> MergePlan:
    """What :func:`merge_references` would do."""
    if survivor.pk == other.pk:
        return MergePlan(refusals=("That is the same reference.",))
    tags = set(other.tags.names()) - set(survivor.tags.names())
    keys = [other.key, *other.aliases.values_list("key", flat=True)]
    return MergePlan(
        gains=(
            ("Is also cited by", tuple(f"[@{key}]" for key in keys)),
            ("Identifiers", tuple(map(str, other.identifiers.all()))),
            ("Notices", tuple(map(str, other.notices.all()))),
            ("Topics", tuple(sorted(tags))),
        ),
        pages=tuple(pages_citing(other).values_list("path", "title")),
        refusals=tuple(
            f"{pair.by} told these two apart: “{pair.reason}” Take that back first."
            for pair in distinctions_of(survivor).filter(
                Q(first=other) | Q(second=other)
            )
        ),
    )


def state_of(survivor: Reference, other: Reference) -> str:
    """Names the two records that somebody has before them."""
    return f"{version_of(survivor)} {version_of(other)}"


@transaction.atomic
def merge_references(
    survivor: Reference,
    other: Reference,
    *,
    by: AbstractUser,
    reason: str,
    take: Collection[str] | None = None,
    seen: str | None = None,
) -> None:
    """Let ``survivor`` stand for ``other``, which is deleted.

    ``[@key]`` of the other goes on citing, its address redirects, its identifiers,
    notices and topics are the survivor's. ``take`` are the CSL variables that the
    other's record gives; None: those that the survivor's lacks. ``seen`` is the
    :func:`state_of` both that this was decided on. Pages that cited both are stale,
    since their numbers change. Raises ValidationError when they are the same, were told
    apart or have changed since, or when the united record can't be stored.
    """
    audit.require(by, "references.change_reference")
    audit.require(by, "references.delete_reference")
    caching.hold_epoch()
    _refuse_changed(survivor, other, seen)
    plan_references(survivor, other).require()
    details = {"before": other.csl, "into": survivor.key, "reason": reason}
    audit.record(other, "merge reference", by=by, **details)
    _unite(survivor, other, by=by, take=take)
    dropped = _take_notices(survivor, other)
    _take_citations(survivor, other)
    given_up = carry_evidence(survivor, other)
    take_distinctions(survivor, other)
    _stand_for(survivor, other)
    audit.record(
        survivor,
        "merge reference",
        by=by,
        **details,
        notices=dropped,
        quotations=given_up,
    )
    caching.move_epoch()
    references_merged.send(sender=Reference, survivor=survivor)


def _refuse_changed(survivor: Reference, other: Reference, seen: str | None) -> None:
    for reference in {survivor, other}:
        if not Reference.objects.filter(pk=reference.pk).exists():
            raise ValidationError(f"“{reference.key}” is not there any more.")
        reference.refresh_from_db()
    if seen is not None and seen != state_of(survivor, other):
        raise ValidationError(
            "One of the two was changed while you were looking. Nothing is merged: look "
            "at both again."
        )


def _unite(
    survivor: Reference,
    other: Reference,
    *,
    by: AbstractUser,
    take: Collection[str] | None,
) -> None:
    """Store the record of both. Identifiers that are not in it stay beside it: an
    import that names one of them still finds the reference."""
    if take is None:
        take = taken_by_default(survivor.csl, other.csl)
    csl = united(survivor.csl, other.csl, take=take)
    given_up = [
        scheme.value
        for scheme in Scheme
        if survivor.csl.get(scheme.value.upper()) != csl.get(scheme.value.upper())
    ]
    survivor.identifiers.filter(scheme__in=given_up).update(is_former=True)
    other.identifiers.update(reference=survivor, is_former=True)
    tags = {*survivor.tags.all(), *other.tags.all()}
    save_reference(survivor.key, csl, by=by, reference=survivor, tags=tags)


def _stand_for(survivor: Reference, other: Reference) -> None:
    """Delete the other one; its keys and its address lead to the survivor."""
    key, path = other.key, other.get_absolute_url()
    other.aliases.update(reference=survivor)
    shelve(REFERENCES, other.pk, [])
    other.delete()
    ReferenceAlias.objects.create(key=key, reference=survivor)
    redirect_anew(path, survivor.get_absolute_url())


def _take_notices(survivor: Reference, other: Reference) -> list[str]:
    """Move the notices with their tasks; return those that the survivor has already.
    A page gets a task about what was not said of the source that it cited."""
    ours, theirs = places_citing(survivor), places_citing(other)
    own = list(survivor.notices.all())
    dropped = []
    for notice in other.notices.all():
        same = Q(noticed_on=notice.noticed_on)
        if notice.doi:
            same |= Q(doi=notice.doi)
        if twin := survivor.notices.filter(same, kind=notice.kind).first():
            move_tasks(notice, twin)
            dropped.append(f"{notice}: {notice.source} {notice.note}".strip())
        else:
            notice.reference = survivor
            notice.save(update_fields=["reference"])
            open_tasks(notice, ours)
    for notice in own:
        open_tasks(notice, theirs)
    other.refused_notices.update(reference=survivor)
    return dropped


def _take_citations(survivor: Reference, other: Reference) -> None:
    for model in citation_models():
        revisions: Any = model._meta.get_field("revision").related_model
        both = revisions.objects.filter(citations__reference=survivor).filter(
            citations__reference=other
        )
        keys = list(both.values_list("pk", flat=True))
        revisions.objects.filter(pk__in=keys).update(rendered_by="")
        model.objects.filter(reference=other).update(reference=survivor)
