"""The snapshot of references that rendering works on."""

from __future__ import annotations

import pytest

from references.citing import Source
from references.library import load_library
from tests.factories import make_reference

pytestmark = pytest.mark.django_db


def test_an_empty_site_has_an_empty_library():
    assert load_library() == {}


def test_it_holds_every_reference_by_its_key_in_three_queries(
    django_assert_num_queries,
):
    for key in ("one", "two", "three"):
        make_reference(key)
    with django_assert_num_queries(3):
        library = load_library()
    assert set(library) == {"one", "two", "three"}
    assert library["two"] == Source("two", "Larkin J. 2015 A study called two")


@pytest.mark.parametrize(
    ("csl", "label"),
    [
        (
            {"author": [{"family": "Le", "given": "D."}, {"family": "Uram"}]},
            "Le D. 2015 T",
        ),
        ({"author": [{"literal": "A Group"}]}, "A Group 2015 T"),
        ({"author": []}, "2015 T"),
        ({"issued": {}}, "Larkin J. T"),
        ({"author": [], "issued": {}}, "T"),
        ({"title": "Of <i>mice</i> & men"}, "Larkin J. 2015 Of mice & men"),
    ],
)
def test_a_label_is_first_author_year_and_title(csl, label):
    make_reference("a", **{"title": "T", **csl})
    assert load_library()["a"].label == label


def test_a_label_has_at_most_100_characters():
    make_reference("long", title="word " * 100)
    make_reference("just", title="x" * 84, author=[{"literal": "Larkin J."}])
    library = load_library()
    assert len(library["long"].label) <= 100
    assert library["long"].label.endswith("word…")
    assert library["just"].label.endswith("x…") is False


def test_it_is_a_snapshot():
    make_reference("one")
    library = load_library()
    make_reference("two")
    assert set(library) == {"one"}
