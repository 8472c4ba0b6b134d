"""Bodies of HTTP answers, unpacked piece by piece, so that none unpacks to more than
is asked for. Pure. RFC 9110, 8.4.1."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

_AUTO = zlib.MAX_WBITS | 32  # a header of gzip or of zlib


class CannotUnpack(ValueError):
    """The body is packed in a way that is not known, or is broken."""


def unpacked(pieces: Iterable[bytes], coding: str, most: int) -> bytes | None:
    """The body, of at most ``most`` bytes; None when there are more, packed or not.

    ``coding`` is the header Content-Encoding. No more is read or unpacked than it
    takes to know. Raises CannotUnpack.
    """
    coding = coding.strip().lower()
    if coding in ("", "identity"):
        return _joined(pieces, most)
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise CannotUnpack(f"It is packed as “{coding[:40]}”.")
    body, read = bytearray(), 0
    unpacker = zlib.decompressobj(_AUTO)
    for piece in pieces:
        read += len(piece)
        try:
            # One byte more than is wanted tells that there are more.
            body += unpacker.decompress(piece, most + 1 - len(body))
        except zlib.error as error:
            raise CannotUnpack("It is packed wrongly.") from error
        # Packed bytes that unpack to nothing would else go on for ever.
        if max(len(body), read) > most:
            return None
    if read and not unpacker.eof:
        raise CannotUnpack("It ends too early.")
    return bytes(body)


def _joined(pieces: Iterable[bytes], most: int) -> bytes | None:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > most:
            return None
    return bytes(body)
