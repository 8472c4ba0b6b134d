"""How references are written: checked against what is there, then many in one go.

Both :mod:`references.curating` and :mod:`references.exchange` store through this, so a
reference that was typed and one that was imported are made in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError

from immunosite.core import audit, caching
from immunosite.core.documents import Document
from immunosite.core.fulltext import Entry, shelve_all
from immunosite.core.tagging import Tag

from .formats.csl_json import complaints
from .holdings import Holdings, holdings_of
from .identifiers import canonical
from .likeness import likeness
from .models import Identifier, Reference
from .reading import titles_citing
from .styling import columns_of, plain_text

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

REFERENCES = "references.reference"
_MAX_PATH = Document._meta.get_field("path").max_length or 0


@dataclass(slots=True)
class Change:
    """A record that is to be stored in ``reference``, a new one or one that is there.

    ``csl`` has the key as its id; ``identifiers`` are what :func:`check` returned;
    ``before`` is the record that it replaces; tags are set where they differ.
    """

    reference: Reference
    csl: dict[str, Any]
    identifiers: Mapping[str, str]
    before: Mapping[str, Any]
    had: frozenset[Tag] = frozenset()
    has: frozenset[Tag] = frozenset()

    @property
    def is_new(self) -> bool:
        return self.reference.pk is None


# Checking


def check(
    key: str,
    record: Mapping[str, Any],
    reference: Reference | None = None,
    *,
    holdings: Holdings | None = None,
) -> dict[str, str]:
    """The canonical identifiers of a record, by scheme, if it may be stored.

    ``reference`` is the one it would replace; ``holdings`` is what is there of it, if
    that was asked already. Raises ValidationError keyed by the CSL variable, or
    ``key``; its code is ``duplicate`` where another reference already has the
    identifier.
    """
    pk = reference.pk if reference else None
    _check_words(record)
    if holdings is None:
        mine = [] if pk is None else [pk]
        holdings = holdings_of([{**record, "id": key}], with_these=mine)
    _check_key(key, pk, holdings)
    identifiers, wrong = canonical(record)
    if wrong:
        raise ValidationError({scheme.upper(): why for scheme, why in wrong.items()})
    errors: dict[str, ValidationError] = {}
    for scheme, value in identifiers.items():
        holder = holdings.holder((scheme, value))
        if holder is not None and holder != pk:
            other, variable = holdings.references[holder].key, scheme.upper()
            message = f"“{other}” already has this {variable}."
            errors[variable] = ValidationError(message, code="duplicate")
    if errors:
        raise ValidationError(errors)
    return identifiers


def _check_words(record: Mapping[str, Any]) -> None:
    errors: dict[str, Any] = {}
    for variable, reason in complaints(record):
        errors.setdefault(variable, []).append(reason)
    if not errors and not plain_text(record["title"]):
        errors["title"] = "The title has no words."
    if errors:
        raise ValidationError(errors)


def check_form_of(key: str) -> None:
    """Raise ValidationError unless a text could be a citation key."""
    Reference._meta.get_field("key").clean(key, None)
    if {"", ".", ".."} & set(key.split("/")):
        raise ValidationError("Between slashes a citation key needs words.")
    if len(Reference(key=key).get_absolute_url()) > _MAX_PATH:
        raise ValidationError("This citation key is too long for an address.")


def _check_key(key: str, pk: Any, holdings: Holdings) -> None:
    try:
        check_form_of(key)
        if holdings.keys.get(key, pk) != pk:
            raise ValidationError("Another reference has this citation key.")
        if key in holdings.aliases:
            raise ValidationError("A reference that was merged had this citation key.")
        former = holdings.references.get(pk)
        if former and former.key != key and titles_citing(former):
            raise ValidationError(
                "Pages cite this reference by its key, so it can't change any more."
            )
    except ValidationError as error:
        raise ValidationError({"key": error}) from error


# Writing


def store(changes: Sequence[Change], *, by: AbstractUser) -> None:
    """Write the checked changes: records, identifiers, tags, audit, shelf, epoch.

    Call it within the transaction that held the epoch before they were checked. The
    number of queries does not grow with the number of new references; one that is
    there costs one more. Raises PermissionDenied.
    """
    if not changes:
        return
    new = [change for change in changes if change.is_new]
    old = [change for change in changes if not change.is_new]
    if new:
        audit.require(by, "references.add_reference")
    if old:
        audit.require(by, "references.change_reference")
    _drop_identifiers(old)
    for change in changes:
        _fill(change.reference, change.csl)
    for change in old:
        change.reference.save()
    Reference.objects.bulk_create(change.reference for change in new)
    _write_marks(changes)
    _record("add reference", new, by=by)
    _record("change reference", old, by=by)
    shelve_all(REFERENCES, {one.reference.pk: [_entry(one)] for one in changes})
    caching.move_epoch()


def _write_marks(changes: Iterable[Change]) -> None:
    Identifier.objects.bulk_create(
        Identifier(reference=change.reference, scheme=scheme, value=value)
        for change in changes
        for scheme, value in change.identifiers.items()
    )
    for change in changes:
        if change.has != change.had:
            change.reference.tags.set(change.has)


def _record(action: str, changes: Iterable[Change], *, by: AbstractUser) -> None:
    audit.record_all(
        audit.entry_about(change.reference, action, by=by, **_told(change))
        for change in changes
    )


def _drop_identifiers(changes: Iterable[Change]) -> None:
    """Those of merged records stay, unless the record itself now has them."""
    values = {
        change.reference.pk: set(change.identifiers.items()) for change in changes
    }
    if values:
        found = Identifier.objects.filter(reference__in=values)
        gone = [
            each.pk
            for each in found
            if not each.is_former
            or (each.scheme, each.value) in values[each.reference_id]
        ]
        Identifier.objects.filter(pk__in=gone).delete()


def _fill(reference: Reference, csl: dict[str, Any]) -> None:
    reference.key, reference.csl = csl["id"], csl
    for column, value in columns_of(csl, settings.CITATION_STYLE).items():
        setattr(reference, column, value)
    reference.likeness = likeness(csl)


def _told(change: Change) -> dict[str, Any]:
    before = {**change.before, **_names_of(change.had)}
    return audit.changed(before, {**change.csl, **_names_of(change.has)})


def _names_of(tags: Iterable[Tag]) -> dict[str, list[str]]:
    # A record has no variable of this name, see CSL 1.0.2.
    return {"tags": sorted(tag.name for tag in tags)} if tags else {}


def _entry(change: Change) -> Entry:
    reference = change.reference
    names = [
        *(reference.authors, reference.container, reference.key),
        *change.identifiers.values(),
    ]
    summary = [reference.container, str(reference.year or "")]
    return Entry(
        slugs=(),
        path=reference.get_absolute_url(),
        title=reference.title,
        names=" · ".join(filter(None, names)),
        summary=" · ".join(filter(None, summary)),
        text=plain_text(reference.csl.get("abstract", "")),
        live_from=reference.created_at,
    )
