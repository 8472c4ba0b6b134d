"""What a file says of a term, whatever its format. No database.

The fields are the columns of a table and the keys of an object alike; docs/glossary.md
tells them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.utils.text import slugify

from glossary.languages import canonical
from glossary.wording import MAX_FORM
from immunosite.core.markdown import MAX_BODY
from immunosite.core.publishing import UNSTORABLE
from immunosite.core.records import Rejected

# A file's own word for each kind of glossary.models.FormKind but the headword, and of
# RelationKind; each is a list.
WORDS = {
    "plurals": "plural",
    "synonyms": "synonym",
    "variants": "variant",
    "abbreviations": "abbreviation",
}
RELATIONS = {"broader": "broader", "part_of": "part of", "related": "related"}
PROSE = ("definition", "professional")
RICHER = (
    *("respelling", "ipa", "audio"),
    *("picture", "picture_alt", "picture_credit"),
)
FIELDS = (
    *("headword", "slug", *WORDS, "rules", "linking", "tags"),
    *PROSE,
    *RICHER,
    "translations",
    *RELATIONS,
)
REQUIRED = ("headword", "definition")
LISTS = frozenset([*WORDS, *RELATIONS, "tags"])
LINKING = {"auto": True, "": True, "explicit": False}
# What a word of a term may have, each with what it says of glossary.wording.Form.
RULES: Mapping[str, dict[str, Any]] = {
    "any": {"case": "any"},
    "exact": {"case": "exact"},
    "explicit": {"is_automatic": False},
    "sense": {"is_sense": True},
}
_SLUG = re.compile(r"[-\w]+")
_MAX_SLUG = 120
_MOST = 200
# Each item takes a look at the database, so a file can't ask for any number of them.
_MOST_ITEMS = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One term of a file, by its place from 1.

    ``said`` has the fields that the file gives, as JSON: texts, lists of texts, for
    ``rules`` a table of word → RULES, for ``translations`` one of language → word.
    """

    position: int
    line: int | None
    said: dict[str, Any]

    @property
    def headword(self) -> str:
        return str(self.said["headword"])

    @property
    def slug(self) -> str:
        """By this a term is known."""
        return self.said.get("slug") or slug_of(self.headword)


def slug_of(name: str) -> str:
    """The address that a name gives."""
    return slugify(name, allow_unicode=True)


def checked(position: int, line: int | None, said: Mapping[str, Any]) -> Any:
    """An Entry, tidied (see :func:`tidy`), or Rejected for what can't be one. The
    fields have their kinds already."""
    entry = Entry(position, line, tidy(said))
    for field, reason in chain(_of_languages(said, entry), _complaints(entry)):
        name = str(said.get("headword") or "") or nameless(position, line)
        return Rejected(position, name[:_MOST], field, reason, line)
    return entry


def nameless(position: int, line: int | None) -> str:
    """What a report calls a record without a headword."""
    return f"row on line {line}" if line else f"record {position}"


def tidy(said: Mapping[str, Any]) -> dict[str, Any]:
    """The fields in their order, one way to write what says the same: single spaces
    within names, no blank lines around texts, no empty items, tags and relations in the
    order of their letters."""
    return {name: _tidied(name, said[name]) for name in FIELDS if name in said}


def _tidied(name: str, value: Any) -> Any:
    if name in LISTS:
        items = [item for item in map(single, value) if item]
        return items if name in WORDS else sorted(set(items))
    if name == "rules":
        rules = {single(word): _in_order(given) for word, given in value.items()}
        return {word: given for word, given in sorted(rules.items()) if word and given}
    if name == "translations":
        words = {
            canonical(code) or code.strip(): single(word)
            for code, word in value.items()
        }
        return dict(sorted(words.items()))
    if name in PROSE:
        return prose(value)
    return single(value)


def prose(text: str) -> str:
    """A text with one kind of line end, and no blank lines around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def single(text: str) -> str:
    """A name with single spaces."""
    return " ".join(text.split())


def _in_order(rules: Iterable[str]) -> list[str]:
    """Known rules in their order, then those that nobody knows."""
    given = [rule for rule in map(single, rules) if rule]
    unknown = [rule for rule in given if rule not in RULES]
    return [*(rule for rule in RULES if rule in given), *unknown]


def _complaints(entry: Entry) -> Iterator[tuple[str, str]]:
    """(field, reason), the first of which is told."""
    said = entry.said
    for name in REQUIRED:
        if not said.get(name):
            yield name, "this is empty."
    if any(map(UNSTORABLE.search, _texts(said.values()))):
        yield "", "This holds a character that can't be stored."
    if len(said.get("headword", "")) > MAX_FORM:
        yield "headword", f"longer than {MAX_FORM} characters."
    for name in PROSE:
        if len(said.get(name, "")) > MAX_BODY:
            yield name, f"longer than {MAX_BODY:,} characters."
    for name in FIELDS:
        if name in LISTS and len(said.get(name, ())) > _MOST_ITEMS:
            yield name, f"more than {_MOST_ITEMS} of them."
    if (linking := said.get("linking", "")) not in LINKING:
        yield "linking", f"“{linking}” is neither “auto” nor “explicit”."
    yield from _of_rules(said.get("rules", {}))
    yield from _of_address(entry)


def _of_languages(said: Mapping[str, Any], entry: Entry) -> Iterator[tuple[str, str]]:
    told, kept = (len(each.get("translations", ())) for each in (said, entry.said))
    if told != kept:
        yield "translations", "a language is there twice."


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield from _texts([*value, *value.values()])
        else:
            yield from _texts(value)


def _of_rules(rules: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    for word, given in rules.items():
        if unknown := [rule for rule in given if rule not in RULES]:
            known = ", ".join(RULES)
            yield "rules", f"“{unknown[0]}” of “{word}” is none of {known}."
        if {"any", "exact"} <= set(given):
            yield "rules", f"“{word}” can't be both “any” and “exact”."


def _of_address(entry: Entry) -> Iterator[tuple[str, str]]:
    slug = entry.said.get("slug", "")
    if slug and not _SLUG.fullmatch(slug):
        yield "slug", f"“{slug}” holds more than letters, digits, - and _."
    if not entry.slug:
        yield "headword", "it holds no letter or digit."
    elif len(entry.slug) > _MAX_SLUG:
        yield "slug", f"longer than {_MAX_SLUG} characters."
