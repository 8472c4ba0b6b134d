"""The text and the words that are measured: the demo articles' prose, a great glossary.

Deterministic, so that two runs measure the same.
"""

from __future__ import annotations

import re
from csv import DictReader
from random import Random

from glossary.linking import Entry, Vocabulary
from glossary.wording import Form
from references.citing import Library, Source

from . import ROOT

WORDS = 5_250  # with list marks and the like, which are no words of the page
TERMS = 10_000
CITATIONS = 40
_DEMO = ROOT / "demo"
_CITATION = re.compile(r" ?\[@[^\]]+\]")
_CHART = re.compile(r"^```chart\n.*?^```\n\n?", re.M | re.S)
_LINK = re.compile(r"article:([\w-]+)")
_ENDINGS = ("oma", "itis", "mab", "cyte", "kine", "gen", "ase", "emia", "pathy", "ine")


def article(*, citations: int = CITATIONS) -> str:
    """An article of 5,000 words: paragraphs, headings, lists, tables, links."""
    lines: list[str] = []
    count = 0
    for line in _prose().splitlines():
        lines.append(line)
        count += len(_CITATION.sub("", line).split())
        if count >= WORDS and not line:
            break
    return _cite("\n".join(lines), most=citations)


def _prose() -> str:
    bodies = []
    for path in sorted((_DEMO / "articles").glob("*.md")):
        bodies.append(path.read_text().split("\n---\n", 1)[1].strip())
    # CommonMark only shows a chart's block; to draw it is no cost on top of that.
    return _CHART.sub("", "\n\n".join(bodies))


def _cite(text: str, *, most: int) -> str:
    """Keep as many citations as asked, spread over the text, of references 1, 2, …"""
    found = list(_CITATION.finditer(text))
    kept = {found[index * len(found) // most].start() for index in range(most)}
    numbers = iter(range(most))

    def cite(match: re.Match[str]) -> str:
        if match.start() not in kept:
            return ""
        return f" [@study-{next(numbers) % (most * 3 // 4)}]"

    return _CITATION.sub(cite, text)


def library() -> Library:
    """Two thousand references."""
    keys = [f"study-{number}" for number in range(2_000)]
    return {key: Source(key, f"Someone 2020 {key}") for key in keys}


def cited(text: str) -> list[str]:
    """The keys that a text cites."""
    return sorted(set(re.findall(r"@(study-\d+)", text)))


def without_links(text: str) -> str:
    """The text with the words of its links to articles only."""
    return re.sub(r"\[([^\]]*)\]\(article:[^)]*\)", r"\1", text)


def addresses(text: str) -> dict[str, str]:
    """A path for each article that the text links."""
    return {slug: f"/articles/{slug}/" for slug in _LINK.findall(text)}


def entries(count: int = TERMS) -> list[Entry]:
    """The demo's terms, and as many made of one to four words as are missing.

    Many of those begin with a word of the prose, as "immune …" would, so that one word
    in four of the text could begin a term; a few are phrases that stand in it.
    """
    made = {entry.slug: entry for entry in _demo_entries()}
    chance = Random(7)
    prose = re.findall(r"[A-Za-z]{4,}", _prose())
    longer = sorted({word for word in prose if len(word) > 5})[::3]
    while len(made) < count:
        if len(made) % 50 == 0:
            start = prose.index(chance.choice(longer))
            words = prose[start : start + chance.randint(2, 4)]
        else:
            words = [_word(chance) for _ in range(chance.choice((1, 1, 2, 2, 3, 4)))]
            if len(words) > 1 and chance.random() < 0.5:
                words[0] = chance.choice(longer)
        entry = _entry(" ".join(words).lower())
        made.setdefault(entry.slug, entry)
    return list(made.values())


def vocabulary(count: int = TERMS) -> Vocabulary:
    return Vocabulary(entries(count))


def _demo_entries() -> list[Entry]:
    found = []
    with (_DEMO / "terms.csv").open(newline="") as file:
        for row in DictReader(file):
            forms = [Form(row["headword"], "headword")]
            for column in ("plurals", "synonyms", "variants", "abbreviations"):
                texts = filter(None, row[column].split("|"))
                forms += [Form(text.strip(), column[:-1]) for text in texts]
            found.append(_entry(row["headword"], *forms[1:]))
    return found


def _entry(headword: str, *others: Form) -> Entry:
    slug = "-".join(re.findall(r"\w+", headword.lower()))
    if not others:
        others = (Form(headword + "s", "plural"),)
    return Entry(slug, headword, (Form(headword, "headword"), *others))


def _word(chance: Random) -> str:
    syllables = chance.choices("bcdfglmnprstv", k=chance.randint(2, 3))
    stem = "".join(letter + chance.choice("aeiou") for letter in syllables)
    return stem + chance.choice(_ENDINGS)
