"""The term editor's form: the definition, and a row for each of the term's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.admin import site
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.utils import timezone

from immunosite.core.editing import PageForm
from immunosite.core.keptfiles import picture_field, recording_field
from immunosite.core.widgets import MarkdownEditor, MarkdownField, TagsField

from . import accepting, gate
from .inflecting import suggested
from .models import FormKind, Relation, RelationKind, Term, TermRevision, TermTag
from .rowfields import TranslationsField, WordsField
from .typed import HEADWORD, Translation
from .wording import Form


class RelationsField(forms.ModelMultipleChoiceField):
    """Other terms, found by typing."""

    def __init__(self, **kwargs: Any) -> None:
        widget = AutocompleteSelectMultiple(Relation._meta.get_field("term"), site)
        super().__init__(Term.objects.all(), required=False, widget=widget, **kwargs)


def _line(name: str, **kwargs: Any) -> forms.CharField:
    """A line of text, as long and with the help that the revision's field says."""
    field: Any = TermRevision._meta.get_field(name)
    return forms.CharField(
        required=False,
        max_length=field.max_length,
        help_text=kwargs.pop("help_text", field.help_text),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        **kwargs,
    )


class TermForm(PageForm):
    words = WordsField(
        label="Words",
        help_text="The first of these words on a page is linked to this term. Rules are "
        "for words that mean something else, too.",
    )
    is_automatic = forms.BooleanField(
        label="Link automatically",
        required=False,
        initial=True,
        help_text="Off for everyday words: then only [[term]] makes a link.",
    )
    body = MarkdownField(
        label="Definition",
        required=False,
        widget=MarkdownEditor(own_term="", attrs={"rows": 12}),
        help_text="The first paragraph is the short definition shown beside the word.",
    )
    professional = MarkdownField(
        label="For professionals",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"}),
        help_text="An exact definition for those who work in medicine, if it helps. It "
        "stands below the plain one and may cite, too; its preview is above.",
    )
    respelling = _line("respelling")
    ipa = _line("ipa", label="Phonetic spelling (IPA)")
    audio = recording_field(
        label="Recording", help_text="MP3, Ogg or M4A, at most 2 MB."
    )
    picture = picture_field(
        label="Picture", help_text="PNG, JPEG or WebP, at most 5 MB."
    )
    picture_alt = _line(
        "picture_alt",
        label="What the picture shows",
        help_text="For those who can't see it.",
    )
    picture_credit = _line(
        "picture_credit",
        label="Credit",
        help_text="Who made the picture, and its license.",
    )
    translations = TranslationsField(
        label="The headword in other languages",
        help_text="The language by its code: es, pt-BR, zh-Hans.",
    )
    broader = RelationsField(label="Broader terms", help_text="This is a kind of them.")
    whole = RelationsField(label="Part of", help_text="This is a part of them.")
    see_also = RelationsField(
        label="See also", help_text="Related otherwise. The other terms show this one."
    )
    tags = TagsField(through=TermTag)
    lines = ("professional", "respelling", "ipa", "audio", "picture", "picture_alt")
    revision_fields = ("title", "body", "is_automatic", *lines, "picture_credit")
    relation_fields = {field: kind for kind, field in accepting.FIELD_OF.items()}

    class Meta:
        model = Term
        fields = ["slug"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].label = "Headword"
        if self.instance.pk:
            self.fields["body"].widget.own_term = self.instance.slug
        widget: Any = self.fields["words"].widget
        widget.headword = self["title"].value() or ""
        widget.about = self._about_words

    def initial_from(self, newest: Any) -> dict[str, Any]:
        related: dict[str, list[Term]] = {field: [] for field in self.relation_fields}
        for kind, term in gate.relations_of(newest):
            related[accepting.FIELD_OF[RelationKind(kind)]].append(term)
        translations = newest.translations.items()
        return {
            **super().initial_from(newest),
            "words": _typed_as(gate.forms_of(newest)),
            "translations": tuple(Translation(*row) for row in translations),
            **related,
        }

    def _about_words(self) -> tuple[Sequence[Form], Mapping[str, list[str]]]:
        """What may be missing among the words, and which ones other terms own."""
        title = self["title"].value() or ""
        typed: tuple[Form, ...] = self["words"].value() or ()
        if not title or (self.instance.pk is None and not self.is_bound):
            return (), {}
        own = accepting.with_headword(title, typed)
        told: dict[str, list[str]] = {}
        claims = gate.claims(own, but=self.instance.pk, at=timezone.now())
        for form, message in claims:
            told.setdefault(form.text, []).append(message)
        return suggested(title, typed), told

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self._clean_words()
        self._clean_relations()
        typed = self.cleaned_data
        if typed.get("picture") and not typed.get("picture_alt", "").strip():
            self.add_error("picture_alt", accepting.UNDESCRIBED)
        return cleaned

    def _clean_words(self) -> None:
        typed = self.cleaned_data
        try:
            accepting.checked_forms(typed.get("title", ""), typed.get("words", ()))
        except ValidationError as error:
            widget: Any = self.fields["words"].widget
            for each in (
                each for errors in error.error_dict.values() for each in errors
            ):
                widget.complaints.setdefault(each.code, []).extend(each.messages)
            self.add_error(None, error)

    def _clean_relations(self) -> None:
        relations = self.relations_typed()
        try:
            accepting.check_relations(self.instance, relations)
        except ValidationError as error:
            self.add_error(None, error)
            return
        own = self.instance if self.instance.pk else None
        for kind, message in gate.circles(own, relations, at=timezone.now()):
            self.add_error(accepting.FIELD_OF[kind], message)

    def relations_typed(self) -> list[tuple[str, Term]]:
        """Each of the other terms with its RelationKind."""
        return [
            (kind.value, term)
            for field, kind in self.relation_fields.items()
            for term in self.cleaned_data.get(field, ())
        ]

    def content(self) -> dict[str, Any]:
        """The arguments of :func:`glossary.drafting.save_draft` for a valid form."""
        typed = self.cleaned_data
        names = (*self.revision_fields, "tags", "note", "public_note")
        return {
            **{name: typed[name] for name in names},
            "forms": list(typed["words"]),
            "relations": self.relations_typed(),
            "translations": {row.code: row.word for row in typed["translations"]},
        }


def _typed_as(forms: Sequence[Form]) -> tuple[Form, ...]:
    """The forms of a revision as the rows of the editor have them."""
    others = tuple(form for form in forms if form.kind != FormKind.HEADWORD)
    ruled = [
        Form("", HEADWORD, form.case, form.is_automatic, form.is_sense)
        for form in forms
        if form.kind == FormKind.HEADWORD and accepting.is_telling(form)
    ]
    return (*ruled, *others)
