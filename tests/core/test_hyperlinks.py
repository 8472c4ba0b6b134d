"""Which links of a compiled page lead out of the site."""

from __future__ import annotations

import pytest

from glossary.linking import Vocabulary
from glossary.rendering import render
from immunosite.core.hyperlinks import Hyperlink, outside_address, outside_links

SITE = "https://immuno.example"


def found(html: str) -> list[tuple[str, str]]:
    return [(link.url, link.words) for link in outside_links(html, site=SITE)]


class TestAddress:
    @pytest.mark.parametrize(
        ("href", "url"),
        [
            ("https://a.org/x", "https://a.org/x"),
            ("http://a.org", "http://a.org"),
            ("HTTPS://a.org/", "HTTPS://a.org/"),
            ("https://a.org/x?y=1&z#part", "https://a.org/x?y=1&z"),
            ("//a.org/x", "https://a.org/x"),
            ("https://immuno.example.org/", "https://immuno.example.org/"),
        ],
    )
    def test_leads_out(self, href, url):
        assert outside_address(href, site=SITE) == url

    @pytest.mark.parametrize(
        "href",
        [
            "", "#ref-1", "/articles/hope/", "hope", "mailto:a@b.org", "tel:1",
            "javascript:alert(1)", "ftp://a.org/", SITE, f"{SITE}/articles/",
            f"{SITE}?page=2", f"{SITE}#top", "//immuno.example/x",
        ],
    )  # fmt: skip
    def test_stays_within_or_is_no_page(self, href):
        assert outside_address(href, site=SITE) == ""


class TestLinks:
    def test_are_told_with_their_words_in_their_order(self):
        html = (
            '<p><a href="https://b.org/">The <em>second</em>\n one</a> and '
            '<a class="x" href="https://a.org/?x=1&amp;y=2">one &amp; more</a></p>'
        )
        assert found(html) == [
            ("https://b.org/", "The second one"),
            ("https://a.org/?x=1&y=2", "one & more"),
        ]

    def test_of_the_site_itself_are_left_out(self):
        html = (
            '<a href="/glossary/t-cell/">T cell</a> <sup><a href="#ref-1">1</a></sup>'
        )
        assert found(html) == []

    def test_around_a_picture_have_its_description_as_words(self):
        html = '<a href="https://a.org/"><img src="/media/a.png" alt="A cell"></a>'
        assert found(html) == [("https://a.org/", "A cell")]

    def test_without_words_are_links_all_the_same(self):
        assert found('<a href="https://a.org/"></a>') == [("https://a.org/", "")]

    @pytest.mark.parametrize(
        "html", ["", "<a>", "<a href>x</a>", "</a>x<a", "<a href='"]
    )
    def test_of_odd_html_are_none(self, html):
        assert found(html) == []

    def test_are_what_the_pipeline_makes_of_a_text(self):
        body = "[a](<https://a.org/ä b?x=1&y='2'>) <https://b.org/(c)> [d][r]\n\n[r]: //d.org"
        rendered = render(body, vocabulary=Vocabulary(), library={}, addresses={})
        assert outside_links(rendered.html, site=SITE) == [
            Hyperlink("https://a.org/%C3%A4%20b?x=1&y='2'", "a"),
            Hyperlink("https://b.org/(c)", "https://b.org/(c)"),
            Hyperlink("https://d.org", "d"),
        ]
