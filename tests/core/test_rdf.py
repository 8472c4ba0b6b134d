"""Resources as Turtle and JSON-LD: what goes in comes back, whatever it holds."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode
from rdflib import RDF, Graph, URIRef
from rdflib import Literal as Words
from rdflib.namespace import DCTERMS, SKOS, XSD

from immunosite.core.rdf import Iri, Literal, Resource, iri_of, json_ld, turtle
from tests.graphs import graph_of

PREFIXES = {"skos": str(SKOS), "dcterms": str(DCTERMS), "xsd": str(XSD)}
WRITERS = {"turtle": turtle, "json-ld": json_ld}
HERE = Iri("http://testserver/glossary/t-cell/")
# What the syntax of one or the other uses, and any character that a file may hold.
NASTY = st.text(
    st.one_of(
        st.sampled_from("\\\"'\n\r\t\b\f<>^@#{}[]%u0 \x07\x7f\x85\u2028\U0001f600éβ"),
        st.characters(codec="utf-8", exclude_characters="\0"),
    ),
    max_size=30,
)
LANGUAGES = st.sampled_from(["", "en", "es", "pt-BR", "zh-Hans", "sl-rozaj-biske"])


def written(said, format: str) -> Graph:
    thing = Resource(HERE, "skos:Concept", said)
    return graph_of(WRITERS[format]([thing], prefixes=PREFIXES), format)


@pytest.mark.parametrize("format", WRITERS)
class TestBothFormats:
    @settings(deadline=None)
    @given(texts=st.lists(st.tuples(NASTY, LANGUAGES), max_size=3))
    def test_give_every_text_back_in_its_language(self, format, texts):
        said = {"skos:altLabel": [Literal(*each) for each in texts]}
        graph = written(said, format)
        found = {
            (str(one), (one.language or "").lower())
            for one in graph.objects(None, SKOS.altLabel)
        }
        assert found == {(text, language.lower()) for text, language in texts}

    # What a much-used writer gets wrong: the quotes that end it seem to be escaped.
    @pytest.mark.parametrize("text", ['a\n\\"', '"""', "\\", "\\u0041", 'a\n\n\\\\"'])
    def test_give_back_what_looks_like_an_escape(self, format, text):
        graph = written({"skos:note": [Literal(text, "en")]}, format)
        assert next(graph.objects(None, SKOS.note)) == Words(text, lang="en")

    def test_know_types_names_and_plain_texts(self, format):
        moment = Literal("2026-05-01T10:00:00+00:00", datatype="xsd:dateTime")
        graph = written(
            {
                "dcterms:created": [moment],
                "dcterms:identifier": [Literal("t-cell")],
                "skos:broader": [Iri("http://testserver/glossary/lymphocyte/")],
            },
            format,
        )
        here = URIRef(HERE.address)
        assert set(graph) == {
            (here, RDF.type, SKOS.Concept),
            (here, DCTERMS.created, Words(moment.text, datatype=XSD.dateTime)),
            (here, DCTERMS.identifier, Words("t-cell")),
            (here, SKOS.broader, URIRef("http://testserver/glossary/lymphocyte/")),
        }

    def test_do_not_write_what_has_no_value(self, format):
        text = WRITERS[format](
            [Resource(HERE, "skos:Concept", {"skos:broader": []})], prefixes=PREFIXES
        )
        assert "broader" not in text
        assert len(graph_of(text, format)) == 1

    def test_may_hold_nothing(self, format):
        assert len(graph_of(WRITERS[format]([], prefixes=PREFIXES), format)) == 0

    @settings(deadline=None, max_examples=50)
    @given(address=st.text(st.characters(codec="utf-8"), max_size=30))
    def test_can_hold_the_name_that_any_address_becomes(self, format, address):
        iri = iri_of(f"https://example.org/{address}")
        assert iri is not None
        graph = written({"dcterms:source": [iri]}, format)
        assert str(next(graph.objects(None, DCTERMS.source))) == iri.address


class TestJsonLd:
    def test_needs_no_context_from_elsewhere(self):
        data = json.loads(json_ld([], prefixes=PREFIXES))
        assert data == {"@context": PREFIXES, "@graph": []}


class TestIri:
    @pytest.mark.parametrize(
        "address",
        [
            "https://doi.org/10.1016/j.immuni.2013.07.012",
            "https://doi.org/10.1002/(sici)1096%3C1::aid-1%3E3.0.co;2-a",
            "http://example.org:8080/a/b?c=d&e=f#g",
            "https://example.org",
        ],
    )
    def test_stays_what_is_one(self, address):
        assert iri_of(address) == Iri(address)

    @pytest.mark.parametrize(
        ("address", "iri"),
        [
            ("https://example.org/a b", "https://example.org/a%20b"),
            ("https://example.org/<i>", "https://example.org/%3Ci%3E"),
            ("https://example.org/100%", "https://example.org/100%25"),
            (
                'https://example.org/a[1]?b[]="',
                "https://example.org/a%5B1%5D?b%5B%5D=%22",
            ),
            ("https://example.org/#a#b", "https://example.org/#a%23b"),
            ("HTTPS://example.org/é", "https://example.org/%C3%A9"),
            (" https://example.org/ ", "https://example.org/"),
            ("https://example.org/\ud800", "https://example.org/?"),
        ],
    )
    def test_has_escapes_for_what_none_may_hold(self, address, iri):
        assert iri_of(address) == Iri(iri)

    @pytest.mark.parametrize(
        "address",
        [
            "", "example.org", "mailto:a@example.org", "javascript:alert(1)", "https://",
            "https:///path", "http://[::1", "http://[::1]/", "http://a:b@c/", "http://a:b/",
        ],
    )  # fmt: skip
    def test_is_none_of_what_is_no_web_address(self, address):
        assert iri_of(address) is None

    @settings(max_examples=300)
    @given(address=st.text(st.characters(codec="utf-8"), max_size=40))
    def test_is_always_one_that_a_strict_reader_takes(self, address):
        for start in ("", "http://", "https://example.org"):
            if (iri := iri_of(start + address)) is not None:
                assert NamedNode(iri.address).value == iri.address
