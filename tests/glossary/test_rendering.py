"""``render``: the language as a specification by examples, limits, bombs."""

from __future__ import annotations

import contextlib
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glossary.linking import Entry, Vocabulary
from glossary.rendering import Rendered, render
from glossary.wording import Form
from immunosite.core.markdown import MAX_BODY, BodyRefused, Problem, sanitise
from references.citing import Source

EXAMPLES = Path(__file__).parents[1] / "markdown"


def term(slug: str, *forms: tuple[str, str], is_automatic: bool = True) -> Entry:
    made = tuple(Form(text, kind) for text, kind in forms)
    return Entry(slug, made[0].text, made, is_automatic)


VOCABULARY = Vocabulary(
    [
        term("car", ("Chimeric antigen receptor", "headword"), ("CAR", "abbreviation")),
        term("car-t", ("CAR T cell therapy", "headword")),
        term("checkpoint", ("immune checkpoint", "headword"),
             ("immune checkpoints", "plural")),
        term("hodgkin", ("Hodgkin's lymphoma", "headword")),
        term("pd-1", ("Programmed death 1", "headword"), ("PD-1", "abbreviation")),
        term("t-cell", ("T cell", "headword"), ("T cells", "plural"),
             ("T lymphocyte", "synonym")),
        term("trial", ("trial", "headword"), is_automatic=False),
    ]
)  # fmt: skip
LIBRARY = {
    key: Source(key, f"{key.title().replace('-', ' ')} A study")
    for key in ("hodi-2010", "larkin-2015", "robert-2015", "topalian-2012")
}
ADDRESSES = {"hiding": "/articles/hiding/"}


def rendered(body: str, **options) -> Rendered:
    snapshots = {"vocabulary": VOCABULARY, "library": LIBRARY, "addresses": ADDRESSES}
    return render(body, upcoming={"later"}, **{**snapshots, **options})


def told(problem: Problem) -> str:
    return f"{problem.line} {problem.severity} {problem.code}: {problem.message}"


def read_examples() -> list[tuple[str, str, str, str]]:
    """(title, Markdown, HTML, problems) of every example in tests/markdown.

    The four follow one another, each ended by a line that is only a full stop. A
    problem is a line: its line in the Markdown, severity, code, message.
    """
    examples = []
    for path in sorted(EXAMPLES.glob("*.md")):
        *parts, rest = re.split(r"^\.\n", path.read_text(), flags=re.MULTILINE)
        assert not rest.strip(), f"{path.name}: the last example has no end"
        for title, *example in zip(*[iter(parts)] * 4, strict=True):
            examples.append((f"{path.stem}: {title.strip()}", *example))
    return examples


@pytest.mark.parametrize(
    ("title", "markdown", "html", "problems"),
    read_examples(),
    ids=[title for title, *_ in read_examples()],
)
def test_example(title, markdown, html, problems):
    page = rendered(markdown.removesuffix("\n"))
    assert page.html == html
    assert "".join(f"{told(problem)}\n" for problem in page.problems) == problems


