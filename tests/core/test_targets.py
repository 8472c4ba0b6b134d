"""Where links and pictures lead, and what an editor is told of them."""

from __future__ import annotations

import pytest

from immunosite.core.markdown import Link, Problem, build_parser, sanitise
from immunosite.core.targets import Targets

ADDRESSES = {"hope": "/articles/hope/", "immunité": "/articles/immunit%C3%A9/"}


def resolved(body: str) -> tuple[str, list[Link], list[Problem]]:
    parser, env, problems = build_parser(), {}, []
    targets = Targets(ADDRESSES, {"later"}, problems)
    tokens = parser.parse(body, env)
    for token in tokens:
        if token.type == "inline":
            targets.resolve(token)
    html = sanitise(parser.renderer.render(tokens, parser.options, env))
    return html, targets.links, problems


def told(body: str) -> tuple[int | None, str, str]:
    (problem,) = resolved(body)[2]
    return problem.line, problem.severity, problem.message


class TestLinks:
    @pytest.mark.parametrize(
        "href",
        ["/glossary/", "#why", "https://example.org/a?b=c", "http://example.org/",
         "mailto:a@example.org", "HTTPS://EXAMPLE.ORG/", "other/page"],
    )  # fmt: skip
    def test_lead_where_they_say(self, href):
        html, links, problems = resolved(f"See [it]({href}).")
        assert f'<a href="{href}">it</a>' in html
        assert links == [Link(href, "it", 1)]
        assert problems == []

    def test_know_their_words_and_line(self):
        body = "One\ntwo  \n[some *nice* words](/a) and <https://example.org/>"
        links = resolved(body)[1]
        assert links == [
            Link("/a", "some nice words", 3),
            Link("https://example.org/", "https://example.org/", 3),
        ]

    @pytest.mark.parametrize("scheme", ["ftp", "tel", "blob", "Foo+bar"])
    def test_of_another_kind_are_an_error_and_no_link(self, scheme):
        html, links, _ = resolved(f"See [it]({scheme}:x).")
        assert '<span class="unresolved">it</span>' in html
        assert links == []
        line, severity, message = told(f"One\nSee [it]({scheme}:x).")
        assert (line, severity) == (2, "error")
        assert f"“{scheme.lower()}:”" in message

    @pytest.mark.parametrize("scheme", ["javascript", "vbscript", "data", "file"])
    def test_that_could_do_harm_are_not_even_links(self, scheme):
        assert "<a" not in resolved(f"[it]({scheme}:x)")[0]

    def test_without_address_are_an_error(self):
        assert told("[it]()") == (1, "error", "The link “it” has no address.")


class TestArticles:
    @pytest.mark.parametrize(
        ("target", "address"),
        [
            ("article:hope", "/articles/hope/"),
            ("article:hope#why", "/articles/hope/#why"),
            ("ARTICLE:hope", "/articles/hope/"),
        ],
    )
    def test_are_found_by_slug(self, target, address):
        html, links, problems = resolved(f"[it]({target})")
        assert f'<a href="{address}">it</a>' in html
        assert links == [Link(address, "it", 1)]
        assert problems == []

    def test_that_are_not_live_are_words_for_now(self):
        html, links, _ = resolved("See [it](article:later).")
        assert "<span>it</span>" in html
        assert links == []
        line, severity, message = told("See [it](article:later).")
        assert (line, severity) == (1, "warning")
        assert "“later” is not live" in message

    def test_that_are_none_are_an_error(self):
        assert told("[it](article:no)") == (1, "error", "There is no article “no”.")


class TestPictures:
    def test_of_our_own_are_loaded_when_they_are_needed(self):
        html, _, problems = resolved("![A T cell](/media/a.png)")
        assert 'loading="lazy"' in html and 'decoding="async"' in html
        assert problems == []

    @pytest.mark.parametrize("alt", ["", "Describe this image"])
    def test_need_a_description(self, alt):
        line, severity, message = told(f"Words\n![{alt}](/media/a.png)")
        assert (line, severity) == (2, "error")
        assert "no description" in message

    @pytest.mark.parametrize(
        "source",
        ["https://example.org/a.png", "//example.org/a.png", "HTTP://example.org/a"],
    )
    def test_of_other_sites_are_an_error(self, source):
        line, severity, message = told(f"![A T cell]({source})")
        assert (line, severity) == (1, "error")
        assert "other sites" in message

    def test_in_a_link_are_looked_at_too(self):
        _, links, problems = resolved("[![](/media/a.png)](/b)")
        assert [link.href for link in links] == ["/b"]
        assert [problem.code for problem in problems] == ["alt"]
