"""Terms in and out as CSV (RFC 4180, UTF-8)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from immunosite.core.exchanging import FORCED_REASON, message_of
from immunosite.core.labelling import label, tag_for
from immunosite.core.markdown import MAX_BODY
from immunosite.core.publishing import PublishingRefused, SeveralRefused
from immunosite.core.reports import Outcome, Report

from . import publishing as deeds
from .models import FormKind, Term, TermRevision
from .wording import Form

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

COLUMNS = (
    "headword",
    "plurals",
    "synonyms",
    "abbreviations",
    "linking",
    "tags",
    "definition",
)
REQUIRED = ("headword", "definition")
_KINDS = {
    "plurals": FormKind.PLURAL,
    "synonyms": FormKind.SYNONYM,
    "abbreviations": FormKind.ABBREVIATION,
}
_LINKING = {"auto": True, "": True, "explicit": False}


class _SomeRefused(Exception):
    """Of the rows that were to go live some may not; ``why`` says so by line."""

    def __init__(self, why: dict[int, str]) -> None:
        self.why = why
        super().__init__(f"{len(why)} terms can't go live.")


@transaction.atomic
def import_terms(
    text: str,
    *,
    by: AbstractUser,
    on_existing: Literal["keep", "update"] = "keep",
    publishing: bool = False,
    dry_run: bool = False,
) -> Report:
    """Save each row as a draft, and publish them together if asked to.

    Columns are COLUMNS; only REQUIRED ones must be there; cells with several values
    part them by ``|``. A term is known by the slug of its headword. A row that fails
    is reported with its line and field and changes nothing; the others go on.
    """
    rows = list(_rows(text))
    refused: dict[int, str] = {}
    while True:
        try:
            with transaction.atomic():
                report = _attempt(rows, refused, by, on_existing, publishing)
        except _SomeRefused as some:
            # Once more without these, since the others may name them.
            refused |= some.why
        else:
            break
    if dry_run:
        transaction.set_rollback(True)
    return report


def _attempt(
    rows: list[tuple[int, dict[str, str], str]],
    refused: Mapping[int, str],
    by: AbstractUser,
    on_existing: str,
    publishing: bool,
) -> Report:
    report = Report()
    drafts: dict[int, TermRevision] = {}
    lines: dict[str, int] = {}
    for line, row, complaint in rows:
        name = row.get("headword") or f"row on line {line}"
        if not complaint:
            first = lines.setdefault(_slug(row), line)
            if first != line:
                complaint = f"headword: Line {first} has the same one."
        if reason := complaint or refused.get(line):
            report.add(name, Outcome.REJECTED, reason, line=line)
            continue
        try:
            with transaction.atomic():
                outcome, revision = _save(row, by, on_existing)
        except ValidationError as error:
            report.add(name, Outcome.REJECTED, message_of(error), line=line)
        else:
            report.add(name, outcome, line=line)
            if revision is not None:
                drafts[line] = revision
    if publishing:
        _publish(drafts, by)
    return report


def _publish(drafts: Mapping[int, TermRevision], by: AbstractUser) -> None:
    try:
        deeds.publish_together(
            list(drafts.values()), by=by, forced_reason=FORCED_REASON
        )
    except SeveralRefused as several:
        why = {
            line: str(PublishingRefused(several.by_revision[revision.pk]))
            for line, revision in drafts.items()
            if revision.pk in several.by_revision
        }
        raise _SomeRefused(why) from several


def _rows(text: str) -> Iterator[tuple[int, dict[str, str], str]]:
    """(line, row, complaint) of each row; a complaint says why it can't be used."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    line = 1
    try:
        header = reader.fieldnames or []
        missing = [name for name in REQUIRED if name not in header]
        unknown = [name for name in header if name not in COLUMNS]
        if missing or unknown:
            yield 1, {}, _header_complaint(missing, unknown)
            return
        line = reader.line_num + 1
        for row in reader:
            yield line, row, _row_complaint(row)
            line = reader.line_num + 1
    except csv.Error as error:
        yield line, {}, f"This is not valid CSV from here on: {error}."


