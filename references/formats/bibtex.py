"""BibTeX and biblatex. Pure.

https://ctan.org/pkg/bibtex, https://ctan.org/pkg/biblatex; docs/formats.md has the
whole mapping. LaTeX is resolved first and braces are taken away last: until then they
tell a group, {The CheckMate Group}, from a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bibtexparser.middlewares.names import (
    parse_single_name_into_parts,
    split_multiple_persons_names,
)

from immunosite.core.records import MalformedFile, Rejected

from .bibtex_entries import Entry, entries
from .bibtex_fields import (
    CODES,
    CONTAINERS,
    DATES,
    GENRES,
    IN_JOURNALS,
    NUMBERED,
    READ_TYPES,
    ROLES,
    SUBTITLES,
    TEXTS,
)
from .csl_json import TYPES
from .dates import days_of
from .drafts import Draft
from .latex import UnreadableLatex, as_letters, bare, read_latex
from .names import (
    is_others,
    person,
)
from .records import Record

_URL = re.compile(r"\\url\s*\{([^{}]*)\}|(https?://\S+)\Z")
_ESCAPE = re.compile(r"\\([_%&#~{}$-])")
Fields = dict[str, str]


def load(text: str) -> Iterator[Record | Rejected]:
    """The references of a file. Raises MalformedFile when no entry starts in it."""
    position = 0
    for position, entry in enumerate(entries(text.removeprefix("\ufeff")), start=1):
        draft = Draft(position, entry.line)
        if entry.key:
            draft.csl["id"] = entry.key
        yield draft.reject(entry.fault) if entry.fault else _read(entry, draft)
    if not position:
        raise MalformedFile("No reference starts here: BibTeX needs “@article{…}”.")


def _read(entry: Entry, draft: Draft) -> Record | Rejected:
    for note in entry.notes:
        draft.note(note)
    fields: Fields = {}
    for name, text in entry.fields:
        if name in fields:
            draft.leave(f"a second {name}", text)
        else:
            fields[name] = text
    _read_type(entry.kind, fields, draft)
    for variable, names in CODES.items():
        for name in names:
            draft.put(variable, _code(fields.pop(name, "")), name)
    _read_elsewhere(fields, draft)
    for role, name in ROLES.items():
        for person_name in _names(fields.pop(name, ""), name, draft):
            draft.put_name(role, person_name)
    _read_date(fields, draft)
    _read_container(fields, draft)
    _read_numbers(fields, draft)
    for variable, names in TEXTS.items():
        for name in names:
            text = _text(fields.pop(name, ""), name, draft)
            below = _text(fields.pop(SUBTITLES.get(name, ""), ""), name, draft)
            draft.put(variable, ": ".join(filter(None, (text, below))), name)
    for name, text in fields.items():
        if text.strip():
            draft.leave(name[:60], text)
    return draft.finish()


def _code(text: str) -> str:
    """An identifier or an address, whose signs are no LaTeX but for escapes."""
    match = _URL.fullmatch(text.strip())
    bare_text = (match[1] or match[2]) if match else text.strip()
    return _ESCAPE.sub(r"\1", bare_text).strip("{}")


def _text(source: str, name: str, draft: Draft) -> str:
    return bare(_decoded(source, name, draft)) if source else ""


def _decoded(source: str, name: str, draft: Draft) -> str:
    """A text with the braces around its groups still in it."""
    try:
        text, unknown = read_latex(source)
    except UnreadableLatex as error:
        draft.note(f"The LaTeX in {name} stays as it is. {error}")
        return as_letters(source)
    if unknown:
        draft.note(f"Not known in {name}: {', '.join(unknown)[:200]}")
    if source.strip(" {}") and not text:
        draft.leave(name, source)
    return text


def _read_type(kind: str, fields: Fields, draft: Draft) -> None:
    csl = READ_TYPES.get(kind, "document")
    if kind == "misc" and (
        "url" in fields or "\\url" in fields.get("howpublished", "")
    ):
        csl = "webpage"
    subtype = fields.get("entrysubtype", "").strip().lower()
    for name in (subtype, f"article-{subtype}"):
        if name in TYPES:
            csl = name
            fields.pop("entrysubtype", "")
    draft.csl["type"] = csl
    if kind not in READ_TYPES:
        draft.note(f"The type “{kind[:40]}” is not known: read as a document.")
    if genre := GENRES.get(kind):
        fields.setdefault("type", genre)


def _read_elsewhere(fields: Fields, draft: Draft) -> None:
    """What some keep in other fields: howpublished, eprint."""
    if match := _URL.search(fields.get("howpublished", "")):
        draft.put("URL", _code(match[0]), "howpublished")
        fields.pop("howpublished")
    kind = (fields.get("eprinttype") or fields.get("archiveprefix") or "").lower()
    code = _code(fields.get("eprint", ""))
    found = {
        "pubmed": ("PMID", code),
        "pmid": ("PMID", code),
        "pmc": ("PMCID", code),
        "arxiv": ("URL", f"https://arxiv.org/abs/{code}"),
    }.get(kind)
    if found and code:
        draft.put(*found, "eprint")
        for name in ("eprint", "eprinttype", "archiveprefix"):
            fields.pop(name, "")


def _names(source: str, field: str, draft: Draft) -> Iterator[Mapping[str, str]]:
    text = _decoded(source, field, draft)
    for name in split_multiple_persons_names(text) if text.strip() else ():
        if is_others(name):
            yield {"literal": "others"}
        elif _is_group(name.strip()) or is_others(bare(name)):
            yield {"literal": bare(name)}
        else:
            yield _person(name)


def _is_group(name: str) -> bool:
    """Whether one pair of braces stands around a whole name."""
    level = 0
    for place, sign in enumerate(name, start=1):
        level += (sign == "{") - (sign == "}")
        if not level:
            return place == len(name) and sign == "}"
    return False


def _person(name: str) -> Mapping[str, str]:
    parts = parse_single_name_into_parts(name, strict=False)
    first, von, last, jr = (
        " ".join(filter(None, map(bare, part)))
        for part in (parts.first, parts.von, parts.last, parts.jr)
    )
    found = {**person("", first), "non-dropping-particle": von, "family": last}
    return {part: text for part, text in {**found, "suffix": jr}.items() if text}


def _read_date(fields: Fields, draft: Draft) -> None:
    year, month, day = (
        _text(fields.pop(name, ""), name, draft) for name in ("year", "month", "day")
    )
    month = f"{int(month):02}" if month.isdigit() and len(month) < 3 else month
    if date := _day(fields.pop("date", ""), "date", draft):
        draft.put_date("issued", date, "date")
        days = days_of(draft.csl["issued"])
        if year and not (days and year == f"{days[0][0]:04}"):
            draft.leave("year", year)
    elif month.isdigit():
        draft.put_date("issued", "-".join(filter(None, (year, month, day))), "year")
    else:
        draft.put_date("issued", " ".join(filter(None, (year, month, day))), "year")
    for variable, name in DATES.items():
        draft.put_date(variable, _day(fields.pop(name, ""), name, draft), name)


def _day(source: str, name: str, draft: Draft) -> str:
    """A date of biblatex, whose tilde is no space."""
    return _text(source, name, draft) if "\\" in source else bare(source)


def _read_container(fields: Fields, draft: Draft) -> None:
    for name in CONTAINERS:
        text = _text(fields.pop(name, ""), name, draft)
        below = _text(fields.pop(SUBTITLES[name], "") if text else "", name, draft)
        draft.put("container-title", ": ".join(filter(None, (text, below))), name)


def _read_numbers(fields: Fields, draft: Draft) -> None:
    pages = _text(fields.pop("pages", ""), "pages", draft)
    draft.put("page", re.sub(r" ?[–—] ?|--+", "-", pages), "pages")
    kind = draft.csl["type"]
    draft.put("issue", _text(fields.pop("issue", ""), "issue", draft), "issue")
    variable = "issue"
    if kind in NUMBERED:
        variable = "number"
    elif kind not in IN_JOURNALS:
        variable = "collection-number"
    draft.put(variable, _text(fields.pop("number", ""), "number", draft), "number")
    draft.put("number", _text(fields.pop("eid", ""), "eid", draft), "eid")
