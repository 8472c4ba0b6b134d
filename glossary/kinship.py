"""The terms that an entry of a file names as relatives."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError

from .formats import Entry
from .formats.entries import RELATIONS, slug_of
from .models import FormerSlug, Term


class Targets:
    """The terms that the relations of an entry name. Raises ValidationError, keyed by
    column, for a name that is neither here nor ``coming``."""

    def __init__(self, entry: Entry, coming: Collection[str]) -> None:
        self._said = entry.said
        names = [name for column in RELATIONS for name in entry.said.get(column, ())]
        self._terms = _terms_called({each for name in names for each in _slugs(name)})
        self.later = tuple(name for name in names if self._term(name) is None)
        for column in RELATIONS:
            for name in entry.said.get(column, ()):
                self._check(column, name, entry, coming)

    def _check(
        self, column: str, name: str, entry: Entry, coming: Collection[str]
    ) -> None:
        if entry.slug in _slugs(name):
            raise ValidationError({column: "A term can't lead to itself."})
        if self._term(name) is None and not any(one in coming for one in _slugs(name)):
            message = f"There is no term “{name}”, neither here nor in this file."
            raise ValidationError({column: message})

    def _term(self, name: str) -> Term | None:
        found = (self._terms.get(slug) for slug in _slugs(name))
        return next(filter(None, found), None)

    def relations(self, before: Collection[tuple[str, Term]]) -> list[tuple[str, Term]]:
        """(kind, term) of each that is here; a kind that is not said stays."""
        relations: list[tuple[str, Term]] = []
        for column, kind in RELATIONS.items():
            if column in self._said:
                terms = map(self._term, self._said[column])
                relations += [(kind, term) for term in terms if term is not None]
            else:
                relations += [pair for pair in before if pair[0] == kind]
        return relations


def _slugs(name: str) -> tuple[str, str]:
    """What a name may mean: a slug as it stands, or a headword."""
    return name, slug_of(name)


def _terms_called(slugs: set[str]) -> dict[str, Term]:
    """The terms that have these addresses, or had them."""
    found = {term.slug: term for term in Term.objects.filter(slug__in=slugs)}
    if slugs - found.keys():
        former = FormerSlug.objects.filter(slug__in=slugs - found.keys())
        found |= {row.slug: row.term for row in former.select_related("term")}
    return found


def named_in(entry: Entry) -> set[str]:
    """The slugs that the relations of an entry may mean."""
    names = (name for column in RELATIONS for name in entry.said.get(column, ()))
    return {slug for name in names for slug in _slugs(name)}
