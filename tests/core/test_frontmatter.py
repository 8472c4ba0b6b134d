"""Front matter is read strictly, and complaints name the file's own line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosite.core.frontmatter import FrontMatterError, join, split


def test_fields_and_body_are_parted():
    document = split("---\ntitle: Hello\ntags: [a, b]\n---\n\nBody\n")
    assert document.fields == {"title": "Hello", "tags": ["a", "b"]}
    assert document.body == "Body\n"
    assert document.line_of(1) == 6
    assert document.line_of(None) is None


def test_a_text_without_front_matter_is_all_body():
    assert split("# Hello").body == "# Hello"


def test_a_byte_order_mark_and_windows_line_ends_are_taken_away():
    assert split("\ufeff---\r\ntitle: x\r\n---\r\nBody").fields == {"title": "x"}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("---\ntitle: x\n", 1, "no closing"),
        ("---\na: 1\nb: [\n---\n", 3, "can't be read"),
        ("---\na: 1\na: 2\n---\n", 3, "given twice"),
        ("---\n- a\n---\n", 2, "name: value"),
        ("---\na: &x 1\nb: *x\n---\n", 3, "aliases"),
        ("---\na: !!python/name:os.system x\n---\n", 2, "can't be read"),
        ("---\na: 2026-99-99\n---\n", 2, "can't be read"),
        ("---\n? [a, b]\n: c\n---\n", 2, "can't be read"),
    ],
)
def test_a_complaint_names_the_line(text, line, words):
    with pytest.raises(FrontMatterError, match=words) as caught:
        split(text)
    assert caught.value.line == line


@given(st.text())
def test_any_text_is_read_or_refused_in_words(text):
    try:
        split("---\n" + text)
    except FrontMatterError:
        pass


@given(
    st.dictionaries(
        st.sampled_from(["title", "summary", "slug"]),
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])),
    ),
    st.from_regex(r"[a-z][a-z \n]*\n", fullmatch=True),
)
def test_what_is_joined_is_split_again(fields, body):
    document = split(join(fields, body))
    assert (document.fields, document.body) == (fields, body)
