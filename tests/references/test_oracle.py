"""Our entries against those of citeproc-js, the reference implementation of CSL.

Both get the same style files and the same locale. Where they differ on purpose is told
by :func:`asked`, which changes the question, by :func:`normal`, which changes both
answers, and by KNOWN.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from citeproc import LOCALES_PATH
from django.conf import settings

from references.formats.csl_json import DATES, NAMES, TEXTS, TYPES
from references.styling import STYLES, format_entry

pytestmark = pytest.mark.once
ORACLE = Path(__file__).with_name("oracle.mjs")
LIBRARY = settings.BASE_DIR / "node_modules" / "citeproc"

# Items

PLAIN: dict[str, Any] = {
    "title": "A title of words",
    "author": [{"family": "Larkin", "given": "James"}],
    "issued": {"date-parts": [[2015, 6, 25]]},
}
VALUES = {
    "page": "1715-1768", "page-first": "1715", "number-of-pages": "250",
    "volume": "12", "issue": "3", "edition": "2", "number": "7",
    "chapter-number": "4", "collection-number": "5", "number-of-volumes": "3",
    "supplement-number": "2", "part-number": "2", "section": "8", "version": "2.1",
    "DOI": "10.1000/x", "URL": "https://example.org/a", "PMID": "123",
    "PMCID": "PMC5", "ISBN": "9780306406157", "container-title": "journal of words",
    "container-title-short": "J. Ex.", "language": "en",
}  # fmt: skip
# The item's own names, a number given by the list, and what a citation adds.
NOT_OF_AN_ITEM = frozenset(
    """id citation-key citation-label citation-number first-reference-note-number
    locator type year-suffix journalAbbreviation shortTitle""".split()
)
FIELDS = sorted((NAMES | DATES | TEXTS) - NOT_OF_AN_ITEM)
AT_ONCE = 6


def value_of(field: str) -> Any:
    if field in NAMES:
        return [
            {"family": f"A{field}", "given": "Ann Bea"},
            {"family": f"B{field}", "given": "Carl"},
        ]
    if field in DATES:
        return {"date-parts": [[2014, 5, 6]]}
    return VALUES.get(field, f"some {field} words")


def items_of_every_type() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each type with nothing but the least, with each field, and with all."""
    step = len(FIELDS) // AT_ONCE + 1
    for kind in sorted(TYPES):
        for left_out in ("", "author", "issued"):
            least = {name: PLAIN[name] for name in PLAIN if name != left_out}
            yield f"{kind} without {left_out}", {"type": kind, **least}
        for chunk in (FIELDS[start::step] for start in range(step)):
            fields = {field: value_of(field) for field in chunk}
            yield f"{kind} with {', '.join(chunk)}", {"type": kind, **PLAIN, **fields}
        everything = {field: value_of(field) for field in FIELDS}
        yield f"{kind} with all", {"type": kind, **everything}


def people(count: int) -> list[dict[str, str]]:
    return [{"family": f"Name{n}", "given": "Ann Bea"} for n in range(1, count + 1)]


