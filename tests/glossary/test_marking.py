"""The rule for explicit marks: [[term]], [[term|words]], [[!words]]."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from glossary.marking import install


def tokens(text: str) -> list:
    """The marks of a Markdown text, as tokens."""
    parser = MarkdownIt("commonmark").enable("table")
    install(parser)
    inline = [token for token in parser.parse(text) if token.type == "inline"]
    children = [child for token in inline for child in token.children or []]
    return [child for child in children if child.type in ("term", "never")]


def read(text: str) -> list[tuple[str, str, str]]:
    """(type, target, words) of every mark."""
    return [(mark.type, mark.meta["target"], mark.content) for mark in tokens(text)]


class TestMarks:
    @pytest.mark.parametrize(
        ("text", "target", "words"),
        [
            ("[[T cell]]", "T cell", "T cell"),
            ("[[T cell|these cells]]", "T cell", "these cells"),
            ("[[ T cell | these cells ]]", "T cell", "these cells"),
            ("[[T\n  cell]]", "T cell", "T cell"),
            ("[[T cell|a|b]]", "T cell", "a|b"),
            ("[[PD-1/PD-L1 (axis)]]", "PD-1/PD-L1 (axis)", "PD-1/PD-L1 (axis)"),
            ("[[T cell]][[B cell]]"[:10], "T cell", "T cell"),
            ("[[naïve|*x*]]", "naïve", "*x*"),
            ("[[a]b]]", "a]b", "a]b"),
        ],
    )
    def test_name_a_term_and_perhaps_other_words(self, text, target, words):
        assert read(f"See {text}.") == [("term", target, words)]

    @pytest.mark.parametrize("text", ["[[!melanoma]]", "[[! melanoma ]]"])
    def test_an_exclamation_mark_means_never(self, text):
        assert read(text) == [("never", "melanoma", "melanoma")]

    def test_what_is_never_linked_shows_all_its_words(self):
        ((kind, _, words),) = read("[[!this|that]]")
        assert (kind, words) == ("never", "this|that")

    def test_several_are_read_in_order(self):
        assert [words for *_, words in read("[[a]] [[b|c]] [[!d]]")] == ["a", "c", "d"]

    def test_a_mark_may_stand_anywhere_in_a_text(self):
        text = "- **[[a]]**\n\n> [[b]]\n\n# [[c]]\n\n[x [[d]]](https://example.org)"
        assert [target for _, target, _ in read(text)][:3] == ["a", "b", "c"]

    def test_in_a_table_the_bar_is_escaped(self):
        text = "| A |\n|---|\n| [[T cell\\|these]] |"
        assert read(text) == [("term", "T cell", "these")]

    def test_a_mark_knows_the_line_within_its_block(self):
        lines = [mark.meta["line"] for mark in tokens("One [[a]]\ntwo\nthree [[b]]")]
        assert lines == [0, 2]


class TestOtherBrackets:
    @pytest.mark.parametrize(
        "text",
        ["[[]]", "[[ ]]", "[[!]]", "[[! ]]", "[[|words]]", "[[ |words]]", "[[T cell|]]",
         "[[T cell| ]]", "[[T cell]", "[T cell]]", "[[T cell", "[[a[b]]", "[[[a]]"[:4],
         "`[[T cell]]`", "\\[[T cell]]", "    [[T cell]]", "[[a\n\nb]]"],
    )  # fmt: skip
    def test_are_left_alone(self, text):
        assert read(text) == []

    def test_three_brackets_are_a_mark_in_a_bracket(self):
        assert read("[[[a]]]") == [("term", "a", "a")]

    def test_a_mark_that_is_longer_than_any_name_is_none(self):
        assert read(f"[[{'x' * 300}|{'y' * 90}]]")
        assert not read(f"[[{'x' * 300}|{'y' * 110}]]")

    def test_marks_without_end_cost_little(self):
        before = time.process_time()
        assert tokens("[[a " * 5_000) == []
        assert time.process_time() - before < 1

    @settings(max_examples=100)
    @given(st.text("[]!|a b\n\\`", max_size=30))
    def test_a_mark_always_has_a_target_and_words(self, text):
        for kind, target, words in read(text):
            assert kind == "never" or target
            assert words == " ".join(words.split()) != ""
