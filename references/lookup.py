"""From an identifier or an address to a record that may be stored. Nothing is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from immunosite.core.fetching import NETWORK, Network
from immunosite.core.polite import CLOCK, Clock

from .cleaning import cleaned
from .formats.csl_json import complaints
from .identifiers import canonical
from .recognizing import Wanted, doi_in
from .services import (
    CROSSREF,
    DOI_ORG,
    NCBI,
    AnotherWork,
    Asker,
    LookUpFailed,
    NotFound,
)
from .webpages import doi_of, item_of, pmid_of, read_page

# A person waits for it, and so does a process of the web server.
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Found:
    """A record without an id, who told it, and what of the answer it does not hold."""

    csl: dict[str, Any]
    source: str
    left_out: tuple[str, ...] = ()


def look_up(
    wanted: Wanted,
    *,
    seconds: float = SECONDS,
    clock: Clock = CLOCK,
    network: Network = NETWORK,
) -> Found:
    """Ask the services for one record; all of it takes at most ``seconds``.

    Raises LookUpFailed.
    """
    asker = Asker(clock.now() + seconds, clock, network)
    ways: dict[str, Callable[[], Found]] = {
        "doi": lambda: _by_doi(asker, wanted.value),
        "pmid": lambda: _by_ncbi(asker, "pmid", wanted.value),
        "pmcid": lambda: _by_ncbi(asker, "pmcid", wanted.value),
        "isbn": lambda: _found(asker.isbn(wanted.value), CROSSREF.name),
        "url": lambda: _by_page(asker, wanted.value, timezone.localdate()),
    }
    return ways[wanted.sort]()


def _by_doi(asker: Asker, doi: str) -> Found:
    """By doi.org; where it has no answer that can be read, by Crossref."""
    try:
        return _found(asker.doi(doi), DOI_ORG.name)
    except AnotherWork:
        raise
    except LookUpFailed as failure:
        try:
            return _found(asker.crossref(doi), CROSSREF.name)
        except AnotherWork:
            raise
        except LookUpFailed:
            raise failure from None


def _by_ncbi(asker: Asker, scheme: str, value: str) -> Found:
    return _found(asker.ncbi(scheme, value), NCBI.name)


def _by_page(asker: Asker, url: str, today: date) -> Found:
    """By the DOI or PMID that the address or the page gives; else by the page."""
    if doi := doi_in(url):
        try:
            return _by_doi(asker, doi)
        except NotFound:
            pass  # The path only looked like one.
    answer = asker.page(url)
    page = read_page(answer.body, answer.charset)
    try:
        if doi := doi_of(page):
            return _by_doi(asker, doi)
        if pmid := pmid_of(page):
            return _by_ncbi(asker, "pmid", pmid)
    except NotFound:
        pass  # Not registered yet, or no longer: the page itself is there.
    day = (today.year, today.month, today.day)
    item = item_of(page, answer.url, day)
    host = urlsplit(answer.url).hostname or answer.url
    if "title" not in item:
        raise LookUpFailed(f"The page of {host} does not say what it is called.")
    return _checked(item, host, ())


def _found(answer: dict[str, Any], source: str) -> Found:
    item, left_out = cleaned(answer)
    return _checked(item, source, tuple(left_out))


def _checked(item: dict[str, Any], source: str, left_out: tuple[str, ...]) -> Found:
    """A record that has nothing against it but, at most, that it is here already."""
    for variable, reason in complaints({"id": "-", **item}):
        raise LookUpFailed(f"{source}’s record can’t be used: {variable}: {reason}")
    identifiers, _ = canonical(item)
    named = {scheme.upper(): value for scheme, value in identifiers.items()}
    return Found({**item, **named}, source, left_out)