PERSONS = {
    "initials": {"family": "Larkin", "given": "J.M.G."},
    "double given": {"family": "Larkin", "given": "Jean-Luc"},
    "double initials": {"family": "Larkin", "given": "J.-L."},
    "half a given name": {"family": "Tabata", "given": "Ken-ichi"},
    "abbreviated given": {"family": "Ng", "given": "Th."},
    "family only": {"family": "Larkin"},
    "given only": {"given": "Plato"},
    "group": {"literal": "World Health Organization"},
    "group with a stop": {"literal": "A Group of People Inc."},
    "particle": {"family": "Berg", "given": "J", "non-dropping-particle": "van den"},
    "dropping": {"family": "Berg", "given": "J", "dropping-particle": "de"},
    "two particles": {
        "family": "Berg", "given": "Jan", "dropping-particle": "de",
        "non-dropping-particle": "la",
    },
    "suffix": {"family": "King", "given": "Martin", "suffix": "Jr"},
    "number": {"family": "King", "given": "Martin", "suffix": "III"},
    "comma": {"family": "King", "given": "M", "suffix": "Jr", "comma-suffix": True},
    "accents": {"family": "Ünal-Öz", "given": "Ä"},
    "small": {"family": "hooks", "given": "bell"},
    "apostrophe": {"family": "O'Day", "given": "S. J."},
    "Chinese": {"family": "王", "given": "小明"},
    "Russian": {"family": "Ivanov", "given": "Ёлка"},
}  # fmt: skip
ISSUED = {
    "year": {"date-parts": [[2015]]},
    "month": {"date-parts": [[2015, 6]]},
    "texts": {"date-parts": [["2015", "06", "05"]]},
    "months": {"date-parts": [[2015, 1], [2015, 3]]},
    "days": {"date-parts": [[2015, 1, 3], [2015, 1, 9]]},
    "two months": {"date-parts": [[2015, 1, 3], [2015, 2, 9]]},
    "two winters": {"date-parts": [[2015, 12], [2016, 1]]},
    "years": {"date-parts": [[2015], [2016]]},
    "one day": {"date-parts": [[2015, 6, 1], [2015, 6, 1]]},
    "season": {"date-parts": [[2015]], "season": 1},
    "season in words": {"date-parts": [[2015]], "season": "Spring"},
    "circa": {"date-parts": [[2015]], "circa": True},
    "raw": {"raw": "2015-06-25"},
    "raw in words": {"raw": "12 May 1999"},
    "literal": {"literal": "about 2015"},
    "before Christ": {"date-parts": [[-44]]},
    "long ago": {"date-parts": [[800]]},
    "nothing": {},
}
WORDS = {
    "stop": "A title.",
    "question": "Is it safe?",
    "outcry": "It is!",
    "quoted question": "Who said “no?”",
    "italics": "On <i>E. coli</i> and more",
    "all italics": "<i>Is it?</i>",
    "raised": "CD8<sup>+</sup> T cells & others < 5",
    "dashes": "a–b - c",
    "colon": "Title: a subtitle; and more",
    "straight quotes": 'A "straight" quote',
    "apostrophes": "It's a patient's cell",
    "no case": '<span class="nocase">mRNA</span> and pH in cells',
    "capitals": "AN ALL CAPS TITLE",
    "abbreviation": "made in the U.S.",
    "inner stops": "e.g. this. And that.",
    "bold in italics": "Nested <i>in <b>bold</b></i>",
    "hyphen": "title of the hyphen-ated sub-group",
}
PAGES = (
    *("5", "e192535", "1-10", "10-19", "100-105", "1789-1801", "99-102", "1055-7"),
    *("1715–1768", "10 - 19", "e143-e152", "S1-S9", "1-10, 15-25", "A12-B13"),
    *("iv-xii", "12-12", "156-142", "1-2 & 5-6"),
)
NUMBERS = ("2", "11", "12", "21", "111", "2nd", "Second", "3rd ed.", "2-3", "1 & 2")


def variants() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for count in (1, 2, 3, 6, 7, 19, 20, 21, 22):
        found[f"authors {count}"] = {"author": people(count)}
        found[f"editors {count}"] = {"editor": people(count)}
    for name, person in PERSONS.items():
        found[f"author {name}"] = {"author": [person, {"family": "Zed", "given": "Q"}]}
        found[f"editor {name}"] = {"editor": [person]}
    for name, date in ISSUED.items():
        found[f"date {name}"] = {"issued": date}
    for name, words in WORDS.items():
        found[f"title {name}"] = {"title": words}
        found[f"container {name}"] = {"container-title": words}
    for pages in PAGES:
        found[f"page {pages}"] = {"page": pages}
    for field in ("edition", "volume", "issue", "number", "number-of-pages"):
        for number in NUMBERS:
            found[f"{field} {number}"] = {field: number}
    found["one who did both"] = {"editor": people(1), "translator": people(1)}
    found["German"] = {"language": "de", "container-title": "die welt der worte"}
    found["short"] = {"journalAbbreviation": "J. Ex."}
    found["publisher with a stop"] = {"publisher": "Press Co."}
    return found


