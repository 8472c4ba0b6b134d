"""How long does the glossary take as a file of SKOS, against rdflib's writers?"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from rdflib import RDF, Graph, URIRef
from rdflib import Literal as Words
from stage import corpus, database
from stage.timing import alternate, show

from glossary.concepts import export_skos, live_scheme
from glossary.downloading import FILES
from glossary.models import Relation, RelationKind, Term, TermRevision
from glossary.skos import PREFIXES, resources
from immunosite.core import rdf

SIZES = (1_000, 10_000)
BASELINE = "rdflib: fill a graph, write Turtle"


DEFINITION = (
    '<p>A drug that helps the <a class="term" href="#word-x">immune system</a> to fight '
    'cancer<sup class="cite">[<a href="#ref-1">1</a>]</sup>.</p>\n'
) * 4


def enrich() -> None:
    """Every term has a definition and is related to the next; every tenth is broader
    than the eight behind it."""
    TermRevision.objects.update(html=DEFINITION)
    live = list(TermRevision.objects.live().order_by("pk"))
    related = [
        Relation(revision=one, term_id=other.page_id, kind=RelationKind.RELATED)
        for one, other in pairwise(live)
    ]
    broader = [
        Relation(
            revision=revision,
            term_id=live[index - index % 10].page_id,
            kind=RelationKind.BROADER,
        )
        for index, revision in enumerate(live)
        if index % 10 > 1
    ]
    Relation.objects.bulk_create(related)
    Relation.objects.bulk_create(broader)


def filled(things: list[rdf.Resource]) -> Graph:
    """The same in a graph of rdflib."""
    graph = Graph(bind_namespaces="none")
    for prefix, space in PREFIXES.items():
        graph.bind(prefix, space)
    for thing in things:
        name = URIRef(thing.iri.address)
        graph.add((name, RDF.type, _property(thing.kind)))
        for said, values in thing.said.items():
            for value in values:
                graph.add((name, _property(said), _node(value)))
    return graph


def _property(name: str) -> URIRef:
    prefix, _, rest = name.partition(":")
    return URIRef(PREFIXES[prefix] + rest)


def _node(value: rdf.Value) -> Any:
    if isinstance(value, rdf.Iri):
        return URIRef(value.address)
    datatype = _property(value.datatype) if value.datatype else None
    return Words(value.text, lang=value.language or None, datatype=datatype)


def measure(size: int) -> None:
    Term.objects.all().delete()
    database.fill(corpus.entries(size), by=by)
    enrich()
    scheme = live_scheme()
    things = list(resources(scheme))
    deeds: dict[str, Callable[[], object]] = {
        BASELINE: lambda: filled(things).serialize(format="turtle"),
        "rdflib: fill a graph, write JSON-LD": lambda: filled(things).serialize(
            format="json-ld", context=dict(PREFIXES)
        ),
        "read the terms": live_scheme,
        "make their resources (pure)": lambda: list(resources(scheme)),
        "write Turtle (pure)": lambda: rdf.turtle(things, prefixes=PREFIXES),
        "write JSON-LD (pure)": lambda: rdf.json_ld(things, prefixes=PREFIXES),
    }
    deeds |= {f"the whole file: {each.label}": each.made for each in FILES.values()}
    seconds = alternate(deeds, runs=3)
    show(f"{size:,} terms", seconds, baseline=BASELINE)
    sizes = {name: len(file.made().encode()) for name, file in FILES.items()}
    print(", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in sizes.items()))
    print(f"queries: {database.queries(lambda: export_skos('skos-turtle'))}\n")


by = database.administrator()

if __name__ == "__main__":
    for size in SIZES:
        measure(size)
