"""The term editor's form: a term's words are typed one a line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from immunosite.core.editing import PageForm
from immunosite.core.widgets import MarkdownEditor, MarkdownField, TagsField

from . import gate
from .models import FormKind, Term, TermTag
from .wording import Form


class LinesField(forms.CharField):
    """Words, one a line. Blank lines, spaces and kinds of line ends are no matter."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"rows": 2, "class": "vLargeTextField"}
        super().__init__(required=False, widget=forms.Textarea(attrs), **kwargs)

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        rows = (" ".join(row.split()) for row in typed.splitlines())
        return "\n".join(filter(None, rows))


class TermForm(PageForm):
    plural = LinesField(label="Plurals", help_text="One a line, for example “T cells”.")
    synonym = LinesField(
        label="Synonyms", help_text="Other names and spellings, one a line."
    )
    abbreviation = LinesField(
        label="Abbreviations",
        help_text="One a line, in exactly the case they are written in.",
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
    tags = TagsField(through=TermTag)
    revision_fields = ("title", "body", "is_automatic")
    kinds = (FormKind.PLURAL, FormKind.SYNONYM, FormKind.ABBREVIATION)

    class Meta:
        model = Term
        fields = ["slug"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].label = "Headword"
        if self.instance.pk:
            self.fields["body"].widget.own_term = self.instance.slug

    def initial_from(self, newest: Any) -> dict[str, Any]:
        texts: dict[str, list[str]] = {kind: [] for kind in self.kinds}
        for form in newest.forms.exclude(kind=FormKind.HEADWORD):
            texts[form.kind].append(form.text)
        lines = {kind: "\n".join(rows) for kind, rows in texts.items()}
        return {**super().initial_from(newest), **lines}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        try:
            gate.checked_forms(self.cleaned_data.get("title", ""), self.forms_typed())
        except ValidationError as error:
            self.add_error(None, error)
        return cleaned

    def forms_typed(self) -> list[Form]:
        """The forms without the headword."""
        typed = self.cleaned_data
        return [
            Form(text, kind.value)
            for kind in self.kinds
            for text in typed.get(kind, "").split("\n")
            if text
        ]
