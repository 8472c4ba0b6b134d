"""References in and out as CSL-JSON, see :mod:`references.formats.csl_json`."""

from __future__ import annotations

from collections.abc import Mapping
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

    An item that fails is reported with its place in the file and its variable and
    changes nothing; the others go on. One whose identifier another reference already
    has is a duplicate. A file that can't be read is one rejected row with its line.
    """
    report = Report()
    try:
        items = load(text)
    except MalformedFile as error:
        report.add("The file", Outcome.REJECTED, str(error), line=error.line)
        return report
    caching.hold_epoch()
    records = [item for item in items if not isinstance(item, Rejected)]
    stored = Reference.objects.in_bulk([r["id"] for r in records], field_name="key")
    places: dict[str, int] = {}
    for place, item in enumerate(items, start=1):
        if isinstance(item, Rejected):
            reason = _reason(place, item.field, item.reason)
            report.add(item.name, Outcome.REJECTED, reason)
        elif (first := places.setdefault(item["id"], place)) != place:
            reason = _reason(place, "id", f"Item {first} has the same one.")
            report.add(item["id"], Outcome.REJECTED, reason)
        else:
            outcome, reason = _import(
                item, place, stored.get(item["id"]), by, on_existing
            )
            report.add(item["id"], outcome, reason)
    if dry_run:
        transaction.set_rollback(True)
    return report


def _import(
    item: Mapping[str, Any],
    place: int,
    stored: Reference | None,
    by: AbstractUser,
    on_existing: str,
) -> tuple[Outcome, str]:
    """What became of one item, and why."""
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
