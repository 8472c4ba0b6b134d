"""The glossary as SKOS: labels, relations, and the conditions that SKOS sets (S…)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import RDF, Graph, URIRef
from rdflib import Literal as Words
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, FOAF, SKOS, XSD

from glossary.skos import PREFIXES, Concept, Scheme, resources
from immunosite.core.rdf import Iri, json_ld, turtle
from tests.graphs import graph_of

MAY = datetime(2026, 5, 1, 10, tzinfo=UTC)
GLOSSARY = Iri("http://testserver/glossary/")
SCHEMA_AUDIO = URIRef("https://schema.org/audio")
LABELS = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
WRITERS = {"turtle": turtle, "json-ld": json_ld}


def iri(name: str) -> Iri:
    return Iri(f"{GLOSSARY.address}{name}/")


def ref(name: str) -> URIRef:
    return URIRef(iri(name).address)


def concept(name: str, **fields) -> Concept:
    for kind in ("broader", "wholes", "related"):
        if kind in fields:
            fields[kind] = tuple(map(iri, fields[kind]))
    made = Concept(iri(name), name, name.capitalize(), MAY, MAY)
    return replace(made, **fields)


def scheme(*concepts: Concept, **fields) -> Scheme:
    return Scheme(GLOSSARY, "The glossary", "Words.", concepts, **fields)


def graph(*concepts: Concept, format: str = "turtle", **fields) -> Graph:
    things = resources(scheme(*concepts, **fields))
    return graph_of(WRITERS[format](things, prefixes=PREFIXES), format)


def pairs(found: Graph, property: URIRef) -> set[tuple[str, str]]:
    """The concepts that a property joins, by their names."""
    start = GLOSSARY.address
    return {
        (one.removeprefix(start).strip("/"), other.removeprefix(start).strip("/"))
        for one, other in found.subject_objects(property)
    }


def texts(found: Graph, property: URIRef) -> set[str]:
    return {each.n3() for each in found.objects(None, property)}


class TestScheme:
    def test_says_what_it_is(self):
        found = graph(note="A demonstration.")
        about = URIRef(GLOSSARY.address)
        assert set(found) == {
            (about, RDF.type, SKOS.ConceptScheme),
            (about, DCTERMS.title, Words("The glossary", lang="en")),
            (about, DCTERMS.description, Words("Words.", lang="en")),
            (
                about,
                DCTERMS.language,
                URIRef("http://id.loc.gov/vocabulary/iso639-1/en"),
            ),
            (about, SKOS.note, Words("A demonstration.", lang="en")),
        }

    def test_has_on_top_what_has_nothing_broader(self):
        found = graph(concept("cell"), concept("t-cell", broader=["cell"]))
        about = URIRef(GLOSSARY.address)
        assert set(found.subjects(SKOS.inScheme, about)) == {ref("cell"), ref("t-cell")}
        assert set(found.objects(about, SKOS.hasTopConcept)) == {ref("cell")}
        assert set(found.subjects(SKOS.topConceptOf, about)) == {ref("cell")}

    def test_has_on_top_what_has_only_something_broader_that_is_not_public(self):
        found = graph(concept("t-cell", broader=["secret"]))
        assert set(found.objects(None, SKOS.hasTopConcept)) == {ref("t-cell")}
        assert "secret" not in found.serialize(format="nt")


class TestConcept:
    def test_says_all_that_a_term_does(self):
        found = graph(
            concept(
                "t-cell",
                definition="A cell.\nIt fights.",
                professional="A lymphocyte.",
                sources=(Iri("https://doi.org/10.1000/1"), "Larkin J. A book. 2015."),
                topics=(Iri("http://testserver/topics/basics/"),),
                picture=Iri("http://testserver/media/a.png"),
                audio=Iri("http://testserver/media/a.mp3"),
                modified=datetime(2026, 6, 1, tzinfo=UTC),
            )
        )
        here = ref("t-cell")
        assert (here, RDF.type, SKOS.Concept) in found
        assert found.value(here, DCTERMS.identifier) == Words("t-cell")
        definition = Words("A cell.\nIt fights.", lang="en")
        assert list(found.objects(here, SKOS.definition)) == [definition]
        assert found.value(here, SKOS.scopeNote) == Words("A lymphocyte.", lang="en")
        assert set(found.objects(here, DCTERMS.source)) == {
            URIRef("https://doi.org/10.1000/1"),
            Words("Larkin J. A book. 2015."),
        }
        topic = URIRef("http://testserver/topics/basics/")
        assert found.value(here, DCTERMS.subject) == topic
        assert found.value(here, FOAF.depiction) == URIRef(
            "http://testserver/media/a.png"
        )
        assert found.value(here, SCHEMA_AUDIO) == URIRef(
            "http://testserver/media/a.mp3"
        )
        assert found.value(here, DCTERMS.created) == Words(
            "2026-05-01T10:00:00+00:00", datatype=XSD.dateTime
        )
        modified = found.value(here, DCTERMS.modified)
        assert modified.toPython() == datetime(2026, 6, 1, tzinfo=UTC)

    def test_says_nothing_of_what_it_has_not(self):
        found = graph(concept("t-cell"))
        said = set(found.predicates(ref("t-cell")))
        assert said == {
            *(RDF.type, SKOS.inScheme, SKOS.topConceptOf, SKOS.prefLabel),
            *(DCTERMS.identifier, DCTERMS.created, DCTERMS.modified),
        }


class TestLabels:
    def test_are_of_three_kinds(self):
        found = graph(
            concept("t-cell", others=("T lymphocyte", "TC"), plurals=("T-cells",))
        )
        assert texts(found, SKOS.prefLabel) == {'"T-cell"@en'}
        assert texts(found, SKOS.altLabel) == {'"T lymphocyte"@en', '"TC"@en'}
        assert texts(found, SKOS.hiddenLabel) == {'"T-cells"@en'}

    def test_have_the_headwords_of_other_languages_among_the_preferred(self):
        words = {"es": "célula T", "zh-Hans": "T细胞"}
        found = graph(concept("t-cell", translations=words))
        assert {(str(label), label.language.lower()) for label in found.objects(None, SKOS.prefLabel)} == {
            ("T-cell", "en"), ("célula T", "es"), ("T细胞", "zh-hans"),
        }  # fmt: skip

    def test_have_one_preferred_in_each_language(self):
        """S14."""
        words = {"EN": "T lymphocyte", "en-GB": "T cell, British", "es": "célula T"}
        found = graph(concept("t-cell", translations=words))
        preferred = [each.language for each in found.objects(None, SKOS.prefLabel)]
        assert sorted(map(str.lower, preferred)) == ["en", "en-gb", "es"]
        (other,) = found.objects(None, SKOS.altLabel)
        assert str(other) == "T lymphocyte"

    def test_of_one_text_in_two_languages_are_two(self):
        found = graph(concept("t", headword="Virus", translations={"de": "Virus"}))
        assert texts(found, SKOS.prefLabel) == {'"Virus"@en', '"Virus"@de'}

    @settings(deadline=None)
    @given(
        headword=st.sampled_from(["a", "b"]),
        others=st.lists(st.sampled_from(["a", "b", "c", ""])),
        plurals=st.lists(st.sampled_from(["a", "b", "c", "d"])),
        translations=st.dictionaries(
            st.sampled_from(["en", "EN", "es"]), st.sampled_from(["a", "b", "", "e"])
        ),
    )
    def test_are_never_of_two_kinds(self, headword, others, plurals, translations):
        """S13; and none gets lost, S14 stays kept."""
        found = graph(
            concept(
                "t-cell",
                headword=headword,
                others=tuple(others),
                plurals=tuple(plurals),
                translations=translations,
            )
        )
        kinds = [set(found.objects(None, kind)) for kind in LABELS]
        union = set().union(*kinds)
        assert len(union) == sum(map(len, kinds))
        given = {headword, *others, *plurals, *translations.values()} - {""}
        assert {str(label) for label in union} == given
        languages = [label.language.lower() for label in kinds[0]]
        assert len(languages) == len(set(languages))


class TestRelations:
    def test_are_seen_from_both_sides(self):
        found = graph(
            concept("cell"),
            concept("t-cell", broader=["cell"], wholes=["blood"], related=["cart"]),
            concept("blood"),
            concept("cart"),
        )
        assert pairs(found, SKOS.broader) == {("t-cell", "cell")}
        assert pairs(found, SKOS.narrower) == {("cell", "t-cell")}
        assert pairs(found, DCTERMS.isPartOf) == {("t-cell", "blood")}
        assert pairs(found, DCTERMS.hasPart) == {("blood", "t-cell")}
        assert pairs(found, SKOS.related) == {("t-cell", "cart"), ("cart", "t-cell")}

    def test_lead_to_nothing_that_is_not_there(self):
        there = {"broader": ["x"], "wholes": ["y"], "related": ["z"]}
        found = graph(concept("t-cell", **there))
        for kind in (SKOS.broader, SKOS.narrower, SKOS.related, DCTERMS.isPartOf):
            assert pairs(found, kind) == set()

    def test_lead_from_nothing_to_itself(self):
        found = graph(concept("t-cell", broader=["t-cell"], related=["t-cell"]))
        assert pairs(found, SKOS.broader) == pairs(found, SKOS.related) == set()

    @pytest.mark.parametrize(
        "related", [("cd8", "cell"), ("cell", "cd8"), ("t-cell", "cell")]
    )
    def test_never_are_see_also_of_what_is_broader(self, related):
        """S27, over however many steps."""
        one, other = related
        above = {"cd8": ["t-cell"], "t-cell": ["cell"], "cell": []}
        found = graph(
            *(
                concept(name, broader=broader, related=[other] if name == one else [])
                for name, broader in above.items()
            )
        )
        assert pairs(found, SKOS.related) == set()
        assert pairs(found, SKOS.broader) == {("cd8", "t-cell"), ("t-cell", "cell")}

    @settings(deadline=None, max_examples=60)
    @given(data=st.data())
    def test_keep_every_condition_however_they_are_entered(self, data):
        names = ["a", "b", "c", "d", "e"]
        some = st.lists(st.sampled_from([*names, "secret"]), unique=True, max_size=3)
        entered = {
            name: {kind: data.draw(some) for kind in ("broader", "wholes", "related")}
            for name in names
        }
        found = graph(*(concept(name, **kin) for name, kin in entered.items()))
        broader, related = pairs(found, SKOS.broader), pairs(found, SKOS.related)
        assert broader == {
            (name, each)
            for name, kin in entered.items()
            for each in kin["broader"]
            if each not in (name, "secret")
        }
        assert pairs(found, SKOS.narrower) == {(b, a) for a, b in broader}
        assert related == {(b, a) for a, b in related}
        for one, other in related:
            above = found.transitive_objects(ref(one), SKOS.broader)
            assert ref(other) not in set(above) - {ref(one)}


class TestFiles:
    def glossary(self) -> list[Concept]:
        return [
            concept("cell", definition="Small.\n“Quoted” \\ 'and' <b>"),
            concept("t-cell", broader=["cell"], related=["b-cell"], others=("T",)),
            concept("b-cell", wholes=["cell"], translations={"es": "célula B"}),
        ]

    def test_say_the_same_in_both_formats(self):
        one, other = (graph(*self.glossary(), format=format) for format in WRITERS)
        assert len(one) > 30
        assert isomorphic(one, other)

    @pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
    def test_are_equal_for_equal_glossaries(self, write):
        first, second = (
            write(resources(scheme(*self.glossary())), prefixes=PREFIXES)
            for _ in range(2)
        )
        assert first == second
