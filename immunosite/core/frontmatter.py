"""Markdown files with YAML front matter. Pure.

A file begins with a line ``---``, YAML, a line ``---``, then the body.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

_FENCE = "---"
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class FrontMatterError(ValueError):
    """The front matter can't be read; ``line`` is that of the file, from 1."""

    def __init__(self, message: str, *, line: int) -> None:
        self.line = line
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Document:
    """``fields`` of the front matter, the ``body`` and the lines that precede it."""

    fields: Mapping[str, Any]
    body: str
    offset: int = 0

    def line_of(self, line: int | None) -> int | None:
        """A line of the body as a line of the file."""
        return line and line + self.offset


class _Loader(yaml.SafeLoader):
    """Plain YAML: no alias (a short file could unfold to gigabytes), no key twice, no
    character that a database can't hold."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(
                problem="aliases (*name) are not allowed",
                problem_mark=self.peek_event().start_mark,
            )
        node = super().compose_node(parent, index)
        # Escapes like "\0" can write what no database holds.
        if isinstance(node, yaml.ScalarNode) and _UNSTORABLE.search(node.value):
            raise yaml.MarkedYAMLError(
                problem="a character that can't be stored",
                problem_mark=node.start_mark,
            )
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(
                    problem="a name must be a word", problem_mark=key_node.start_mark
                )
            if key_node.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"“{key_node.value}” is given twice",
                    problem_mark=key_node.start_mark,
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep=deep)


def split(text: str) -> Document:
    """Cut a file into front matter and body; without front matter all is body.

    Raises FrontMatterError when the front matter has no end or is not a YAML mapping.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        return Document({}, text)
    end = next((n for n, row in enumerate(lines) if n and row.rstrip() == _FENCE), None)
    if end is None:
        raise FrontMatterError("The front matter has no closing “---” line.", line=1)
    fields = _load("\n".join(lines[1:end]))
    rest = lines[end + 1 :]
    blank = next((n for n, row in enumerate(rest) if row.strip()), len(rest))
    return Document(fields, "\n".join(rest[blank:]), end + 1 + blank)


def join(fields: Mapping[str, Any], body: str) -> str:
    """The file that :func:`split` reads back as these fields and this body."""
    head = yaml.safe_dump(dict(fields), allow_unicode=True, sort_keys=False, width=80)
    return f"{_FENCE}\n{head}{_FENCE}\n\n{body}"


def _load(source: str) -> Mapping[str, Any]:
    try:
        fields = yaml.load(source, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 2 if mark else 2
        raise FrontMatterError(
            f"The front matter can't be read: {error.problem}.", line=line
        ) from error
    except (yaml.YAMLError, ValueError) as error:
        raise FrontMatterError(
            f"The front matter can't be read: {error}.", line=2
        ) from error
    if fields is None:
        return {}
    if not isinstance(fields, dict):
        raise FrontMatterError("The front matter must be “name: value” lines.", line=2)
    return fields
