"""Packed bodies: never more of them than was asked for."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosite.core.unpacking import CannotUnpack, unpacked


def pieces(body: bytes, size: int) -> list[bytes]:
    return [body[at : at + size] for at in range(0, len(body), size)]


class TestUnpacking:
    @given(st.binary(max_size=2_000), st.integers(1, 700), st.sampled_from("zgn"))
    def test_gives_back_what_was_packed(self, body, size, way):
        coding, pack = {
            "g": ("gzip", gzip.compress),
            "z": ("deflate", zlib.compress),
            "n": ("", bytes),
        }[way]
        packed = pieces(pack(body), size)
        assert unpacked(packed, coding, 10_000) == body

    @given(st.integers(0, 3_000), st.integers(0, 3_000))
    def test_gives_at_most_what_was_asked_for(self, length, most):
        packed = [gzip.compress(bytes(length), mtime=0)]
        if len(packed[0]) > most:
            most += len(packed[0])
        found = unpacked(packed, "gzip", most)
        assert found == (bytes(length) if length <= most else None)

    def test_reads_no_more_of_a_bomb_than_it_takes(self):
        read = []

        def bomb():
            for piece in pieces(gzip.compress(bytes(50_000_000)), 1_000):
                read.append(piece)
                yield piece

        assert unpacked(bomb(), "gzip", 10_000) is None
        assert len(read) == 1

    def test_ends_where_endless_bytes_unpack_to_nothing(self):
        packer = zlib.compressobj()
        nothing = packer.compress(b"") + packer.flush(zlib.Z_SYNC_FLUSH)
        empty = b"\x00\x00\x00\xff\xff"  # a stored block of no bytes

        def endless():
            yield nothing
            while True:
                yield empty * 100

        assert unpacked(endless(), "deflate", 10_000) is None

    @pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "nonsense"])
    def test_names_a_way_that_it_does_not_know(self, coding):
        with pytest.raises(CannotUnpack, match=coding):
            unpacked([b"x"], coding, 10)

    def test_of_no_bytes_is_no_bytes(self):
        assert unpacked([], "gzip", 10) == b""
