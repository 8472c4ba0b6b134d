"""NBIB, the format in which PubMed hands out its records. Pure.

https://www.nlm.nih.gov/bsd/mms/medlineelements.html: a tag of up to four letters, a
hyphen in column five, lines that go on below; docs/formats.md has the whole mapping.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from immunosite.core.records import MalformedFile, Rejected
from references.identifiers import InvalidIdentifier, parse_isbn

from .blocks import TOO_LONG, Block, blocks
from .drafts import Draft
from .markup import read_markup
from .names import (
    is_others,
    person,
    read_short_name,
)
from .nbib_tags import (
    BOOKKEEPING,
    NOT_KEPT,
    READ_LANGUAGES,
    READ_TYPES,
    TEXTS,
)
from .records import Record

# A record begins with its PMID, or after an empty line.
_START = re.compile(r"^PMID ?- |(?<=\n)[ \t]*\r?\n(?=[A-Z]{2,4} {0,2}- )", re.MULTILINE)
_LINE = re.compile(r"([A-Z]{2,4}) {0,2}-(?: (.*)|$)")
_SUFFIX = re.compile(r"(.+?),? (Jr|Sr|2nd|3rd|4th|II|III|IV)\.?")
_KIND = re.compile(r"(.*\S)\s*\[(\w+)\]")
_ISSN = re.compile(r"[0-9]{4}-?[0-9]{3}[0-9Xx]")
Fields = list[tuple[str, str]]


def load(text: str) -> Iterator[Record | Rejected]:
    """The references of a file. Raises MalformedFile when it holds no tagged line."""
    position = 0
    for block in blocks(text.removeprefix("\ufeff"), _START):
        if not block.text.strip():
            continue
        position += 1
        line = block.line + _empty_lines(block.text)
        draft = Draft(position, line)
        fields = [] if block.is_too_long else _fields(block, draft)
        if block.is_too_long:
            yield draft.reject(TOO_LONG)
        elif fields:
            yield _read(fields, draft)
        else:
            yield draft.reject("There is no tag of PubMed here, such as “PMID- ”.")
    if not position:
        raise MalformedFile("This file is empty.")


def _empty_lines(text: str) -> int:
    return text.count("\n", 0, len(text) - len(text.lstrip()))


def _fields(block: Block, draft: Draft) -> Fields:
    """The tags with their texts; a line without a tag belongs to the one before."""
    fields: list[tuple[str, list[str]]] = []
    for line in block.text.splitlines():
        match = _LINE.match(line)
        if match:
            fields.append((match[1], [match[2] or ""]))
        elif fields and line[:1].isspace():
            fields[-1][1].append(line)
        elif line.strip():
            draft.leave("a line without a tag", line)
    texts = ((tag, read_markup(" ".join(lines))) for tag, lines in fields)
    return [(tag, text) for tag, text in texts if text]


def _read(fields: Fields, draft: Draft) -> Record | Rejected:
    rest = _read_names(fields, draft)
    tags: dict[str, list[str]] = {}
    for tag, text in rest:
        tags.setdefault(tag, []).append(text)
    _read_titles(tags, draft)
    _read_type(tags, draft)
    for text in tags.pop("DP", ()):
        draft.put_date("issued", text, "DP")
    _read_identifiers(tags, draft)
    for text in tags.pop("LA", ()):
        draft.put("language", READ_LANGUAGES.get(text, text), "LA")
    subjects = (text.replace("*", "") for text in tags.pop("MH", ()))
    words = (text.removeprefix("*") for text in tags.pop("OT", ()))
    draft.join("keyword", [*words, *subjects], "; ")
    for variable, names in TEXTS.items():
        for tag in names:
            for text in tags.pop(tag, ()):
                draft.put(variable, text, tag)
    _leave(tags, draft)
    return draft.finish()


def _read_names(fields: Fields, draft: Draft) -> Fields:
    """Take the names in their order; an AU or ED that follows a FAU or FED is the same
    person once more. What is left."""
    rest, full = [], ""
    for tag, text in fields:
        role = "author" if tag in ("AU", "FAU", "CN") else "editor"
        if tag in ("FAU", "FED"):
            draft.put_name(role, _read_full_name(text))
            full = tag[1:]
        elif tag in ("AU", "ED"):
            if full != tag or is_others(text):
                draft.put_name(role, read_short_name(text))
            full = ""
        elif tag == "CN":
            draft.put_name(role, {"literal": text})
        else:
            rest.append((tag, text))
    return rest


def _read_full_name(text: str) -> dict[str, str]:
    """“van den Berg, Jan Willem Jr”, or a group."""
    family, comma, given = text.partition(",")
    if not comma:
        return {"literal": text}
    match = _SUFFIX.fullmatch(given.strip())
    return person(family, *(match.groups() if match else (given.strip(),)))


def _read_titles(tags: dict[str, list[str]], draft: Draft) -> None:
    titles, books = tags.pop("TI", []), tags.pop("BTI", [])
    for text in titles:
        draft.put("title", _without_stop(text), "TI")
    for text in books:
        variable = "container-title" if titles else "title"
        draft.put(variable, _without_stop(text), "BTI")
    if books:
        draft.csl["type"] = "chapter" if titles else "book"
    original = [_without_stop(text) for text in tags.pop("TT", ())]
    tags["TT"] = original


def _without_stop(title: str) -> str:
    """A title without the full stop that PubMed sets after each."""
    return title[:-1] if title.endswith(".") else title


def _read_type(tags: dict[str, list[str]], draft: Draft) -> None:
    names = tags.pop("PT", [])
    known = [name for name in names if name.lower() in READ_TYPES]
    specific = [name for name in known if name != "Journal Article"]
    if "type" not in draft.csl:
        has_journal = {"TA", "IS", "VI", "IP", "JID"} & tags.keys() or known
        fallback = "article-journal" if has_journal else "document"
        name = (specific or ["-"])[0].lower()
        draft.csl["type"] = READ_TYPES.get(name, fallback)
    for name in names:
        if name not in known:
            draft.leave("PT (publication type)", name)


def _read_identifiers(tags: dict[str, list[str]], draft: Draft) -> None:
    """LID and AID say in brackets what they are, ISSN and ISBN in parentheses."""
    for tag in ("LID", "AID"):
        for text in tags.pop(tag, ()):
            match = _KIND.fullmatch(text)
            if match and match[2] == "doi":
                draft.put("DOI", match[1], tag)
            elif match and match[2] == "isbn":
                tags.setdefault("ISBN", []).append(match[1])
            elif match and match[2] == "pii" and tag == "LID" and "PG" not in tags:
                draft.put("number", match[1], tag)
            elif match is None or match[1] != draft.csl.get("number"):
                draft.leave(f"{tag} (identifier)", text)
    for text in tags.pop("ISBN", ()):
        bare = text.partition("(")[0].strip()
        try:
            parse_isbn(bare)
            draft.put("ISBN", bare, "ISBN")
        except InvalidIdentifier:
            draft.leave("ISBN", text)
    issns = [match[0] for text in tags.pop("IS", ()) for match in _ISSN.finditer(text)]
    draft.join("ISSN", issns, ", ")


def _leave(tags: Mapping[str, list[str]], draft: Draft) -> None:
    own = sorted(BOOKKEEPING & tags.keys())
    for tag in sorted(tags.keys() - BOOKKEEPING):
        words = f" ({NOT_KEPT[tag]})" if tag in NOT_KEPT else ""
        first, *more = tags[tag]
        draft.leave(f"{tag}{words}{f', {len(more) + 1} times' if more else ''}", first)
    if own:
        draft.leave(f"PubMed's own entries: {', '.join(own)}")
