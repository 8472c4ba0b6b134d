"""Make one of two references: all that cites the other cites the survivor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from immunosite.core import audit, caching
from immunosite.core.fulltext import shelve
from immunosite.core.merging import MergePlan
from immunosite.core.withdrawing import redirect_anew

from .curating import REFERENCES, save_reference
from .models import Reference, ReferenceAlias, Scheme
from .reading import citation_models, pages_citing
from .signals import references_merged

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


def plan_references(survivor: Reference, other: Reference) -> MergePlan:
    """What :func:`merge_references` would do."""
    if survivor.pk == other.pk:
        return MergePlan(refusals=("That is the same reference.",))
    held = survivor.identifiers.values_list("scheme", flat=True)
    identifiers = [
        f"{each}{' (as a former one)' if each.scheme in held else ''}"
        for each in other.identifiers.all()
    ]
    tags = set(other.tags.names()) - set(survivor.tags.names())
    keys = [other.key, *other.aliases.values_list("key", flat=True)]
    return MergePlan(
        gains=(
            ("Is also cited by", tuple(f"[@{key}]" for key in keys)),
            ("Identifiers", tuple(identifiers)),
            ("Notices", tuple(map(str, other.notices.all()))),
            ("Topics", tuple(sorted(tags))),
        ),
        pages=tuple(pages_citing(other).values_list("path", "title")),
    )


@transaction.atomic
def merge_references(
    survivor: Reference, other: Reference, *, by: AbstractUser, reason: str
) -> None:
    """Let ``survivor`` stand for ``other``, which is deleted.

    ``[@key]`` of the other goes on citing, its address redirects, its identifiers,
    notices and topics are the survivor's. Pages that cited both are stale, since their
    numbers change. Raises ValidationError when they are the same, or the survivor's
    record can't be stored.
    """
    audit.require(by, "references.change_reference")
    audit.require(by, "references.delete_reference")
    caching.hold_epoch()
    plan_references(survivor, other).require()
    key, path = other.key, other.get_absolute_url()
    details = {"before": other.csl, "into": survivor.key, "reason": reason}
    audit.record(other, "merge reference", by=by, **details)
    _take_identifiers(survivor, other, by=by)
    dropped = _take_notices(survivor, other)
    _take_citations(survivor, other)
    other.aliases.update(reference=survivor)
    shelve(REFERENCES, other.pk, [])
    other.delete()
    ReferenceAlias.objects.create(key=key, reference=survivor)
    redirect_anew(path, survivor.get_absolute_url())
    audit.record(survivor, "merge reference", by=by, **details, notices=dropped)
    caching.move_epoch()
    references_merged.send(sender=Reference, survivor=survivor)


def _take_identifiers(
    survivor: Reference, other: Reference, *, by: AbstractUser
) -> None:
    """What the survivor's record lacks goes into it, the rest stays beside it: an
    import that names it still finds the reference."""
    other.identifiers.update(reference=survivor, is_former=True)
    names = [scheme.value.upper() for scheme in Scheme]
    given = {name: other.csl[name] for name in names if other.csl.get(name)}
    tags = {*survivor.tags.all(), *other.tags.all()}
    csl = {**given, **survivor.csl}
    save_reference(survivor.key, csl, by=by, reference=survivor, tags=tags)


def _take_notices(survivor: Reference, other: Reference) -> list[str]:
    """Move the notices; return those that the survivor has already."""
    dropped = []
    for notice in other.notices.all():
        same = {"kind": notice.kind, "noticed_on": notice.noticed_on}
        if survivor.notices.filter(**same).exists():
            dropped.append(f"{notice}: {notice.source} {notice.note}".strip())
        else:
            notice.reference = survivor
            notice.save(update_fields=["reference"])
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
