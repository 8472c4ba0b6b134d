"""The claims of a page beside their evidence: what is backed, by what, and what is not.

A quotation belongs to a sentence by its words. When those change, the nearest former
sentence that cites the same source is found, so that its quotation can be taken over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from immunosite.core.pages import Page
from references.models import Evidence, Reference, ReferenceAlias
from references.supporting import Place, about

from .claims import Claim, claims_in

# As like as this a sentence is taken for the former one, from 0 to 1.
LIKE = 0.6
# What is compared of a sentence, and how many pairs of one source at most.
_COMPARED, _PAIRS = 600, 1_600
# So great a share of the words must be in both.
_SHARED = 0.3
_LONGEST_PLACE = 200


class Backing(StrEnum):
    """How a claim or one of its citations stands; what needs work comes first."""

    UNCITED = "uncited"
    UNKNOWN = "unknown source"
    CHANGED = "changed since"
    NONE = "no quotation"
    WRITTEN = "not verified"
    VERIFIED = "verified"
    PLAIN = "nothing to cite"


ORDER = {backing: at for at, backing in enumerate(Backing)}


@dataclass(slots=True)
class Support:
    """A citation of a claim, as typed; its ``place``, unless no reference has the key;
    its evidence; ``former`` is that of a sentence that this one seems to have been."""

    claim: str
    key: str
    locator: str
    place: Place | None
    evidence: Evidence | None = None
    former: Evidence | None = None

    @property
    def address(self) -> tuple[str, int, str]:
        """The keys of the sentence and of the reference, and the place in it."""
        place = self.place
        return _key_at(place) if place else ("", 0, "")

    @property
    def backing(self) -> Backing:
        if self.place is None:
            return Backing.UNKNOWN
        if self.evidence is None:
            return Backing.CHANGED if self.former else Backing.NONE
        is_verified = self.evidence.verified_at is not None
        return Backing.VERIFIED if is_verified else Backing.WRITTEN


@dataclass(frozen=True, slots=True)
class Row:
    """A claim, the ``number``-th of the page, with what backs it."""

    number: int
    claim: Claim
    supports: tuple[Support, ...]

    @property
    def backing(self) -> Backing:
        """The one of its citations that needs most work."""
        if self.claim.assertion:
            return Backing.UNCITED
        found = (support.backing for support in self.supports)
        return min(found, key=ORDER.__getitem__, default=Backing.PLAIN)


@dataclass(frozen=True, slots=True)
class Sourced:
    """The claims of a revision, and the quotations of sentences that are gone."""

    rows: tuple[Row, ...]
    gone: tuple[Evidence, ...] = ()
    counts: Counter[Backing] = field(default_factory=Counter)

    def find(self, address: tuple[str, int, str]) -> tuple[Row, Support] | None:
        """The first citation at an address."""
        for row in self.rows:
            for support in row.supports:
                if support.place and support.address == address:
                    return row, support
        return None

    def next_open(self, after: Row) -> Support | None:
        """The next citation in the text that has no quotation, from a row on."""
        for row in self.rows[after.number - 1 :]:
            for support in row.supports:
                if support.place and support.evidence is None:
                    return support
        return None

    def open_for(self, evidence: Evidence) -> list[Support]:
        """The citations of the same source that have no quotation."""
        return [
            support
            for row in self.rows
            for support in row.supports
            if support.evidence is None and support.address[1] == evidence.reference_id
        ]


@dataclass(frozen=True, slots=True)
class Sums:
    """How many citations a page has, how many of them have a quotation, how many of
    those are verified, and how many claims should cite and don't."""

    cited: int
    quoted: int
    verified: int
    uncited: int


