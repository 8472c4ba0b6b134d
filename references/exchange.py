"""References in and out, in each of the formats of :mod:`references.formats`.

All imports (the command, the admin's, the demonstration's) go through :func:`bring`:
some hundred records at a time, each time one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from django.db import transaction

from immunosite.core import caching
from immunosite.core.records import Rejected, read_on
from immunosite.core.reports import Report

from .earlier import Earlier
from .formats import FORMATS, Record
from .holdings import holdings_of
from .matching import decide
from .models import Reference, ReferenceAlias
from .storing import Change, store
from .verdicts import Rules, Verdict

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

AT_A_TIME = 250
# The format that can carry all that a reference holds.
WHOLE = "csl-json"


def import_references(
    text: str,
    *,
    by: AbstractUser,
    format: str = WHOLE,
    on_existing: Literal["keep", "update"] = "keep",
    look_alikes: bool = False,
    dry_run: bool = False,
) -> Report:
    """Bring the records of a file in; see :func:`bring`. A file that can't be read, or
    not to its end, has a rejected row with its line; what was before that goes on."""
    rules = Rules(on_existing, look_alikes, is_whole=format == WHOLE)
    report, earlier = Report(), Earlier()
    for records in chunks(read_records(text, format=format)):
        if dry_run:
            verdicts = look_at(records, earlier=earlier, rules=rules)
        else:
            verdicts = bring(records, earlier=earlier, rules=rules, by=by)
        report.rows.extend(verdict.as_row() for verdict in verdicts)
    return report


def read_records(text: str, *, format: str) -> Iterator[Record | Rejected]:
    """The records of a file; where it can't be read on, a last one says why."""
    return read_on(FORMATS[format].load(text))


def chunks(
    records: Iterable[Record | Rejected], size: int = AT_A_TIME
) -> Iterator[list[Record | Rejected]]:
    """The records, ``size`` at a time."""
    some: list[Record | Rejected] = []
    for record in records:
        some.append(record)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some


def look_at(
    records: list[Record | Rejected], *, earlier: Earlier, rules: Rules
) -> list[Verdict]:
    """What :func:`bring` would do with some records of a file; nothing is stored."""
    read = [record.csl for record in records if isinstance(record, Record)]
    holdings = holdings_of(read)
    verdicts = decide(
        records,
        holdings=holdings,
        taken=_Taken().__contains__,
        earlier=earlier,
        rules=rules,
    )
    return list(verdicts)


@transaction.atomic
def bring(
    records: list[Record | Rejected],
    *,
    earlier: Earlier,
    rules: Rules,
    by: AbstractUser,
) -> list[Verdict]:
    """Store some records of a file; return what became of each, with its reference.

    One that fails changes nothing and takes no other along. ``earlier`` is what the
    file's records before these brought, and is told of these. Raises PermissionDenied,
    and then nothing is stored.
    """
    caching.hold_epoch()
    verdicts = [
        replace(verdict, reference=verdict.reference or Reference())
        if verdict.csl
        else verdict
        for verdict in look_at(records, earlier=earlier, rules=rules)
    ]
    changes = [
        Change(one.reference, one.csl, one.identifiers, before=one.reference.csl)
        for one in verdicts
        if one.reference and one.csl
    ]
    store(changes, by=by)
    return verdicts


class _Taken:
    """All keys, present and former, once somebody asks for one."""

    def __init__(self) -> None:
        self._keys: set[str] | None = None

    def __contains__(self, key: str) -> bool:
        if self._keys is None:
            keys = (
                model.objects.order_by().values_list("key", flat=True)
                for model in (Reference, ReferenceAlias)
            )
            self._keys = {key for each in keys for key in each.iterator()}
        return key in self._keys


def export_references(*, format: str = WHOLE) -> str:
    """All references, by key, as a file that :func:`import_references` reads."""
    records: Any = Reference.objects.order_by("key").values_list("csl", flat=True)
    return FORMATS[format].dump(records.iterator())
