"""Which words of a page become links to the glossary, and which do not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glossary.linking import Entry, MentionUse, Surroundings, Vocabulary
from glossary.rendering import Rendered, render
from glossary.wording import Form
from immunosite.core.markdown import MAX_SUGGESTIONS


def entry(slug: str, *forms: str, is_automatic: bool = True) -> Entry:
    return Entry(slug, forms[0], tuple(Form(f, "synonym") for f in forms), is_automatic)


VOCABULARY = Vocabulary(
    [
        entry("t-cell", "T cell", "T cells"),
        entry("melanoma", "melanoma"),
        entry("trial", "trial", is_automatic=False),
    ]
)


def rendered(body: str, own_term: str | None = None, **options) -> Rendered:
    snapshots = {"vocabulary": VOCABULARY, "library": {}, "addresses": {}}
    return render(body, own_term=own_term, **snapshots, **options)


def linked(body: str, own_term: str | None = None) -> list[str]:
    """The words of a page that are linked, as the HTML shows them."""
    html = rendered(body, own_term).html
    return re.findall(r'<a class="term"[^>]*>([^<]*)</a>', html)


def lines(body: str) -> list[int | None]:
    return [use.line for use in rendered(body).mentions]


class TestFirstOccurrence:
    def test_is_linked_and_no_other(self):
        assert linked("A T cell. A T cell.\n\nA T cell.") == ["T cell"]

    def test_of_any_form(self):
        assert linked("T cells. A T cell.") == ["T cells"]

    def test_of_each_term(self):
        assert linked("T cells in melanoma, melanoma in T cells.") == [
            "T cells", "melanoma",
        ]  # fmt: skip

    def test_leads_to_the_definition_and_can_be_led_back_to(self):
        assert rendered("A T cell.").html == (
            '<p>A <a class="term" id="mention-t-cell" href="#word-t-cell">'
            "T cell</a>.</p>\n"
        )

    def test_is_told_with_its_words_and_place(self):
        assert rendered("One.\n\nAll T\ncells.").mentions == (
            MentionUse("t-cell", "T cells", "mention-t-cell", 3, False),
        )

    def test_may_cross_a_line(self):
        assert linked("A T\ncell.") == ["T\ncell"]

    def test_does_not_cross_a_hard_break_nor_emphasis(self):
        assert linked("A T  \ncell.") == []
        assert linked("A *T* cell.") == []

    def test_may_be_emphasized(self):
        assert linked("A **T cell** or _melanoma_.") == ["T cell", "melanoma"]

    @pytest.mark.parametrize("text", ["T&nbsp;cell", "T&#32;cell", "T\\-cell"])
    def test_may_be_written_with_entities_and_escapes(self, text):
        assert len(linked(f"A {text}.")) == 1

    @pytest.mark.parametrize(
        "body",
        [
            "- T cell",
            "1. T cell",
            "| A |\n|---|\n| T cell |",
            "| T cell |\n|---|\n| A |",
            "Word\n: T cell",
            "T cell\n: Word",
            "Word[^1].\n\n[^1]: T cell.",
            "::: note\nT cell.\n:::",
            "![A T cell](/media/a.png) T cell",
        ],
    )
    def test_is_found_in_every_kind_of_block(self, body):
        assert linked(body) == ["T cell"]


class TestNever:
    """Where a word is not linked; there it does not count as the first one either."""

    @pytest.mark.parametrize(
        "body",
        [
            "## The T cell",
            "The T cell\n----------",
            "::: note The T cell\nWords.\n:::",
            "[the T cell](https://example.org/)",
            "[the *T cell*](https://example.org/)",
            "`T cell`",
            "```\nT cell\n```",
            "    T cell",
            "> The T cell",
            "> - a list with a T cell",
            "- > The T cell",
            "> > The T cell\n>\n> The T cell",
            "![The T cell](/media/a.png)",
            "[[!T cell]]",
            "The trial",
        ],
    )
    def test_is_linked(self, body):
        assert linked(body) == []
        if "trial" not in body:
            assert linked(f"{body}\n\nWords on a T cell.") == ["T cell"]

    def test_on_the_page_of_the_term_itself(self):
        assert linked("A T cell in melanoma.", own_term="t-cell") == ["melanoma"]
        assert linked("A [[T cell|cell]].", own_term="t-cell") == []

    def test_but_after_a_link_in_the_same_block(self):
        body = "[A T cell](https://example.org/), then a T cell."
        assert linked(body) == ["T cell"]

    def test_a_link_that_leads_nowhere_is_still_no_place_for_another(self):
        assert linked("[the T cell](article:nowhere) and a T cell") == ["T cell"]


class TestExplicitMarks:
    def test_link_where_no_link_would_be_made(self):
        assert linked("A [[trial]].") == ["trial"]

    def test_link_once_a_later_one_shows_its_words_only(self):
        page = rendered("[[T cell]] and [[T cell|cells]] and [[T cells]]")
        (use,) = page.mentions
        assert (use.words, use.anchor, use.is_explicit) == (
            "T cell", "mention-t-cell", True,
        )  # fmt: skip
        assert page.html.endswith("</a> and cells and T cells</p>\n")
        assert page.problems == ()

    def test_go_before_words_that_link_by_themselves_wherever_they_stand(self):
        body = "T cell, T cells.\n\n- T cell, [[T cell|these]], [[T cell]], T cell."
        assert linked(body) == ["these"]

    @pytest.mark.parametrize("mark", ["## [[T cell]]", "[[!T cell]]", "`[[T cell]]`"])
    def test_that_are_no_links_take_nothing(self, mark):
        body = f"A T cell.\n\n{mark}"
        (use,) = rendered(body).mentions
        assert (use.line, use.is_explicit) == (1, False)

    def test_in_the_text_for_professionals_take_nothing_from_the_body(self):
        page = rendered("A T cell.", professional="T cells, [[T cell]], [[melanoma]].")
        assert [use.words for use in page.mentions] == ["T cell", "melanoma"]
        assert "T cells, T cell, <a" in page.professional_html

    def test_in_the_text_for_professionals_go_before_the_words_around_them(self):
        page = rendered("Words.", professional="A T cell, [[T cell|cells]].")
        assert [use.words for use in page.mentions] == ["cells"]

    def test_count_as_the_first_occurrence(self):
        assert linked("[[T cell|These]] are T cells.") == ["These"]

    def test_link_in_a_quotation(self):
        assert linked("> All [[T cell|cells]]") == ["cells"]

    def test_are_plain_words_in_a_heading(self):
        page = rendered("## All [[T cell|cells]]")
        assert page.html == '<h2 id="all-cells">All cells</h2>\n'
        assert page.mentions == ()

    @pytest.mark.parametrize("mark", ["[[T cell|cells]]", "[[!cells]]"])
    def test_in_the_words_of_a_link_are_told_since_they_break_it(self, mark):
        page = rendered(f"One\n[all {mark} here](https://example.org/)")
        (problem,) = page.problems
        assert (problem.line, problem.severity, problem.code) == (2, "error", "term")
        assert problem.message == "A link can't hold a mark. Write “cells” without."

    def test_beside_a_link_are_fine(self):
        assert (
            rendered("[[T cell]] ([x](https://a.org/)), [y](https://a.org/)").problems
            == ()
        )

    def test_the_words_are_shown_as_text(self):
        html = rendered("[[T cell|<b>*these* & “those”</b>]]").html
        assert ">&lt;b&gt;*these* &amp; “those”&lt;/b&gt;</a>" in html

    def test_name_a_term_by_any_form_or_its_slug(self):
        for name in ("t CELLS", "t-cell", "T  cell"):
            assert linked(f"[[{name}|a]]") == ["a"]

    def test_never_keeps_just_this_place_unlinked(self):
        html = rendered("The [[!T cell]] & a T cell").html
        assert html.startswith("<p>The T cell &amp; a <a ")


class TestUnknownTerms:
    def test_are_told_with_their_line_and_the_nearest_names(self):
        page = rendered("One\nA [[T cel]].")
        (problem,) = page.problems
        assert (problem.line, problem.severity, problem.code) == (2, "error", "term")
        assert problem.message == (
            "The glossary has no live term “T cel”. Did you mean “T cell” or “T cells”?"
        )
        assert page.html == "<p>One\nA T cel.</p>\n"

    def test_without_a_near_name_there_is_no_advice(self):
        (problem,) = rendered("[[zzz|a word]]").problems
        assert problem.message == "The glossary has no live term “zzz”."

    def test_are_told_also_where_none_would_be_linked(self):
        (problem,) = rendered("## [[zzz]]").problems
        assert problem.code == "term"

    def test_advice_ends_after_many(self):
        problems = rendered("[[T cel]] " * (MAX_SUGGESTIONS + 5)).problems
        assert len(problems) == MAX_SUGGESTIONS + 5
        asked = [problem for problem in problems if "Did you mean" in problem.message]
        assert len(asked) == MAX_SUGGESTIONS


class TestLines:
    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ("T cell", 1),
            ("\n\nT cell", 3),
            ("One\ntwo\nT cell", 3),
            ("One  \ntwo\\\nT cell", 3),
            ("One *two\nthree* T cell", 2),
            ("- One\n- two\n  T cell", 3),
            ("One [[!two]]\nT cell", 2),
            ("One `two`\nT cell", 2),
            ("One `\n` T cell", 2),
            ("`One`, ``two\n`three\nfour`` T cell", 3),
            ("One\n[[T cell]]", 2),
            ("One  \ntwo [[T cell]]", 2),
            ("> One\n> [[T cell]]", 2),
            ("Word[^1].\n\n[^1]: One\n    T cell.", 4),
            ("Word\n: One\n  T cell", 3),
        ],
    )
    def test_are_those_of_the_body(self, body, expected):
        assert lines(body) == [expected]

    def test_in_a_table_is_the_line_of_the_row(self):
        assert lines("| A |\n|---|\n| x |\n| T cell |") == [4]


class TestNeverHere:
    def test_a_word_is_left_alone_in_whatever_case(self):
        never = Surroundings(never=frozenset({"melanoma"}))
        page = rendered("Melanoma, T cells, [[melanoma]].", surroundings=never)
        assert [use.words for use in page.mentions] == ["T cells", "melanoma"]
        assert [use.is_explicit for use in page.mentions] == [False, True]

    def test_another_form_of_the_term_still_links(self):
        never = Surroundings(never=frozenset({"t cell"}))
        page = rendered("A T cell and T-cell, T cells.", surroundings=never)
        assert [use.words for use in page.mentions] == ["T cells"]

    def test_a_shorter_word_within_it_links(self):
        longer = entry("memory", "memory T cell", "memory T cells line")
        vocabulary = Vocabulary([*VOCABULARY.entries, longer])
        body = "A memory T cell, a memory T cell."

        def words(*never: str) -> list[str]:
            around = Surroundings(never=frozenset(never))
            page = render(
                body,
                vocabulary=vocabulary,
                library={},
                addresses={},
                surroundings=around,
            )
            return [use.words for use in page.mentions]

        assert words() == ["memory T cell"]
        assert words("memory t cell") == ["T cell"]
        assert words("t cell") == ["memory T cell"]
        assert words("memory t cell", "t cell") == []


def sense(slug: str, headword: str, *topics: str) -> Entry:
    forms = (Form(headword, "headword"), Form("RT", "abbreviation", is_sense=True))
    return Entry(slug, headword, forms, topics=frozenset(topics))


class TestSenses:
    SENSES = Vocabulary(
        [
            sense("radiation", "radiation therapy", "treatment"),
            sense("reaction", "reaction time", "laboratory"),
        ]
    )

    def page(self, body: str, *topics: str, own_term: str | None = None) -> Rendered:
        around = Surroundings(topics=frozenset(topics))
        return render(
            body,
            vocabulary=self.SENSES,
            library={},
            addresses={},
            own_term=own_term,
            surroundings=around,
        )

    def test_the_topics_of_the_page_choose(self):
        page = self.page("RT helps.", "laboratory", "melanoma")
        assert [use.slug for use in page.mentions] == ["reaction"]
        assert not page.problems

    def test_without_a_topic_readers_choose_and_the_editor_is_told(self):
        page = self.page("RT helps. RT again.")
        assert page.html == (
            '<p><a class="term" href="/glossary/meanings/rt">RT</a> helps. RT again.</p>\n'
        )
        assert not page.mentions
        (problem,) = page.problems
        assert (problem.severity, problem.code, problem.line) == ("warning", "sense", 1)
        assert "[[radiation|RT]] or [[reaction|RT]]" in problem.message

    def test_a_mark_of_the_term_chooses(self):
        page = self.page("[[radiation|RT]] helps.")
        assert [use.slug for use in page.mentions] == ["radiation"]

    def test_a_mark_of_the_word_chooses_like_the_word(self):
        assert [use.slug for use in self.page("[[RT]].", "treatment").mentions] == [
            "radiation"
        ]
        assert "/glossary/meanings/rt" in self.page("[[RT]].").html

    def test_a_second_mark_that_leaves_the_choice_shows_its_words_only(self):
        page = self.page("RT, [[RT]], [[RT]], RT.")
        assert page.html.startswith("<p>RT, <a ")
        assert page.html.count("<a ") == len(page.problems) == 1

    def test_a_word_and_a_term_of_that_slug_are_two(self):
        vocabulary = Vocabulary([*self.SENSES.entries, entry("rt", "Rtt")])
        html = render("RT, Rtt.", vocabulary=vocabulary, library={}, addresses={}).html
        assert html.count('class="term"') == 2

    def test_a_term_is_its_own_sense_on_its_page(self):
        assert "<a" not in self.page("RT helps.", own_term="reaction").html

    def test_what_only_one_term_has_as_a_sense_is_the_first_ones(self):
        plain = Entry("a", "a", (Form("RT", "abbreviation"),))
        vocabulary = Vocabulary([plain, sense("b", "b")])
        (match,) = vocabulary.find("RT")
        assert match.owner == plain


class TestRulesOfForms:
    @pytest.mark.parametrize(
        ("form", "found"),
        [
            (Form("IgE", "synonym"), ["IgE"]),
            (Form("Ige", "synonym"), ["IgE", "ige", "IGE"]),
            (Form("Ige", "synonym", case="exact"), []),
            (Form("IgE", "synonym", case="any"), ["IgE", "ige", "IGE"]),
            (Form("IgE", "abbreviation", case="any"), ["IgE", "ige", "IGE"]),
            (Form("IgE", "synonym", is_automatic=False), []),
        ],
    )
    def test_case_and_marks(self, form, found):
        vocabulary = Vocabulary([Entry("ige", "x", (form,))])
        text = "IgE ige IGE"
        assert [text[m.start : m.end] for m in vocabulary.find(text)] == found
        assert vocabulary.by_name(form.text) is not None


_PARTS = ["T cell", "T cells", "melanoma", "[[T cell]]", "[[trial|x]]", "[[!T cell]]",
          "*", "`", "> ", "## ", "\n", "\n\n", " ", "- ", "[a](b)", "&amp;"]  # fmt: skip


class TestProperties:
    @settings(max_examples=100)
    @given(st.lists(st.sampled_from(_PARTS), max_size=25).map("".join))
    def test_a_page_links_a_term_at_most_once(self, body):
        page = rendered(body)
        slugs = [use.slug for use in page.mentions]
        assert len(slugs) == len(set(slugs))
        anchors = [use.anchor for use in page.mentions]
        assert anchors == [f"mention-{slug}" for slug in slugs]
        assert anchors == re.findall(r'id="(mention-[^"]+)"', page.html)
        assert len(page.mentions) == page.html.count('class="term"')
        for use in page.mentions:
            line = body.split("\n")[(use.line or 0) - 1]
            assert use.words.split()[0] in line