def _header_complaint(missing: list[str], unknown: list[str]) -> str:
    parts = []
    if missing:
        parts.append(f"The header lacks {', '.join(missing)}.")
    if unknown:
        parts.append(f"Unknown columns: {', '.join(map(repr, unknown))}.")
    return " ".join([*parts, f"Known columns: {', '.join(COLUMNS)}."])


def _row_complaint(row: Mapping[str, Any]) -> str:
    if None in row or None in row.values():
        return "This row has not as many cells as the header."
    for name in REQUIRED:
        if not row[name].strip():
            return f"{name}: this cell is empty."
    if "\0" in "".join(row.values()):
        return "This row holds a NUL character."
    if len(row["headword"]) > 200:
        return "headword: longer than 200 characters."
    if len(row["definition"]) > MAX_BODY:
        return f"definition: longer than {MAX_BODY:,} characters."
    if row.get("linking", "") not in _LINKING:
        return f"linking: “{row['linking']}” is neither “auto” nor “explicit”."
    if not _slug(row):
        return "headword: it holds no letter or digit."
    return ""


def _slug(row: Mapping[str, str]) -> str:
    return slugify(row["headword"], allow_unicode=True)


def _split(cell: str | None) -> list[str]:
    return [" ".join(part.split()) for part in (cell or "").split("|") if part.strip()]


def _save(
    row: Mapping[str, str], by: AbstractUser, on_existing: str
) -> tuple[Outcome, TermRevision | None]:
    """What became of a row, and the draft that it made."""
    title = " ".join(row["headword"].split())
    slug = _slug(row)
    term = Term.objects.filter(slug=slug).first()
    if term and on_existing == "keep":
        return Outcome.KEPT, None
    newest = term.newest() if term else None
    fields: dict[str, Any] = {
        "title": title,
        "body": row["definition"].replace("\r\n", "\n").strip(),
        "is_automatic": _LINKING[row.get("linking", "")],
        "forms": [
            Form(text, kind.value)
            for column, kind in _KINDS.items()
            for text in _split(row.get(column))
        ],
        "tags": [tag_for(text, by=by) for text in _split(row.get("tags"))],
    }
    if newest and _same(newest, fields):
        return Outcome.UNCHANGED, None
    revision = deeds.save_draft(
        term or Term(slug=slug),
        based_on=newest.number if newest else None,
        by=by,
        note="Imported.",
        **fields,
    )
    return (Outcome.UPDATED if newest else Outcome.CREATED), revision


def _same(newest: TermRevision, fields: Mapping[str, Any]) -> bool:
    plain = ("title", "is_automatic")
    others = newest.forms.exclude(kind=FormKind.HEADWORD)
    forms = [(form.kind, form.text) for form in others]
    given = [(form.kind, form.text) for form in fields["forms"]]
    return (
        all(getattr(newest, name) == fields[name] for name in plain)
        and newest.body.strip() == fields["body"]
        and sorted(forms) == sorted(given)
        and set(newest.tags.all()) == set(fields["tags"])
    )


def export_terms() -> str:
    """All live terms in the format that :func:`import_terms` reads."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    live = TermRevision.objects.live().order_by("page__slug")
    for revision in live.prefetch_related("forms", "tags"):  # type: ignore[misc]  # taggit has no types
        writer.writerow(_row(revision))
    return out.getvalue()


def _row(revision: TermRevision) -> dict[str, str]:
    forms = list(revision.forms.all())
    cells = {
        column: "|".join(form.text for form in forms if form.kind == kind)
        for column, kind in _KINDS.items()
    }
    return {
        "headword": revision.title,
        **cells,
        "linking": "auto" if revision.is_automatic else "explicit",
        "tags": "|".join(sorted(map(label, revision.tags.all()))),
        "definition": revision.body,
    }
