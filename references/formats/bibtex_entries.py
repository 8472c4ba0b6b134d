"""A BibTeX file cut into its entries, one by one, on bibtexparser. Pure.

The library reads one entry at a time: so memory stays flat, and a brace that is missing
hurts one entry only.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bibtexparser import parse_string
from bibtexparser.model import Entry as BibtexEntry

from .blocks import TOO_LONG, Block, blocks
from .latex import MAX_DEPTH

# It says on the standard error what a refusal says already.
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())

# An entry begins a line, or follows another one and has a key.
_START = re.compile(
    r"^[ \t]{0,20}@[ \t]{0,20}[A-Za-z]{1,40}\s{0,20}[{(]"
    r"|(?<=[})])[ \t]{0,20}@[A-Za-z]{1,40}\{[^\s,{}()=]{1,200},",
    re.MULTILINE,
)
_KEY = re.compile(r"\s*@\s*\w+\s*[{(]\s*([^\s,={}\"]{1,200})\s*,")
_HEAD = re.compile(r"\s*@\s*([A-Za-z]+)\s*[{(]")
_BRACKET = re.compile(r"(?<!\\)[{}]|\)")
_KEYLESS = re.compile(r"\A(\s*@\w+\s*\{)(?=\s*[A-Za-z][\w-]*\s*=)")
_EMPTY_FIELDS = re.compile(r",(?:\s*,)+")
_BARE = re.compile(r"[^\s\"#{}]+")
_BOUND = re.compile(r"(?<!\\)[{}\"]")
_JOINT = re.compile(r"\s*#\s*")
# What stands for itself without quotes: numbers and the months that all styles define.
_PLAIN = re.compile(
    r"\d+|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", re.IGNORECASE
)
_MAX_STRINGS = 2_000
_MAX_STRING = 1_000


@dataclass(slots=True)
class Entry:
    """An entry as it stands in the file. ``fields`` are names in small letters with
    texts; ``fault`` says why there are none."""

    line: int
    kind: str
    key: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fault: str = ""


def entries(text: str) -> Iterator[Entry]:
    """The entries of a file but for its comments, abbreviations and preambles."""
    strings: dict[str, str] = {}
    found = blocks(text, _START)
    before = next(found).text
    for block in found:
        match = _HEAD.match(block.text)
        kind = match[1].lower() if match else ""
        if kind in ("comment", "preamble"):
            continue
        entry = _read(block, kind, strings)
        if kind == "string":
            _remember(entry, strings)
            continue
        if words := _words(before):
            note = f"Not kept: what stands before the entry: “{words}”"
            entry.notes.insert(0, note)
        before = ""
        yield entry


def _remember(entry: Entry, strings: dict[str, str]) -> None:
    for name, text in entry.fields:
        if len(strings) < _MAX_STRINGS:
            strings[name] = text[:_MAX_STRING]


def _words(text: str) -> str:
    """What is no comment in a text, shortened."""
    lines = (line.strip() for line in text[:2000].splitlines())
    return " ".join(line for line in lines if line and not line.startswith("%"))[:80]


def _read(block: Block, kind: str, strings: Mapping[str, str]) -> Entry:
    line = block.line + block.text.count("\n", 0, block.text.find("@"))
    entry = Entry(line, kind)
    if key := _KEY.match(block.text):
        entry.key = key[1]
    if block.is_too_long:
        entry.fault = TOO_LONG
        return entry
    end = _end(block.text)
    if end < 0:
        entry.fault = (
            "A brace of this entry has no end."
            if end == -1
            else f"Braces are nested more than {MAX_DEPTH} deep."
        )
        return entry
    if words := _words(block.text[end:]):
        entry.notes.append(f"Not kept: what stands after the entry: “{words}”")
    start = re.sub(r"[{(]", "{", block.text[:end], count=1)
    _parse(start[:-1] + "}", entry, strings)
    return entry


def _end(text: str) -> int:
    """Where the entry is closed; -1 when it isn't, -2 when it is too deep."""
    first = re.search(r"[{(]", text)
    if first is None:
        return -1
    level = 1 if first[0] == "{" else 0
    for sign in _BRACKET.finditer(text, first.end()):
        if sign[0] == "{":
            level += 1
        elif sign[0] == "}":
            level -= 1
        is_round_end = sign[0] == ")" and first[0] == "(" and level == 0
        if is_round_end or (sign[0] == "}" and first[0] == "{" and level == 0):
            return sign.end()
        if level > MAX_DEPTH + 2:
            return -2
    return -1


def _parse(text: str, entry: Entry, strings: Mapping[str, str]) -> None:
    """Let the library read an entry, put right where that needs little."""
    text = _KEYLESS.sub(r"\1,", text, count=1) if entry.kind != "string" else text
    library = parse_string(text, parse_stack=[])
    if library.failed_blocks and "," in text:
        mended = parse_string(_EMPTY_FIELDS.sub(",", text), parse_stack=[])
        library = library if mended.failed_blocks else mended
    if entry.kind == "string":
        found = [(one.key, str(one.value)) for one in library.strings]
    else:
        read = [
            *library.entries,
            *(b.ignore_error_block for b in library.failed_blocks),
        ]
        if not read or not isinstance(read[0], BibtexEntry):
            entry.fault = "A comma, a brace or an equals sign is missing here."
            return
        entry.key = read[0].key.strip()
        found = [(one.key, str(one.value)) for one in read[0].fields]
    for name, raw in found:
        name = name.strip().lower()
        entry.fields.append((name, _value(name, raw.strip(), entry, strings)))


def _value(name: str, raw: str, entry: Entry, strings: Mapping[str, str]) -> str:
    """The text of a field without what encloses it, its abbreviations written out."""
    parts, place, joint = [], 0, None
    while place < len(raw):
        end = _end_of_part(raw, place)
        part = raw[place:end]
        if part[:1] in ("{", '"'):
            parts.append(part[1:-1])
        elif part:
            parts.append(strings.get(part.lower(), part))
            if part.lower() not in strings and not _PLAIN.fullmatch(part):
                entry.notes.append(f"The abbreviation “{part[:80]}” is not explained.")
        joint = _JOINT.match(raw, end)
        place = joint.end() if joint else end
        if joint is None or not part:
            break
    if rest := " ".join(raw[place:].split()):
        where = f"what follows {name[:60]}, where a comma may be missing"
        entry.notes.append(f"Not kept: {where}: “{rest[:80]}”")
    return "".join(parts)


def _end_of_part(raw: str, place: int) -> int:
    """Where the braced, the quoted or the bare text that begins here ends."""
    if raw[place] not in '{"':
        match = _BARE.match(raw, place)
        return match.end() if match else place
    level = 0
    for sign in _BOUND.finditer(raw, place):
        if sign[0] != '"':
            level += 1 if sign[0] == "{" else -1
        is_start = sign.start() == place
        if level == 0 and not is_start and (sign[0] == "}") == (raw[place] == "{"):
            return sign.end()
    return place
