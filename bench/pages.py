"""What does a page cost from the cache, and what without?"""

from __future__ import annotations

from django.core.cache import cache
from django.test import Client
from stage import corpus, database
from stage.timing import alternate, show

import articles.publishing
import references.curating
from articles.models import Article

KEPT = "from the cache"
TERMS = 2_000


def publish_article(body: str) -> str:
    """Publish the measured article with what it cites; return its path."""
    by = database.administrator()
    database.fill(corpus.entries(TERMS), by=by)
    for key in corpus.cited(body):
        record = {"id": key, "type": "article-journal", "title": f"About {key}"}
        references.curating.save_reference(key, record, by=by)
    article = Article(slug="measured")
    revision = articles.publishing.save_draft(
        article,
        based_on=None,
        by=by,
        title="Measured",
        summary="A long article.",
        body=corpus.without_links(body),
    )
    articles.publishing.publish(revision, by=by, forced_reason="A measurement.")
    return article.get_absolute_url()


def main() -> None:
    body = corpus.article()
    path = publish_article(body)
    client = Client()

    def kept() -> None:
        assert client.get(path).status_code == 200

    def fresh() -> None:
        cache.clear()
        kept()

    etag = client.get(path).headers["ETag"]

    def unchanged() -> None:
        assert client.get(path, headers={"if-none-match": etag}).status_code == 304

    seconds = alternate(
        {
            KEPT: kept,
            "from the cache, the reader has it (304)": unchanged,
            "rendered anew": fresh,
        },
        runs=25,
    )
    # What was measured last filled the cache again.
    title = f"An article of {len(body.split()):,} words, {corpus.CITATIONS} citations"
    show(title, seconds, baseline=KEPT)
    print(f"\nqueries: from the cache {database.queries(kept)}", end="")
    print(f", rendered anew {database.queries(fresh)}")
    print(f"pages a second from the cache, one process: {1 / seconds[KEPT]:,.0f}")


if __name__ == "__main__":
    main()
