"""What does the checklist above the preview cost on top of rendering the text?"""

from __future__ import annotations

from stage import corpus
from stage.timing import alternate, show

from articles.gate import CHECKS, Facts, check
from glossary.rendering import Rendered, render
from immunosite.core.checklist import Checklist

WORDS = 1_500
RENDERING = "render"


def main() -> None:
    whole = corpus.article()
    body = whole[: len(whole) * WORDS // corpus.WORDS].rpartition("\n\n")[0]
    vocabulary, library = corpus.vocabulary(500), corpus.library()
    paths = corpus.addresses(body)

    def rendered() -> Rendered:
        return render(body, vocabulary=vocabulary, library=library, addresses=paths)

    once = rendered()

    def asked() -> Checklist:
        # New facts each time, or the measured grade would be kept.
        facts = Facts(title="A", body=body, rendered=once, vocabulary=vocabulary)
        return check(facts)

    seconds = alternate({RENDERING: rendered, "ask the checklist": asked}, runs=50)
    title = f"A page of {once.word_count:,} words, {len(CHECKS)} checks"
    show(title, seconds, baseline=RENDERING)


if __name__ == "__main__":
    main()
