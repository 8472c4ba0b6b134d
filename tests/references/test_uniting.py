"""Two records side by side, and one record of both."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from references.uniting import side_by_side, taken_by_default, united

OURS = {
    "id": "ours",
    "type": "article-journal",
    "title": "A study",
    "author": [{"family": "Larkin", "given": "J."}],
    "issued": {"date-parts": [[2015, 6]]},
    "DOI": "10.1000/one",
    "custom": {"authors_complete": False},
}
THEIRS = {
    "id": "theirs",
    "type": "article-journal",
    "title": "The study",
    "author": [
        {"family": "Larkin", "given": "James", "suffix": "Jr"},
        {"literal": "WHO"},
    ],
    "volume": "3",
    "note": "Seen.",
}


def rows() -> dict[str, tuple[str, str, str]]:
    both = side_by_side(OURS, THEIRS)
    return {each.name: (each.label, each.ours, each.theirs) for each in both}


class TestSideBySide:
    def test_shows_each_variable_in_words(self):
        assert rows() == {
            "type": ("Type", "article-journal", "article-journal"),
            "title": ("Title", "A study", "The study"),
            "author": ("Authors", "Larkin J.; and others", "Larkin James, Jr; WHO"),
            "issued": ("Date", "2015-06", ""),
            "volume": ("Volume", "", "3"),
            "DOI": ("DOI", "10.1000/one", ""),
            "note": ("Note", "", "Seen."),
        }

    def test_has_the_usual_ones_first(self):
        assert list(rows())[:3] == ["type", "title", "author"]
        assert list(rows())[-1] == "note"

    def test_leaves_a_choice_where_the_other_says_something_else(self):
        is_open = {each.name for each in side_by_side(OURS, THEIRS) if each.is_open}
        assert is_open == {"title", "author", "volume", "note"}

    def test_takes_what_is_missing_unless_somebody_chooses(self):
        assert taken_by_default(OURS, THEIRS) == {"volume", "note"}


class TestUnited:
    def test_is_ours_with_what_is_taken(self):
        record = united(OURS, THEIRS, take={"title", "volume"})
        assert record == {**OURS, "title": "The study", "volume": "3"}

    def test_the_list_of_authors_says_itself_whether_it_is_whole(self):
        assert united(OURS, THEIRS, take={"author"})["custom"] == {}
        assert united(THEIRS, OURS, take={"author"})["custom"] == OURS["custom"]

    def test_keeps_what_programs_keep_of_both(self):
        ours = {**OURS, "custom": {"a": 1, "b": 1}}
        theirs = {**THEIRS, "custom": {"b": 2, "c": 2}}
        united_custom = united(ours, theirs, take=())["custom"]
        assert united_custom == {"a": 1, "b": 1, "c": 2}

    @settings(deadline=None)
    @given(st.sets(st.sampled_from(["title", "author", "volume", "note", "page"])))
    def test_has_no_value_that_neither_had(self, take):
        record = united(OURS, THEIRS, take=take)
        del record["custom"]
        for name, value in record.items():
            assert value in (OURS.get(name), THEIRS.get(name))
