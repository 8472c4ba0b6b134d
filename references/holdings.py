"""What the database has under the keys, identifiers and likenesses of some records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from .identifiers import canonical
from .likeness import likeness
from .models import Identifier, Reference, ReferenceAlias

# (scheme, value in canonical form)
Pair = tuple[str, str]


@dataclass(slots=True)
class Holdings:
    """References by their own id; the rest leads to these ids.

    ``identifiers`` and ``former`` (those of records that were merged into the
    reference) by pair, ``alike`` by likeness.
    """

    references: dict[int, Reference] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    aliases: dict[str, int] = field(default_factory=dict)
    identifiers: dict[Pair, int] = field(default_factory=dict)
    former: dict[Pair, int] = field(default_factory=dict)
    alike: dict[str, list[int]] = field(default_factory=dict)
    _pairs: dict[int, list[Pair]] = field(default_factory=dict)

    def holder(self, pair: Pair) -> int | None:
        """The id of the reference that has an identifier, its own or a former one."""
        return self.identifiers.get(pair, self.former.get(pair))

    def release(self, pk: int) -> None:
        """The reference will get another record: its identifiers are free for others."""
        for pair in self._pairs.pop(pk, ()):
            del self.identifiers[pair]

    def add_identifier(self, pair: Pair, pk: int, *, is_former: bool) -> None:
        if is_former:
            self.former[pair] = pk
        else:
            self.identifiers[pair] = pk
            self._pairs.setdefault(pk, []).append(pair)


def holdings_of(
    records: Iterable[Mapping[str, Any]], *, with_these: Iterable[int] = ()
) -> Holdings:
    """What is there of valid CSL-JSON records, and of the references ``with_these``
    ids, in three queries."""
    keys, marks, pairs = set(), set(), defaultdict(set)
    for record in records:
        keys.add(str(record.get("id", "")))
        marks.add(likeness(record))
        for scheme, value in canonical(record)[0].items():
            pairs[scheme].add(value)
    found = Holdings()
    aliases = ReferenceAlias.objects.filter(key__in=keys)
    found.aliases = dict(aliases.values_list("key", "reference_id"))
    same = [Q(scheme=scheme, value__in=values) for scheme, values in pairs.items()]
    identifiers = Identifier.objects.filter(reduce(or_, same)) if same else ()
    for each in identifiers:
        pair = (each.scheme, each.value)
        found.add_identifier(pair, each.reference_id, is_former=each.is_former)
    ids = {*with_these, *found.aliases.values()}
    ids |= {each.reference_id for each in identifiers}
    wanted = Q(pk__in=ids) | Q(key__in=keys) | Q(likeness__in=marks - {""})
    for reference in Reference.objects.filter(wanted):
        found.references[reference.pk] = reference
        found.keys[reference.key] = reference.pk
        if reference.likeness:
            found.alike.setdefault(reference.likeness, []).append(reference.pk)
    return found
