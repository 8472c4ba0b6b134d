"""What a term leads to beside its text: related terms, other languages, its picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf.locale import LANG_INFO
from django.db.models import F

from immunosite.core.targets import size_of

from .models import RelationKind, TermRevision
from .reading import live_terms


@dataclass(frozen=True, slots=True)
class Relatives:
    """The live terms that a term leads to and that lead to it, each list by headword
    and without repeats."""

    broader: tuple[TermRevision, ...] = ()
    narrower: tuple[TermRevision, ...] = ()
    wholes: tuple[TermRevision, ...] = ()
    parts: tuple[TermRevision, ...] = ()
    see_also: tuple[TermRevision, ...] = ()

    def terms(self) -> list[TermRevision]:
        """All of them."""
        kin = (*self.broader, *self.narrower, *self.wholes, *self.parts)
        return [*kin, *self.see_also]

    def __bool__(self) -> bool:
        return bool(self.terms())


_THERE = {
    RelationKind.BROADER: "broader",
    RelationKind.WHOLE: "wholes",
    RelationKind.RELATED: "see_also",
}
_BACK = {
    RelationKind.BROADER: "narrower",
    RelationKind.WHOLE: "parts",
    RelationKind.RELATED: "see_also",
}


def relatives_of(revision: TermRevision, at: datetime | None = None) -> Relatives:
    """The relatives of a revision now, or as they were at a moment."""
    terms = live_terms(at).exclude(page=revision.page_id)
    there = terms.filter(page__reverse_relations__revision=revision)
    back = terms.filter(relations__term=revision.page_id)
    found: dict[str, dict[int, Any]] = {}
    for rows, kind, name_of in (
        (there, "page__reverse_relations__kind", _THERE),
        (back, "relations__kind", _BACK),
    ):
        for row in rows.annotate(relation=F(kind)):
            name = name_of[RelationKind(row.relation)]
            found.setdefault(name, {}).setdefault(row.page_id, row)
    return Relatives(
        **{
            name: tuple(sorted(rows.values(), key=lambda row: row.title.casefold()))
            for name, rows in found.items()
        }
    )


@dataclass(frozen=True, slots=True)
class Translation:
    """A headword in another language; ``language`` is that one's own name for itself,
    or the code when it is not widely known. ``code`` serves as a lang attribute."""

    code: str
    language: str
    word: str
    is_rtl: bool


def translations_of(revision: TermRevision) -> list[Translation]:
    """The translations of a revision by their codes."""
    return [
        Translation(code, name_of(code), word, bool(_known(code).get("bidi")))
        for code, word in sorted(revision.translations.items())
    ]


def name_of(code: str) -> str:
    """What a language calls itself, with a capital; its code when nobody knows."""
    name = _known(code).get("name_local", "")
    return name[:1].upper() + name[1:] or code


def _known(code: str) -> dict[str, Any]:
    small = code.lower()
    for name in (small, small.partition("-")[0]):
        # Some entries only lead to another one.
        info = LANG_INFO.get(name, {})
        info = LANG_INFO.get(info.get("fallback", [""])[0], info)
        if "name_local" in info:
            return info
    return {}


# What an editor is offered: (code, the language's name for itself), in its own script.
COMMON_LANGUAGES = tuple(
    (code, info["name_local"])
    for code, info in sorted(LANG_INFO.items())
    if "name_local" in info and code != "en"
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A term's picture; ``size`` is its width and height in pixels, if it is known."""

    address: str
    alt: str
    credit: str
    size: tuple[int, int] | None


def picture_of(revision: TermRevision) -> Picture | None:
    """The picture of a revision, or None."""
    if not revision.picture:
        return None
    return Picture(
        revision.picture,
        revision.picture_alt,
        revision.picture_credit,
        size_of(revision.picture),
    )
