"""Finding a source while an author types: the editor's picker."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, F, Q, Value, When

from immunosite.core.fulltext import beginning_with

from .identifiers import PARSERS, InvalidIdentifier
from .models import Identifier, Reference
from .reading import MAX_WORDS

# “larkin p. 3”: what comes after the source, as citations write it.
_LOCATOR = re.compile(
    r"\A(?P<words>.*\S),?\s+"
    r"(?P<locator>(?:pp?|ch|chap|sec|fig|figs|tab|table|para)\.?\s*[0-9].*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_NO_LOCATOR = re.compile(r"[@\[\];]")


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody typed: the words, and where in the source, if they said so."""

    words: str
    locator: str = ""


def parse_query(text: str) -> Query:
    """``larkin 2015, p. 3`` → the words and the locator."""
    text = " ".join(text.split())
    match = _LOCATOR.match(text)
    if match is None or _NO_LOCATOR.search(match["locator"]):
        return Query(text)
    return Query(match["words"].rstrip(","), match["locator"])


def pick_references(words: str, *, most: int) -> list[Reference]:
    """At most ``most`` references that hold all words, with their notices: the key or
    identifier itself first, then what begins with the words, then the newest.

    A word may be a part of one in key, author, title, journal or year, or begin one,
    whatever its case and accents.
    """
    if not any(char.isalnum() for char in words):
        return []
    shelved = beginning_with(words, within=("title", "names", "summary"))
    shelved = shelved.filter(kind=Reference._meta.label_lower)
    identified = _identified(words)
    found = Reference.objects.filter(
        Q(pk__in=shelved.values("page_id")) | Q(pk__in=identified) | _holding(words)
    )
    begins = Q(key__istartswith=words) | Q(authors__istartswith=words)
    rank = Case(
        When(Q(key__iexact=words) | Q(pk__in=identified), then=Value(0)),
        When(begins | Q(title__istartswith=words), then=Value(1)),
        default=Value(2),
    )
    newest = F("year").desc(nulls_last=True)
    ranked = found.order_by(rank, newest, "key").prefetch_related("notices")
    return list(ranked[:most])


def _holding(words: str) -> Q:
    found = Q()
    for word in words.split()[:MAX_WORDS]:
        columns = ("key", "authors", "title", "container")
        parts = [Q(**{f"{column}__icontains": word}) for column in columns]
        if re.fullmatch("[0-9]{4}", word):
            parts.append(Q(year=int(word)))
        found &= reduce(or_, parts)
    return found


def _identified(words: str) -> Any:
    """The keys of the references that have just this identifier, in any notation."""
    named = Q(pk__in=())
    for scheme, parse in PARSERS.items():
        try:
            named |= Q(scheme=scheme, value=parse(words))
        except InvalidIdentifier:
            continue
    return Identifier.objects.filter(named).values("reference")
