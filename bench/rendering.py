"""What does our language cost on top of CommonMark? At most as much again."""

from __future__ import annotations

from markdown_it import MarkdownIt
from stage import corpus
from stage.timing import alternate, show

from glossary.linking import Vocabulary
from glossary.rendering import Rendered, render

BARE = "markdown-it-py alone"


def main() -> None:
    body = corpus.article()
    vocabulary, library = corpus.vocabulary(), corpus.library()
    paths = corpus.addresses(body)
    bare = MarkdownIt("js-default")

    def whole(words: Vocabulary) -> Rendered:
        return render(body, vocabulary=words, library=library, addresses=paths)

    few, none = corpus.vocabulary(500), Vocabulary()
    seconds = alternate(
        {
            BARE: lambda: bare.render(body),
            "ours, no terms": lambda: whole(none),
            "ours, 500 terms": lambda: whole(few),
            "ours, 10,000 terms": lambda: whole(vocabulary),
        },
        runs=25,
    )
    rendered = whole(vocabulary)
    title = (
        f"A page of {rendered.word_count:,} words, {len(rendered.citations)} citations "
        f"and {len(rendered.mentions)} linked terms of {len(vocabulary.entries):,}"
    )
    show(title, seconds, baseline=BARE)


if __name__ == "__main__":
    main()
