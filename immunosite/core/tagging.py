"""Tags: one vocabulary for articles, terms and references, each tag of a kind."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from taggit.models import ItemBase, TagBase

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
    """A topic that readers browse by. Its name is unique whatever the case."""

    kind = models.CharField(
        max_length=20, choices=TagKind.choices, default=TagKind.TOPIC
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
        ]

    def get_absolute_url(self) -> str:
        return reverse("topics:detail", args=[self.slug])

    @property
    def picture(self) -> str:
        """The drawing's path below the static files."""
        kind = f"kind-{self.kind.replace(' ', '-')}"
        wanted = (self.drawing, self.slug, kind)
        name = next((name for name in wanted if name in drawings()), kind)
        return f"{_DRAWINGS}/{name}.svg"


class FormerTag(models.Model):
    """A tag that was merged into another: its address redirects, its name in a file
    means that one."""

    slug = models.SlugField(max_length=100, allow_unicode=True)
    name = models.CharField(max_length=100)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="former")

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("slug"), name="core_formertag_slug_any_case")
        ]

    def __str__(self) -> str:
        return self.name


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