VARIANTS = variants()
VARIED = ("article-journal", "book", "chapter", "webpage")


def items_of_every_form() -> Iterator[tuple[str, dict[str, Any]]]:
    whole = {
        **PLAIN, "container-title": "Journal of Examples", "volume": "12",
        "issue": "3", "page": "1715-1768", "publisher": "Press",
    }  # fmt: skip
    for kind in VARIED:
        for name, variant in VARIANTS.items():
            item = {"type": kind, **whole, **variant}
            if kind == "book" and "container-title" not in variant:
                del item["container-title"]
            yield name, item


def demonstration() -> Iterator[tuple[str, dict[str, Any]]]:
    path = settings.BASE_DIR / "demo" / "references.csl.json"
    for item in json.loads(path.read_text()):
        # Whether a list of authors is complete is our own addition to CSL.
        yield item["id"], {name: item[name] for name in item if name != "custom"}


SETS = {
    "demonstration": dict(demonstration()),
    "types": dict(items_of_every_type()),
    "forms": {
        f"{item['type']}: {name}": item for name, item in items_of_every_form()
    },
}  # fmt: skip

# What is meant to differ


def asked(item: dict[str, Any]) -> dict[str, Any]:
    """The item as we give it to citeproc-js."""
    given = {**item}
    authors = [name.get("literal") for name in given.get("author", [])]
    if authors == [given.get("container-title", "")]:
        # A site whose name is that of the author is not named twice.
        del given["container-title"]
    # An older name of the same variable, which only some styles know.
    if event := given.get("event-title", given.get("event")):
        given |= {"event-title": event, "event": event}
    # It takes this for a language, and changes to title case no more.
    given.pop("jurisdiction", None)
    return given


def normal(entry: str) -> str:
    """Both write HTML in their own ways."""
    entry = re.sub(r'<div class="csl-left-margin">.*?</div>', "", entry)
    entry = re.sub(r"</?div[^>]*>", "", entry)
    entry = re.sub(
        r'<span style="font-style:normal;">(.*?)</span>', r"</i>\1<i>", entry
    )
    entry = re.sub(r"</?span[^>]*>", "", entry).replace("<i></i>", "")
    # A title in italics that ends a sentence itself gets no second stop with us.
    entry = re.sub(r"([?!]</i>)\.", r"\1", entry)
    escaped = entry.replace("&#60;", "&lt;").replace("&#62;", "&gt;")
    marked = escaped.replace("&lt;", "‹").replace("&gt;", "›")
    return " ".join(html.unescape(marked).split())


def is_unlisted(style: str, item: dict[str, Any]) -> bool:
    """APA names these in the text only. Whoever cites them here wants an entry."""
    kept = "archive archive-place container-title DOI number publisher references URL"
    is_private = item["type"] in ("interview", "personal_communication")
    return style == "apa" and is_private and not set(kept.split()) & item.keys()


def without_lonely_in(style: str, item: dict[str, Any], entry: str) -> str:
    """A part of nothing known is “In.” with citeproc-js, and nothing with us."""
    is_part = item["type"].startswith(("chapter", "entry-", "paper-"))
    if style != "nlm" or not is_part or "container-title" in item:
        return entry
    return re.sub(r" In\.(?= |\Z)", "", entry)


