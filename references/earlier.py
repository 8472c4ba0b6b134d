"""What the records of a file before this one bring or name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .holdings import Holdings, Pair


@dataclass(frozen=True, slots=True)
class Claim:
    """What a new or changed record holds from now on; as JSON it is kept between the
    steps of an import (see :meth:`as_json`)."""

    key: str
    identifiers: tuple[Pair, ...]
    likeness: str
    year: int | None
    digest: str

    def as_json(self) -> list[Any]:
        pairs = [list(pair) for pair in self.identifiers]
        return [self.key, pairs, self.likeness, self.year, self.digest]

    @classmethod
    def from_json(cls, value: list[Any]) -> Claim:
        key, pairs, likeness, year, digest = value
        return cls(key, tuple((one, two) for one, two in pairs), likeness, year, digest)


def digest_of(csl: Mapping[str, Any]) -> str:
    """Equal for records that differ in nothing but their id."""
    bare = {name: value for name, value in csl.items() if name != "id"}
    return hashlib.sha256(json.dumps(bare, sort_keys=True).encode()).hexdigest()[:32]


@dataclass(slots=True)
class Earlier:
    """Places in the file, from 1, of what was seen: by the records' own ids, by the
    keys of new references, by the identifiers and likenesses that records bring, by the
    references that they are."""

    ids: dict[str, int] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    identifiers: dict[Pair, int] = field(default_factory=dict)
    matched: dict[int, int] = field(default_factory=dict)
    replaced: set[int] = field(default_factory=set)
    _alike: dict[str, list[tuple[int, Claim]]] = field(default_factory=dict)

    def add(
        self,
        position: int,
        *,
        own_id: str = "",
        matched: int | None = None,
        claim: Claim | None = None,
    ) -> None:
        """Take in one record: ``matched`` is the id of the reference that it is,
        ``claim`` what it brings."""
        if own_id:
            self.ids.setdefault(own_id, position)
        if matched is not None:
            self.matched.setdefault(matched, position)
        if claim is None:
            return
        if matched is None:
            self.keys[claim.key] = position
        else:
            self.replaced.add(matched)
        self.identifiers |= dict.fromkeys(claim.identifiers, position)
        if claim.likeness:
            self._alike.setdefault(claim.likeness, []).append((position, claim))

    def alike(self, likeness: str) -> Iterator[tuple[int, Claim]]:
        """Places and claims of records of a likeness."""
        yield from self._alike.get(likeness, ())

    def release(self, holdings: Holdings) -> None:
        """What these records have replaced holds nothing any more."""
        for pk in self.replaced & holdings.references.keys():
            holdings.release(pk)
