"""What somebody pasted: an identifier, or the address of a page. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from .identifiers import (
    InvalidIdentifier,
    parse_doi,
    parse_isbn,
    parse_pmcid,
    parse_pmid,
)

Sort = Literal["doi", "pmid", "pmcid", "isbn", "url"]
MOST = 2_000
# In this order: what reads as an ISBN of 10 digits has one digit too many for a PMID.
_PARSERS = (
    ("doi", parse_doi),
    ("pmcid", parse_pmcid),
    ("isbn", parse_isbn),
    ("pmid", parse_pmid),
)
# Addresses in which an identifier stands, beside the ones the parsers know.
_PUBMED = re.compile(
    r"(?:\A|\.)(?:pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/pubmed/"
    r"|europepmc\.org/(?:article|abstract)/med/)([0-9]+)/?\Z"
)
_PMC = re.compile(
    r"(?:\A|\.)(?:pmc\.ncbi\.nlm\.nih\.gov/articles|ncbi\.nlm\.nih\.gov/pmc/articles"
    r"|europepmc\.org/(?:articles?(?:/pmc)?|abstract/pmc))/(pmc[0-9]+)(?:/.*)?\Z"
)
_DOI_WITHIN = re.compile(r"10\.[0-9]{4,9}/[^\s\"<>]+")
_DOI_IN_PATH = re.compile(
    r"/(?:doi|article|chapter|book)s?/(?:[a-z]+/)?(10\.[0-9]{4,9}/.+)"
)
_LABELLED = re.compile(r"\b(pmid|pmcid|isbn)(?:-1[03])?\s*:\s*([0-9A-Za-z-]+)", re.I)
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:[/?#]\S*)?\Z", re.I)
_AFTER = ".,;:)]}’”'\""


class Unrecognized(ValueError):
    """The text is neither an identifier nor an address; says so in a user's words."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for, in the canonical form of its sort."""

    sort: Sort
    value: str

    def __str__(self) -> str:
        if self.sort == "url":
            return self.value
        return (
            self.value if self.sort == "pmcid" else f"{self.sort.upper()} {self.value}"
        )


def recognize(text: str) -> Wanted:
    """``doi:10.1/X``, ``PMID 12``, ``https://doi.org/10.1/x``, a whole pasted citation
    that names one … as Wanted. Raises Unrecognized."""
    typed = text.strip()
    if len(typed) > MOST:
        raise Unrecognized(f"This is longer than {MOST:,} characters.")
    found = _address(typed) or _parsed(typed) or _within(typed)
    if found is None:
        raise Unrecognized(
            "This is no DOI, PMID, PMCID, ISBN or web address. A DOI looks like "
            "10.1000/xyz123, a PMID like 25891304, a PMCID like PMC1888599."
        )
    return found


def _parsed(text: str) -> Wanted | None:
    for sort, parse in _PARSERS:
        try:
            return Wanted(sort, parse(text))  # type: ignore[arg-type]
        except InvalidIdentifier:
            continue
    return None


def _address(text: str) -> Wanted | None:
    if " " in text:
        return None
    url = text if re.match(r"https?://", text, re.I) else ""
    if not url and _HOST.match(text):
        url = f"https://{text}"
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.")
    place = f"{host}{parts.path}".lower()
    if match := _PUBMED.search(place):
        return _parsed(f"pmid:{match[1]}")
    if match := _PMC.search(place):
        return _parsed(match[1])
    if host in ("doi.org", "dx.doi.org"):
        return _parsed(f"https://doi.org{parts.path.rstrip('/')}")
    return Wanted("url", url)


def _within(text: str) -> Wanted | None:
    """The one DOI, or else the one labelled identifier, that a citation names."""
    dois = {doi.rstrip(_AFTER).lower() for doi in _DOI_WITHIN.findall(text)}
    if len(dois) == 1:
        return _parsed(dois.pop())
    labelled = [f"{label}:{value}" for label, value in _LABELLED.findall(text)]
    return _parsed(labelled[0]) if not dois and labelled else None


def doi_in(url: str) -> str:
    """The DOI that a publisher's address seems to hold, such as ``/doi/full/10.1/x``;
    empty when there is none."""
    match = _DOI_IN_PATH.search(unquote(urlsplit(url).path))
    try:
        return parse_doi(match[1].rstrip("/").removesuffix(".pdf")) if match else ""
    except InvalidIdentifier:
        return ""