_DATES_IN_WORDS = "a date in words is printed as it stands"
_DELIMITER = "citeproc-js forgets the delimiter after the dash"
_AD = "CSL: years below 1000 get “AD”"
_DASH = "after a dash a word is a word"
_INSIDE = "the comma stays outside of the quotation marks"
_INITIALS = "initials without a hyphen are capitals only"
_PERIODS = "CSL: strip-periods removes every period"
KNOWN = {
    "date raw in words": ("nlm apa ama", _DATES_IN_WORDS),
    "date season in words": ("apa", "citeproc-js drops the season"),
    "date long ago": ("nlm apa ama", _AD),
    "date two months": ("nlm", _DELIMITER),
    "date two winters": ("nlm", _DELIMITER),
    "date one day": ("nlm ama", "one day is no range"),
    "author half a given name": ("nlm ama", _INITIALS),
    "editor half a given name": ("nlm ama", _INITIALS),
    "editor comma": ("apa", "no comma before a suffix in running names"),
    "editor small": ("apa", "citeproc-js leaves a space before the name"),
    "title dashes": ("ama", _DASH),
    "container dashes": ("apa ama", _DASH),
    "container quoted question": ("apa", _INSIDE),
    "container inner stops": ("nlm ama", _PERIODS),
}


def reason_of(style: str, name: str) -> str:
    styles, reason = KNOWN.get(name.partition(": ")[2], ("", ""))
    return reason if style in styles.split() else ""


# The comparison


@pytest.fixture(scope="session")
def theirs() -> dict[str, dict[tuple[str, str], str]]:
    """What citeproc-js makes of all items: style → (set, name) → entry."""
    if not LIBRARY.exists() or not shutil.which("node"):
        pytest.skip("citeproc-js is missing: run `npm ci` (make test does).")
    names = [(part, name) for part, items in SETS.items() for name in items]
    items = [asked(SETS[part][name]) for part, name in names]
    styles = settings.BASE_DIR / "references" / "styles"
    question = {
        "locale": str(Path(LOCALES_PATH) / "locales-en-US.xml"),
        "styles": {style.name: str(styles / style.file) for style in STYLES.values()},
        "items": [{**item, "id": f"item-{n}"} for n, item in enumerate(items)],
    }
    answer = subprocess.run(
        ["node", str(ORACLE)],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    made = json.loads(answer.stdout)
    return {
        style: dict(zip(names, map(normal, made[style]), strict=True))
        for style in STYLES
    }


@pytest.mark.parametrize("style", STYLES)
class TestTheReferenceImplementation:
    def test_agrees_on_the_demonstration(self, theirs, style):
        different = {
            name: (ours, theirs[style]["demonstration", name])
            for name, item in SETS["demonstration"].items()
            if (ours := self._ours(style, item)) != theirs[style]["demonstration", name]
        }
        assert different == {}

    def test_agrees_on_every_type_with_every_field(self, theirs, style):
        different = {}
        for name, item in SETS["types"].items():
            ours = self._ours(style, item)
            expected = without_lonely_in(style, item, theirs[style]["types", name])
            if is_unlisted(style, item):
                assert ours
                assert not expected
            elif ours != expected:
                different[name] = (ours, expected)
        assert different == {}

    def test_agrees_on_every_form_of_a_value(self, theirs, style):
        different = {
            name: (ours, theirs[style]["forms", name])
            for name, item in SETS["forms"].items()
            if not reason_of(style, name)
            and (ours := self._ours(style, item)) != theirs[style]["forms", name]
        }
        assert different == {}

    def test_differs_where_it_is_known_to(self, theirs, style):
        """No excuse outlives its difference."""
        known = {name for name, (styles, _) in KNOWN.items() if style in styles.split()}
        found = {
            name.partition(": ")[2]
            for name, item in SETS["forms"].items()
            if reason_of(style, name)
            and self._ours(style, item) != theirs[style]["forms", name]
        }
        assert found == known

    @staticmethod
    def _ours(style: str, item: dict[str, Any]) -> str:
        return normal(format_entry(item, style, has_links=True))
