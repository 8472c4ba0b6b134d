"""The shelf: one row for everything public, with its interval and its words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from .intervals import IntervalQuerySet


class Document(models.Model):
    """What readers can find: a live or scheduled revision, or a reference.

    ``kind`` is the model's label ("articles.article"), ``page_id`` its key. ``names``
    holds other words for the same thing (synonyms, authors). The full-text table
    (see :mod:`immunosite.core.fulltext`) has a row with the same id.
    """

    kind = models.CharField(max_length=40)
    page_id = models.BigIntegerField()
    revision_id = models.BigIntegerField(null=True, blank=True)
    path = models.CharField(max_length=200)
    title = models.CharField(max_length=1000)
    names = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    text = models.TextField(blank=True)
    is_at_foot = models.BooleanField(
        default=False, help_text="Linked at the foot of every page."
    )
    live_from = models.DateTimeField(db_index=True)
    live_until = models.DateTimeField(null=True, blank=True, db_index=True)

    objects = IntervalQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "page_id"], name="core_document_page"),
            models.Index(
                fields=["title"],
                condition=models.Q(is_at_foot=True),
                name="core_document_foot",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(live_until__isnull=True)
                | models.Q(live_until__gt=models.F("live_from")),
                name="core_document_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return self.title


class DocumentSlug(models.Model):
    """A present or former slug that leads to a document."""

    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="slugs"
    )
    slug = models.CharField(max_length=120, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "slug"], name="core_documentslug_once"
            )
        ]

    def __str__(self) -> str:
        return self.slug


def foot() -> list[list[Any]]:
    """[path, title, live from, live until] of all current documents that are linked at
    the foot of every page, as JSON can hold them."""
    rows = Document.objects.filter(is_at_foot=True).current().order_by("title", "pk")
    return [
        [row.path, row.title, row.live_from.timestamp(), _timestamp(row.live_until)]
        for row in rows.only("path", "title", "live_from", "live_until")
    ]


def _timestamp(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


def addresses(kind: str, slugs: set[str]) -> dict[str, str]:
    """The paths of those of ``slugs``, present or former, that lead somewhere live."""
    if not slugs:
        return {}
    # Asked one after the other: else SQLite looks at all documents of the kind.
    named = DocumentSlug.objects.filter(slug__in=slugs)
    slugs_of = list(named.values_list("slug", "document_id"))
    live = Document.objects.live().filter(pk__in={pk for _, pk in slugs_of})
    rows = live.values_list("pk", "path", "kind")
    paths = {pk: path for pk, path, of_kind in rows if of_kind == kind}
    return {slug: paths[pk] for slug, pk in slugs_of if pk in paths}


def pages_that_use(thing: models.Model, base: type[models.Model]) -> Any:
    """The live documents of every kind whose revision has a row about ``thing``.

    ``base`` is the abstract model of such rows (a citation, a mention); the apps above
    subclass it with a ``revision``. So a reference can say who cites it without
    knowing which apps there are.
    """
    rows = models.Q(pk__in=())
    for relation in thing._meta.related_objects:
        model: Any = relation.related_model
        if issubclass(model, base):
            page = model._meta.get_field("revision").related_model._meta.get_field(
                "page"
            )
            uses = model._default_manager.filter(**{relation.field.name: thing})
            rows |= models.Q(
                kind=page.related_model._meta.label_lower,
                revision_id__in=uses.values("revision_id"),
            )
    return Document.objects.live().filter(rows).order_by("kind", "title")
