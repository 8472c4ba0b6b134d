"""References: CSL-JSON records with identifiers, and who cites them."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from taggit.managers import TaggableManager

from immunosite.core.fields import HTMLField
from immunosite.core.tagging import TaggedItem
from references.citing import KEY_PATTERN
from references.identifiers import links
from references.standing import Standing, in_force, standing_of


class Reference(models.Model):
    """A source that pages cite. ``csl`` is the record; the other columns are drawn
    from it by :mod:`references.curating` so that they can be searched and sorted.

    CSL-JSON: https://docs.citationstyles.org/en/stable/specification.html (1.0.2).
    """

    key = models.CharField(
        "citation key",
        max_length=120,
        unique=True,
        validators=[
            RegexValidator(
                rf"\A{KEY_PATTERN}\Z",
                "A citation key starts with a letter or digit and holds no spaces, "
                "commas or brackets, for example larkin-2015.",
            )
        ],
        help_text="What authors type: [@larkin-2015].",
    )
    csl = models.JSONField("CSL-JSON", default=dict)
    title = models.CharField(max_length=1000, editable=False)
    authors = models.TextField(blank=True, editable=False)
    container = models.CharField(max_length=500, blank=True, editable=False)
    year = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    likeness = models.CharField(
        max_length=200,
        blank=True,
        default="",
        editable=False,
        db_index=True,
        help_text="Equal for records that are probably of one work.",
    )
    entry = HTMLField(help_text="The formatted entry.")
    entry_by = models.CharField(
        max_length=40, blank=True, default="", editable=False, db_index=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    tags = TaggableManager(through="ReferenceTag", blank=True)
    notices: Any
    aliases: Any

    class Meta:
        ordering = ["key"]
        indexes = [models.Index(fields=["year"], name="references_year")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(title=""), name="references_reference_has_title"
            ),
            models.CheckConstraint(
                condition=~models.Q(key=""), name="references_reference_has_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("references:detail", args=[self.key])

    @property
    def links(self) -> list[tuple[str, str, str | None]]:
        """Where the source is found: see :func:`references.identifiers.links`."""
        return links(self.csl)

    def all_keys(self) -> set[str]:
        """The key and those of the references that were merged into this one."""
        return {self.key, *self.aliases.values_list("key", flat=True)}

    @property
    def standing(self) -> Standing:
        """How its notices leave it standing."""
        return standing_of(self.notices.all())

    @property
    def announcements(self) -> list[tuple[Any, bool]]:
        """Its notices, the newest first, and whether each is a warning in force."""
        notices = list(self.notices.all())
        warnings = in_force(notices)
        return [(notice, notice in warnings) for notice in notices]


class ReferenceAlias(models.Model):
    """The key of a reference that was merged into another; it still cites that one."""

    key = models.CharField(max_length=120, unique=True)
    reference = models.ForeignKey(
        Reference, on_delete=models.CASCADE, related_name="aliases"
    )

    class Meta:
        verbose_name_plural = "reference aliases"

    def __str__(self) -> str:
        return self.key


class ReferenceTag(TaggedItem):
    content_object = models.ForeignKey(Reference, on_delete=models.CASCADE)

    class Meta(TaggedItem.Meta):
        pass


class Scheme(models.TextChoices):
    DOI = "doi", "DOI"
    PMID = "pmid", "PMID"
    PMCID = "pmcid", "PMCID"
    ISBN = "isbn", "ISBN"


class Identifier(models.Model):
    """One identifier of a reference, in the canonical form of its scheme."""

    reference = models.ForeignKey(
        Reference, on_delete=models.CASCADE, related_name="identifiers"
    )
    scheme = models.CharField(max_length=5, choices=Scheme.choices)
    value = models.CharField(max_length=255)
    is_former = models.BooleanField(
        default=False,
        editable=False,
        help_text="Of a record that was merged into this one; not in its CSL-JSON.",
    )
    asked_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When Crossref was last asked for notices about this DOI.",
    )

    class Meta:
        ordering = ["scheme", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "value"], name="references_identifier_once"
            ),
            models.CheckConstraint(
                condition=models.Q(scheme="doi", value__startswith="10.")
                | models.Q(scheme="pmid", value__regex=r"^[1-9][0-9]*$")
                | models.Q(scheme="pmcid", value__regex=r"^PMC[1-9][0-9]*$")
                | models.Q(scheme="isbn", value__regex=r"^97[89][0-9]{10}$"),
                name="references_identifier_canonical",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.value}"


class CitationBase(models.Model):
    """One use of a reference in a rendered revision; apps add ``revision``.

    ``number`` is what the reader sees, ``nth`` counts the uses of that number
    (1 is a, 2 is b), ``anchor`` is the id of the mark in the text.
    """

    reference = models.ForeignKey(
        Reference, on_delete=models.PROTECT, related_name="%(app_label)s_citations"
    )
    number = models.PositiveSmallIntegerField()
    nth = models.PositiveSmallIntegerField()
    locator = models.CharField(max_length=200, blank=True)
    anchor = models.CharField(max_length=60)

    class Meta:
        abstract = True
        ordering = ["number", "nth"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "number", "nth"],
                name="%(app_label)s_%(class)s_once",
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1, nth__gte=1),
                name="%(app_label)s_%(class)s_counts_from_one",
            ),
        ]

    def __str__(self) -> str:
        return f"[{self.number}] {self.anchor}"

    @property
    def letter(self) -> str:
        """a, b, … z, aa, ab, … for the links back to the text."""
        letters, rest = "", self.nth
        while rest:
            rest, digit = divmod(rest - 1, 26)
            letters = chr(ord("a") + digit) + letters
        return letters
