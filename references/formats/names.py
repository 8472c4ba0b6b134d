"""Names as the exchange formats write them: “Family, Given, Suffix”. Pure.

A group is written as EndNote wants it: with a comma at its end, the first comma within
it doubled. Particles: those before the family name belong to it
(non-dropping-particle), those after the given name don't (dropping-particle).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

# What stands for the authors that a record leaves out.
_OTHERS = re.compile(r"(?:\(?et al\.?\)?|(?:and )?others)\.?", re.IGNORECASE)
OTHERS = "et al."
_SUFFIX = re.compile(r"(?:jr|sr|[ivx]{2,5}|iv|v|2nd|3rd|4th)\.?", re.IGNORECASE)
_PARTICLES = frozenset(
    """af al av bin da das de del della den der des di do dos du el ibn la le ten ter
    van vom von zu zum zur""".split()
)
_INITIALS = re.compile(r"[A-ZÀ-Þ]{1,3}(?:-[A-ZÀ-Þ])?")


def is_others(text: str) -> bool:
    """Whether this stands for more names that are not given."""
    return _OTHERS.fullmatch(text.strip()) is not None


def read_name(text: str) -> dict[str, str]:
    """A name whose family comes first; without a comma, or with one at the end, it is a
    group. Empty for an empty text."""
    text = " ".join(text.split())
    if ",," in text:
        return _filled(literal=text.rstrip(",").replace(",,", ",", 1))
    if "," not in text.rstrip(","):
        return _filled(literal=text.rstrip(", "))
    family, given, *rest = (part.strip() for part in text.split(","))
    if rest and _SUFFIX.fullmatch(given):
        given, rest = rest[0], [given, *rest[1:]]
    return person(family, given, ", ".join(filter(None, rest)))


def person(family: str, given: str, suffix: str = "") -> dict[str, str]:
    """A name of these parts, the particles taken out of them."""
    before, family = _split_particle(family)
    words = given.split()
    keep = len(words)
    while keep > 1 and words[keep - 1] in _PARTICLES:
        keep -= 1
    return _filled(
        family=family,
        given=" ".join(words[:keep]),
        suffix=suffix,
        **{
            "non-dropping-particle": before,
            "dropping-particle": " ".join(words[keep:]),
        },
    )


def read_short_name(text: str) -> dict[str, str]:
    """A name as MEDLINE's AU has it: “van den Berg WB Jr”; one without initials is a
    group."""
    words = text.split()
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    if len(words) < 2 or not _INITIALS.fullmatch(words[-1]):
        return _filled(literal=" ".join(text.split()))
    initials = re.sub(r"([^-])(?!-)", r"\1. ", words.pop()).replace(" -", "-")
    return person(" ".join(words), re.sub(r"(\w)-", r"\1.-", initials).strip(), suffix)


def looks_short(name: Mapping[str, str]) -> bool:
    """Whether a group may be a person in truth, written as “Larkin J”."""
    words = name.get("literal", "").split()
    return len(words) == 2 and _INITIALS.fullmatch(words[1]) is not None


def write_name(name: Mapping[str, Any]) -> str:
    """A name of CSL-JSON as one line."""
    if literal := _plain(name.get("literal", "")):
        return literal.replace(",", ",,", 1) + ","
    family = family_of(name)
    given = given_of(name)
    if not given:
        return family
    return ", ".join([family, given, *filter(None, [_plain(name.get("suffix", ""))])])


def family_of(name: Mapping[str, Any]) -> str:
    """The family name with the particle that belongs to it, without commas."""
    parts = (name.get("non-dropping-particle", ""), name.get("family", ""))
    return _plain(" ".join(parts)).replace(",", "")


def given_of(name: Mapping[str, Any]) -> str:
    """The given name with the particle that follows it, without commas."""
    parts = (name.get("given", ""), name.get("dropping-particle", ""))
    return _plain(" ".join(parts)).replace(",", "")


def is_complete(item: Mapping[str, Any]) -> bool:
    """Whether the authors of a record are all that the work has."""
    custom = item.get("custom")
    return not isinstance(custom, dict) or custom.get("authors_complete") is not False


def write_names(item: Mapping[str, Any], role: str) -> Sequence[str]:
    """The names of a role as lines; “et al.” at the end of authors that are not all."""
    lines = [line for line in map(write_name, item.get(role, [])) if line]
    return [*lines, OTHERS] if role == "author" and not is_complete(item) else lines


def has_particle(family: str) -> bool:
    """Whether a family name begins with what is read as a particle."""
    return bool(_split_particle(family)[0])


def _split_particle(family: str) -> tuple[str, str]:
    words = family.split()
    count = 0
    while count < len(words) - 1 and words[count].islower() and "." not in words[count]:
        count += 1
    if words and words[-1].islower():
        count = 0
    return " ".join(words[:count]), " ".join(words[count:])


def _filled(**parts: str) -> dict[str, str]:
    return {part: text for part, text in parts.items() if text}


def _plain(text: str) -> str:
    return " ".join(text.split())


def read_braced(text: str) -> dict[str, str]:
    """A name whose parts may stand in braces: a group, or a family name in which nothing
    is a particle."""
    text = " ".join(text.split())
    if match := re.fullmatch(r"\{([^{}]*)\}", text):
        return _filled(literal=match[1])
    if match := re.fullmatch(r"\{([^{}]*)\},? *(.*)", text):
        given = person("", match[2].partition(",")[0])
        suffix = match[2].partition(",")[2].strip()
        return _filled(family=match[1], **given, suffix=suffix)
    return read_name(text)


def write_braced(name: Mapping[str, Any]) -> str:
    """A name with braces where :func:`read_name` alone would misread it."""
    if literal := _plain(name.get("literal", "")):
        return "{" + re.sub("[{}]", "", literal) + "}"
    family = family_of(name)
    plain = write_name(name)
    is_whole = not name.get("non-dropping-particle") and has_particle(family)
    if family and (is_whole or not given_of(name)):
        return f"{{{family}}}, {plain[len(family) :].lstrip(', ')}".rstrip()
    return plain
