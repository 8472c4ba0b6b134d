"""What does it cost to publish a term that 20 of so many articles use? The same,
however many articles there are: at most twice as much for a hundred times as many.

Only what changed is done again, so nothing else may grow with the site.
"""

from __future__ import annotations

import sys
from time import perf_counter
from typing import Any

from stage import corpus, database, filling

from glossary.models import Term
from glossary.publishing import publish, save_draft, withdraw
from immunosite.core.stemming import tokens

SIZES = (1_000, 10_000, 100_000)
USES = 20
ROUNDS = 5


def publish_and_withdraw(*, by: Any) -> tuple[float, float, int]:
    """Seconds to publish a term, and to withdraw it; how many articles link it."""
    term = Term.objects.filter(slug="zyxinase").first() or Term(slug="zyxinase")
    newest = term.newest() if term.pk else None
    draft = save_draft(
        term,
        based_on=newest.number if newest else None,
        by=by,
        title="zyxinase",
        body="An invented word.",
    )
    began = perf_counter()
    publish(draft, by=by, forced_reason="A measurement.")
    published = perf_counter()
    linked = term.articles_mentions.count()
    again = perf_counter()
    withdraw(term, by=by, reason="A measurement.")
    return published - began, perf_counter() - again, linked


def main(sizes: tuple[int, ...] = SIZES) -> None:
    by = database.administrator()
    database.fill(corpus.entries(1_000), by=by)
    pool = [(text, tokens(text)) for text in filling.texts()]
    uses = [
        (f"{text} zyxinase", f"{stems} {tokens('zyxinase')}") for text, stems in pool
    ]
    filling.fill(0, USES, by=by, pool=uses)
    there, baseline = USES, 0.0
    print(f"One term in {USES} of so many articles of {filling.WORDS} words")
    for size in sizes:
        filling.fill(there, size, by=by, pool=pool)
        there = size
        rounds = sorted(publish_and_withdraw(by=by) for _ in range(ROUNDS))
        publishing, withdrawing, linked = rounds[ROUNDS // 2]
        baseline = baseline or publishing
        print(
            f"{size:>9,} articles: published in {publishing * 1000:6.0f} ms "
            f"({publishing / baseline:4.2f}×), withdrawn in {withdrawing * 1000:6.0f} ms, "
            f"{linked} articles link it"
        )


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
