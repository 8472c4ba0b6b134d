"""Articles in and out as Markdown files with front matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from immunosite.core import frontmatter
from immunosite.core.exchanging import FORCED_REASON, message_of
from immunosite.core.labelling import label, tag_for
from immunosite.core.markdown import MAX_BODY
from immunosite.core.publishing import PublishingRefused
from immunosite.core.reports import Outcome, Report

from . import publishing as deeds
from .models import SUMMARY_LENGTH, Article, ArticleRevision, Kind

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

FIELDS = ("slug", "kind", "title", "summary", "tags")
_LIMITS = {"title": 200, "summary": SUMMARY_LENGTH}


class _SomeRefused(Exception):
    """Of the files that were to go live some may not; ``why`` has the message and the
    line of each, by its place in the import."""

    def __init__(self, why: dict[int, tuple[str, int | None]]) -> None:
        self.why = why
        super().__init__(f"{len(why)} files can't go live.")


@transaction.atomic
def import_articles(
    files: Iterable[tuple[str, str]],
    *,
    by: AbstractUser,
    on_existing: Literal["keep", "update"] = "keep",
    publishing: bool = False,
    dry_run: bool = False,
) -> Report:
    """Save each (file name, text) as a draft, and publish them if asked to.

    An article is known by its slug, which without a ``slug`` field is made of the
    title. Files may link to one another, in any order: all drafts are saved before the
    first is published. A file that fails is reported with line and field and changes
    nothing; the others go on.
    """
    given = list(files)
    refused: dict[int, tuple[str, int | None]] = {}
    while True:
        try:
            with transaction.atomic():
                report = _attempt(given, refused, by, on_existing, publishing)
        except _SomeRefused as some:
            # Once more without these, since the others may link to them.
            refused |= some.why
        else:
            break
    if dry_run:
        transaction.set_rollback(True)
    return report


def _attempt(
    files: list[tuple[str, str]],
    refused: Mapping[int, tuple[str, int | None]],
    by: AbstractUser,
    on_existing: str,
    publishing: bool,
) -> Report:
    report = Report()
    drafts: dict[int, tuple[frontmatter.Document, ArticleRevision]] = {}
    for place, (name, text) in enumerate(files):
        if place in refused:
            message, line = refused[place]
            report.add(name, Outcome.REJECTED, message, line=line)
            continue
        try:
            document = frontmatter.split(text)
            with transaction.atomic():
                outcome, revision = _save(document, by, on_existing)
        except frontmatter.FrontMatterError as error:
            report.add(name, Outcome.REJECTED, str(error), line=error.line)
        except ValidationError as error:
            report.add(name, Outcome.REJECTED, message_of(error), line=1)
        else:
            report.add(name, outcome)
            if revision is not None:
                drafts[place] = document, revision
    if publishing:
        _publish(drafts, by)
    return report


def _save(
    document: frontmatter.Document, by: AbstractUser, on_existing: str
) -> tuple[Outcome, ArticleRevision | None]:
    """What became of a file, and the draft that it made."""
    fields = _checked(document)
    slug = fields.pop("slug")
    known = Article.objects.filter(Q(slug=slug) | Q(former_slugs__slug=slug))
    article = known.first()
    if article and on_existing == "keep":
        return Outcome.KEPT, None
    kind = fields.pop("kind")
    if article and kind not in ("", article.kind):
        raise ValidationError({"kind": f"This is a “{article.kind}” here already."})
    newest = article.newest() if article else None
    fields["tags"] = [tag_for(text, by=by) for text in fields["tags"]]
    if newest and _same(newest, fields):
        return Outcome.UNCHANGED, None
    revision = deeds.save_draft(
        article or Article(slug=slug, kind=kind or Kind.ARTICLE),
        based_on=newest.number if newest else None,
        by=by,
        note="Imported.",
        **fields,
    )
    return (Outcome.UPDATED if newest else Outcome.CREATED), revision


def _publish(
    drafts: Mapping[int, tuple[frontmatter.Document, ArticleRevision]],
    by: AbstractUser,
) -> None:
    why: dict[int, tuple[str, int | None]] = {}
    for place, (document, revision) in drafts.items():
        try:
            with transaction.atomic():
                deeds.publish(
                    revision, by=by, forced_reason=FORCED_REASON, announcing=False
                )
        except PublishingRefused as refused:
            problem = refused.problems[0]
            why[place] = problem.message, document.line_of(problem.line)
    if why:
        raise _SomeRefused(why)
    deeds.announce()


def _checked(document: frontmatter.Document) -> dict[str, Any]:
    """The fields of a file; raises ValidationError keyed by field."""
    given = document.fields
    unknown = sorted(map(str, set(given) - set(FIELDS)))
    if unknown:
        raise ValidationError(
            {unknown[0]: f"Unknown field. Known are {', '.join(FIELDS)}."}
        )
    values = {name: _text(given, name) for name in ("slug", "kind", "title", "summary")}
    values["slug"] = values["slug"] or slugify(values["title"], allow_unicode=True)
    if not values["slug"]:
        raise ValidationError({"title": "A title or a slug is needed."})
    if values["kind"] not in ("", *Kind.values):
        raise ValidationError({"kind": f"Known are {', '.join(Kind.values)}."})
    if "\0" in document.body:
        raise ValidationError({"body": "The text holds a NUL character."})
    if len(document.body) > MAX_BODY:
        raise ValidationError({"body": f"Longer than {MAX_BODY:,} characters."})
    return {**values, "tags": _tags(given), "body": document.body.rstrip() + "\n"}


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        raise ValidationError({name: "This must be text. Put it in quotes."})
    value = " ".join(value.split())
    limit = _LIMITS.get(name)
    if limit and len(value) > limit:
        raise ValidationError({name: f"Longer than {limit} characters."})
    return value


def _tags(given: Mapping[str, Any]) -> list[str]:
    tags = given.get("tags") or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ValidationError(
            {"tags": "This must be a list of texts like “cancer type: Melanoma”."}
        )
    return tags


def _same(newest: ArticleRevision, fields: Mapping[str, Any]) -> bool:
    plain = ("title", "summary", "body")
    return all(getattr(newest, name) == fields[name] for name in plain) and (
        set(newest.tags.all()) == set(fields["tags"])
    )


def export_article(revision: ArticleRevision) -> str:
    """A revision as the file that :func:`import_articles` reads back."""
    fields = {
        "slug": revision.page.slug,
        "kind": str(revision.page.kind),
        "title": revision.title,
        "summary": revision.summary,
        "tags": sorted(map(label, revision.tags.all())),
    }
    return frontmatter.join(fields, revision.body)
