"""Ask the services that know references, and pages, for one record.

doi.org: https://www.doi.org/the-identifier/resources/factsheets/doi-resolution-documentation
and content negotiation https://citation.doi.org/docs.html. NCBI's literature citation
exporter: https://api.ncbi.nlm.nih.gov/lit/ctxp. Crossref: https://api.crossref.org.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings

from immunosite.core.fetching import (
    NETWORK,
    Answer,
    FetchError,
    Network,
    Refused,
    TooLarge,
    TooSlow,
    Unreachable,
)
from immunosite.core.polite import CLOCK, Clock, Service, ask

from .identifiers import PARSERS, InvalidIdentifier

CSL = "application/vnd.citationstyles.csl+json"
DOI_ORG = Service("doi.org", 0.2)
CROSSREF = Service("Crossref", 0.2)
# NCBI wants at most three requests a second, and no two at once.
NCBI = Service("NCBI", 0.5, is_alone=True)
PAGES = Service("pages", 0.2)
_BOOKS = ("book", "monograph", "edited-book", "reference-book")
_HTML = ("text/html", "application/xhtml+xml")


class LookUpFailed(Exception):
    """There is no record to show; says why in a user's words."""


class NotFound(LookUpFailed):
    """The service answered that it has no such record."""


class Offline(LookUpFailed):
    """The service, or the network, can't be reached."""


class AnotherWork(LookUpFailed):
    """The service answered about another work than it was asked for."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks until ``until`` (in the clock's seconds), then no more."""

    until: float
    clock: Clock = CLOCK
    network: Network = NETWORK

    def doi(self, doi: str) -> dict[str, Any]:
        """What doi.org, or the agency that it redirects to, knows of a DOI."""
        path = quote(doi, safe="/:;().-_~")
        record = self._record(DOI_ORG, f"{settings.DOI_URL}/{path}")
        return _same(DOI_ORG, record, "doi", doi)

    def crossref(self, doi: str) -> dict[str, Any]:
        """What Crossref knows of a DOI."""
        work = f"{settings.CROSSREF_URL}/works/{quote(doi, safe='')}"
        record = self._record(CROSSREF, f"{work}/transform/{CSL}")
        return _same(CROSSREF, record, "doi", doi)

    def ncbi(self, scheme: str, value: str) -> dict[str, Any]:
        """What NCBI knows of a PMID or PMCID."""
        database = {"pmid": "pubmed", "pmcid": "pmc"}[scheme]
        query = {"format": "csl", "id": value.removeprefix("PMC"), "tool": "immunosite"}
        if settings.CONTACT_EMAIL:
            query["email"] = settings.CONTACT_EMAIL
        url = f"{settings.NCBI_URL}/lit/ctxp/v1/{database}/?{urlencode(query)}"
        return _same(NCBI, self._record(NCBI, url), scheme, value)

    def isbn(self, isbn: str) -> dict[str, Any]:
        """What Crossref knows of the book with an ISBN."""
        query = urlencode({"filter": f"isbn:{isbn}", "rows": 20})
        answer = self._json(CROSSREF, f"{settings.CROSSREF_URL}/works?{query}")
        message = answer.get("message") if isinstance(answer, Mapping) else None
        items = message.get("items") if isinstance(message, Mapping) else None
        if not isinstance(items, list):
            raise LookUpFailed("Crossref’s answer can’t be understood.")
        # A book's chapters have its ISBN too.
        books = [i for i in items if isinstance(i, dict) and i.get("type") in _BOOKS]
        if not books:
            raise NotFound(f"Crossref knows no book with the ISBN {isbn}.")
        return {**_same(CROSSREF, books[0], "isbn", isbn), "ISBN": isbn}

    def page(self, url: str) -> Answer:
        """A web page, of at most 2 MB."""
        host = urlsplit(url).hostname or url
        answer = self._ask(PAGES, url, "text/html, application/xhtml+xml", host)
        if answer.media_type not in _HTML:
            kind = answer.media_type or "no kind that it names"
            raise LookUpFailed(f"The address leads to a file ({kind}), not to a page.")
        return answer

    def _record(self, service: Service, url: str) -> dict[str, Any]:
        record = self._json(service, url)
        if isinstance(record, list) and len(record) == 1:
            record = record[0]
        if not record:
            raise NotFound(f"{service.name} has no such record.")
        if not isinstance(record, dict):
            raise LookUpFailed(f"{service.name}’s answer can’t be understood.")
        return record

    def _json(self, service: Service, url: str) -> Any:
        answer = self._ask(service, url, f"{CSL}, application/json", service.name)
        if "json" not in answer.media_type:
            kind = answer.media_type or "of no kind"
            raise LookUpFailed(f"{service.name} did not answer with a record ({kind}).")
        try:
            text = answer.body.decode(answer.charset or "utf-8")
            return json.loads(text.removeprefix("\ufeff"), parse_constant=_no_constant)
        except (LookupError, ValueError, RecursionError) as error:
            message = f"{service.name}’s answer can’t be understood."
            raise LookUpFailed(message) from error

    def _ask(self, service: Service, url: str, accept: str, name: str) -> Answer:
        seconds = self.until - self.clock.now()
        try:
            answer = ask(
                url,
                service,
                seconds=seconds,
                clock=self.clock,
                network=self.network,
                accept=accept,
            )
        except FetchError as error:
            raise _in_words(error, name) from error
        if answer.status != 200:
            raise _refusal(answer.status, name)
        return answer


def _in_words(error: FetchError, name: str) -> LookUpFailed:
    if isinstance(error, Unreachable):
        return Offline(f"The network, or {name}, can’t be reached.")
    if isinstance(error, TooSlow):
        return LookUpFailed(f"{name} took too long to answer. Try again later.")
    if isinstance(error, TooLarge):
        return LookUpFailed(f"What {name} answered is too large to read.")
    if isinstance(error, Refused):
        return LookUpFailed(f"This address is not asked. {error}")
    return LookUpFailed(f"{name} gave no answer that can be read. {error}")


def _refusal(status: int, name: str) -> LookUpFailed:
    if status in (404, 410):
        return NotFound(f"{name} has no such record.")
    if status == 429:
        return LookUpFailed(f"{name} is being asked too much. Try again later.")
    if status in (401, 403, 451):
        return LookUpFailed(f"{name} does not let this site read it ({status}).")
    if status >= 500:
        return LookUpFailed(f"{name} has trouble now ({status}). Try again later.")
    return LookUpFailed(f"{name} gave no record ({status}).")


def _same(
    service: Service, record: dict[str, Any], scheme: str, wanted: str
) -> dict[str, Any]:
    """The record, if it says that it is of the work that was asked for."""
    told = record.get(scheme.upper())
    values = told if isinstance(told, list) else [told]
    found = [value for value in map(_parsed(scheme), values) if value]
    if wanted not in found:
        other = f" ({scheme.upper()} {found[0]})" if found else ""
        raise AnotherWork(f"{service.name} answered about another work{other}.")
    return record


def _parsed(scheme: str) -> Any:
    def parsed(text: Any) -> str:
        try:
            return PARSERS[scheme](str(text))
        except InvalidIdentifier:
            return ""

    return parsed


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
