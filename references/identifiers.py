"""DOI, PMID, PMCID and ISBN: read, check, write in canonical form. Pure.

DOI: ISO 26324, case-insensitive, here in lower case; old ones hold ``<`` and ``>``.
ISBN: ISO 2108, here as 13 digits. PMID and PMCID: https://pmc.ncbi.nlm.nih.gov/tools/idconv/.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, unquote

_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\"\x00-\x1f\x7f\ud800-\udfff]+\Z")
_DOI_ADDRESS = re.compile(r"\A(?:https?://)?(?:dx\.|www\.)?doi\.org/", re.IGNORECASE)
_DOI_LABEL = re.compile(r"\Adoi:?\s*(?=10\.)", re.IGNORECASE)
_PMID = re.compile(
    r"\A(?:https?://pubmed\.ncbi\.nlm\.nih\.gov/|pmid:?\s*)?0*([1-9][0-9]{0,8})/?\Z",
    re.IGNORECASE,
)
_PMCID = re.compile(
    r"\A(?:https?://\S*/articles/|pmcid:?\s*)?pmc0*([1-9][0-9]{0,8})(?:\.[0-9]+)?/?\Z",
    re.IGNORECASE,
)
_ISBN_BEFORE = re.compile(r"\Aisbn(?:-1[03])?:?\s*", re.IGNORECASE)
_MOST = 255


class InvalidIdentifier(ValueError):
    """The text is no identifier of that scheme; says so in a user's words."""


def parse_doi(text: str) -> str:
    """``https://doi.org/10.1000/ABC`` → ``10.1000/abc``. Raises InvalidIdentifier."""
    typed = text.strip()
    in_address = _DOI_ADDRESS.sub("", typed)
    bare = unquote(in_address) if in_address != typed else _DOI_LABEL.sub("", typed)
    bare = bare.lower()
    if not _DOI.match(bare) or len(bare) > _MOST:
        raise InvalidIdentifier(
            f"“{_shown(text)}” is no DOI. A DOI looks like 10.1000/xyz123."
        )
    return bare


def parse_pmid(text: str) -> str:
    """``PMID: 0123`` → ``123``. Raises InvalidIdentifier."""
    match = _PMID.match(text.strip())
    if match is None:
        raise InvalidIdentifier(
            f"“{_shown(text)}” is no PMID. A PMID is a number of up to 9 digits."
        )
    return match[1]


def parse_pmcid(text: str) -> str:
    """``pmc0123`` → ``PMC123``. Raises InvalidIdentifier."""
    match = _PMCID.match(text.strip())
    if match is None:
        raise InvalidIdentifier(
            f"“{_shown(text)}” is no PMCID. A PMCID looks like PMC1888599."
        )
    return f"PMC{match[1]}"


def parse_isbn(text: str) -> str:
    """An ISBN of 10 or 13 digits as 13 digits. Raises InvalidIdentifier."""
    bare = re.sub(r"[\s\u2010-\u2015-]", "", _ISBN_BEFORE.sub("", text.strip())).upper()
    if re.fullmatch(r"[0-9]{9}[0-9X]", bare):
        digits = [10 if char == "X" else int(char) for char in bare]
        if sum(digit * (10 - place) for place, digit in enumerate(digits)) % 11 == 0:
            return _with_check_digit("978" + bare[:9])
    elif (
        re.fullmatch(r"97[89][0-9]{10}", bare) and _with_check_digit(bare[:12]) == bare
    ):
        return bare
    raise InvalidIdentifier(
        f"“{_shown(text)}” is no ISBN: it needs 10 or 13 digits, the last of which fits the others."
    )


def _shown(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _with_check_digit(twelve: str) -> str:
    total = sum(
        int(char) * (3 if place % 2 else 1) for place, char in enumerate(twelve)
    )
    return twelve + str(-total % 10)


PARSERS: Mapping[str, Callable[[str], str]] = {
    "doi": parse_doi,
    "pmid": parse_pmid,
    "pmcid": parse_pmcid,
    "isbn": parse_isbn,
}


def canonical(csl: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """The identifiers of a CSL-JSON record by scheme, and the complaints about others."""
    found, complaints = {}, {}
    for scheme, parse in PARSERS.items():
        if typed := str(csl.get(scheme.upper(), "")).strip():
            try:
                found[scheme] = parse(typed)
            except InvalidIdentifier as error:
                complaints[scheme] = str(error)
    return found, complaints


def url(scheme: str, value: str) -> str | None:
    """Where a canonical identifier leads; None for an ISBN, which leads nowhere."""
    return {
        "doi": f"https://doi.org/{quote(value, safe='/:;().-_~')}",
        "pmid": f"https://pubmed.ncbi.nlm.nih.gov/{value}/",
        "pmcid": f"https://pmc.ncbi.nlm.nih.gov/articles/{value}/",
    }.get(scheme)


def links(csl: Mapping[str, Any]) -> list[tuple[str, str, str | None]]:
    """(name, value, address or None) of each identifier of a stored record; its web
    address when it has none of them."""
    found = [
        (scheme.upper(), value, url(scheme, value))
        for scheme, value in canonical(csl)[0].items()
    ]
    page = str(csl.get("URL", ""))
    if not found and page.startswith(("https://", "http://")):
        return [("Web page", page, page)]
    return found
