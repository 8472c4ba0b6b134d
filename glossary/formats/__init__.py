"""Files of terms, in and out: text to entries, and back. No database."""

from __future__ import annotations

from collections.abc import Mapping

from immunosite.core.records import Format

from . import objects, tables
from .entries import Entry

__all__ = ["FORMATS", "Entry", "Format", "sniff"]


FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format("csv", "CSV", "csv", "text/csv", tables.load, tables.dump),
        Format("json", "JSON", "json", "application/json", objects.load, objects.dump),
    )
}


def sniff(file_name: str, text: str) -> str | None:
    """The name of the format: what the text looks like, else what the file is called."""
    start = text.removeprefix("\ufeff").lstrip()
    if start.startswith(("[", "{")):
        return "json"
    heading = start.partition("\n")[0].lower()
    extension = file_name.lower().rpartition(".")[2]
    is_table = "headword" in heading or "definition" in heading
    return "csv" if is_table or extension == "csv" else None
