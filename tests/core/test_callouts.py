"""Callouts, taken out of a rendered page."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from glossary.linking import Entry, Vocabulary
from glossary.rendering import render
from glossary.wording import Form
from immunosite.core.callouts import callouts
from references.citing import Source

WORDS = Vocabulary([Entry("t-cell", "T cell", (Form("T cell", "headword"),))])
LIBRARY = {"a": Source("a", "A 2020")}


def rendered(body: str) -> str:
    return render(body, vocabulary=WORDS, library=LIBRARY, addresses={}).html


class TestCallouts:
    def test_in_their_order_with_kind_and_title(self):
        html = rendered(
            "::: key-points\n- One.\n:::\n\nText.\n\n"
            "::: warning Call them\nNow & here.\n:::\n"
        )
        points, warning = callouts(html)
        assert (points.kind, points.title) == ("key-points", "Key points")
        assert points.html.strip() == "<ul>\n<li>One.</li>\n</ul>"
        assert (warning.kind, warning.title) == ("warning", "Call them")
        assert warning.html.strip() == "<p>Now &amp; here.</p>"

    def test_leave_links_and_ids_behind_and_keep_their_words(self):
        html = rendered(
            "::: note\nA T cell [@a] and [a link](https://example.org) "
            "and ![a picture](/media/x.png).\n:::\n"
        )
        (note,) = callouts(html)
        assert note.html.strip() == "<p>A T cell<sup>[1]</sup> and a link and .</p>"

    def test_title_is_plain_text(self):
        (note,) = callouts(rendered("::: note A < B & C\nText.\n:::\n"))
        assert note.title == "A < B & C"

    def test_one_within_another_is_found_too(self):
        html = rendered(
            "::::: note Outer\nText.\n\n::: questions\n- Why?\n:::\n\nMore.\n:::::\n"
        )
        inner, outer = callouts(html)
        assert (inner.kind, outer.kind) == ("questions", "note")
        assert "More." in outer.html

    def test_other_sections_are_none(self):
        html = rendered("Text[^1].\n\n[^1]: A footnote.\n")
        assert "<section" in html
        assert callouts(html) == []

    @given(st.text(alphabet="ab\n -*:[]<>&^1key-points", max_size=200))
    def test_any_text_gives_html_without_links_and_ids(self, text):
        for callout in callouts(rendered(f"::: note\n{text}\n:::\n")):
            assert not re.search(r"<a\b|\bid=|\bclass=", callout.html)
