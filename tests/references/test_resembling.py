"""Which records of a list are probably of one work."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from references.likeness import likeness
from references.resembling import MOST, Candidate, likely_pairs

TITLE = "Combined nivolumab and ipilimumab in untreated melanoma"
SAME = "Same title and first author, year ±1"
NEAR = "Nearly the same title, same first author, year ±1"
OTHER = "Same title, year ±1, another first author"
ADDRESS = "Same web address"


def record(pk, title=TITLE, author="Larkin", year: int | None = 2015, url=None):
    csl = {"title": title, "author": [{"family": author}] if author else []}
    return Candidate(pk, likeness(csl), year, url)


def found(*records, **kwargs):
    return [(pair.keys, pair.reason) for pair in likely_pairs(records, **kwargs)]


class TestAPairIsLikely:
    def test_with_the_same_title_and_first_author_in_any_writing(self):
        other = record(2, f"{TITLE.upper()}.", "LÄRKIN", 2016)
        assert found(record(1), other) == [((1, 2), SAME)]

    @pytest.mark.parametrize("year", [2014, 2015, 2016, None])
    def test_when_the_years_are_near_or_one_is_not_known(self, year):
        assert found(record(1), record(2, year=year)) == [((1, 2), SAME)]

    def test_with_a_mistake_at_the_beginning_in_the_middle_or_at_the_end(self):
        for wrong in (f"K{TITLE[1:]}", TITLE.replace("ipi", "ipy"), f"{TITLE}s"):
            assert found(record(1), record(2, wrong)) == [((1, 2), NEAR)], wrong

    def test_with_a_family_name_that_was_written_differently(self):
        assert found(record(1), record(2, author="Larkin J")) == [((1, 2), OTHER)]

    def test_with_the_same_web_address_in_any_notation(self):
        one = record(1, "One", url="https://www.example.org/a/page/")
        other = record(2, "Another", url="http://EXAMPLE.org/a/page#top")
        assert found(one, other) == [((1, 2), ADDRESS)]


class TestAPairIsNotLikely:
    def test_when_the_years_are_far_apart(self):
        assert found(record(1), record(2, year=2017)) == []

    def test_when_the_titles_differ_in_a_number(self):
        title = "Cancer statistics of the United States, {}"
        pair = (record(1, title.format(2019)), record(2, title.format(2020)))
        assert found(*pair) == []

    def test_when_a_short_title_has_two_authors(self):
        assert found(record(1, "Editorial"), record(2, "Editorial", "Wolchok")) == []

    def test_when_a_title_has_no_words_or_an_address_no_path(self):
        one = record(1, "???", url="https://example.org/")
        assert found(one, record(2, "!!!", url="https://example.org")) == []

    def test_when_it_was_left_out(self):
        assert found(record(1), record(2), but=[(1, 2)]) == []


class TestTheList:
    def test_names_each_pair_once_with_its_surest_reason(self):
        url = "https://example.org/a"
        assert found(record(2, url=url), record(1, url=url)) == [((1, 2), SAME)]

    def test_has_the_surest_first(self):
        records = [record(1), record(2, f"{TITLE}s"), record(3, f"{TITLE}s", "Wolchok")]
        assert [reason for _, reason in found(*records)] == [OTHER, NEAR]

    def test_is_bounded(self):
        many = [record(pk) for pk in range(100)]
        assert len(likely_pairs(many)) == MOST

    @settings(deadline=None)
    @given(
        st.lists(st.sampled_from([TITLE, f"{TITLE}s", "Editorial", "?"]), max_size=8)
    )
    def test_does_not_depend_on_the_order(self, titles):
        records = [record(pk, title) for pk, title in enumerate(titles)]
        assert sorted(found(*records)) == sorted(found(*reversed(records)))
