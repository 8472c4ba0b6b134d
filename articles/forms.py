"""The article editor's form."""

from __future__ import annotations

from django import forms

from immunosite.core.editing import PageForm
from immunosite.core.widgets import TagsField

from .models import SUMMARY_LENGTH, Article, ArticleRevision, ArticleTag


class ArticleForm(PageForm):
    summary = forms.CharField(
        max_length=SUMMARY_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=ArticleRevision._meta.get_field("summary").help_text,
    )
    tags = TagsField(through=ArticleTag)
    revision_fields = ("title", "summary", "body")

    class Meta:
        model = Article
        fields = ["slug", "kind"]
