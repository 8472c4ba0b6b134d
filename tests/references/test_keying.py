"""The key that is proposed for a new reference."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from references.citing import KEY_PATTERN
from references.keying import propose_key


def item(family: str = "", year: int | None = None, **more) -> dict:
    csl = {"title": "The immune system and cancer: a review of all", **more}
    if family:
        csl["author"] = [{"family": family, "given": "A."}]
    if year:
        csl["issued"] = {"date-parts": [[year]]}
    return csl


def free(key: str) -> bool:
    return False


class TestProposing:
    @pytest.mark.parametrize(
        ("csl", "key"),
        [
            (item("Larkin", 2015), "larkin-2015"),
            (item("Larkin"), "larkin"),
            (item("van den Berg", 2015), "van-den-berg-2015"),
            (item("García-Lorenzo", 2020), "garcia-lorenzo-2020"),
            (item("Łukasz", 2020), "lukasz-2020"),
            (item("Weiß", 2020), "weiss-2020"),
            (item("O’Donnell", 2020), "odonnell-2020"),
            (item("王", 2020), "王-2020"),
            (item("", 2020), "immune-system-cancer-review-2020"),
            (item("", None, title="<i>What</i> to do?"), "what-do"),
            (item("", None, title="The"), "the"),
            (item("", 2020, title="???"), "2020"),
            (item("", None, title="???"), "reference"),
            (item("", 2020, author=[{"literal": "National Cancer Institute"}]),
             "national-cancer-institute-2020"),
            (item("", 2020, editor=[{"family": "Roe"}]), "roe-2020"),
            (item("", 2020, author=[{"literal": "The " + "very " * 20 + "long"}]),
             "the-very-very-very-very-very-very-very-2020"),
            (item("B.C.", -50), "b-c"),
        ],
    )  # fmt: skip
    def test_is_of_the_first_author_and_the_year(self, csl, key):
        assert propose_key(csl, free) == key

    def test_takes_the_next_letter_where_it_is_taken(self):
        taken = {"larkin-2015", "larkin-2015b"}
        assert propose_key(item("Larkin", 2015), taken.__contains__) == "larkin-2015c"
        assert propose_key(item("Larkin"), {"larkin"}.__contains__) == "larkin-b"

    def test_goes_on_with_numbers_after_z(self):
        taken: set[str] = set()
        for _ in range(30):
            taken.add(propose_key(item("Larkin", 2015), taken.__contains__))
        assert {"larkin-2015z", "larkin-2015-27", "larkin-2015-30"} <= taken

    @given(st.text(max_size=60), st.text(min_size=1, max_size=60))
    def test_is_always_one_that_can_be_cited(self, family, title):
        key = propose_key({"title": title, "author": [{"family": family}]}, free)
        assert re.fullmatch(KEY_PATTERN, key)
        assert len(key) <= 120