class TestRendered:
    """What a page is told to hold, beside its HTML."""

    def test_lead_is_the_first_paragraph_as_plain_words(self):
        page = rendered("## No\n\n- *One* [[T cell|two]]\n  [@hodi-2010]\n\nMore.")
        assert page.lead == "One two"
        assert rendered("```\nno paragraph\n```").lead == ""

    def test_text_is_all_words_one_block_a_line(self):
        page = rendered(
            "## A *T cell*\n\nWords[^1] [@hodi-2010], `code`,\n![a picture](/a.png) "
            "[[!x]].\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n```\nfenced\n```\n\n"
            "[^1]: A note."
        )
        assert page.text.split("\n") == [
            "A T cell", "Words, code, a picture x.", "A", "B", "1", "2", "fenced",
            "A note.",
        ]  # fmt: skip
        assert page.word_count == len(page.text.split())

    def test_contents_are_the_headings_in_order(self):
        page = rendered("## One `two`\n\n::: note\n:::\n\n### Three")
        assert [(h.level, h.anchor, h.text) for h in page.contents] == [
            (2, "one-two", "One two"), (2, "note", "Note"), (3, "three", "Three"),
        ]  # fmt: skip

    def test_links_are_those_that_stayed_links(self):
        page = rendered(
            "[*a*](article:hiding#x)\n[b](article:no) [c](https://example.org/)"
        )
        assert [(link.href, link.text, link.line) for link in page.links] == [
            ("/articles/hiding/#x", "a", 1), ("https://example.org/", "c", 2),
        ]  # fmt: skip

    def test_citations_are_in_the_order_of_the_page(self):
        page = rendered("A[^1] [@hodi-2010].\n\n[^1]: [@robert-2015]\n\n[@larkin-2015]")
        assert [(use.key, use.number) for use in page.citations] == [
            ("hodi-2010", 1), ("larkin-2015", 2), ("robert-2015", 3),
        ]  # fmt: skip

    def test_problems_are_in_the_order_of_the_page(self):
        page = rendered("[[no]]\n\n# A\n\n<b>\n\n[a]()\n\n[@no]")
        lines = [problem.line for problem in page.problems]
        assert lines == [1, 3, 5, 7, 9]
        assert page.has_errors

    def test_a_warning_is_no_error(self):
        page = rendered("# A")
        assert page.problems
        assert not page.has_errors

    def test_an_empty_body_is_an_empty_page(self):
        page = rendered("")
        assert (page.html, page.text, page.lead, page.problems) == ("", "", "", ())

    def test_the_page_of_a_term_links_all_but_itself(self):
        page = rendered("A T cell with a CAR.", own_term="t-cell")
        assert [use.slug for use in page.mentions] == ["car"]

    def test_one_page_leaves_nothing_to_the_next(self):
        body = "## A\n\nA T cell[^1] [@hodi-2010]. [a][1]\n\n[^1]: B\n\n[1]: /a"
        first = rendered(body)
        assert rendered(body) == first
        assert "[a][1]" in rendered("[a][1] and [^1]").html


class TestLimits:
    def test_a_long_page_is_fine(self):
        paragraph = "T cells " + "words " * 90 + "[@hodi-2010].\n\n"
        assert rendered(paragraph * 100).word_count > 9_000

    @pytest.mark.parametrize(
        ("body", "why"),
        [
            ("x" * (MAX_BODY + 1), "100,001 characters; 100,000 are allowed"),
            ("[" * 4_001, "4,001 square brackets; 4,000 are allowed"),
            ("[]" * 2_001, "4,002 square brackets"),
            ("|" * 10_001, "10,001 “|” characters"),
            (":::" * 801, "801 marks of callouts"),
            ("a\n" * 10_001, "10,001 lines"),
            ("half of \ud83d", "not Unicode"),
        ],
    )
    def test_what_is_beyond_them_is_refused_in_plain_words(self, body, why):
        with pytest.raises(BodyRefused, match=re.escape(why)):
            rendered(body)

    def test_what_is_just_within_is_rendered(self):
        assert rendered("x" * MAX_BODY).html
        assert rendered("[" * 4_000).html


_PIECES = [
    "[", "]", "(", ")", "[[", "]]", "![", "](", "[@hodi-2010]", "[@", "[^1]", "[^1]:",
    "article:hiding", "javascript:", "*", "_", "~~", "`", "```\n", "\\", "|", "|--|\n",
    ":::", "::: note\n", ": ", "> ", "- ", "1. ", "# ", "    ", "\n", "\n\n", "  \n",
    "T cell", "T", "cell", " ", "<b onclick=x>", "<!--", "&amp;", "&#0;", "\"", "'",
    "\0", "\ud800", "\r", "\t", "é", "e\u0301", "İ", "\u200b", "\u2028",
    "---", "===", "^^^", "x",
]  # fmt: skip
bodies = st.lists(st.sampled_from(_PIECES), max_size=40).map("".join) | st.text(
    st.characters(), max_size=80
)


