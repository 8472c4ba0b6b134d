"""How long until the first page of the list of a term's impact appears? The term is used
in 5,000 of 20,000 articles; 1,000 of these have a draft, too.

It is asked for over the admin's own address, the first time with nothing kept.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

from django.test import Client
from django.urls import reverse
from stage import corpus, database, filling

from articles.models import Article, ArticleRevision
from glossary.impact import SHOWN
from glossary.models import Term
from glossary.publishing import publish, save_draft
from immunosite.core.stemming import tokens

ARTICLES = 20_000
USES = 5_000
DRAFTS = 1_000
TERMS = 1_000
MOST = 2.0


def draft(pages: Any, *, by: Any) -> None:
    """A second revision, which is a draft, of each page."""
    ArticleRevision.objects.bulk_create(
        ArticleRevision(
            page=page,
            number=2,
            title=f"Article {page.slug}",
            summary="An article.",
            body=page.revisions.get().body + " More.",
            created_by=by,
        )
        for page in pages
    )


def show(what: str, client: Client, path: str) -> float:
    """Print and return the seconds that an answer takes."""
    began = perf_counter()
    made = database.queries(lambda: _get(client, path))
    seconds = perf_counter() - began
    print(f"{what:52}{seconds * 1000:7.0f} ms, {made:3} queries")
    return seconds


def _get(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200, path


def main() -> None:
    by = database.administrator()
    database.fill(corpus.entries(TERMS), by=by)
    pool = [(text, tokens(text)) for text in filling.texts()]
    uses = [
        (f"{text} zyxinase", f"{stems} {tokens('zyxinase')}") for text, stems in pool
    ]
    filling.fill(0, USES, by=by, pool=uses)
    filling.fill(USES, ARTICLES, by=by, pool=pool)
    draft(Article.objects.order_by("pk")[:DRAFTS], by=by)
    term = Term(slug="zyxinase")
    revision = save_draft(
        term, based_on=None, by=by, title="zyxinase", body="An invented word."
    )
    client = Client()
    client.force_login(by)
    path = reverse("admin:glossary_term_impact", args=[term.pk])
    print(f"One term in {USES:,} of {ARTICLES:,} articles, of which {DRAFTS:,} drafts")
    first = show("gained, first page, for the first time", client, path)
    listed = client.get(path).content.decode()
    # Some texts happen to end in a heading.
    assert listed.count("Link “zyxinase” here") > SHOWN / 2
    show("gained, first page, again", client, path)
    show("gained, page 150", client, f"{path}?page=150")
    show("drafts only", client, f"{path}?texts=draft")
    show("lost (none)", client, f"{path}?tab=lost")
    show("the page to publish it", client, path.replace("impact/", "publish/1/"))
    began = perf_counter()
    client.post(f"{path}?texts=live", {"never": "1"})
    print(f"{'never in any of them':52}{(perf_counter() - began) * 1000:7.0f} ms")
    began = perf_counter()
    client.post(path, {"accept_all": "1"})
    print(f"{'and all accepted again':52}{(perf_counter() - began) * 1000:7.0f} ms")
    publish(revision, by=by, forced_reason="A measurement.")
    show("lost by withdrawing, first page", client, f"{path}?withdraw=1&tab=lost")
    print("in time" if first <= MOST else f"TOO SLOW: {MOST:.0f} s are the most")


if __name__ == "__main__":
    main()
