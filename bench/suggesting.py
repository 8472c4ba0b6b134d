"""How long does it take to suggest terms of a great glossary for what is typed, against
a scan of all their forms that only knows how words begin and what they hold?"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from django.test import Client
from stage import corpus, database
from stage.timing import alternate, show

from glossary.linking import Entry
from glossary.suggesting import MOST, Suggester
from glossary.wording import Form

BASELINE = "a scan: “checkp”"
# What is typed: few letters, a beginning, inside a word, abbreviation, slips, nothing.
TYPED = ["im", "ab", "checkp", "t cell", "hibitor", "ctla4", "chekpo", "imunotherpy"]
TYPED += ["pembrolizumb", "melnaoma", "qqqqqqqqqq"]


def with_more_forms(entry: Entry) -> Entry:
    """The entry with a synonym and an abbreviation."""
    words = entry.headword.split()
    others = (
        Form(" ".join(reversed(words)) + " type", "synonym"),
        Form("".join(word[:2] for word in words).upper(), "abbreviation"),
    )
    return Entry(entry.slug, entry.headword, (*entry.forms, *others))


def scan(entries: list[Entry], typed: str) -> list[str]:
    typed = typed.lower()
    begins, holds = [], []
    for entry in entries:
        texts = [form.text.lower() for form in entry.forms]
        if any(text.startswith(typed) for text in texts):
            begins.append(entry.headword)
        elif any(typed in text for text in texts):
            holds.append(entry.headword)
    return [*begins, *holds][:MOST]


def asked(suggester: Suggester, typed: str) -> Callable[[], object]:
    """A deed that is not answered from what the suggester keeps."""

    def ask() -> object:
        suggester._kept.cache_clear()
        return suggester.suggest(typed)

    return ask


def main() -> None:
    entries = [with_more_forms(entry) for entry in corpus.entries()]
    began = perf_counter()
    suggester = Suggester(entries)
    built = perf_counter() - began

    deeds: dict[str, Callable[[], object]] = {BASELINE: lambda: scan(entries, "checkp")}
    for typed in TYPED:
        found = len(suggester.suggest(typed))
        deeds[f"“{typed}”: {found} found"] = asked(suggester, typed)
    seconds = alternate(deeds, runs=15)
    forms = sum(len(entry.forms) for entry in entries)
    title = f"{len(entries):,} terms with {forms:,} forms, built in {built:.2f} s"
    show(title, seconds, baseline=BASELINE)

    database.fill(entries, by=database.administrator())
    client, address = Client(), "/glossary/suggest?q="
    began = perf_counter()
    client.get(f"{address}im")
    first = perf_counter() - began
    seconds = alternate(
        {
            BASELINE: lambda: scan(entries, "checkp"),
            "a whole request: “checkp”": lambda: client.get(f"{address}checkp"),
            "a whole request: “melnaoma”": lambda: client.get(f"{address}melnaoma"),
        },
        runs=15,
    )
    title = f"Over HTTP: the first request after a change {first:.2f} s, then"
    print()
    show(title, seconds, baseline=BASELINE)
    print(f"queries: {database.queries(lambda: client.get(f'{address}checkp'))}")


if __name__ == "__main__":
    main()
