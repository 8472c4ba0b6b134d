"""Nothing unapproved is ever shown without the mark of a forced publish.

Three people who may do everything write, submit, approve, send back, publish, force,
withdraw, restore and preview in any order, on any revision, while the clock goes on.
Beside them runs a ledger that knows just this: who wrote which words, who else approved
those very words, and what was published with a reason.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

import articles.publishing
import glossary.publishing
from articles.models import Article
from glossary.models import Term
from immunosite.core import workflow
from immunosite.core.pages import Status
from immunosite.core.publishing import EditConflict, PublishingRefused
from immunosite.core.reviews import ReviewerProfile
from tests.factories import make_user

HOUR = timedelta(hours=1)
# Every revision has a word of its own, which says whose words a page shows.
WORD = re.compile(r"secret(\d+)x")
DEEDS = {"article": articles.publishing, "term": glossary.publishing}
PUBLIC = ("/", "/articles/", "/glossary/", "/search/?q=common", "/feed.atom")
people = st.sampled_from(["one", "two", "three"])
pages = st.sampled_from(list(DEEDS))
# Mostly the newest revision, now and then an older one.
backs = st.sampled_from([0, 0, 0, 1, 2])


class Desk(RuleBasedStateMachine):
    """All that moves a revision."""

    def __init__(self) -> None:
        super().__init__()
        # The epoch goes back with the transaction, so kept pages would seem fresh.
        cache.clear()
        self.around = transaction.atomic()
        self.around.__enter__()
        self.now = datetime(2030, 1, 1, tzinfo=UTC)
        self.clock = time_machine.travel(self.now, tick=False)
        self.hands = self.clock.start()
        self.people = {name: make_user(name) for name in ("one", "two", "three")}
        ReviewerProfile.objects.create(
            user=self.people["two"], name="Two", credentials="MD", conflicts="None"
        )
        self.number = 0
        # By the revision's key: who wrote it, its words, who approved it, the reason.
        self.writers: dict[tuple[str, int], str] = {}
        self.words: dict[tuple[str, int], tuple[str, str]] = {}
        self.approvals: dict[tuple[str, int], str] = {}
        self.reasons: dict[tuple[str, int], str] = {}
        self.pages = {"article": Article(slug="hope"), "term": Term(slug="cell")}
        for page in self.pages:
            self._save(page, "one", None)

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    # What they do

    @rule(page=pages, who=people)
    def write(self, page, who):
        self._save(page, who, self.pages[page].newest().number)

    @rule(page=pages, who=people, back=backs)
    def submit(self, page, who, back):
        revision = self._revision(page, back)
        self._try(lambda: workflow.submit(revision, by=self.people[who]))

    @rule(page=pages, who=people, back=backs, signs=st.booleans())
    def approve(self, page, who, back, signs):
        revision = self._revision(page, back)
        by = self.people[who]
        if self._try(lambda: workflow.approve(revision, by=by, is_sign_off=signs)):
            assert self.writers[page, revision.pk] != who
            self.approvals[page, revision.pk] = who

    @rule(page=pages, who=people, back=backs)
    def request_changes(self, page, who, back):
        revision = self._revision(page, back)
        by = self.people[who]
        if self._try(lambda: workflow.request_changes(revision, by=by, note="More.")):
            self.approvals.pop((page, revision.pk), None)

    @rule(page=pages, who=people, others=st.permutations(["one", "two", "three"]))
    def go_the_whole_way(self, page, who, others):
        """So that approved words are often live."""
        self.write(page, who)
        self.submit(page, who, 0)
        self.approve(page, next(name for name in others if name != who), 0, False)
        self.publish(page, who, 0, 0, None, "")

    @rule(
        page=pages, who=people, back=backs, delay=st.integers(0, 2),
        length=st.none() | st.integers(1, 2),
        reason=st.sampled_from(["", " ", "A recall."]),
    )  # fmt: skip
    def publish(self, page, who, back, delay, length, reason):
        revision = self._revision(page, back)
        start = self.now + delay * HOUR
        how = {
            "live_from": start if delay else None,
            "live_until": start + length * HOUR if length else None,
            "forced_reason": reason,
        }
        by = self.people[who]
        if self._try(lambda: DEEDS[page].publish(revision, by=by, **how)):
            is_approved = (page, revision.pk) in self.approvals
            assert is_approved or reason.strip()
            self.reasons[page, revision.pk] = "" if is_approved else reason

    @rule(page=pages, who=people)
    def withdraw(self, page, who):
        by, thing = self.people[who], self._page(page)
        self._try(lambda: DEEDS[page].withdraw(thing, by=by, reason="Old."))

    @rule(page=pages, who=people, back=backs)
    def restore(self, page, who, back):
        old, newest = self._revision(page, back), self.pages[page].newest()
        revision = DEEDS[page].restore(old, based_on=newest.number, by=self.people[who])
        self._note(page, who, revision)

    @rule(page=pages, who=people, back=backs)
    def preview(self, page, who, back):
        """Which shows any revision to staff as if it were live."""
        revision = self._revision(page, back)
        client = Client()
        client.force_login(self.people[who])
        label = revision.page._meta.label_lower.replace(".", "_")
        args = [revision.page_id, revision.number]
        answer = client.get(reverse(f"admin:{label}_preview", args=args))
        assert revision.title in answer.content.decode()

    @rule(delay=st.integers(1, 2))
    def wait(self, delay):
        self.now += delay * HOUR
        self.hands.move_to(self.now, tick=False)

    # What must hold after each

    @invariant()
    def what_is_or_was_or_will_be_public_is_approved_or_marked(self):
        for page, thing in self.pages.items():
            for revision in thing.revisions.exclude(live_from=None):
                key = page, revision.pk
                if revision.forced_reason:
                    assert revision.forced_reason == self.reasons[key]
                else:
                    assert self.approvals[key] != self.writers[key]
                    assert revision.status == Status.APPROVED

    @invariant()
    def no_word_of_a_revision_is_ever_another(self):
        for page, thing in self.pages.items():
            rows = thing.revisions.values_list("pk", "title", "body")
            for pk, *words in rows:
                assert tuple(words) == self.words[page, pk]

    @invariant()
    def readers_see_no_word_that_is_not_approved_or_marked(self):
        client = Client()
        allowed = {
            word
            for key, words in self.words.items()
            if key in self.approvals or self.reasons.get(key)
            for word in WORD.findall(" ".join(words))
        }
        own = [thing.get_absolute_url() for thing in self.pages.values()]
        for path in (*PUBLIC, *own):
            shown = set(WORD.findall(client.get(path).content.decode()))
            assert shown <= allowed, path

    # How

    def _page(self, page):
        return type(self.pages[page]).objects.get(pk=self.pages[page].pk)

    def _revision(self, page, back):
        """The newest revision, or one or two before it, read anew."""
        revisions = self._page(page).revisions.select_related("page")
        return list(revisions.order_by("-number")[: back + 1])[-1]

    def _save(self, page, who, based_on):
        self.number += 1
        word = f"secret{self.number}x"
        fields = {"title": f"Common {word}", "body": f"Common {word}."}
        fields |= {"summary": word} if page == "article" else {}
        thing = self.pages[page]
        by = self.people[who]
        revision = DEEDS[page].save_draft(thing, based_on=based_on, by=by, **fields)
        self._note(page, who, revision)

    def _note(self, page, who, revision):
        self.writers[page, revision.pk] = who
        self.words[page, revision.pk] = (revision.title, revision.body)

    def _try(self, deed) -> bool:
        """Whether it was done; a refusal leaves nothing behind."""
        try:
            with transaction.atomic():
                deed()
        except (PublishingRefused, EditConflict, ValidationError):
            return False
        return True


@pytest.mark.django_db
def test_nothing_unapproved_is_shown_without_a_mark():
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
