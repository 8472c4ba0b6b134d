"""Files of RDF as graphs, read by two parsers that have nothing in common."""

from __future__ import annotations

import warnings

from pyoxigraph import RdfFormat, parse
from rdflib import Graph

_STRICT = {"turtle": RdfFormat.TURTLE, "json-ld": RdfFormat.JSON_LD}


def graph_of(text: str, format: str) -> Graph:
    """The graph of a file ("turtle", "json-ld") as rdflib reads it.

    pyoxigraph, which forgives no mistake, must read the same.
    """
    graph = Graph(bind_namespaces="none")
    with warnings.catch_warnings():
        # The parser of JSON-LD uses what rdflib itself calls out of date.
        warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated")
        graph.parse(data=text, format=format)
    triples = {quad.triple for quad in parse(text.encode(), format=_STRICT[format])}
    lines = "".join(f"{triple} .\n" for triple in triples)
    other = Graph(bind_namespaces="none").parse(data=lines, format="nt")
    # Nothing here is without a name; so sets will do, and languages have no case.
    assert set(graph) == set(other)
    return graph
