"""Lists cut into pages."""

from __future__ import annotations

import pytest
from django.http import Http404

from immunosite.core.paging import page_of


def rows_of(rf, query: str = "", rows=range(5)) -> list[int]:
    return list(page_of(rf.get(f"/{query}"), rows, size=2))


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("", [0, 1]),
        ("?page=", [0, 1]),
        ("?page=1", [0, 1]),
        ("?page=2", [2, 3]),
        ("?page=3", [4]),
        ("?page=3&page=1", [0, 1]),
    ],
)
def test_the_page_that_is_asked_for(rf, query, rows):
    assert rows_of(rf, query) == rows


@pytest.mark.parametrize(
    "number", ["0", "-1", "4", "x", "1.5", "1e1", "9" * 30, "None", "%00", "\u00b2"]
)
def test_what_is_none_is_not_found(rf, number):
    with pytest.raises(Http404):
        rows_of(rf, f"?page={number}")


def test_an_empty_list_has_one_empty_page(rf):
    assert rows_of(rf, rows=[]) == []
    with pytest.raises(Http404):
        rows_of(rf, "?page=2", rows=[])
