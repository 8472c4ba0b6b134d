"""Records of a file that may be malformed."""

from __future__ import annotations

from collections.abc import Iterator

from immunosite.core.records import (
    THE_FILE,
    MalformedFile,
    Rejected,
    read_on,
    with_field,
)


def broken() -> Iterator[Rejected]:
    yield Rejected(1, "one", "", "Bad.")
    raise MalformedFile("This ends in the middle.", 7)


def test_a_file_that_ends_in_the_middle_says_so_last():
    first, last = read_on(broken())
    assert first.name == "one"
    assert last == Rejected(2, THE_FILE, "", "This ends in the middle.", 7)


def test_a_file_without_a_record_says_so_too():
    def none() -> Iterator[Rejected]:
        raise MalformedFile("No file.")
        yield

    assert list(read_on(none())) == [Rejected(1, THE_FILE, "", "No file.", 1)]


def test_a_reason_names_its_field_if_it_has_one():
    assert with_field("ipa", "too long.") == "ipa: too long."
    assert with_field("", "too long.") == "too long."
