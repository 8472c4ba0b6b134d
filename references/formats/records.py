"""What reading a file of references gives. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Record:
    """One reference of a file, by its place from 1.

    ``csl`` is a CSL-JSON item that is valid but for its ``id``, which is missing or
    empty when the file gives the reference no key. ``notes`` say, in a user's words,
    what stood in the record and could not be carried over.
    """

    position: int
    line: int | None
    csl: dict[str, Any]
    notes: tuple[str, ...] = ()
