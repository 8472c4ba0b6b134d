"""References in and out as CSL-JSON, see :mod:`references.formats.csl_json`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from django.core.exceptions import ValidationError
from django.db import transaction

from immunosite.core import caching
from immunosite.core.reports import Outcome, Report

from .curating import save_reference
from .formats.csl_json import MalformedFile, Rejected, dump, load
from .models import Reference

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


@transaction.atomic
def import_csl(
    text: str,
    *,
    by: AbstractUser,
    on_existing: Literal["keep", "update"] = "keep",
    dry_run: bool = False,
) -> Report:
    """Store each item under its id; an existing one is kept or updated.

    An item that fails changes nothing and is reported with its place and variable, one
    whose identifier another reference has as a duplicate; the others go on. A file that
    can't be read is one rejected row with its line.
    """
    report = Report()
    try:
        items = _once(load(text))
    except MalformedFile as error:
        report.add("The file", Outcome.REJECTED, str(error), line=error.line)
        return report
    caching.hold_epoch()
    keys = [item["id"] for item in items if not isinstance(item, Rejected)]
    stored = Reference.objects.in_bulk(keys, field_name="key")
    for place, item in enumerate(items, start=1):
        if isinstance(item, Rejected):
            reason = _reason(place, item.field, item.reason)
            report.add(item.name, Outcome.REJECTED, reason)
        else:
            report.add(item["id"], *_import(item, place, stored, by, on_existing))
    if dry_run:
        transaction.set_rollback(True)
    return report


def _once(items: Iterable[dict[str, Any] | Rejected]) -> list[dict | Rejected]:
    """The items; one whose id an earlier one has as Rejected."""
    places: dict[str, int] = {}
    found: list[dict | Rejected] = []
    for place, item in enumerate(items, start=1):
        if isinstance(item, dict) and places.setdefault(item["id"], place) != place:
            reason = f"Item {places[item['id']]} has the same one."
            item = Rejected(place, item["id"], "id", reason)
        found.append(item)
    return found


def _import(
    item: Mapping[str, Any],
    place: int,
    references: Mapping[str, Reference],
    by: AbstractUser,
    on_existing: str,
) -> tuple[Outcome, str]:
    """What became of one item, and why."""
    stored = references.get(item["id"])
    if stored and on_existing == "keep":
        return Outcome.KEPT, ""
    if stored and stored.csl == item:
        return Outcome.UNCHANGED, ""
    try:
        with transaction.atomic():
            save_reference(item["id"], item, by=by, reference=stored)
    except ValidationError as error:
        return _failure(error, place)
    return (Outcome.UPDATED if stored else Outcome.CREATED), ""


def _failure(error: ValidationError, place: int) -> tuple[Outcome, str]:
    errors = error.error_dict
    codes = {one.code for several in errors.values() for one in several}
    outcome = Outcome.DUPLICATE if codes == {"duplicate"} else Outcome.REJECTED
    parts = [
        _reason(place, "id" if variable == "key" else variable, " ".join(messages))
        for variable, messages in error.message_dict.items()
    ]
    return outcome, " ".join(parts)


def _reason(place: int, variable: str, why: str) -> str:
    return f"item {place}, {variable}: {why}" if variable else f"item {place}: {why}"


def export_csl() -> str:
    """All references in the format that :func:`import_csl` reads."""
    return dump(Reference.objects.values_list("csl", flat=True))
