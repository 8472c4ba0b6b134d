"""The items of a JSON list one by one, each with its line. Pure.

RFC 8259, without the constants that only Python reads (NaN, Infinity).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from .records import MalformedFile

# A text so long that no variable may hold it, found before memory is spent on it.
_TOO_LONG = re.compile(r'"[^"\\]{1000000}')
_SPACE = re.compile(r"[ \t\n\r]*")


def items(text: str, *, of: str) -> Iterator[tuple[int, Any]]:
    """(line, value) of each item; an object without a list is the only item. ``of`` says
    in the plural what the items are.

    Raises MalformedFile where the text is no JSON: what came before it was.
    """
    if long := _TOO_LONG.search(text):
        raise MalformedFile(
            "This holds a text of more than 1,000,000 characters.",
            text.count("\n", 0, long.start()) + 1,
        )
    reader = _Reader(text.removeprefix("\ufeff"))
    if not reader.passes("["):
        line, value = reader.line(), reader.value()
        if not isinstance(value, dict):
            raise MalformedFile(f"This is not a list of {of}.", line)
        yield line, value
    elif not reader.passes("]"):
        yield reader.line(), reader.value()
        while reader.passes(","):
            yield reader.line(), reader.value()
        reader.expect("]", "',' delimiter")
    if reader.place < len(reader.text):
        raise reader.failure("Extra data")


class _Reader:
    """Goes through a text of JSON, from value to value."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self._line, self._counted = 1, 0
        self._decode = json.JSONDecoder(parse_constant=_no_constant).raw_decode
        self._pass_space()

    def passes(self, sign: str) -> bool:
        """Whether this sign comes next, which is then behind."""
        if is_next := self.text.startswith(sign, self.place):
            self.place += 1
            self._pass_space()
        return is_next

    def expect(self, sign: str, name: str) -> None:
        if not self.passes(sign):
            raise self.failure(f"Expecting {name}")

    def value(self) -> Any:
        try:
            value, self.place = self._decode(self.text, self.place)
        except json.JSONDecodeError as error:
            self.place = error.pos
            raise self.failure(error.msg) from error
        except (ValueError, RecursionError) as error:
            message = f"This is not JSON that can be read: {error}."
            raise MalformedFile(message, self.line()) from error
        self._pass_space()
        return value

    def line(self) -> int:
        self._line += self.text.count("\n", self._counted, self.place)
        self._counted = self.place
        return self._line

    def failure(self, message: str) -> MalformedFile:
        column = self.place - self.text.rfind("\n", 0, self.place)
        return MalformedFile(
            f"This is not JSON: {message} (column {column}).", self.line()
        )

    def _pass_space(self) -> None:
        match = _SPACE.match(self.text, self.place)
        self.place = match.end() if match else self.place


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not allowed")
