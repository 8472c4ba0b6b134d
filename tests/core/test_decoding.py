"""Which encoding and which format a file is in."""

from __future__ import annotations

import pytest

from immunosite.core.decoding import MAX_BYTES
from references.formats import FORMATS, MalformedFile, decode, sniff

TEXT = "Müller – “BRAF”\nŁódź, 東京\n"


class TestEncodings:
    @pytest.mark.parametrize(
        "encoding",
        ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
    )
    def test_those_of_unicode(self, encoding):
        text = "title: " * 20 + TEXT
        assert decode(text.encode(encoding)) == text

    def test_windows_1252_when_it_is_no_utf_8(self):
        assert decode("Müller “x” – 5 €".encode("cp1252")) == "Müller “x” – 5 €"

    def test_utf_8_with_a_broken_byte_stays_utf_8(self):
        data = TEXT.encode().replace("東".encode(), b"\xe6\x9d")
        assert decode(data) == TEXT.replace("東", "\ufffd")

    @pytest.mark.parametrize("end", [b"\r\n", b"\r", b"\n"])
    def test_all_ends_of_lines_are_one(self, end):
        assert decode(b"a" + end + b"b") == "a\nb"

    def test_nothing_is_an_empty_text(self):
        assert decode(b"") == ""


class TestRefusals:
    @pytest.mark.parametrize(
        ("data", "line"),
        [(b"a\nb\x81", 2), (b"\xff\xfea\0\n\0b", 2), (b"\xff\xfe\0\0abc", 1)],
    )
    def test_of_what_is_no_text_say_the_line(self, data, line):
        with pytest.raises(MalformedFile, match="Save it as UTF-8") as error:
            decode(data)
        assert error.value.line == line

    def test_of_too_large_a_file(self):
        with pytest.raises(MalformedFile, match="larger than 64 MB"):
            decode(b"x" * (MAX_BYTES + 1))

    def test_of_too_many_lines(self):
        with pytest.raises(MalformedFile, match="more than 2,000,000 lines"):
            decode(b"\n" * 2_000_001)

    def test_of_one_that_would_grow_too_large_in_memory(self):
        with pytest.raises(MalformedFile, match="too large"):
            decode("😀".encode() + b"x" * (MAX_BYTES // 2))


class TestSniffing:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ('[{"id": "a"}]', "csl-json"),
            ("\ufeff\n {\n}", "csl-json"),
            ("[]", "csl-json"),
            ("TY  - JOUR\nER  - \n", "ris"),
            ("Provider: X\n\nty  - JOUR\n", "ris"),
            ("\nPMID- 26027431\n", "nbib"),
            ("% a comment\n\n@article{a,\n", "bibtex"),
            ("Author;Title;Year\n", "csv"),
            ('"title"\n', "csv"),
        ],
    )
    def test_the_text_tells(self, text, name):
        assert sniff("file.txt", text) == name
        assert sniff("file.ris", text) == name

    @pytest.mark.parametrize("name", sorted(FORMATS))
    def test_else_the_name_of_the_file(self, name):
        assert sniff(f"My.File.{FORMATS[name].extension.upper()}", "") == name

    @pytest.mark.parametrize("file_name", ["", "x", "x.pdf", "json"])
    def test_else_nothing(self, file_name):
        assert sniff(file_name, "hello, world") is None or file_name == "json"
