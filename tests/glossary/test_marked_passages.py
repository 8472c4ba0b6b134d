"""Linking against passages that were marked by hand: nothing missed, nothing too much.

A file of ``tests/linking`` is a rule: its first line says it, the rest is a passage in
which ``{words|slug}`` marks each place that must be found, ``{words|?}`` one whose
meaning is left open. What is not marked must not be found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from glossary.linking import Entry, Senses, Vocabulary
from glossary.wording import Form

FOLDER = Path(__file__).parent.parent / "linking"
PASSAGES = sorted(FOLDER.glob("*.txt"))
PASSAGES.remove(FOLDER / "vocabulary.txt")
_MARK = re.compile(r"\{([^|{}]+)\|([^|{}]+)\}")
_ENTRY = re.compile(r"\A(-?)([\w-]+): (.+?)(?: \[([\w, -]+)\])?\Z")
_RULES = {
    "=": {"kind": "abbreviation"},
    "^": {"case": "exact"},
    "*": {"case": "any"},
    "-": {"is_automatic": False},
    "&": {"is_sense": True},
}


def _entries() -> Iterator[Entry]:
    for line in (FOLDER / "vocabulary.txt").read_text().splitlines():
        if line.startswith("#"):
            continue
        match = _ENTRY.match(line)
        assert match, line
        explicit, slug, written, topics = match.groups()
        forms = tuple(map(_form, written.split("; ")))
        names = frozenset(topics.split(", ")) if topics else frozenset()
        yield Entry(slug, forms[0].text, forms, not explicit, topics=names)


def _form(written: str) -> Form:
    rules: dict = {"kind": "synonym"}
    while written[0] in _RULES:
        rules |= _RULES[written[0]]
        written = written[1:]
    return Form(written, **rules)


VOCABULARY = Vocabulary(_entries())


def marked(path: Path) -> tuple[str, list[tuple[int, str, str]]]:
    """A passage without its marks, and where each stood: (start, words, slug)."""
    passage = path.read_text().partition("\n\n")[2]
    text, places, end = "", [], 0
    for mark in _MARK.finditer(passage):
        text += passage[end : mark.start()]
        places.append((len(text), mark[1], mark[2]))
        text, end = text + mark[1], mark.end()
    return text + passage[end:], places


def found(text: str) -> list[tuple[int, str, str]]:
    return [
        (start, text[start:end], "?" if isinstance(owner, Senses) else owner.slug)
        for start, end, owner in VOCABULARY.find(text)
    ]


@pytest.mark.parametrize("path", PASSAGES, ids=lambda path: path.stem)
def test_what_is_marked_is_found_and_nothing_else(path):
    text, places = marked(path)
    assert "{" not in text and "|" not in text
    assert found(text) == places


def test_the_set_is_large_enough_to_mean_something():
    counts = [len(marked(path)[1]) for path in PASSAGES]
    assert len(counts) >= 20
    assert sum(counts) >= 300


class TestSenses:
    def test_a_topic_of_the_page_chooses(self):
        (match,) = VOCABULARY.find("Then RT began.")
        assert isinstance(match.owner, Senses)
        chosen = match.owner.chosen({"radiation", "melanoma"})
        assert chosen is not None and chosen.slug == "radiation"

    @pytest.mark.parametrize("topics", [(), {"melanoma"}, {"radiation", "laboratory"}])
    def test_no_topic_or_one_of_each_leaves_it_open(self, topics):
        (match,) = VOCABULARY.find("Then RT began.")
        assert isinstance(match.owner, Senses)
        assert match.owner.chosen(topics) is None
