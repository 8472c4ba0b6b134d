"""Languages by their codes: BCP 47, that is RFC 5646. Pure."""

from __future__ import annotations

import re

# RFC 5646, section 2.1, "langtag" without extensions and private use, which say nothing
# of a headword: language, extended language, script, region, variants.
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3}(?:-[a-z]{3}){0,3})"
    r"(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.ASCII | re.IGNORECASE,
)


def canonical(code: str) -> str:
    """A well-formed code in the case that RFC 5646, section 2.1.1, recommends
    ("zh-Hans", "pt-BR"); "" for what is none."""
    found = _TAG.fullmatch(code.strip().replace("_", "-"))
    if found is None:
        return ""
    parts = [found["language"].lower()]
    if found["script"]:
        parts.append(found["script"].title())
    if found["region"]:
        parts.append(found["region"].upper())
    return "-".join(parts) + found["variants"].lower()
