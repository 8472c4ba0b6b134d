"""The glossary as a concept scheme of SKOS. Pure.

https://www.w3.org/TR/skos-reference/; what SKOS has no word for is said with DCMI Terms
(https://www.dublincore.org/specifications/dublin-core/dcmi-terms/), FOAF and schema.org.
The S and a number are those of SKOS's integrity conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from immunosite.core.rdf import Iri, Literal, Resource, Value

PREFIXES: Mapping[str, str] = {
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
LANGUAGE = "en"
# The range of dcterms:language is no text.
_ENGLISH = Iri("http://id.loc.gov/vocabulary/iso639-1/en")

Labels = dict[str, list[Literal]]


@dataclass(frozen=True, slots=True)
class Concept:
    """A term. ``iri`` is its page; ``plurals`` are those of any of its names, ``others``
    its other names; ``translations`` leads from languages (BCP 47) to headwords.
    ``broader``, ``wholes`` and ``related`` name concepts, each as it was entered on this
    side; ``sources`` are addresses, or entries of what has none."""

    iri: Iri
    slug: str
    headword: str
    created: datetime
    modified: datetime
    others: tuple[str, ...] = ()
    plurals: tuple[str, ...] = ()
    translations: Mapping[str, str] = field(default_factory=dict)
    definition: str = ""
    professional: str = ""
    broader: tuple[Iri, ...] = ()
    wholes: tuple[Iri, ...] = ()
    related: tuple[Iri, ...] = ()
    sources: tuple[Iri | str, ...] = ()
    topics: tuple[Iri, ...] = ()
    picture: Iri | None = None
    audio: Iri | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """The glossary. ``iri`` is the list of its terms, ``note`` what to know of all."""

    iri: Iri
    title: str
    about: str
    concepts: tuple[Concept, ...]
    note: str = ""


def resources(scheme: Scheme) -> Iterator[Resource]:
    """The scheme and its concepts, in their order; relations to what is no concept of
    it are left out."""
    kin = _Kin(scheme.concepts)
    tops = [each.iri for each in scheme.concepts if not kin.broader[each.iri]]
    said: dict[str, list[Value]] = {
        "dcterms:title": _texts(scheme.title),
        "dcterms:description": _texts(scheme.about),
        "dcterms:language": [_ENGLISH],
        "skos:note": _texts(scheme.note),
        "skos:hasTopConcept": [*tops],
    }
    yield Resource(scheme.iri, "skos:ConceptScheme", said)
    for concept in scheme.concepts:
        yield Resource(concept.iri, "skos:Concept", _said(concept, scheme.iri, kin))


def _said(concept: Concept, scheme: Iri, kin: _Kin) -> dict[str, list[Value]]:
    is_top = not kin.broader[concept.iri]
    return {
        "skos:inScheme": [scheme],
        "skos:topConceptOf": [scheme] if is_top else [],
        # No skos:notation, which SKOS has for what is no word of a language.
        "dcterms:identifier": [Literal(concept.slug)],
        **labels(concept),
        "skos:definition": _texts(concept.definition),
        # Not a second definition: who shows “the” definition shows the plain one. This
        # one says exactly what falls under the word.
        "skos:scopeNote": _texts(concept.professional),
        **kin.of(concept.iri),
        "dcterms:subject": [*concept.topics],
        "dcterms:source": [
            each if isinstance(each, Iri) else Literal(each) for each in concept.sources
        ],
        "dcterms:created": [_moment(concept.created)],
        "dcterms:modified": [_moment(concept.modified)],
        "foaf:depiction": [concept.picture] if concept.picture else [],
        "schema:audio": [concept.audio] if concept.audio else [],
    }


def _texts(text: str) -> list[Value]:
    return [Literal(text, LANGUAGE)] if text else []


def _moment(at: datetime) -> Literal:
    return Literal(at.isoformat(timespec="seconds"), datatype="xsd:dateTime")


# Labels


def labels(concept: Concept) -> dict[str, list[Value]]:
    """One preferred label in each language (S14), and no label in two ways (S13)."""
    names = [Literal(concept.headword, LANGUAGE)]
    others = [Literal(text, LANGUAGE) for text in concept.others]
    for language, text in sorted(concept.translations.items()):
        # Languages are compared whatever their case (BCP 47, 2.1.1).
        is_taken = language.lower() in {name.language.lower() for name in names}
        (others if is_taken else names).append(Literal(text, language))
    hidden = [Literal(text, LANGUAGE) for text in concept.plurals]
    given: set[tuple[str, str]] = set()
    return {
        "skos:prefLabel": _new(names, given),
        "skos:altLabel": _new(others, given),
        "skos:hiddenLabel": _new(hidden, given),
    }


def _new(texts: Iterable[Literal], given: set[tuple[str, str]]) -> list[Value]:
    found: list[Value] = []
    for literal in texts:
        key = (literal.text, literal.language.lower())
        if literal.text and key not in given:
            given.add(key)
            found.append(literal)
    return found


# Relations


class _Kin:
    """The relations among concepts, seen from both sides."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        known = {concept.iri: concept for concept in concepts}
        self.broader = _within(known, {i: c.broader for i, c in known.items()})
        self._wholes = _within(known, {i: c.wholes for i, c in known.items()})
        self._narrower = _turned(self.broader)
        self._parts = _turned(self._wholes)
        there = _within(known, {i: c.related for i, c in known.items()})
        back = _turned(there)
        self._related = {
            iri: sorted({*there[iri], *back[iri]}, key=_address) for iri in known
        }

    def of(self, iri: Iri) -> dict[str, list[Value]]:
        """What SKOS calls them; it has no word for parts, which are no narrower ones."""
        return {
            "skos:broader": [*self.broader[iri]],
            "skos:narrower": [*self._narrower[iri]],
            # Never what is broader, over however many steps (S27).
            "skos:related": [
                each
                for each in self._related[iri]
                if each not in self._above(iri) and iri not in self._above(each)
            ],
            "dcterms:isPartOf": [*self._wholes[iri]],
            "dcterms:hasPart": [*self._parts[iri]],
        }

    def _above(self, iri: Iri) -> set[Iri]:
        """All that is broader: skos:broaderTransitive."""
        found: set[Iri] = set()
        waiting = [iri]
        while waiting:
            new = {*self.broader[waiting.pop()]} - found
            found |= new
            waiting += new
        return found


Links = dict[Iri, list[Iri]]


def _within(known: Mapping[Iri, Concept], links: Mapping[Iri, Iterable[Iri]]) -> Links:
    """Those among the known concepts, in order; nothing is related to itself."""
    return {
        iri: sorted(
            {each for each in targets if each in known and each != iri}, key=_address
        )
        for iri, targets in links.items()
    }


def _turned(links: Links) -> Links:
    found: Links = {iri: [] for iri in links}
    for iri in sorted(links, key=_address):
        for target in links[iri]:
            found[target].append(iri)
    return found


def _address(iri: Iri) -> str:
    return iri.address
