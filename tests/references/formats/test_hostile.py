"""Damaged and hostile files: only MalformedFile comes out, only what may be stored."""

from __future__ import annotations

import json

import pytest
from django.conf import settings as site
from hypothesis import given, settings
from hypothesis import strategies as st

from references.formats import FORMATS, MalformedFile, Record, decode, sniff
from references.formats.csl_json import complaints

ITEMS = json.loads((site.BASE_DIR / "demo" / "references.csl.json").read_text())
SEEDS = {name: form.dump(ITEMS[:3]).encode() for name, form in FORMATS.items()}
PIECES = st.sampled_from(
    [b"{" * 40, b"}", b"\0", b"\xff", b'"', b"\\", b"\\begin{a}", b"$", b"%", b"&#0;",
     b"\xed\xa0\x80", b"\\ud800", b"TY  - ", b"\n\n", b"PMID- ", b"@a{", b"[" * 3000,
     b"<i>" * 99, "\ue000\u2028\ufffe".encode(), b"\xfe\xff", b";" * 50, b"=1+1"]
)  # fmt: skip


def read(name: str, data: bytes) -> None:
    """Read a file and check all that comes out of it."""
    try:
        text = decode(data)
        for record in FORMATS[sniff("", text) or name].load(text):
            said = (
                record.notes
                if isinstance(record, Record)
                else (record.name, record.field, record.reason)
            )
            assert "\0" not in "".join(said).encode().decode()
            if isinstance(record, Record):
                csl = {**record.csl, "id": record.csl.get("id") or "a"}
                assert not list(complaints(csl))
    except MalformedFile as error:
        assert str(error) and error.line > 0


@pytest.mark.parametrize("name", sorted(FORMATS))
class TestAnyFile:
    @settings(max_examples=60, deadline=None)
    @given(data=st.data())
    def test_that_was_damaged(self, name, data):
        text = bytearray(SEEDS[name])
        for _ in range(data.draw(st.integers(1, 6))):
            place = data.draw(st.integers(0, len(text)))
            text[place : place + data.draw(st.integers(0, 40))] = data.draw(PIECES)
        read(name, bytes(text))

    @settings(max_examples=40, deadline=None)
    @given(data=st.binary(max_size=60) | st.text(max_size=60).map(lambda t: t.encode()))
    def test_that_is_none(self, name, data):
        read(name, data)
        read(name, SEEDS[name][:200] + data)

    @pytest.mark.parametrize(
        "piece",
        ["{", "}", '"', "\\'", "$", "\n a", "<i>", " ", "é", "a and ", "[", "a,"],
    )
    def test_with_a_very_long_part(self, name, piece):
        text = SEEDS[name].decode()
        half = text.index("title") if "title" in text else len(text) // 2
        read(name, (text[:half] + piece * 100_000 + text[half:]).encode())
