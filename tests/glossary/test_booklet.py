"""A definition on paper: nothing that needs a page of its own, nothing lost."""

from __future__ import annotations

import re

import pytest
from django.core.paginator import Paginator
from hypothesis import given, settings
from hypothesis import strategies as st

from glossary.booklet import Part, entries_of, on_paper, parts_of
from glossary.linking import Vocabulary
from glossary.reading import listed
from glossary.rendering import render
from immunosite.core.markdown import BodyRefused
from tests.factories import make_reference, make_term


def compiled(body: str) -> str:
    return render(body, vocabulary=Vocabulary(), library={}, addresses={}).html


class TestOnPaper:
    def test_keeps_the_words_and_their_shape(self):
        html = compiled("A *small* cell.\n\n- One\n- Two\n\n| a |\n|---|\n| b |\n")
        assert "<em>small</em>" in on_paper(html)
        assert "<li>One</li>" in on_paper(html)
        assert '<th scope="col">a</th>' in on_paper(html)

    def test_makes_strong_words_of_headings(self):
        html = compiled("Words.\n\n## What it does\n\n### More\n")
        assert "<p><strong>What it does</strong></p>" in on_paper(html)
        assert "<p><strong>More</strong></p>" in on_paper(html)

    def test_leaves_out_the_numbers_of_sources(self):
        html = '<p>A cell<sup class="cite">[<a id="cite-1-1" href="#ref-1">1</a>]</sup>.</p>'
        assert on_paper(html) == "<p>A cell.</p>"

    def test_leaves_out_ways_back_from_footnotes(self):
        html = on_paper(compiled("A cell[^1].\n\n[^1]: Small.\n"))
        assert "Small." in html
        assert "↩" not in html

    def test_shows_the_numbers_of_a_chart_once(self):
        chart = (
            "```chart\ntype: bars\ntitle: How long\nsource: Trial\nunit: months\n\n"
            "| Treatment | Time |\n| One | 6.9 |\n| Two | 2.9 |\n```\n"
        )
        html = compiled(chart)
        assert html.count("6.9") == 2
        assert on_paper(html).count("6.9") == 1
        assert "<svg" in on_paper(html)

    @given(st.text(alphabet="ab *_#>-|[]()!:^`\n1.<&", max_size=200))
    @settings(max_examples=150)
    def test_never_holds_a_link_or_an_id(self, body):
        try:
            html = on_paper(compiled(body))
        except BodyRefused:
            return
        tags = re.findall(r"<[a-z][^>]*>", html)
        assert not [tag for tag in tags if tag.startswith("<a ") or " id=" in tag]
        assert not re.search(r"<h[1-6]", html)


@pytest.mark.django_db
class TestEntries:
    def test_stand_under_their_letters_with_all_that_they_say(self):
        make_reference("larkin-2015")
        make_term("Apple")
        make_term(
            "Bone",
            "A *hard* part [@larkin-2015].",
            professional="Made of **collagen**.",
            forms=[("plural", "Bones"), ("synonym", "os")],
        )
        (_, _), (letter, entries) = entries_of(listed())
        assert letter == "B"
        entry = entries[0]
        assert str(entry.definition).strip() == "<p>A <em>hard</em> part.</p>"
        assert "<strong>collagen</strong>" in entry.professional
        assert [form.text for form in entry.also] == ["os"]

    def test_are_read_with_few_queries(self, django_assert_num_queries):
        for number in range(6):
            make_term(f"Word{number}", forms=[("synonym", f"Name{number}")])
        terms = listed()
        with django_assert_num_queries(2):
            entries_of(terms)

    def test_fall_into_parts_that_name_their_first_and_last(self):
        for title in ("Apple", "Bone", "Cell"):
            make_term(title)
        assert parts_of(Paginator(listed(), 2)) == [
            Part(1, "Apple", "Bone"), Part(2, "Cell", "Cell"),
        ]  # fmt: skip
        assert parts_of(Paginator([], 2)) == []
