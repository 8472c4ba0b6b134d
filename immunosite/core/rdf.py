"""Resources of RDF as Turtle and as JSON-LD. Pure.

RDF 1.1: https://www.w3.org/TR/rdf11-concepts/, Turtle: https://www.w3.org/TR/turtle/,
JSON-LD 1.1: https://www.w3.org/TR/json-ld11/. Only what a list of named things needs:
no blank nodes. Why not by a library: docs/decisions/0016-skos-by-our-own-writer.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

# RFC 3986, 2.2 and 2.3, without brackets, which only a host may hold.
_SAFE = "!$%&'()*+,/:;=?@~"
_NO_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[^\[\]@:\\]+(?::[0-9]*)?")


@dataclass(frozen=True, slots=True)
class Iri:
    """The name of a thing, written as RFC 3987 wants it: see :func:`iri_of`."""

    address: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A text: in a language (BCP 47), or of a datatype ("xsd:dateTime"), or plain."""

    text: str
    language: str = ""
    datatype: str = ""


Value = Iri | Literal


@dataclass(frozen=True, slots=True)
class Resource:
    """A thing of a kind ("skos:Concept") with what is said of it: property → values.
    What has no value is not written; what there is keeps its order."""

    iri: Iri
    kind: str
    said: Mapping[str, Sequence[Value]]


def iri_of(address: str) -> Iri | None:
    """A web address as an IRI, with escapes for what none may hold (RFC 3986, 2.1);
    None for what is no web address."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.netloc):
        return None
    pieces = (f"{parts.scheme}://{parts.netloc}{parts.path}", parts.query)
    before, query = map(_escaped, pieces)
    fragment = _escaped(parts.fragment)
    return Iri(
        before + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
    )


def _escaped(text: str) -> str:
    return quote(_NO_ESCAPE.sub("%25", text), safe=_SAFE, errors="replace")


# Turtle


def turtle(resources: Iterable[Resource], *, prefixes: Mapping[str, str]) -> str:
    """The resources as Turtle; equal ones give equal text. ``prefixes`` leads from the
    prefixes that kinds, properties and datatypes use to their namespaces."""
    heads = (f"@prefix {name}: <{space}> .\n" for name, space in prefixes.items())
    return "".join([*heads, *map(_block, resources)])


def _block(resource: Resource) -> str:
    lines = [f"a {resource.kind}"]
    for name, values in resource.said.items():
        if values:
            lines.append(f"{name} {', '.join(map(_turtle, values))}")
    said = " ;\n    ".join(lines)
    return f"\n<{resource.iri.address}>\n    {said} .\n"


def _turtle(value: Value) -> str:
    if isinstance(value, Iri):
        return f"<{value.address}>"
    # What JSON escapes, and how, is among what Turtle does (its section 6.4).
    text = json.dumps(value.text, ensure_ascii=False)
    if value.language:
        return f"{text}@{value.language}"
    return f"{text}^^{value.datatype}" if value.datatype else text


# JSON-LD


def json_ld(resources: Iterable[Resource], *, prefixes: Mapping[str, str]) -> str:
    """The resources as JSON-LD with a context of just the ``prefixes``, so that nothing
    has to be fetched to read it; equal ones give equal text."""
    data = {"@context": dict(prefixes), "@graph": list(map(_node, resources))}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _node(resource: Resource) -> dict[str, Any]:
    return {
        "@id": resource.iri.address,
        "@type": resource.kind,
        **{name: list(map(_json, v)) for name, v in resource.said.items() if v},
    }


def _json(value: Value) -> Any:
    if isinstance(value, Iri):
        return {"@id": value.address}
    if value.language:
        return {"@value": value.text, "@language": value.language}
    if value.datatype:
        return {"@value": value.text, "@type": value.datatype}
    return value.text
