"""What is not public is at no public address, not a word of it.

A token that stands nowhere else is put wherever staff put words that readers must not
see. Then a reader follows every link from the front page, the map of the site, the feed
and the search, and asks for every address that is known here beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from articles.models import Article
from articles.publishing import publish, rename, withdraw
from glossary.models import RelationKind, Term
from glossary.publishing import publish as publish_term
from glossary.publishing import withdraw as withdraw_term
from glossary.rejecting import reject_words
from immunosite.core import workflow
from immunosite.core.curating import save_tag
from immunosite.core.pages import Withdrawal
from references.evidencing import save_evidence
from references.formats import FORMATS
from references.models import Reference
from references.supporting import Place
from tests.factories import (
    approved,
    colleague,
    draft_article,
    draft_term,
    make_article,
    make_reference,
    make_tag,
    make_term,
    publisher,
)

pytestmark = [pytest.mark.django_db, pytest.mark.exhaustive]
TOKEN = "zyxquokka"
DAY = timedelta(days=1)
ENTRIES = [
    "/", "/articles/", "/glossary/", "/references/", "/topics/", "/search/",
    "/search/?q=hope", "/search/?q=tag", "/search/?q=other", f"/search/?q={TOKEN}", "/feed.atom", "/sitemap.xml",
    "/glossary/suggest?q=hope", "/glossary/suggest?q=zyxq", "/glossary/suggest?q=zyxqoukka",
    "/glossary/suggest?q=gone", "/glossary/suggest?q=soon", "/glossary/?q=hope", f"/glossary/?q={TOKEN}",
    "/robots.txt", "/handout/", "/handout/?article=live&article=draft&article=soon",
]  # fmt: skip
SLUGS = ["live", "draft", "soon", "gone", "explained", "moved", "former", TOKEN]


def secret(word: str = "Hope") -> dict[str, str]:
    """A text that says the token in every field."""
    return {"title": f"{word} {TOKEN}", "body": f"{word} {TOKEN}.\n\n## {TOKEN}"}


def definition(word: str, other: Term) -> dict[str, Any]:
    """All that a term may have, each with the token, and a relation to another term."""
    kinds = ("plural", "synonym", "variant", "abbreviation")
    return {
        "title": f"{word} {TOKEN}",
        "body": f"Hope {TOKEN}.",
        "forms": [(kind, f"{word} {kind} {TOKEN}") for kind in kinds],
        "professional": f"Exactly {TOKEN}.",
        "respelling": TOKEN,
        "ipa": TOKEN,
        "audio": f"/media/{TOKEN}.mp3",
        "picture": f"/media/{TOKEN}-30x20.png",
        "picture_alt": TOKEN,
        "picture_credit": TOKEN,
        "translations": {"es": TOKEN},
        "relations": [(RelationKind.BROADER.value, other)],
    }


@pytest.fixture
def site(reviewer):
    """Each kind of page in each state that is not public, beside one that is."""
    later = timezone.now() + DAY
    hidden = make_tag(f"Tag {TOKEN}")
    make_reference("live-2015", title="A study of hope")
    private = {"note": TOKEN, "tags": [hidden]}
    told = {**private, "summary": TOKEN, "public_note": TOKEN}
    # Articles: drafts alone and beside what is live, scheduled alone and beside.
    basics = make_tag("Basics")
    hidden.parent = basics
    save_tag(hidden, by=publisher(), aliases=[f"Other {TOKEN}"])
    fine = "Hope helps [@live-2015]. See [it](article:soon), [it](article:draft)."
    draft_article("soon")
    draft_article("draft", **secret(), **told)
    make_article("live", fine, title="Hope", note=TOKEN, tags=[basics])
    make_article("soon", **secret(), **told, live_from=later)
    make_article("live", **secret(), **told, live_from=later)
    draft_article("live", **secret(), **told)
    # Words and reasons of the desk, of what is live.
    reviewed = draft_article("reviewed", "Hope, reviewed.", note=TOKEN)
    workflow.submit(reviewed, by=publisher(), note=TOKEN)
    workflow.request_changes(reviewed, by=colleague(), note=TOKEN)
    workflow.submit(reviewed, by=publisher())
    workflow.approve(reviewed, by=reviewer, is_sign_off=True, note=TOKEN)
    publish(reviewed, by=publisher())
    make_article("forced", "Hope, forced.", forced_reason=TOKEN)
    # Withdrawn with each of the three answers; none says why, or what stood there.
    for slug, how in (
        ("gone", {}),
        ("explained", {"withdrawn_as": Withdrawal.EXPLAINED, "text": "Out of date."}),
        ("moved", {"withdrawn_as": Withdrawal.REDIRECTED, "to": "/articles/live/"}),
    ):
        page = make_article(slug, f"Hope {TOKEN}.", summary=TOKEN, tags=[hidden]).page
        withdraw(page, by=publisher(), reason=TOKEN, **how)
    renamed = approved(draft_article("former", "Hope, renamed.", note=TOKEN))
    publish(renamed, by=publisher())
    rename(renamed.page, "present", by=publisher())
    # Words that a page never links, and what supports its sentences.
    page = Article.objects.get(slug="live")
    reject_words([("articles.article", page.pk, TOKEN)], by=publisher())
    place = Place(page, TOKEN, "k" * 64, Reference.objects.get())
    save_evidence(place, quotation=TOKEN, seen="", by=publisher())
    # Terms: each that is not public leads to a public one, which leads to them all.
    live = make_term("Live", "Hope of a term.", note=TOKEN).page
    drafted = draft_term(slug="draft", **private, **definition("Draft", live)).page
    told = {"tags": [hidden], "public_note": TOKEN, **definition("Soon", live)}
    soon = make_term(slug="soon", live_from=later, **told).page
    # What a page was called is told where it was.
    gone = make_term(**{**definition("Gone", live), "title": "Gone"}).page
    withdraw_term(gone, by=publisher(), reason=TOKEN)
    kinds = zip(RelationKind.values, (drafted, soon, gone), strict=True)
    make_term("Live", "Hope of a term.", note=TOKEN, relations=list(kinds))
    beside = make_term("Beside", "Hope, too.").page
    draft_term(slug="live", **private, **definition("Live", beside))


def known() -> Iterator[str]:
    """Addresses that somebody might try, whether a link leads there or not."""
    yield from ENTRIES
    for slug in SLUGS:
        for end in ("", "history/", "handout/", "?on=2020-01-01"):
            yield f"/articles/{slug}/{end}"
            yield f"/pages/{slug}/{end}"
            yield f"/glossary/{slug}/{end}"
        for form in FORMATS.values():
            yield f"/articles/{slug}/cite.{form.extension}"
            yield f"/articles/{slug}/references.{form.extension}"
        yield f"/topics/{slug}/"
        yield f"/references/{slug}/"
    for slug in (f"tag-{TOKEN}", f"other-{TOKEN}"):
        yield f"/topics/{slug}/"
        yield f"/topics/basics+{slug}/"
        yield f"/topics/{slug}+basics/"
    for kind in ("articles.article", "glossary.term", "references.reference"):
        yield f"/search/?q={TOKEN}&kind={kind}"


def walk(client: Client) -> dict[str, str]:
    """All that a reader can get: address → answer, with its headers."""
    waiting, found = list(known()), {}
    while waiting:
        path = waiting.pop()
        if path in found or path.startswith(("/admin/", "/static/")):
            continue
        answer = client.get(path)
        body = (
            b"".join(answer.streaming_content) if answer.streaming else answer.content
        )
        text = body.decode(errors="replace")
        headers = "\n".join(f"{name}: {value}" for name, value in answer.items())
        found[path] = f"{headers}\n\n{text}"
        links = re.findall(r'(?:href|src)="([^"]+)"|<loc>([^<]+)</loc>', text)
        if "Location" in answer:
            links.append((answer["Location"], ""))
        for link in links:
            url = urlsplit(urljoin(f"http://testserver{path}", unescape("".join(link))))
            if url.netloc == "testserver":
                waiting.append(url.path + (f"?{url.query}" if url.query else ""))
    return found


def without_the_question(path: str, answer: str) -> str:
    """The answer without what the reader has typed, which pages of course show."""
    if path.startswith(("/search/", "/glossary/?q=")):
        typed = (f'value="{TOKEN}"', f"“{TOKEN}”", f"q={TOKEN}", f"<title>{TOKEN}")
        for words in typed:
            answer = answer.replace(words, "")
    for asked in (path, path.partition("?")[0]):
        if TOKEN in asked:
            answer = answer.replace(asked, "")
    return answer


@pytest.mark.parametrize("time", ["fresh", "kept"])
def test_nothing_that_is_not_public_is_at_any_public_address(site, time):
    client = Client()
    cache.clear()
    if time == "kept":
        walk(client)
    answers = walk(client)
    files = [f"/glossary/glossary.{each}" for each in ("csv", "json", "ttl", "jsonld")]
    pages = ["/articles/live/", "/articles/reviewed/", "/glossary/live/"]
    for path in [*pages, *files]:
        assert "Hope" in answers[path]
    assert "Related words" not in answers["/glossary/live/"]
    telling = {
        path: answer[max(0, answer.index(TOKEN) - 80) :][:200]
        for path, answer in (
            (path, without_the_question(path, answer))
            for path, answer in answers.items()
        )
        if TOKEN in answer
    }
    assert telling == {}
    assert len(answers) > 100


def test_the_canary_would_be_heard(site):
    """The same walk finds the token once the drafts are live."""
    draft = draft_article("live", f"Hope {TOKEN}.")
    publish(approved(draft), by=publisher())
    publish_term(approved(Term.objects.get(slug="live").newest()), by=publisher())
    cache.clear()
    answers = walk(Client())
    assert TOKEN in answers["/articles/live/"]
    shown = answers["/glossary/live/"]
    for words in (
        f"Live plural {TOKEN}", f"Exactly {TOKEN}", f"<strong>{TOKEN}<", f">/{TOKEN}/<", f"{TOKEN}.mp3",
        f"{TOKEN}-30x20.png", f'alt="{TOKEN}"', f">{TOKEN}</dd>", 'href="/glossary/beside/"',
    ):  # fmt: skip
        assert words in shown