class TestAnyText:
    @settings(max_examples=100, deadline=None)
    @given(bodies)
    def test_is_rendered_or_refused_and_safe(self, body):
        try:
            page = rendered(body)
        except BodyRefused:
            return
        assert sanitise(page.html) == page.html
        assert not re.search(r"<(?!/?[a-z])|<(?:script|style|iframe)", page.html)
        assert not re.search(r"<[^>]*\s(?:on\w+|style)=", _without_values(page.html))
        lines = len(re.split(r"\r\n?|\n", body))
        for problem in page.problems:
            assert problem.line is None or 1 <= problem.line <= lines

    @settings(max_examples=50, deadline=None)
    @given(st.lists(st.sampled_from(_PIECES), max_size=40).map("".join))
    def test_has_every_id_once(self, body):
        html = rendered(body.replace("\ud800", "")).html
        ids = re.findall(r'\sid="([^"]*)"', re.sub(r">[^<]*", ">", html))
        assert len(ids) == len(set(ids))


def _without_values(html: str) -> str:
    return re.sub(r'"[^"]*"', '""', re.sub(r">[^<]*", ">", html))


_BOMBS = ["[", "]", "![", "*_", "**a", "_a_ ", "> ", ">", "- ", "1. ", "[[", "[[a|",
          "[[!", "[@", "[@a;", "(((", "`", "`a", "|", "| a ", "|-", ":::", "::: note\n",
          "[^", "[^1]", "[^1]:\n", "[a](", "[a][", "<", "<a ", "<!--", "&", "&#", "\\",
          "~~", "~", ": ", "a\n: ", "a\n", "# ", "\t", "T ", "T cell ", "CAR T cell ",
          "a-", "\"", "e\u0301", "\u0301"]  # fmt: skip


def _nested(opening: str, closing: str, depth: int = 25_000) -> str:
    return opening * depth + "a" + closing * depth


_NESTED = {
    "lists": "".join(f"{'  ' * depth}- a\n" for depth in range(300)),
    "numbered lists": "".join(f"{'   ' * depth}1. a\n" for depth in range(250)),
    "quotations": "".join(f"{'>' * depth} a\n" for depth in range(400)),
    "lists in quotations": "> - " * 12_500 + "a",
    "callouts": "".join(f"{':' * (250 - n)} note\n" for n in range(240)),
    "links": _nested("[", "](a)", 600),
    "marks": _nested("[[", "]]"),
    "emphasis": _nested("*a **b ", "** *", 5_000),
    "brackets": _nested("(", ")"),
    "cells": "|a" * 60 + "|\n" + "|-" * 60 + "|\n" + ("|" * 60 + "\n") * 80,
    "citations": "[@a; @b; @c] " * 1_900,
    "unknown terms": "[[T celll]] " * 950,
    "unknown footnotes": "[^a] " * 1_900,
    "footnotes": "".join(f"[^{n}]: a\n\n" for n in range(1_900)),
    "footnotes in footnotes": "".join(f"[^{n}]: [^{n + 1}]\n\n" for n in range(900)),
    "link definitions": "".join(f"[a{n}]: /a\n" for n in range(1_900)),
    "headings of one name": "# a\n" * 9_900,
    "a long table": "|a|\n|-|\n" + "a\n" * 9_900,
}


def seconds(body: str) -> float:
    """How long the processor works on a body: the best of three tries, if need be."""
    best = 10.0
    for _ in range(3):
        before = time.process_time()
        with contextlib.suppress(BodyRefused):
            rendered(body)
        best = min(best, time.process_time() - before)
        if best < 1:
            break
    return best


@pytest.mark.once
class TestBombs:
    """Fifty thousand times the same is rendered or refused, and soon."""

    @pytest.mark.parametrize(
        "body",
        [*((piece * 50_000)[:MAX_BODY] for piece in _BOMBS), *_NESTED.values()],
        ids=[*map(repr, _BOMBS), *_NESTED],
    )
    def test_takes_less_than_a_second(self, body):
        assert seconds(body) < 1

    @pytest.mark.parametrize("piece", ["[", "[[a|", "[@a;", "[^1]", "[a](", "[a]["])
    def test_so_does_as_much_as_is_allowed(self, piece):
        count = 4_000 // (piece.count("[") + piece.count("]"))
        assert rendered(piece * count).html
        assert seconds(piece * count) < 1
