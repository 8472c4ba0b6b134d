"""Files of references, in and out. Pure: text to CSL-JSON items, and back.

What each format can carry is told in docs/formats.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from immunosite.core.decoding import decode
from immunosite.core.records import Format, MalformedFile, Rejected

from . import (
    bibtex,
    bibtex_writing,
    csl_json,
    nbib,
    nbib_writing,
    ris,
    ris_writing,
    tables,
)
from .records import Record
from .sniffing import sniff_text

__all__ = [
    "FORMATS", "Format", "MalformedFile", "Record", "Rejected", "decode", "sniff",
]  # fmt: skip


FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format(
            "csl-json",
            "CSL-JSON",
            "json",
            "application/vnd.citationstyles.csl+json",
            csl_json.load,
            csl_json.dump,
        ),
        Format(
            "ris",
            "RIS",
            "ris",
            "application/x-research-info-systems",
            ris.load,
            ris_writing.dump,
        ),
        Format(
            "nbib",
            "NBIB (PubMed)",
            "nbib",
            "application/nbib",
            nbib.load,
            nbib_writing.dump,
        ),
        Format(
            "bibtex",
            "BibTeX",
            "bib",
            "application/x-bibtex",
            bibtex.load,
            bibtex_writing.dump,
        ),
        Format("csv", "CSV", "csv", "text/csv", tables.load, tables.dump),
    )
}
_NAMES = {one.extension: one.name for one in FORMATS.values()} | {"bibtex": "bibtex"}


def sniff(file_name: str, text: str) -> str | None:
    """The name of the format: what the text looks like, else what the file is called."""
    return sniff_text(text) or _NAMES.get(file_name.lower().rpartition(".")[2])
