"""Whatever staff do and whenever: readers see what is live, and nothing else.

A state machine publishes, schedules, withdraws and renames two articles and two terms
in any order while the clock goes on. Beside it runs a model of a page's intervals that
is a dozen lines long. After every step all public addresses are compared with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

import articles.publishing
import articles.relinking
import glossary.publishing
import glossary.relinking
from articles.models import Article, ArticleRevision
from glossary.models import Term, TermRevision
from immunosite.core.documents import Document
from immunosite.core.publishing import PublishingRefused
from tests.factories import approved, draft_article, draft_term, make_tag, publisher

HOUR = timedelta(hours=1)
# Every revision has a word of its own, which says what of it a page shows.
WORD = re.compile(r"secret(\d+)x")
LISTS = ("/", "/articles/", "/glossary/", "/topics/", "/topics/common/")
SEARCH = "/search/?q=common"
ARTICLES = ("one", "two")
OWN_LIST = {
    "one": "/articles/",
    "two": "/articles/",
    "alpha": "/glossary/",
    "beta": "/glossary/",
}
FOUND_BY_MACHINES = ("/feed.atom", "/sitemap.xml")


@dataclass
class Model:
    """When each revision of a page is live, by the rules of the house."""

    path: str
    former: set[str] = field(default_factory=set)
    # start → (end or None, number of the secret word)
    intervals: dict[datetime, tuple[datetime | None, int]] = field(default_factory=dict)

    def live(self, now: datetime) -> int | None:
        for start, (end, number) in self.intervals.items():
            if start <= now and (end is None or now < end):
                return number
        return None

    def publish(self, number: int, start: datetime, end: datetime | None) -> None:
        self.cut(start)
        later = min((other for other in self.intervals if other > start), default=None)
        if later and (end is None or end > later):
            end = later
        self.intervals[start] = (end, number)

    def cut(self, at: datetime) -> None:
        """End what is live at a moment; what starts just then is as if it never was."""
        self.intervals.pop(at, None)
        for start, (end, number) in self.intervals.items():
            if start < at and (end is None or end > at):
                self.intervals[start] = (at, number)

    def withdraw(self, now: datetime) -> bool:
        before = dict(self.intervals)
        self.intervals = {start: rest for start, rest in before.items() if start < now}
        self.cut(now)
        return self.intervals != before

    def was_public(self, now: datetime) -> bool:
        return any(start <= now for start in self.intervals)


pages = st.sampled_from(list(OWN_LIST))
article_pages = st.sampled_from(ARTICLES)
hours = st.integers(0, 3)


class Staff(RuleBasedStateMachine):
    """All that changes what readers see."""

    def __init__(self) -> None:
        super().__init__()
        # The epoch goes back with the transaction, so kept pages would seem fresh.
        cache.clear()
        self.around = transaction.atomic()
        self.around.__enter__()
        self.clock = time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False)
        self.now = datetime(2030, 1, 1, tzinfo=UTC)
        self.hands = self.clock.start()
        self.tag = make_tag("Common")
        self.number = 0
        self.renamed = 0
        self.client = Client()
        self.models = {
            name: Model(f"{address}{name}/") for name, address in OWN_LIST.items()
        }
        for name in self.models:
            self._draft(name)

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    # What staff do

    @rule(page=pages)
    def write(self, page):
        """A draft, which nobody may see."""
        self._draft(page)

    @rule(page=pages, delay=hours, length=st.none() | st.integers(1, 3))
    def publish(self, page, delay, length):
        revision = approved(self._draft(page))
        start = self.now + delay * HOUR
        end = start + length * HOUR if length else None
        deeds = self._deeds(page)
        live_from = start if delay else None
        deeds.publish(revision, by=publisher(), live_from=live_from, live_until=end)
        self.models[page].publish(self.number, start, end)

    @rule(page=pages)
    def withdraw(self, page):
        has_something = self.models[page].withdraw(self.now)
        try:
            self._deeds(page).withdraw(self._page(page), by=publisher(), reason="")
        except PublishingRefused:
            assert not has_something
        else:
            assert has_something

    @rule(page=article_pages)
    def rename(self, page):
        model = self.models[page]
        self.renamed += 1
        slug = f"{page}-{self.renamed}"
        articles.publishing.rename(self._page(page), slug, by=publisher())
        model.former.add(model.path)
        model.path = f"/articles/{slug}/"

    @rule(delay=st.integers(1, 3))
    def wait(self, delay):
        """To the very moment at which something may begin or end."""
        self.now += delay * HOUR
        self.hands.move_to(self.now, tick=False)

    @rule()
    def compile_again(self):
        """What the timer does."""
        glossary.relinking.announce()
        articles.relinking.announce()
        glossary.relinking.rerender_stale()
        articles.relinking.rerender_stale()
        assert not TermRevision.objects.live().stale().exists()
        assert not ArticleRevision.objects.live().stale().exists()

    # What must hold after each

    @invariant()
    def readers_see_what_is_live_and_nothing_else(self):
        own = [model.path for model in self.models.values()]
        former = [path for model in self.models.values() for path in model.former]
        paths = (*LISTS, SEARCH, *FOUND_BY_MACHINES, *own, *former)
        answers = {path: self.client.get(path) for path in paths}
        self._check_addresses(answers)
        self._check_words(answers)
        self._check_lists(answers)

    def _check_addresses(self, answers):
        for model in self.models.values():
            live = model.live(self.now)
            gone = 410 if model.was_public(self.now) else 404
            expected = gone if live is None else 200
            assert answers[model.path].status_code == expected, model
            if live is not None:
                assert live in seen(answers[model.path]), model
            for path in model.former:
                expected = gone if live is None else 301
                assert answers[path].status_code == expected, model

    def _check_words(self, answers):
        live = {model.live(self.now) for model in self.models.values()}
        for path, answer in answers.items():
            # The page of what is gone names it by its last title.
            if answer.status_code in (200, 301):
                assert seen(answer) <= live, path

    def _check_lists(self, answers):
        for name, model in self.models.items():
            lists = [OWN_LIST[name], SEARCH, "/sitemap.xml"]
            lists += ["/feed.atom"] if name in ARTICLES else []
            is_live = model.live(self.now) is not None
            for path in lists:
                page = answers[path].content.decode()
                assert (model.path in page) == is_live, (path, model)
                assert not [old for old in model.former if old in page], path

    @invariant()
    def intervals_are_those_of_the_model_and_never_overlap(self):
        for name, model in self.models.items():
            revisions = self._page(name).revisions.exclude(live_from=None)
            rows = sorted(revisions.values_list("live_from", "live_until"))
            ends = {start: end for start, (end, _) in model.intervals.items()}
            assert rows == sorted(ends.items())
            for (_, end), (start, _) in pairwise(rows):
                assert end is not None and end <= start

    @invariant()
    def the_shelf_holds_what_is_live(self):
        shelved = Document.objects.live().values_list("path", flat=True)
        live = [model.path for model in self.models.values() if model.live(self.now)]
        assert sorted(shelved) == sorted(live)

    # How

    def _draft(self, page):
        """A new revision that mentions and links all the others."""
        self.number += 1
        word = f"secret{self.number}x"
        body = f"Common {word} of an alpha, of a beta.\n\n[one](article:one)"
        fields = {"title": f"{page.capitalize()} {word}", "tags": [self.tag]}
        if page in ARTICLES:
            slug = self.models[page].path.split("/")[2]
            return draft_article(slug, body, summary=word, **fields)
        forms = [("synonym", page)]
        return draft_term(
            fields["title"], f"Common {word}.", slug=page, forms=forms, tags=[self.tag]
        )

    def _deeds(self, page):
        return articles.publishing if page in ARTICLES else glossary.publishing

    def _page(self, page):
        slug = self.models[page].path.split("/")[2]
        model = Article if page in ARTICLES else Term
        return model.objects.get(slug=slug)


def seen(answer) -> set[int]:
    """Of which revisions a page shows something."""
    return {int(number) for number in WORD.findall(answer.content.decode())}


@pytest.mark.django_db
def test_readers_see_what_is_live_and_nothing_else():
    run_state_machine_as_test(
        Staff,
        settings=settings(
            max_examples=6,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
