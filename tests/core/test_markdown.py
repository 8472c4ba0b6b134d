"""The base of the language: what it knows beyond CommonMark, its limits, its sieve."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from immunosite.core.blocks import prepare_blocks
from immunosite.core.markdown import (
    CALLOUTS,
    MAX_BODY,
    BodyRefused,
    Heading,
    build_parser,
    check_size,
    plain_text,
    sanitise,
)


def compiled(body: str):
    """(HTML, contents, problems) of a text without citations, links and terms."""
    parser, env, problems = build_parser(), {}, []
    tokens, contents = prepare_blocks(parser.parse(body, env), body, problems)
    html = sanitise(parser.renderer.render(tokens, parser.options, env))
    return html, contents, problems


def html_of(body: str) -> str:
    return compiled(body)[0]


def told(body: str) -> list[tuple[int, str, str]]:
    return [(p.line, p.severity, p.message) for p in compiled(body)[2]]


class TestHeadings:
    def test_get_an_anchor_and_stand_in_the_contents(self):
        html, contents, problems = compiled("## Why *hope*?\n\n### Because")
        assert '<h2 id="why-hope">' in html
        assert contents == [
            Heading(2, "why-hope", "Why hope?"),
            Heading(3, "because", "Because"),
        ]
        assert problems == []

    @pytest.mark.parametrize(
        ("text", "anchor"),
        [
            ("Immunité & co.", "immunité-co"),
            ("PD-1", "pd-1"),
            ("?!", "section"),
            ("References", "section-references"),
            ("Main", "section-main"),
            ("Word cytokine", "section-word-cytokine"),
            ("x" * 200, "x" * 80),
        ],
    )
    def test_anchors_are_readable_and_never_the_page_s_own(self, text, anchor):
        assert compiled(f"## {text}")[1][0].anchor == anchor

    @given(st.lists(st.sampled_from(["a", "a 2", "a-2", "A", "", "main", "a-1"])))
    @hypothesis_settings(max_examples=60)
    def test_no_anchor_is_given_out_twice(self, titles):
        anchors = [
            h.anchor for h in compiled("\n\n".join(f"## {t}" for t in titles))[1]
        ]
        assert len(anchors) == len(set(anchors))

    @pytest.mark.parametrize(
        ("body", "line", "words"),
        [
            ("# One", 1, "Start headings at “##”"),
            ("## One\n\n#### Two", 3, "“####” follows “##”. Use “###”."),
            ("Words\n\n#### Two", 3, "Use “##”"),
            ("##", 1, "empty"),
        ],
    )
    def test_a_disorder_is_a_warning_at_its_line(self, body, line, words):
        ((at, severity, message),) = told(body)
        assert (at, severity) == (line, "warning")
        assert words in message

    def test_going_up_again_is_no_disorder(self):
        assert told("## A\n\n### B\n\n#### C\n\n## D") == []


class TestCallouts:
    @pytest.mark.parametrize("kind", CALLOUTS)
    def test_have_a_heading_of_their_own(self, kind):
        html, contents, problems = compiled(f"::: {kind}\nMind this.\n:::")
        assert f'class="callout callout-{kind}"' in html
        assert CALLOUTS[kind] in html
        assert "<p>Mind this.</p>" in html
        assert problems == []
        assert [heading.text for heading in contents] == [CALLOUTS[kind]]

    def test_can_be_given_another(self):
        html = html_of("::: note Before <you> go\nMind this.\n:::")
        assert "Before &lt;you&gt; go" in html
        assert CALLOUTS["note"] not in html

    def test_are_labelled_by_it(self):
        html = html_of("::: note\nMind this.\n:::")
        label = re.search(r'aria-labelledby="([^"]+)"', html)[1]
        assert f'id="{label}"' in html

    def test_an_unknown_kind_is_an_error_that_names_the_known_ones(self):
        ((line, severity, message),) = told("Words.\n\n::: danger\nMind.\n:::")
        assert (line, severity) == (3, "error")
        assert "“danger”" in message
        for kind in CALLOUTS:
            assert kind in message

    def test_one_without_end_is_an_error(self):
        ((line, severity, message),) = told("::: note\nMind.")
        assert (line, severity) == (1, "error")
        assert "no closing line “:::”" in message

    def test_may_hold_lists_and_each_other(self):
        body = ":::: note\n- One\n\n::: warning\nTwo.\n:::\n::::"
        html = html_of(body)
        assert html.count("<section") == html.count("</section>") == 2
        assert told(body) == []


class TestTables:
    BODY = "| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |"

    def test_scroll_in_a_box_that_the_keyboard_reaches(self):
        html = html_of(self.BODY)
        assert html.startswith('<div class="table-scroll" role="region" tabindex="0"')
        assert html.rstrip().endswith("</table></div>")

    def test_align_by_class_and_not_by_style(self):
        html = html_of(self.BODY)
        for side in ("left", "center", "right"):
            assert f'<td class="align-{side}">' in html
        assert "style" not in html

    def test_their_heads_say_what_they_head(self):
        assert html_of(self.BODY).count('scope="col"') == 3


class TestOtherBlocks:
    def test_footnotes_are_a_list_with_ways_back(self):
        html = html_of("One[^a], two[^a].\n\n[^a]: Said *below*.")
        assert '<section class="footnotes">' in html
        assert "note 1" in html and "note 1:1" in html
        ids = set(re.findall(r'id="([^"]+)"', html))
        assert set(re.findall(r'href="#([^"]+)"', html)) <= ids

    def test_a_footnote_without_text_is_an_error(self):
        ((line, severity, message),) = told("One.\nTwo[^a].")
        assert (line, severity) == (2, "error")
        assert "[^a]" in message

    def test_definition_lists(self):
        assert "<dt>Word</dt>" in html_of("Word\n: What it means")

    def test_raw_html_is_shown_and_told(self):
        body = "One.\nTwo <b>bold</b> <!-- hidden -->"
        assert "&lt;b&gt;" in html_of(body)
        ((line, severity, message),) = told(body)
        assert (line, severity) == (2, "warning")
        assert "“<b>”" in message

    def test_comparisons_are_no_html(self):
        assert told("p < 0.05 and n > 3, a<b") == []


class TestLimits:
    @pytest.mark.parametrize(
        ("body", "why"),
        [
            ("x" * (MAX_BODY + 1), "100,001 characters; 100,000 are allowed"),
            ("[]" * 2001, "4,002 square brackets"),
            ("|" * 10_001, "10,001 “|” characters"),
            (":::\n" * 801, "801 marks of callouts"),
            ("\n" * 10_001, "10,001 lines"),
            ("half of \ud83d", "not Unicode"),
        ],
    )
    def test_what_lies_beyond_is_refused_in_words(self, body, why):
        with pytest.raises(BodyRefused, match=re.escape(why)):
            check_size(body)

    @pytest.mark.parametrize(
        "body", ["", "x" * MAX_BODY, "[]" * 2000, "|" * 10_000, ":::\n" * 800, "😀\0"]
    )
    def test_what_lies_within_is_not(self, body):
        check_size(body)


class TestSanitise:
    @pytest.mark.parametrize(
        "html",
        [
            "<script>alert(1)</script>",
            "<iframe src='/'></iframe>",
            "<style>p{}</style>",
            "<math><mi></mi></math>",
            "<!-- hidden -->",
            "<form action=/><input></form>",
            "<object data=x></object>",
        ],
    )
    def test_drops_elements_that_the_pipeline_never_makes(self, html):
        assert "<" not in sanitise(html)

    @pytest.mark.parametrize(
        ("html", "kept"),
        [
            ('<p onclick="x()">a</p>', "<p>a</p>"),
            ('<p style="color:red">a</p>', "<p>a</p>"),
            ('<svg onload="x()"></svg>', "<svg></svg>"),
            ('<svg><a href="javascript:x()"></a></svg>', "<svg><a></a></svg>"),
            (
                '<svg><path d="M0 0" fill="url(//x)"/></svg>',
                '<svg><path d="M0 0"></path></svg>',
            ),
            ('<a href="javascript:x()">a</a>', "<a>a</a>"),
            ('<a href="data:text/html,x">a</a>', "<a>a</a>"),
            ('<a href="/b" target="_blank">a</a>', '<a href="/b">a</a>'),
            ('<img src="data:image/png;base64,x">', "<img>"),
        ],
    )
    def test_drops_attributes_that_could_do_harm(self, html, kept):
        assert sanitise(html) == kept

    @pytest.mark.parametrize(
        "html",
        [
            '<h2 id="a" class="b">a</h2>',
            '<a href="/glossary/x/" class="term" id="y">a</a>',
            '<a href="mailto:a@example.org">a</a>',
            '<sup class="cite">[<a id="cite-1-1" href="#ref-1" role="doc-biblioref" '
            'aria-label="Reference 1">1</a>]</sup>',
            '<ol start="3"><li>a</li></ol>',
        ],
    )
    def test_keeps_what_the_pipeline_makes(self, html):
        assert sanitise(html) == html

    @given(st.text(st.sampled_from("<>/\"'=&;:a script on"), max_size=60))
    @hypothesis_settings(max_examples=100)
    def test_twice_is_once_and_no_script_is_left(self, html):
        once = sanitise(html)
        assert sanitise(once) == once
        assert "<script" not in once


class TestPlainText:
    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ("Some *hope*, `code` and [a link](/x).", "Some hope, code and a link."),
            ("One\ntwo  \nthree", "One two three"),
            ("![A **cell**](/x.png) here", "A cell here"),
            ("a &amp; b &lt;c", "a & b <c"),
            ("Word[^a].\n\n[^a]: Below", "Word."),
        ],
    )
    def test_is_what_is_seen(self, body, words):
        tokens = build_parser().parse(body)
        inline = next(token for token in tokens if token.type == "inline")
        assert plain_text(inline.children) == words

    def test_of_nothing_is_nothing(self):
        assert plain_text(None) == plain_text([]) == ""
