"""The text of an uploaded file, whatever encoding it was saved in. Pure."""

from __future__ import annotations

import codecs
import re

from .records import MalformedFile

MAX_BYTES = 64 * 2**20
MAX_LINES = 2_000_000
# What the text may take in memory, where one sign takes 1, 2 or 4 bytes.
_MAX_MEMORY = 128 * 2**20
_WIDE, _WIDEST = re.compile(rb"[\xc4-\xff]"), re.compile(rb"[\xf0-\xff]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ADVICE = "Save it as UTF-8 and try again."


def decode(data: bytes) -> str:
    """The text of a file, its lines ended by ``\\n``, without a byte order mark.

    UTF-8, UTF-16 or UTF-32 by the mark; without one UTF-8, UTF-16 where every other
    byte is zero, else Windows-1252. A UTF-8 file with a few broken bytes stays UTF-8;
    they become U+FFFD. Raises MalformedFile with the line.
    """
    if len(data) > MAX_BYTES:
        raise MalformedFile(
            f"This file is larger than {MAX_BYTES // 2**20} MB. Split it."
        )
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    return _decoded(data, _guess(data))


def _decoded(data: bytes, encoding: str) -> str:
    width = 4 if _WIDEST.search(data) else 2 if _WIDE.search(data) else 1
    if encoding == "utf-8" and len(data) * width > _MAX_MEMORY:
        raise MalformedFile("This file is too large for its letters. Split it.")
    if encoding in ("utf-8", "windows-1252"):
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        text = data.decode(encoding, "replace" if encoding == "utf-8" else "strict")
    except UnicodeDecodeError as error:
        line = data.count("\n".encode(encoding), 0, error.start) + 1
        message = f"This line can't be read as {encoding.upper()}. {_ADVICE}"
        raise MalformedFile(message, line) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MAX_LINES:
        raise MalformedFile(f"This file has more than {MAX_LINES:,} lines. Split it.")
    return text


def _guess(data: bytes) -> str:
    start = data[:2000]
    if len(start) > 3 and start.count(0) * 3 > len(start):
        return (
            "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "utf-8" if _is_mostly_utf8(data) else "windows-1252"
    return "utf-8"


# A letter of two to four bytes, and any byte that is none of ASCII.
_LETTER = re.compile(
    rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


def _is_mostly_utf8(data: bytes) -> bool:
    """Whether more bytes beyond ASCII belong to letters of UTF-8 than do not."""
    part = data[:1_000_000]
    in_letters = sum(len(found) for found in _LETTER.findall(part))
    return in_letters * 2 > len(_BEYOND_ASCII.findall(part))
