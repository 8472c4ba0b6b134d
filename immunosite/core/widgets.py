"""Form fields of the editors: Markdown with a live preview, tags by kind."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.admin import site
from django.contrib.admin.widgets import (
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.models import ModelChoiceIterator
from markdownx.widgets import AdminMarkdownxWidget

from .markdown import MAX_BODY
from .tagging import Tag, TagKind


class MarkdownEditor(AdminMarkdownxWidget):
    """django-markdownx's editor.

    ``own_term`` tells the preview that the text defines a term: its slug, empty for a
    term that has none yet; ``page`` is the key of the page, if it has one. The package's widget can't pass the object on, and fails
    without ``attrs``.
    """

    def __init__(
        self, *, own_term: str | None = None, attrs: dict[str, Any] | None = None
    ) -> None:
        super().__init__(attrs={"rows": 30, **(attrs or {})})
        self.own_term = own_term
        self.page: int | None = None

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        context = super().get_context(name, value, attrs or {})
        # Its height is the style sheet's and the user's: text and preview scroll in step.
        context["widget"]["attrs"]["data-markdownx-editor-resizable"] = "False"
        asked = {"term": self.own_term, "page": self.page}
        if query := urlencode({k: v for k, v in asked.items() if v is not None}):
            context["widget"]["attrs"]["data-markdownx-urls-path"] += f"?{query}"
        return context

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,
    ) -> Any:
        return super().render(name, value, {} if attrs is None else attrs, renderer)

    class Media:
        css = {"all": ["css/editor.css"]}
        js = ["js/editor.js", "js/instep.js", "js/picker.js"]


_MARKS = (
    "Cite with [@key, p. 3]. Link a term with [[term]], another page with "
    "[words](article:its-address). [[!words]] are never linked."
)


class MarkdownField(forms.CharField):
    """A text of at most MAX_BODY characters, edited as Markdown.

    It keeps its spaces: in Markdown those at the ends of lines have a meaning.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", MarkdownEditor())
        kwargs.setdefault("help_text", _MARKS)
        super().__init__(max_length=MAX_BODY, strip=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # No maxlength: browsers would cut a long paste silently.
        return {}


class _ByKind(ModelChoiceIterator):
    def __iter__(self) -> Iterator[Any]:
        tags = self.queryset.order_by("kind", "name")
        for kind, group in groupby(tags, key=lambda tag: tag.kind):
            yield TagKind(kind).label, [self.choice(tag) for tag in group]


def _can_be_key(text: str) -> bool:
    """Whether a database can look for it: whole numbers of less than 64 bits."""
    return text.isascii() and text.isdecimal() and len(text) < 19


class _KnownKeys:
    """Shows again only what can be a key: the admin's pickers fail at a key that is
    none, though the field has refused it."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        keys = [key for key in value if _can_be_key(key)]
        return super().optgroups(name, keys, attr)  # type: ignore[misc]  # a mixin


class Picker(_KnownKeys, AutocompleteSelect):
    """Finds one thing by typing."""


class ManyPicker(_KnownKeys, AutocompleteSelectMultiple):
    """Finds several things by typing."""


class TagsField(forms.ModelMultipleChoiceField):
    """All tags: found by typing when ``through`` (an app's through model) is given,
    else as checkboxes grouped by kind."""

    iterator = _ByKind

    def __init__(self, *, through: type[Model] | None = None, **kwargs: Any) -> None:
        widget: forms.Widget = forms.CheckboxSelectMultiple()
        if through is not None:
            widget = ManyPicker(through._meta.get_field("tag"), site)
        kwargs.setdefault("widget", widget)
        super().__init__(Tag.objects.all(), required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        for key in value or ():
            if not _can_be_key(str(key)):
                message = self.error_messages["invalid_pk_value"]
                raise ValidationError(message, "invalid_pk_value", {"pk": key})
        return super().clean(value)
