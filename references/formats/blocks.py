"""A file of tagged lines cut into its records, lazily. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# The most characters of one record: the longest texts that a reference may hold, and
# some more. What is longer is refused before any memory or time is spent on it.
MAX_RECORD = 500_000
TOO_LONG = f"This record is longer than {MAX_RECORD:,} characters."


@dataclass(frozen=True, slots=True)
class Block:
    """A record's text and first line, or how it starts when it is too long."""

    line: int
    text: str
    is_too_long: bool


def blocks(text: str, start: re.Pattern[str]) -> Iterator[Block]:
    """What lies between the matches of ``start``; first what lies before them all,
    which may be empty."""
    place, line = 0, 1
    for match in start.finditer(text):
        yield _block(text, place, match.start(), line)
        line += text.count("\n", place, match.start())
        place = match.start()
    yield _block(text, place, len(text), line)


def _block(text: str, start: int, end: int, line: int) -> Block:
    is_too_long = end - start > MAX_RECORD
    return Block(line, text[start : start + 200 if is_too_long else end], is_too_long)
