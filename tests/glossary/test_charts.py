"""Charts on a page: cited, linked, found and published like its other words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary.linking import Entry, Vocabulary
from glossary.rendering import Rendered, render
from glossary.wording import Form
from immunosite.core.markdown import sanitise
from immunosite.core.publishing import PublishingRefused
from references.citing import Source
from tests.factories import make_article, make_reference, make_term

VOCABULARY = Vocabulary(
    [
        Entry("nivolumab", "Nivolumab", (Form("Nivolumab", "headword"),)),
        Entry("t-cell", "T cell", (Form("T cell", "headword"),)),
    ]
)
LIBRARY = {key: Source(key, key) for key in ("hodi-2010", "larkin-2015")}
CHART = """\
```chart
type: people
title: Severe side effects of a T cell
source: Trial of 2015 [@larkin-2015]

| Treatment | Had severe side effects |
| Nivolumab alone | about 16 |
| Both drugs | 55 |
```
"""


def rendered(body: str) -> Rendered:
    return render(body, vocabulary=VOCABULARY, library=LIBRARY, addresses={})


def told(body: str) -> list[tuple[int | None, str, str]]:
    return [(p.line, p.severity, p.message) for p in rendered(body).problems]


class TestCitations:
    def test_of_a_chart_are_numbered_in_the_order_of_the_page(self):
        page = rendered(
            f"Before [@hodi-2010].\n\n{CHART}\nAfter [@larkin-2015; @hodi-2010]."
        )
        assert [(use.key, use.number, use.nth, use.line) for use in page.citations] == [
            ("hodi-2010", 1, 1, 1),
            ("larkin-2015", 2, 1, 6),
            ("hodi-2010", 1, 2, 13),
            ("larkin-2015", 2, 2, 13),
        ]
        source = page.html[page.html.index('<p class="chart-source">') :]
        assert source.index('href="#ref-2"') < source.index("</p>")

    def test_may_stand_in_its_other_words_too(self):
        page = rendered(CHART.replace("Both drugs", "Both drugs [@hodi-2010, p. 3]"))
        assert [(use.key, use.number, use.line) for use in page.citations] == [
            ("hodi-2010", 1, 8),
            ("larkin-2015", 2, 4),
        ]
        assert '<th scope="row">Both drugs</th>' in page.html

    def test_an_unknown_key_is_reported_at_its_line(self):
        body = "Words.\n\n" + CHART.replace("@larkin-2015", "@larkin-2051")
        [(line, severity, message)] = told(body)
        assert (line, severity) == (6, "error")
        assert (
            "No reference has the key “larkin-2051”. Did you mean “larkin-2015”"
            in message
        )

    @pytest.mark.parametrize(
        "source", ["A trial", "\\[@larkin-2015]", "`[@larkin-2015]`"]
    )
    def test_a_source_without_one_is_an_error(self, source):
        body = CHART.replace("Trial of 2015 [@larkin-2015]", source)
        assert told(body) == [
            (
                4,
                "error",
                "The source of a chart must hold a citation: “source: [@key]”.",
            )
        ]

    def test_one_that_cannot_be_read_is_told_once(self):
        [(line, _, message)] = told(CHART.replace("@larkin-2015", "@ larkin 2015"))
        assert line == 4
        assert "is not a citation that can be read" in message


class TestTerms:
    def test_of_a_chart_are_linked_like_all_first_mentions(self):
        page = rendered(CHART + "\nNivolumab and a T cell.")
        assert [(use.slug, use.line) for use in page.mentions] == [
            ("t-cell", 3),
            ("nivolumab", 7),
        ]
        caption = re.search("<figcaption>.*?</figcaption>", page.html)
        assert caption
        assert 'href="#word-t-cell"' in caption[0]

    def test_no_id_is_given_out_twice(self):
        page = rendered("Nivolumab.\n\n" + CHART * 3)
        ids = re.findall(r'id="([^"]*)"', page.html)
        assert len(ids) == len(set(ids))

    def test_marks_work(self):
        page = rendered(CHART.replace("Both drugs", "[[T cell\\|Both]] *drugs*"))
        assert [use.is_explicit for use in page.mentions if use.words == "Both"] == [
            True
        ]
        assert '<th scope="row">Both drugs</th>' in page.html


class TestWords:
    def test_are_the_text_of_the_page_in_order_and_once(self):
        assert rendered("Before.\n\n" + CHART).text.splitlines() == [
            "Before.",
            "Severe side effects of a T cell",
            "Had severe side effects",
            "Nivolumab alone",
            "about 16 of 100 people",
            "Both drugs",
            "55 of 100 people",
            "Trial of 2015",
        ]

    def test_the_lead_of_a_page_is_a_paragraph(self):
        assert rendered(CHART + "\nA definition.").lead == "A definition."

    def test_a_chart_is_drawn_in_a_callout_a_list_and_a_quotation(self):
        quoted = "".join(f"> {line}\n" for line in CHART.splitlines())
        listed = "- " + CHART.replace("\n", "\n  ")
        page = rendered(f"::: note\n{CHART}:::\n\n{listed}\n\n{quoted}")
        assert page.html.count("<figure") == 3
        assert not page.problems


@given(st.text("`<>\"'|:-[]()!*_\\@&; \nabt1é", max_size=60), st.integers(0, 300))
def test_any_change_of_a_chart_is_rendered_safely(words, place):
    body = CHART[10:place] + words + CHART[max(place, 10) :]
    page = rendered(CHART[:10] + body)
    assert sanitise(page.html) == page.html
    assert "<script" not in page.html
    assert all(problem.line for problem in page.problems)


@pytest.mark.django_db
class TestPublishing:
    def test_a_chart_goes_live_with_its_citation_and_mention(self):
        make_reference("larkin-2015")
        make_term("T cell")
        live = make_article("charted", CHART)
        assert '<svg class="people"' in live.html
        assert [use.reference.key for use in live.citations.all()] == ["larkin-2015"]
        assert [use.term.slug for use in live.mentions.all()] == ["t-cell"]

    def test_a_page_shows_it_under_the_strict_policy(self, client):
        make_reference("larkin-2015")
        make_article("charted", CHART)
        page = client.get("/articles/charted/").content.decode()
        figure = page[page.index("<figure") : page.index("</figure>")]
        assert "style" not in figure
        assert "Source: Trial of 2015" in figure

    @pytest.mark.parametrize(
        ("old", "new", "line"),
        [
            ("Trial of 2015 [@larkin-2015]", "Trial of 2015", 4),
            ("55", "155", 8),
            ("```\n", "", 1),
        ],
    )
    def test_what_is_amiss_blocks_it(self, old, new, line):
        make_reference("larkin-2015")
        with pytest.raises(PublishingRefused) as refused:
            make_article("charted", CHART.replace(old, new))
        assert [problem.line for problem in refused.value.problems] == [line]
