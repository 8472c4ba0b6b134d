"""What a page tells machines about itself."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosite.core.metadata import absolute, json_ld


def inside(element: str) -> str:
    """What a browser takes for the script's text: all up to the first end."""
    found = re.match(
        r'<script type="application/ld\+json">(.*?)</script', element, re.S
    )
    return found[1]


def test_is_said_in_the_words_of_schema_org():
    data = json.loads(inside(json_ld({"@type": "Thing", "name": "Immunité"})))
    expected = {"@type": "Thing", "name": "Immunité"}
    assert data == {"@context": "https://schema.org", **expected}


@pytest.mark.parametrize("empty", [None, "", [], {}, ()])
def test_what_is_empty_is_left_out(empty):
    assert "name" not in inside(json_ld({"name": empty}))


def test_moments_are_written_as_machines_read_them():
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert '"2026-01-02T03:04:05Z"' in json_ld({"at": moment})


@pytest.mark.parametrize("text", ["</script>", "<!--", "<script", "]]>", "&amp;"])
def test_no_text_ends_the_element(text):
    element = json_ld({"name": text, "list": [{"name": text}]})
    assert element.count("<") == 2
    assert json.loads(inside(element))["list"] == [{"name": text}]


@given(st.text(max_size=60))
def test_any_text_comes_back(text):
    element = json_ld({"name": f"x{text}"})
    assert json.loads(inside(element))["name"] == f"x{text}"
    assert element.endswith("</script>")


def test_addresses_are_whole(settings):
    settings.SITE_URL = "https://example.org"
    assert absolute("/articles/hope/") == "https://example.org/articles/hope/"
