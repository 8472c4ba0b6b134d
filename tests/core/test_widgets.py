"""The form fields of the editors."""

from __future__ import annotations

import re

import pytest
from django import forms

from articles.models import ArticleTag
from immunosite.core.markdown import MAX_BODY
from immunosite.core.widgets import MarkdownEditor, MarkdownField, TagsField
from tests.factories import make_tag


def preview_address(html: str) -> str:
    return re.search(r'data-markdownx-urls-path="([^"]*)"', html)[1]


class TestMarkdownEditor:
    def test_knows_where_the_server_previews_and_keeps_pictures(self):
        html = MarkdownEditor().render("body", "Words.")
        assert preview_address(html) == "/admin/markdown/preview/"
        assert 'data-markdownx-upload-urls-path="/admin/markdown/upload/"' in html

    @pytest.mark.parametrize(
        ("own_term", "query"),
        [("", "?term="), ("t-cell", "?term=t-cell"), ("é&x=1", "?term=%C3%A9%26x%3D1")],
    )
    def test_says_whose_definition_it_is(self, own_term, query):
        html = MarkdownEditor(own_term=own_term).render("body", "")
        assert preview_address(html) == f"/admin/markdown/preview/{query}"

    @pytest.mark.parametrize("attrs", [None, {}, {"id": "id_body", "class": "wide"}])
    def test_can_be_drawn_with_and_without_attributes(self, attrs):
        html = MarkdownEditor().render("body", "Words.", attrs)
        assert "markdownx-editor" in html
        assert 'rows="30"' in html

    def test_shows_text_as_text(self):
        html = MarkdownEditor().render("body", "</textarea><script>alert(1)</script>")
        assert "<script>alert" not in html

    def test_brings_the_script_that_lets_the_keyboard_out(self):
        media = str(MarkdownEditor().media)
        assert "js/editor.js" in media
        assert media.index("markdownx") < media.index("js/editor.js")

    def test_two_of_them_do_not_share_their_address(self):
        one, two = MarkdownEditor(own_term="one"), MarkdownEditor(own_term="two")
        one.render("body", "")
        assert preview_address(two.render("body", "")).endswith("?term=two")
        assert preview_address(two.render("body", "")).endswith("?term=two")


class TestMarkdownField:
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("  one\r\n\r\ntwo  \r\n", "  one\n\ntwo  \n"),
            ("    code", "    code"),
            ("", ""),
            (None, ""),
            ("\n", "\n"),
        ],
    )
    def test_keeps_all_but_the_line_ends_of_the_form(self, typed, kept):
        assert MarkdownField(required=False).clean(typed) == kept

    def test_counts_a_line_end_once(self):
        text = "\r\n" * 10_000 + "x" * (MAX_BODY - 10_000)
        assert len(MarkdownField().clean(text)) == MAX_BODY

    @pytest.mark.parametrize("text", ["x" * (MAX_BODY + 1), "a\0b"])
    def test_refuses_what_can_not_be_stored(self, text):
        with pytest.raises(forms.ValidationError):
            MarkdownField().clean(text)

    def test_lets_no_browser_cut_a_long_paste(self):
        class Form(forms.Form):
            body = MarkdownField()

        assert "maxlength" not in str(Form())


@pytest.mark.django_db
class TestTagsField:
    @pytest.fixture
    def tags(self):
        return [make_tag("Trials"), make_tag("Basics"), make_tag("Skin", "cancer type")]

    def test_offers_all_tags_by_kind_and_name(self, tags):
        groups = {
            kind: [text for _, text in choices] for kind, choices in TagsField().choices
        }
        assert groups == {"Cancer type": ["Skin"], "Topic": ["Basics", "Trials"]}

    def test_gives_the_tags_that_were_chosen(self, tags):
        chosen = TagsField().clean([str(tags[0].pk), str(tags[2].pk)])
        assert set(chosen) == {tags[0], tags[2]}

    @pytest.mark.parametrize("nothing", [None, [], ""])
    def test_none_need_be_chosen(self, tags, nothing):
        assert not TagsField().clean(nothing)

    @pytest.mark.parametrize("value", [["999"], ["x"], "1", [None]])
    def test_refuses_what_is_no_tag(self, value):
        with pytest.raises(forms.ValidationError):
            TagsField().clean(value)

    def test_of_an_app_are_found_by_typing(self, tags):
        class Form(forms.Form):
            tags = TagsField(through=ArticleTag)

        html = str(Form(initial={"tags": [tags[1].pk]}))
        assert 'data-ajax--url="/admin/autocomplete/"' in html
        assert 'data-model-name="articletag"' in html
        assert "Basics" in html and "Trials" not in html
