"""How long does it take to build the vocabulary, and how often is it built?"""

from __future__ import annotations

from time import perf_counter

from stage import corpus, database
from stage.timing import alternate, show

from glossary.linking import Vocabulary
from glossary.models import Term, TermRevision
from glossary.rendering import render
from glossary.storing import compile_body
from glossary.vocabulary import _read, load_vocabulary

LATER = "load_vocabulary(), later calls"


def timed_once() -> float:
    began = perf_counter()
    load_vocabulary()
    return perf_counter() - began


def build_again() -> float:
    _read.cache_clear()
    return timed_once()


def main() -> None:
    entries = corpus.entries()
    body = corpus.article(citations=0)
    database.fill(entries, by=database.administrator())

    firsts = sorted(build_again() for _ in range(3))
    vocabulary = load_vocabulary()
    paths = corpus.addresses(body)
    seconds = alternate(
        {
            LATER: load_vocabulary,
            "build from entries in memory (pure)": lambda: Vocabulary(entries),
            "render 5,000 words (pure)": lambda: render(
                body, vocabulary=vocabulary, library={}, addresses=paths
            ),
            "compile_body: load all and render": lambda: compile_body(body),
        },
        runs=9,
    )
    table = {"load_vocabulary(), first call": firsts[1], **seconds}
    show(f"A vocabulary of {len(entries):,} terms", table, baseline=LATER)

    print()
    _read.cache_clear()
    print(f"queries: first call {database.queries(load_vocabulary)}", end="")
    print(f", later calls {database.queries(load_vocabulary)}", end="")
    TermRevision.objects.filter(page=Term.objects.first()).delete()
    print(f", after a change {database.queries(load_vocabulary)}", end="")
    print(f", then {database.queries(load_vocabulary)}")


if __name__ == "__main__":
    main()
