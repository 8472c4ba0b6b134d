"""Articles in and out as Markdown files with front matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from immunosite.core import frontmatter
from immunosite.core.labelling import label, tag_for
from immunosite.core.markdown import MAX_BODY
from immunosite.core.publishing import PublishingRefused
from immunosite.core.reports import Outcome, Report

from . import publishing as deeds
from .models import Article, ArticleRevision

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

FIELDS = ("slug", "title", "summary", "tags")
_LIMITS = {"title": 200, "summary": 400}


@transaction.atomic
def import_articles(
    files: Iterable[tuple[str, str]],
    *,
    by: AbstractUser,
    on_existing: Literal["keep", "update"] = "keep",
    publishing: bool = False,
    dry_run: bool = False,
) -> Report:
    """Save each (file name, text) as a draft, and publish it if asked to.

    An article is known by its slug, which without a ``slug`` field is made of the
    title. A file that fails is reported with line and field and changes nothing; the
    others go on.
    """
    report = Report()
    for name, text in files:
        try:
            document = frontmatter.split(text)
        except frontmatter.FrontMatterError as error:
            report.add(name, Outcome.REJECTED, str(error), line=error.line)
            continue
        try:
            with transaction.atomic():
                outcome = _import(document, by, on_existing, publishing)
        except PublishingRefused as refused:
            problem = refused.problems[0]
            line = document.line_of(problem.line)
            report.add(name, Outcome.REJECTED, problem.message, line=line)
        except ValidationError as error:
            report.add(name, Outcome.REJECTED, _message(error), line=1)
        else:
            report.add(name, outcome)
    if dry_run:
        transaction.set_rollback(True)
    return report


def _import(
    document: frontmatter.Document, by: AbstractUser, on_existing: str, publishing: bool
) -> Outcome:
    fields = _checked(document)
    slug = fields.pop("slug")
    article = Article.objects.filter(slug=slug).first()
    if article and on_existing == "keep":
        return Outcome.KEPT
    newest = article.newest() if article else None
    fields["tags"] = [tag_for(text, by=by) for text in fields["tags"]]
    if newest and _same(newest, fields):
        return Outcome.UNCHANGED
    revision = deeds.save_draft(
        article or Article(slug=slug),
        based_on=newest.number if newest else None,
        by=by,
        note="Imported.",
        **fields,
    )
    if publishing:
        deeds.publish(revision, by=by)
    return Outcome.UPDATED if newest else Outcome.CREATED


def _checked(document: frontmatter.Document) -> dict[str, Any]:
    """The fields of a file; raises ValidationError keyed by field."""
    given = document.fields
    unknown = sorted(map(str, set(given) - set(FIELDS)))
    if unknown:
        raise ValidationError(
            {unknown[0]: f"Unknown field. Known are {', '.join(FIELDS)}."}
        )
    values = {name: _text(given, name) for name in ("slug", "title", "summary")}
    values["slug"] = values["slug"] or slugify(values["title"], allow_unicode=True)
    if not values["slug"]:
        raise ValidationError({"title": "A title or a slug is needed."})
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


def _message(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items()
    )


def export_article(revision: ArticleRevision) -> str:
    """A revision as the file that :func:`import_articles` reads back."""
    fields = {
        "slug": revision.page.slug,
        "title": revision.title,
        "summary": revision.summary,
        "tags": sorted(map(label, revision.tags.all())),
    }
    return frontmatter.join(fields, revision.body)
