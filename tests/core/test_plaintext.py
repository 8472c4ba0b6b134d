"""A rendered text as plain words."""

from __future__ import annotations

import pytest

from immunosite.core.plaintext import in_words
from tests.factories import make_reference, make_term

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "body",
    [
        "One [[cell]], *two*\nlines & “more” < less.\n\n- a\n- b\n\n> said",
        "| A | B |\n|---|---|\n| 1 | 2 |",
        "Break  \nhere, `code <p>`, [a link](https://example.org \"T\").",
        "![A cell](/media/a-1x1.png) seen.",
        "Claim [@larkin-2015], more [@larkin-2015, p. 3].",
        "## Heading\n\nTerm\n: Meaning",
    ],
)  # fmt: skip
def test_is_what_the_rendering_says(body):
    make_reference("larkin-2015")
    make_term("Cell")
    revision = make_term("Word", body, professional="Exact [@larkin-2015] words.")
    told = f"{in_words(revision.html)}\n{in_words(revision.professional_html)}"
    assert told.split() == revision.text.split()
    assert in_words(revision.professional_html) == "Exact words."


def test_has_one_line_for_each_block():
    html = "<p>One\ntwo.</p>\n<ul>\n<li>a &lt;b&gt;</li>\n<li>c</li>\n</ul>\n"
    assert in_words(html) == "One two.\na <b>\nc"


def test_has_no_marks_of_citations_and_footnotes():
    revision = make_term("Word", "Words.[^1]\n\n[^1]: Beneath.")
    assert in_words(revision.html) == "Words."


def test_of_nothing_is_nothing():
    assert in_words("") == ""
