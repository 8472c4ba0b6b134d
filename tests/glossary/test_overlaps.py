"""Which terms may lose a place to others, told from their names alone."""

from __future__ import annotations

import pytest

from glossary.linking import Entry
from glossary.overlaps import Overlaps, names_of
from glossary.wording import Form

NAMES = ["T cell", "T cell line", "cell line", "line of therapy", "memory", "receptor"]


def slug(name: str) -> str:
    return name.lower().replace(" ", "-")


@pytest.fixture
def overlaps():
    return Overlaps(
        Entry(slug(name), name, (Form(name, "headword"),)) for name in NAMES
    )


def test_a_term_is_named_by_its_forms_and_all_its_slugs():
    forms = Form("T cell", "headword"), Form("T-lymphocyte", "synonym")
    entry = Entry("t-cell", "T cell", forms, former=("t_cell", "TCell"))
    assert names_of(entry) == {"t cell", "t lymphocyte", "t_cell", "tcell"}


class TestTouching:
    @pytest.mark.parametrize(
        ("name", "found"),
        [
            ("memory", {"memory"}),
            ("memory T", {"memory", "t-cell", "t-cell-line"}),
            ("cell", {"t-cell", "t-cell-line", "cell-line"}),
            ("therapy", {"line-of-therapy"}),
            ("the receptor of it", {"receptor"}),
            ("T receptor", {"receptor"}),
            ("line cell", {"cell-line", "t-cell-line"}),
            ("nothing", set()),
        ],
    )
    def test_is_to_be_able_to_stand_on_the_same_words(self, overlaps, name, found):
        assert overlaps.touching([name]) == found


class TestYielding:
    @pytest.mark.parametrize("name", ["cell", "line", "T", "nothing", "of therapy"])
    def test_a_new_word_takes_nothing_from_longer_ones(self, overlaps, name):
        assert overlaps.yielding(added=[name], removed=[]) == set()

    def test_it_takes_what_lies_within_it(self, overlaps):
        found = overlaps.yielding(added=["old memory cells"], removed=[])
        assert found == {"memory"}

    def test_and_what_begins_within_it_and_all_that_this_makes_room_for(self, overlaps):
        found = overlaps.yielding(added=["memory T"], removed=[])
        # “memory T cell line of therapy”: “cell line” begins where “T cell” began.
        assert found == {
            "memory", "t-cell", "t-cell-line", "cell-line", "line-of-therapy",
        }  # fmt: skip

    def test_what_goes_leaves_its_words_to_its_neighbors(self, overlaps):
        found = overlaps.yielding(added=[], removed=["T cell"])
        assert {"cell-line", "line-of-therapy"} <= found
        assert not {"memory", "receptor"} & found