def sourced(page: Page, body: str) -> Sourced:
    """The claims of a body of a page, in three queries. Raises BodyRefused."""
    found = about(page).select_related("reference", "updated_by", "verified_by")
    claims = claims_in(body)
    rows = _rows(page, claims, _references(claims))
    evidence = {_key_of(each): each for each in found}
    supports = [support for row in rows for support in row.supports if support.place]
    used: set[int] = set()
    for support in supports:
        if own := evidence.get(_key_at(support.place)):
            support.evidence = own
            used.add(own.pk)
    left = [each for each in evidence.values() if each.pk not in used]
    _find_former([each for each in supports if each.evidence is None], left)
    taken = {support.former.pk for support in supports if support.former}
    gone = tuple(each for each in left if each.pk not in taken)
    return Sourced(rows, gone, Counter(row.backing for row in rows))


def sums(
    claims: Iterable[Claim], evidence: Iterable[Evidence], present: Mapping[str, str]
) -> Sums:
    """Add up a page whose evidence was read before, with its references; ``present``
    leads from former keys of references to those they have now."""
    cited = {
        (claim.key, present.get(item.key, item.key), item.locator[:_LONGEST_PLACE])
        for claim in claims
        for item in claim.cited
    }
    known = {
        (each.claim_key, each.reference.key, each.locator): each for each in evidence
    }
    backed = [each for key, each in known.items() if key in cited]
    return Sums(
        cited=len(cited),
        quoted=len(backed),
        verified=sum(each.verified_at is not None for each in backed),
        uncited=sum(claim.assertion is not None for claim in claims),
    )


def _references(claims: Sequence[Claim]) -> dict[str, Reference]:
    """The references by the keys, present and former, that the claims use."""
    keys = {item.key for claim in claims for item in claim.cited}
    aliases = ReferenceAlias.objects.filter(key__in=keys).select_related("reference")
    found = {alias.key: alias.reference for alias in aliases}
    return found | Reference.objects.in_bulk(keys, field_name="key")


def _rows(
    page: Page, claims: Sequence[Claim], references: dict[str, Reference]
) -> tuple[Row, ...]:
    def support(claim: Claim, key: str, locator: str) -> Support:
        reference, place = references.get(key), None
        if reference is not None:
            shown = locator[:_LONGEST_PLACE]
            place = Place(page, claim.text, claim.key, reference, shown)
        return Support(claim.text, key, locator, place)

    return tuple(
        Row(
            number,
            claim,
            tuple(support(claim, item.key, item.locator) for item in claim.cited),
        )
        for number, claim in enumerate(claims, 1)
    )


def _key_of(evidence: Evidence) -> tuple[str, int, str]:
    return evidence.claim_key, evidence.reference_id, evidence.locator


def _key_at(place: Any) -> tuple[str, int, str]:
    return place.claim_key, place.reference.pk, place.locator


def _find_former(open_: Sequence[Support], left: Sequence[Evidence]) -> None:
    """Give each citation without evidence that of the likest sentence which is gone and
    cited the same source; none is given twice."""
    by_source: dict[int, list[Evidence]] = {}
    for evidence in left:
        by_source.setdefault(evidence.reference_id, []).append(evidence)
    pairs = []
    for reference, former in by_source.items():
        mine = [each for each in open_ if _key_at(each.place)[1] == reference]
        both = [(support, each) for support in mine for each in former]
        pairs += [(_likeness(*pair), *pair) for pair in both[:_PAIRS]]
    pairs.sort(key=lambda pair: -pair[0])
    taken: set[int] = set()
    for likeness, support, each in pairs:
        if likeness >= LIKE and support.former is None and each.pk not in taken:
            support.former = each
            taken.add(each.pk)


def _likeness(support: Support, evidence: Evidence) -> float:
    """From 0 to 1; 0 as well for what is surely less than LIKE."""
    texts = (support.claim, evidence.claim)
    one, two = (text[:_COMPARED].casefold() for text in texts)
    # To compare words takes much less time than to compare letters.
    words = set(one.split()), set(two.split())
    if len(words[0] & words[1]) < _SHARED * max(map(len, words)):
        return 0
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= LIKE else 0
