"""The deeds on references: save, delete, notices, format anew.

Whatever changes a reference holds the epoch first, so no two of them run at once and
what they checked still holds when they commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.forms.models import model_to_dict

from immunosite.core import audit, caching
from immunosite.core.documents import Document
from immunosite.core.fulltext import Entry, shelve
from immunosite.core.tagging import Tag

from .formats.csl_json import complaints
from .identifiers import canonical
from .likeness import likeness
from .models import Identifier, Notice, Reference, ReferenceAlias
from .reading import titles_citing
from .styling import STYLE_VERSION, columns_of, format_entry, plain_text

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

REFERENCES = "references.reference"
_MAX_PATH = Document._meta.get_field("path").max_length or 0


class EditConflict(Exception):
    """Somebody else saved the reference in between; ``current`` is what they saved."""

    def __init__(self, current: Reference) -> None:
        self.current = current
        saved = audit.AuditEntry.objects.filter(
            subject_type=REFERENCES, subject_id=current.pk, action="change reference"
        ).first()
        who = saved.by if saved else "Somebody else"
        super().__init__(f"{who} saved this reference while you were writing.")


def version_of(reference: Reference) -> str:
    """Names the state that an editor has before them."""
    return reference.updated_at.isoformat()


def lock(reference: Reference, *, based_on: str) -> None:
    """Let nobody else change references until this transaction ends.

    Raises EditConflict when a stored reference is no longer the ``version_of`` that
    the editor had before them. Call it inside a transaction.
    """
    caching.hold_epoch()
    current = Reference.objects.filter(pk=reference.pk).first()
    if current and version_of(current) != based_on:
        raise EditConflict(current)


@transaction.atomic
def save_reference(
    key: str,
    csl: Mapping[str, Any],
    *,
    by: AbstractUser,
    reference: Reference | None = None,
    tags: Iterable[Tag] | None = None,
) -> Reference:
    """Create a reference, or change ``reference``; ``tags`` None leaves its tags alone.

    Writes nothing when nothing changed. Raises ValidationError as :func:`check` does.
    """
    reference = reference or Reference()
    is_new = reference.pk is None
    audit.require(by, f"references.{'add' if is_new else 'change'}_reference")
    caching.hold_epoch()
    record = {**csl, "id": key}
    identifiers = check(key, record, reference)
    stored = None if is_new else Reference.objects.get(pk=reference.pk)
    before = stored.csl if stored else {}
    had = set(stored.tags.all()) if stored else set()
    wanted = had if tags is None else set(tags)
    if record != before or wanted != had:
        _store(reference, record, identifiers)
        if wanted != had:
            reference.tags.set(wanted)
        action = "add reference" if is_new else "change reference"
        audit.record(reference, action, by=by, **_changes(before, record, had, wanted))
        _shelve(reference, identifiers.values())
    return reference


def check(
    key: str, record: Mapping[str, Any], reference: Reference | None = None
) -> dict[str, str]:
    """The canonical identifiers of a record, by scheme, if it may be stored.

    ``reference`` is the one it would replace. Raises ValidationError keyed by the CSL
    variable, or ``key``; its code is ``duplicate`` where another reference already has
    the identifier.
    """
    pk = reference.pk if reference else None
    errors: dict[str, Any] = {}
    for variable, reason in complaints(record):
        errors.setdefault(variable, []).append(reason)
    if not errors and not plain_text(record["title"]):
        errors["title"] = "The title has no words."
    if errors:
        raise ValidationError(errors)
    _check_key(key, pk)
    identifiers, wrong = canonical(record)
    if wrong:
        raise ValidationError({scheme.upper(): why for scheme, why in wrong.items()})
    same = [Q(scheme=scheme, value=value) for scheme, value in identifiers.items()]
    taken = Identifier.objects.filter(reduce(or_, same, Q(pk__in=())))
    for other in taken.exclude(reference=pk or 0).select_related("reference"):
        variable = other.scheme.upper()
        message = f"“{other.reference.key}” already has this {variable}."
        errors[variable] = ValidationError(message, code="duplicate")
    if errors:
        raise ValidationError(errors)
    return identifiers


def _check_key(key: str, pk: Any) -> None:
    try:
        Reference._meta.get_field("key").clean(key, None)
        if {"", ".", ".."} & set(key.split("/")):
            raise ValidationError("Between slashes a citation key needs words.")
        if len(Reference(key=key).get_absolute_url()) > _MAX_PATH:
            raise ValidationError("This citation key is too long for an address.")
        if Reference.objects.filter(key=key).exclude(pk=pk or 0).exists():
            raise ValidationError("Another reference has this citation key.")
        if ReferenceAlias.objects.filter(key=key).exists():
            raise ValidationError("A reference that was merged had this citation key.")
        former = pk and Reference.objects.filter(pk=pk).exclude(key=key).first()
        if former and titles_citing(former):
            raise ValidationError(
                "Pages cite this reference by its key, so it can't change any more."
            )
    except ValidationError as error:
        raise ValidationError({"key": error}) from error


def _store(
    reference: Reference, csl: dict[str, Any], identifiers: Mapping[str, str]
) -> None:
    if reference.pk:
        # Those of merged records stay, unless the record itself now has them.
        own = Q(is_former=False) | Q(value__in=identifiers.values())
        reference.identifiers.filter(own).delete()
    reference.key, reference.csl = csl["id"], csl
    for column, value in columns_of(csl).items():
        setattr(reference, column, value)
    reference.likeness = likeness(csl)
    reference.save()
    Identifier.objects.bulk_create(
        Identifier(reference=reference, scheme=scheme, value=value)
        for scheme, value in identifiers.items()
    )


def _changes(
    before: Mapping[str, Any], after: Mapping[str, Any], had: set[Tag], has: set[Tag]
) -> dict[str, Any]:
    return audit.changed({**before, **_names_of(had)}, {**after, **_names_of(has)})


def _names_of(tags: set[Tag]) -> dict[str, list[str]]:
    # A record has no variable of this name, see CSL 1.0.2.
    return {"tags": sorted(tag.name for tag in tags)} if tags else {}


def _shelve(reference: Reference, identifiers: Iterable[str]) -> None:
    names = [reference.authors, reference.container, reference.key, *identifiers]
    summary = [reference.container, str(reference.year or "")]
    entry = Entry(
        slugs=(),
        path=reference.get_absolute_url(),
        title=reference.title,
        names=" · ".join(filter(None, names)),
        summary=" · ".join(filter(None, summary)),
        text=plain_text(reference.csl.get("abstract", "")),
        live_from=reference.created_at,
    )
    shelve(REFERENCES, reference.pk, [entry])
    caching.move_epoch()


@transaction.atomic
def delete_reference(reference: Reference, *, by: AbstractUser) -> None:
    """Delete a reference that no page cites. Raises ValidationError naming the pages."""
    audit.require(by, "references.delete_reference")
    caching.hold_epoch()
    if titles := titles_citing(reference):
        names = ", ".join(f"“{title}”" for title in titles[:5])
        more = f" and {len(titles) - 5} more" if len(titles) > 5 else ""
        raise ValidationError(f"It is cited by {names}{more}, so it can't be deleted.")
    audit.record(reference, "delete reference", by=by, before=reference.csl)
    shelve(REFERENCES, reference.pk, [])
    reference.delete()
    caching.move_epoch()


@transaction.atomic
def add_notice(reference: Reference, *, by: AbstractUser, **fields: Any) -> Notice:
    """Store what a publisher announced: kind, noticed_on, source, note.

    Every page that cites the reference shows it from the next request on. Raises
    ValidationError.
    """
    audit.require(by, "references.add_notice")
    caching.hold_epoch()
    notice = Notice(reference=reference, **fields)
    notice.full_clean()
    notice.save()
    audit.record(reference, "add notice", by=by, after=fields)
    caching.move_epoch()
    return notice


@transaction.atomic
def remove_notice(notice: Notice, *, by: AbstractUser) -> None:
    """Take back a notice that was entered by mistake."""
    audit.require(by, "references.delete_notice")
    caching.hold_epoch()
    fields = model_to_dict(notice, ["kind", "noticed_on", "source", "note"])
    audit.record(notice.reference, "remove notice", by=by, before=fields)
    notice.delete()
    caching.move_epoch()


def reformat(*, limit: int | None = None) -> int:
    """Format again the entries that another version of the style made, each in its
    own transaction; return how many."""
    stale = Reference.objects.exclude(entry_by=STYLE_VERSION)
    return sum(map(_reformat, stale[:limit]))


@transaction.atomic
def _reformat(reference: Reference) -> int:
    caching.hold_epoch()
    # A save in between has formatted the entry itself.
    same = {"pk": reference.pk, "updated_at": reference.updated_at}
    unchanged = Reference.objects.filter(**same)
    done = unchanged.update(entry=format_entry(reference.csl), entry_by=STYLE_VERSION)
    caching.move_epoch()
    return done
