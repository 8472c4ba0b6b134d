"""Glossary terms, and the forms their words take."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from taggit.managers import TaggableManager

from immunosite.core.fields import HTMLField
from immunosite.core.pages import Page, Revision
from immunosite.core.tagging import TaggedItem


class Term(Page):
    """A word that the site explains. What it says is in its revisions."""

    class Meta(Page.Meta):
        ordering = ["slug"]
        permissions = [
            ("publish_term", "Can publish terms"),
            ("review_term", "Can review terms"),
        ]

    def __str__(self) -> str:
        newest = self.newest()
        return newest.title if newest and newest.title else self.slug

    def get_absolute_url(self) -> str:
        return reverse("glossary:detail", args=[self.slug])

    def all_slugs(self) -> set[str]:
        return {self.slug, *self.former_slugs.values_list("slug", flat=True)}


class FormerSlug(models.Model):
    """An address that a term had, or one that was merged into it; it redirects to the
    present one, and ``[[slug]]`` marks still find the term."""

    slug = models.SlugField(max_length=120, unique=True, allow_unicode=True)
    term = models.ForeignKey(
        Term, on_delete=models.CASCADE, related_name="former_slugs"
    )

    def __str__(self) -> str:
        return self.slug


class TermRevision(Revision):
    """One saved state of a term. ``title`` is the headword, ``body`` the definition;
    its first paragraph is the short definition, kept as plain text in ``lead``.
    """

    page = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="revisions")
    is_automatic = models.BooleanField(
        "link automatically",
        default=True,
        help_text="Off for everyday words: then only [[term]] makes a link.",
    )
    lead = models.TextField(blank=True, default="", editable=False)
    professional = models.TextField(
        "for professionals",
        blank=True,
        help_text="An exact definition for those who work in medicine, if it helps.",
    )
    professional_html = HTMLField()
    respelling = models.CharField(
        max_length=200,
        blank=True,
        help_text="How it is said, for everybody: “SY-toh-kine”.",
    )
    ipa = models.CharField(
        "phonetic spelling",
        max_length=200,
        blank=True,
        help_text="In the International Phonetic Alphabet: “ˈsaɪtəˌkaɪn”.",
    )
    audio = models.CharField("recording", max_length=200, blank=True)
    picture = models.CharField(max_length=200, blank=True)
    picture_alt = models.CharField("what the picture shows", max_length=300, blank=True)
    picture_credit = models.CharField(max_length=200, blank=True)
    # Language (BCP 47) → the headword in it.
    translations = models.JSONField(default=dict, blank=True)
    tags = TaggableManager(through="TermTag", blank=True)
    markdown_fields = ("body", "professional")

    class Meta(Revision.Meta):
        constraints = [
            *Revision.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(picture="") | ~models.Q(picture_alt=""),
                name="glossary_termrevision_picture_is_described",
            ),
        ]

    @property
    def phonetic(self) -> str:
        """The phonetic spelling between slashes, as its readers know it, whatever was
        typed around it."""
        letters = self.ipa.strip("/[] ")
        return f"/{letters}/" if letters else ""


class TermTag(TaggedItem):
    content_object = models.ForeignKey(TermRevision, on_delete=models.CASCADE)

    class Meta(TaggedItem.Meta):
        pass


class FormKind(models.TextChoices):
    HEADWORD = "headword", "Headword"
    PLURAL = "plural", "Plural"
    SYNONYM = "synonym", "Synonym"
    VARIANT = "variant", "Other spelling"
    ABBREVIATION = "abbreviation", "Abbreviation"


class Case(models.TextChoices):
    """Which case the words of a form must have; empty: an abbreviation and a word with
    two capitals are exact."""

    ANY = "any", "In any case"
    EXACT = "exact", "Just as it is written"


class Form(models.Model):
    """One way to write a term, as part of a revision."""

    revision = models.ForeignKey(
        TermRevision, on_delete=models.CASCADE, related_name="forms"
    )
    kind = models.CharField(max_length=12, choices=FormKind.choices)
    text = models.CharField(max_length=200)
    # What glossary.wording.fold makes of the text; folding may make it longer.
    folded = models.CharField(max_length=600, editable=False, db_index=True)
    case = models.CharField(max_length=5, choices=Case.choices, blank=True)
    is_automatic = models.BooleanField("links automatically", default=True)
    is_sense = models.BooleanField(
        "other terms may have it too",
        default=False,
        help_text="A page links the sense that bears one of its topics, else all.",
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "text"], name="glossary_form_once"
            ),
            models.UniqueConstraint(
                fields=["revision"],
                condition=models.Q(kind="headword"),
                name="glossary_form_one_headword",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=FormKind.values),
                name="glossary_form_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(case__in=["", *Case.values]),
                name="glossary_form_case_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(text=""), name="glossary_form_has_text"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class RelationKind(models.TextChoices):
    """What another term is to this one. SKOS has broader, narrower and related."""

    BROADER = "broader", "Broader: this is a kind of it"
    WHOLE = "part of", "Whole: this is a part of it"
    RELATED = "related", "See also"


class Relation(models.Model):
    """Another term that a revision of a term leads to; its reverse is not stored."""

    revision = models.ForeignKey(
        TermRevision, on_delete=models.CASCADE, related_name="relations"
    )
    kind = models.CharField(max_length=8, choices=RelationKind.choices)
    term = models.ForeignKey(
        Term, on_delete=models.CASCADE, related_name="reverse_relations"
    )

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "term"], name="glossary_relation_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=RelationKind.values),
                name="glossary_relation_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.term.slug}"
