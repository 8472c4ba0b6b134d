"""A place in a source is shown in one form, however it was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from references.citing import parse_cluster
from references.locating import readable


@pytest.mark.parametrize(
    ("shown", "typed"),
    [
        ("p. 3", ["p. 3", "p.3", "p 3", "page 3", "Page 3", "pg. 3", "3"]),
        ("pp. 3–5", ["pp. 3-5", "p. 3–5", "pages 3 - 5", "3--5", "3-5"]),
        ("pp. 3, 7", ["p. 3, 7", "pages 3, 7", "3, 7"]),
        ("pp. iv–vi", ["pp. iv-vi"]),
        ("p. S-12", ["p. S-12"]),
        ("chapter 2", ["ch. 2", "chap. 2", "Chapter 2"]),
        ("chapters 2–4", ["chapters 2-4", "ch. 2-4"]),
        ("fig. 2", ["Fig. 2", "figure 2", "fig 2"]),
        ("figs. 2a–c", ["Figs. 2a-c"]),
        ("table S1", ["tab. S1", "Table S1"]),
        ("section 4.2", ["§ 4.2", "§4.2", "sec. 4.2"]),
        ("para. 2", ["¶ 2", "paragraph 2"]),
        ("vol. 2", ["volume 2"]),
        ("no. 7", ["issue 7"]),
        ("appendix B", ["app. B"]),
        ("supplement 3", ["suppl. 3"]),
        ("note 5", ["footnote 5", "n. 5"]),
        ("line 9", ["line 9"]),
    ],
)
def test_one_form_for_each_place(shown, typed):
    assert {readable(text) for text in typed} == {shown}


@pytest.mark.parametrize(
    "text",
    ["see the discussion", "abstract", "2nd paragraph", "no wonder", "table", "", "p."],
)
def test_other_words_stay_as_they_are_typed(text):
    assert readable(text) == text


@given(
    st.sampled_from(["p", "pp", "fig", "§", "", "see"]),
    st.text("0123456789-–,&ivab .", max_size=12),
)
def test_what_is_readable_stays_so(label, rest):
    once = readable(f"{label} {rest}")
    assert readable(once) == once


def test_a_citation_has_its_place_in_that_form():
    (item,) = parse_cluster("@larkin-2015, page 3")
    assert (item.key, item.locator) == ("larkin-2015", "p. 3")
