"""What an import would do with each record: is it there, is it new, is it wrong?

A record is the reference that has its key; one without a key is the reference that has
one of its identifiers. So whoever brings a file in again finds nothing doubled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from immunosite.core.records import with_field
from immunosite.core.reports import Outcome

from .earlier import Claim, Earlier, digest_of
from .finding import Finder
from .formats import Record, Rejected
from .holdings import Holdings
from .identifiers import canonical
from .keying import propose_key
from .likeness import likeness
from .models import Reference
from .storing import check, check_form_of
from .styling import plain_text, year_of
from .verdicts import Rules, Settled, Verdict

_SHOWN = 80


def decide(
    records: Iterable[Record | Rejected],
    *,
    holdings: Holdings,
    taken: Callable[[str], bool],
    earlier: Earlier,
    rules: Rules,
) -> Iterator[Verdict]:
    """The verdicts on some records of a file, in their order.

    ``holdings`` is what is there of these records, ``taken`` says whether any reference
    has a key, ``earlier`` what the file's records before these bring; both are told of
    each verdict. Records are as :mod:`references.formats` gives them.
    """
    earlier.release(holdings)
    finder = Finder(holdings, earlier, rules)
    matcher = _Matcher(finder, holdings, taken, earlier, rules)
    for record in records:
        verdict = matcher.verdict(record)
        earlier.add(
            verdict.position,
            own_id=verdict.own_id,
            matched=verdict.matched,
            claim=verdict.claim,
        )
        if verdict.outcome is Outcome.UPDATED and verdict.matched:
            holdings.release(verdict.matched)
        yield verdict


@dataclass(frozen=True, slots=True)
class _Matcher:
    finder: Finder
    holdings: Holdings
    taken: Callable[[str], bool]
    earlier: Earlier
    rules: Rules

    def verdict(self, record: Record | Rejected) -> Verdict:
        place = record.position, record.line
        if isinstance(record, Rejected):
            why = with_field(record.field, record.reason)
            return Verdict(*place, record.name, Outcome.REJECTED, why)
        own_id = str(record.csl.get("id", "")).strip()
        name = own_id or plain_text(record.csl["title"])[:_SHOWN]
        notes = list(record.notes)
        key = self._usable(own_id, notes)
        try:
            reference, csl, claim = self._placed(own_id, key, record.csl)
        except Settled as fate:
            if fate.about and fate.outcome in (Outcome.KEPT, Outcome.UNCHANGED):
                name, notes = fate.about.key, []
            why = " ".join(filter(None, [fate.why, *notes]))
            return Verdict(*place, name, fate.outcome, why, own_id, fate.about)
        outcome = Outcome.UPDATED if reference else Outcome.CREATED
        changed = _changed(reference.csl, csl) if reference else ()
        return Verdict(
            *(*place, csl["id"], outcome, " ".join(notes), own_id, reference),
            *(csl, claim, changed),
        )

    def _usable(self, own_id: str, notes: list[str]) -> str:
        """The record's own key, if authors could type it."""
        try:
            if own_id:
                check_form_of(own_id)
        except ValidationError:
            shown = own_id if len(own_id) <= _SHOWN else f"{own_id[:_SHOWN]}…"
            notes.append(f"“{shown}” can't be a citation key, so it gets another.")
            return ""
        return own_id

    def _placed(
        self, own_id: str, key: str, csl: Mapping[str, Any]
    ) -> tuple[Reference | None, dict[str, Any], Claim]:
        """Where a record goes, a stored reference or a new one (None), what is to be
        stored there, and what that claims. Raises Settled when nothing is."""
        if place := self.earlier.ids.get(own_id):
            raise Settled(
                Outcome.REJECTED, f"id: Record {place} of this file has the same one."
            )
        identifiers, wrong = canonical(csl)
        if wrong:
            why = [with_field(name.upper(), reason) for name, reason in wrong.items()]
            raise Settled(Outcome.REJECTED, " ".join(why))
        pairs = tuple(identifiers.items())
        reference = self.finder.find(key, csl, pairs)
        if reference is None:
            wanted = {**csl, "id": key or propose_key(csl, self._is_taken)}
        else:
            wanted = self._wanted(reference, csl)
        return reference, wanted, self._claim(wanted, reference)

    def _is_taken(self, key: str) -> bool:
        return key in self.earlier.keys or key in self.earlier.ids or self.taken(key)

    def _wanted(self, reference: Reference, csl: Mapping[str, Any]) -> dict[str, Any]:
        if place := self.earlier.matched.get(reference.pk):
            why = (
                f"Record {place} of this file is the same reference, “{reference.key}”."
            )
            raise Settled(Outcome.DUPLICATE, why, about=reference)
        if self.rules.on_existing == "keep":
            raise Settled(Outcome.KEPT, about=reference)
        wanted = self.finder.united(reference, csl)
        if wanted == reference.csl:
            raise Settled(Outcome.UNCHANGED, about=reference)
        return wanted

    def _claim(self, csl: dict[str, Any], reference: Reference | None) -> Claim:
        try:
            self.finder.refuse_pairs_of_the_file(canonical(csl)[0].items())
            found = check(csl["id"], csl, reference, holdings=self.holdings)
        except ValidationError as error:
            raise self._refusal(error, csl, reference) from error
        pairs = tuple(found.items())
        return Claim(csl["id"], pairs, likeness(csl), year_of(csl), digest_of(csl))

    def _refusal(
        self,
        error: ValidationError,
        csl: Mapping[str, Any],
        reference: Reference | None,
    ) -> Settled:
        codes = {one.code for several in error.error_dict.values() for one in several}
        why = [
            with_field("id" if variable == "key" else variable, " ".join(messages))
            for variable, messages in error.message_dict.items()
        ]
        if codes != {"duplicate"}:
            return Settled(Outcome.REJECTED, " ".join(why))
        mine = reference.pk if reference else None
        holders = map(self.holdings.holder, canonical(csl)[0].items())
        about = [pk for pk in holders if pk not in (None, mine)]
        other = self.holdings.references[about[0]]
        return Settled(Outcome.DUPLICATE, " ".join(why), about=other)


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    names = sorted({**before, **after})
    return tuple(name for name in names if before.get(name) != after.get(name))
