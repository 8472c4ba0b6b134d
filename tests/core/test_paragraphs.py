"""The paragraphs of a body, by their words; the rendering cut into them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosite.core.markdown import BodyRefused, build_parser, sanitise
from immunosite.core.paragraphs import (
    QUOTE,
    field_paragraph,
    paragraphs,
    pieces,
    rendered_paragraphs,
)
from tests.core.test_commonmark import EXAMPLES
from tests.glossary.test_rendering import read_examples, rendered

BLOCKS = [
    "Some words.",
    "## A heading",
    "- one\n- two\n\n  and more",
    "1. first\n2. second",
    "| A | B |\n|---|---|\n| 1 | 2 |",
    "::: note\nWords.\n\n- a\n:::",
    "> quoted\n>\n> twice",
    "```\ncode < & >\n```",
    "---",
    "Word\n: its meaning",
    "![A cell](/media/cell.png)",
    "A line\\\nbroken <b>",
]


def keys(body: str) -> list[str]:
    return [paragraph.key for paragraph in paragraphs(body)]


def test_each_block_at_the_top_is_one_with_its_line():
    found = paragraphs("First words.\n\n## Next\n\n- one\n- two\n\nLast.")
    assert [(each.quote, each.line) for each in found] == [
        ("First words.", 1),
        ("Next", 3),
        ("one two", 5),
        ("Last.", 8),
    ]


def test_a_long_one_is_quoted_by_its_first_words():
    (found,) = paragraphs("several words " * 40)
    assert found.quote.startswith("several words several")
    assert found.quote.endswith("several…")
    assert len(found.quote) <= QUOTE + 1


def test_what_shows_no_words_is_quoted_as_it_is_typed():
    assert [each.quote for each in paragraphs("---\n\n![](/media/a.png)")] == [
        "---",
        "![](/media/a.png)",
    ]


def test_footnotes_are_one_without_a_line():
    found = paragraphs("Words[^1].\n\n[^1]: The note.\n\nMore.")
    assert [(each.quote, each.line) for each in found] == [
        ("Words.", 1),
        ("More.", 5),
        ("The note.", None),
    ]


class TestKey:
    def test_stays_when_the_words_stand_wherever_they_move(self):
        assert keys("One.\n\nTwo.")[1] == keys("Two.\n\nOne.")[0]

    def test_stays_when_only_lines_break_elsewhere(self):
        assert keys("One  two\nthree.") == keys("One two three.\r\n")

    @pytest.mark.parametrize(
        "other", ["Two words!", "Two  wordS.", "Two words. [@a-2020]"]
    )
    def test_changes_with_the_words(self, other):
        assert keys("Two words.") != keys(other)

    def test_of_like_paragraphs_differs(self):
        first, second = keys("Same.\n\nSame.")
        assert first != second
        assert keys("Same.") == [first]

    def test_of_a_title_is_not_that_of_a_paragraph(self):
        assert field_paragraph("title", "Same.").key != keys("Same.")[0]

    def test_of_an_empty_title_has_a_quote(self):
        assert field_paragraph("title", "").quote == "(title)"


def test_a_text_beyond_the_limits_is_refused():
    with pytest.raises(BodyRefused):
        paragraphs("[" * 5_000)


@given(st.lists(st.sampled_from(BLOCKS), max_size=12))
def test_a_rendering_falls_into_as_many_pieces(blocks):
    body = "\n\n<!-- -->\n\n".join(blocks)
    html = sanitise(build_parser().render(body))
    assert "".join(pieces(html)) == html
    assert len(pieces(html)) == len(set(keys(body))) == len(keys(body))


@pytest.mark.parametrize(
    "bodies",
    [[each[1] for each in read_examples()], [each[2] for each in EXAMPLES]],
    ids=["our examples", "CommonMark's"],
)
def test_so_does_every_example(bodies):
    assert bodies
    for body in bodies:
        html = rendered(body).html
        found = rendered_paragraphs(body, html)
        assert "".join(piece for _, piece in found) == html
        assert len(found) == len(pieces(html)), body


def test_a_rendering_that_does_not_fit_stays_whole():
    found = rendered_paragraphs("One.\n\nTwo.", "<p>Else.</p>")
    assert [piece for _, piece in found] == ["<p>Else.</p>", ""]
