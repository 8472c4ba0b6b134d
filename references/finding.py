"""Which reference is a record of a file: the one of its key, its identifier, its words?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from immunosite.core.reports import Outcome

from .earlier import Earlier, digest_of
from .holdings import Holdings, Pair
from .likeness import likeness
from .models import Reference
from .styling import year_of
from .verdicts import Rules, Settled


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds references among the ``holdings``; ``earlier`` are the records of the file
    before the one that is looked at."""

    holdings: Holdings
    earlier: Earlier
    rules: Rules

    def find(
        self, key: str, csl: Mapping[str, Any], pairs: tuple[Pair, ...]
    ) -> Reference | None:
        """The reference that a record is; None when it is a new one.

        ``key`` is the record's own, or empty; ``pairs`` are its identifiers. Raises
        Settled when it can be neither: when it is another's duplicate, say.
        """
        found = self._by_key(key, csl, pairs) if key else self._by_pairs(pairs)
        if found is None:
            self._refuse_held(pairs)
            self._refuse_look_alike_of_the_file(csl, is_keyless=not key)
        if found is None and not key:
            found = self._twin(csl)
        if found is None:
            self._refuse_look_alike(csl)
        return found

    def united(self, reference: Reference, csl: Mapping[str, Any]) -> dict[str, Any]:
        """What an update would store: all of the record, and what it has no place for."""
        stays = {} if self.rules.is_whole else reference.csl
        return {**stays, **csl, "id": reference.key}

    def _by_key(
        self, key: str, csl: Mapping[str, Any], pairs: tuple[Pair, ...]
    ) -> Reference | None:
        references = self.holdings.references
        if place := self.earlier.keys.get(key):
            why = f"id: Record {place} of this file gets this citation key."
            raise Settled(Outcome.REJECTED, why)
        if merged := self.holdings.aliases.get(key):
            other = references[merged]
            why = f"“{key}” was merged into “{other.key}”."
            raise Settled(Outcome.DUPLICATE, why, about=other)
        pk = self.holdings.keys.get(key)
        if pk is None:
            return None
        found = references[pk]
        if not self.rules.is_whole and self._is_other_work(found, csl, pairs):
            why = f"id: “{key}” is another work here: “{found.title}”. Change the key in the file."
            raise Settled(Outcome.REJECTED, why, about=found)
        return found

    def _is_other_work(
        self, found: Reference, csl: Mapping[str, Any], pairs: tuple[Pair, ...]
    ) -> bool:
        """Programs give the same key to different works, so the key alone is no proof."""
        is_same = any(self.holdings.holder(pair) == found.pk for pair in pairs)
        return not is_same and found.likeness != likeness(csl)

    def _by_pairs(self, pairs: tuple[Pair, ...]) -> Reference | None:
        self.refuse_pairs_of_the_file(pairs)
        holders = {
            pk: pair
            for pair in reversed(pairs)
            if (pk := self.holdings.holder(pair)) is not None
        }
        if not holders:
            return None
        (pk, (scheme, value)), *others = reversed(holders.items())
        found = self.holdings.references[pk]
        if others:
            names = [f"“{self.holdings.references[each].key}”" for each in holders]
            why = f"Its identifiers are of several references: {', '.join(sorted(names))}."
            raise Settled(Outcome.DUPLICATE, why, about=found)
        if (scheme, value) in self.holdings.former:
            why = f"{scheme.upper()}: of a record that was merged into “{found.key}”."
            raise Settled(Outcome.DUPLICATE, why, about=found)
        return found

    def _refuse_held(self, pairs: Iterable[Pair]) -> None:
        """What has a key of its own is no other reference, whatever it shares with it."""
        for scheme, value in pairs:
            pk = self.holdings.holder((scheme, value))
            if pk is not None:
                found = self.holdings.references[pk]
                why = f"{scheme.upper()}: “{found.key}” already has this {scheme.upper()}."
                raise Settled(Outcome.DUPLICATE, why, about=found)

    def refuse_pairs_of_the_file(self, pairs: Iterable[Pair]) -> None:
        for scheme, value in pairs:
            if place := self.earlier.identifiers.get((scheme, value)):
                why = f"{scheme.upper()}: record {place} of this file has the same one."
                raise Settled(Outcome.DUPLICATE, why)

    def _twin(self, csl: Mapping[str, Any]) -> Reference | None:
        """The reference that would not change if it were updated from the record."""
        for pk in self.holdings.alike.get(likeness(csl), ()):
            found = self.holdings.references[pk]
            if self.united(found, csl) == found.csl:
                return found
        return None

    def _refuse_look_alike_of_the_file(
        self, csl: Mapping[str, Any], *, is_keyless: bool
    ) -> None:
        year, digest = year_of(csl), digest_of(csl)
        for place, claim in self.earlier.alike(likeness(csl)):
            is_twin = is_keyless and claim.digest == digest
            if is_twin or (not self.rules.look_alikes and _is_near(year, claim.year)):
                why = f"Record {place} of this file looks like the same work."
                raise Settled(Outcome.DUPLICATE, why)

    def _refuse_look_alike(self, csl: Mapping[str, Any]) -> None:
        if self.rules.look_alikes:
            return
        year = year_of(csl)
        for pk in self.holdings.alike.get(likeness(csl), ()):
            found = self.holdings.references[pk]
            if _is_near(year, found.year):
                why = f"“{found.key}” looks like the same work."
                raise Settled(Outcome.DUPLICATE, why, about=found)


def _is_near(one: int | None, other: int | None) -> bool:
    return one is None or other is None or abs(one - other) <= 1
