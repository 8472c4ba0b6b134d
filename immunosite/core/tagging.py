"""Tags: one vocabulary for articles, terms and references, each tag of a kind."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from taggit.models import ItemBase, TagBase

from .targets import size_of

# The folder of our drawings, from the root of the static files.
_DRAWINGS = "img/topics"


@cache
def drawings() -> dict[str, str]:
    """Our drawings of topics: name → words that a form shows."""
    files = (settings.BASE_DIR / "static" / _DRAWINGS).glob("*.svg")
    names = sorted(path.stem for path in files)
    return {name: name.replace("-", " ").capitalize() for name in names}


class TagKind(models.TextChoices):
    CANCER_TYPE = "cancer type", "Cancer type"
    TREATMENT = "treatment", "Treatment"
    TOPIC = "topic", "Topic"
    SIDE_EFFECT = "side effect", "Side effect"
    AUDIENCE = "audience", "Audience"


class Tag(TagBase):
    """A topic that readers browse by. Its name is unique whatever the case.

    Tags have one level: one with a ``parent`` (of its own kind) has no tags below it.
    What bears a tag stands on its parent's page too.
    """

    kind = models.CharField(
        max_length=20, choices=TagKind.choices, default=TagKind.TOPIC
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="children",
        limit_choices_to={"parent__isnull": True},
        verbose_name="part of",
        help_text="The wider tag of the same kind, whose page shows this one’s too.",
    )
    description = models.TextField(
        blank=True, max_length=500, help_text="Shown at the top of the topic's page."
    )
    drawing = models.CharField(
        max_length=60,
        blank=True,
        choices=drawings,
        help_text="Empty means the drawing of the topic's address, or of its kind.",
    )
    picture = models.CharField(
        max_length=200,
        blank=True,
        help_text="The address that core.pictures.store_picture returned.",
    )
    picture_alt = models.CharField(
        "what the picture shows",
        max_length=300,
        blank=True,
        help_text="For readers who can’t see it.",
    )
    picture_credit = models.CharField(
        max_length=200, blank=True, help_text="Who made the picture, and its license."
    )

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="core_tag_name_any_case",
                violation_error_message="There is already a tag of this name.",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=TagKind.values), name="core_tag_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True)
                | ~models.Q(parent=models.F("pk")),
                name="core_tag_is_not_its_own_parent",
                violation_error_message="A tag can't be part of itself.",
            ),
            models.CheckConstraint(
                condition=models.Q(picture="") | ~models.Q(picture_alt=""),
                name="core_tag_picture_is_described",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("topics:detail", args=[self.slug])

    @property
    def drawing_path(self) -> str:
        """The drawing's path below the static files."""
        kind = f"kind-{self.kind.replace(' ', '-')}"
        wanted = (self.drawing, self.slug, kind)
        name = next((name for name in wanted if name in drawings()), kind)
        return f"{_DRAWINGS}/{name}.svg"

    @property
    def picture_size(self) -> tuple[int, int] | None:
        """Width and height of the uploaded picture in pixels."""
        return size_of(self.picture)


class TagAlias(models.Model):
    """Another name that means a tag ("PD1 drugs"), and the address that leads to it.

    Tags that were merged into another go on as its aliases. Either may be empty: a name
    whose address would be the tag's own has none; an address that once was a tag's, or
    a name's that was taken away, goes on without a name.
    """

    slug = models.SlugField(max_length=100, allow_unicode=True, blank=True)
    name = models.CharField(max_length=100, blank=True)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="aliases")

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "tag aliases"
        constraints = [
            models.UniqueConstraint(
                Lower("slug"),
                condition=~models.Q(slug=""),
                name="core_tagalias_slug_any_case",
            ),
            models.UniqueConstraint(
                Lower("name"),
                condition=~models.Q(name=""),
                name="core_tagalias_name_any_case",
            ),
            models.CheckConstraint(
                condition=~models.Q(slug="", name=""), name="core_tagalias_says_some"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.slug


class TaggedItem(ItemBase):
    """The base of each app's own through table; the app adds ``content_object``."""

    tag = models.ForeignKey(
        Tag, on_delete=models.CASCADE, related_name="%(app_label)s_%(class)s_items"
    )

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["content_object", "tag"],
                name="%(app_label)s_%(class)s_once",
            )
        ]


def bearings() -> list[Any]:
    """The tables that say what bears a tag."""
    models: list[Any] = [
        relation.related_model for relation in Tag._meta.related_objects
    ]
    return [model for model in models if issubclass(model, TaggedItem)]


def bearers_of(*tags: Tag) -> dict[str, set[int]]:
    """The keys of all that bears one of the tags, by the label of its model."""
    found = {}
    for model in bearings():
        bearer = model._meta.get_field("content_object").related_model
        rows = model.objects.filter(tag__in=tags)
        keys = rows.values_list("content_object", flat=True)
        found[bearer._meta.label_lower] = set(keys)
    return found


def tag_named(name: str) -> Tag | None:
    """The tag that a name or an alias means, whatever the case."""
    found = Tag.objects.filter(name__iexact=name).first()
    found = found or Tag.objects.filter(aliases__name__iexact=name).first()
    if found is not None or name.isascii():
        return found
    # SQLite folds the case of ASCII letters only.
    folded = name.casefold()
    rows = [*Tag.objects.all(), *TagAlias.objects.select_related("tag")]
    return next((_tag(row) for row in rows if row.name.casefold() == folded), None)


def _tag(row: Tag | TagAlias) -> Tag:
    return row.tag if isinstance(row, TagAlias) else row
