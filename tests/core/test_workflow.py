"""The way of a revision over the desk: who may take which step, and what it leaves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from articles.models import ArticleRevision
from articles.publishing import publish, save_draft
from immunosite.core.audit import AuditEntry
from immunosite.core.caching import Epoch
from immunosite.core.pages import Status
from immunosite.core.publishing import EditConflict, PublishingRefused
from immunosite.core.reviews import Review, ReviewerProfile, Verdict
from immunosite.core.signals import transitioned
from immunosite.core.workflow import (
    REVIEW_AGAIN_AFTER,
    TRANSITIONS,
    approve,
    may,
    request_changes,
    right,
    submit,
)
from tests.factories import approved, colleague, draft_article, draft_term, publisher

pytestmark = pytest.mark.django_db
STEPS = {
    "submit": submit,
    "approve": approve,
    "request changes": lambda revision, by: request_changes(
        revision, by=by, note="Say more."
    ),
}


@pytest.fixture
def told():
    """What is sent of each step: (action, revision's number, who, details)."""
    heard = []

    def hear(sender, revision, action, by, **details):
        details.pop("signal")
        heard.append((action, revision.number, by, details))

    transitioned.connect(hear)
    yield heard
    transitioned.disconnect(hear)


def fresh(revision) -> ArticleRevision:
    return type(revision).objects.get(pk=revision.pk)


def in_status(status: Status, slug: str = "hope") -> ArticleRevision:
    """A draft by the publisher that has come just so far."""
    revision = draft_article(slug)
    if status != Status.DRAFT:
        submit(revision, by=publisher())
    if status == Status.CHANGES_REQUESTED:
        request_changes(revision, by=colleague(), note="Say more.")
    if status == Status.APPROVED:
        approve(revision, by=colleague())
    return revision


def epoch() -> int:
    return Epoch.objects.get().value


class TestTransitions:
    """Every step from every status, against the table."""

    @pytest.mark.parametrize("status", Status)
    @pytest.mark.parametrize("action", TRANSITIONS)
    def test_leads_on_or_is_refused_as_the_table_says(self, action, status, told):
        revision = in_status(status)
        told.clear()
        before = AuditEntry.objects.count()
        transition = TRANSITIONS[action]
        if status in transition.starts:
            STEPS[action](revision, by=colleague())
            assert fresh(revision).status == transition.end
            assert [step[0] for step in told] == [action]
        else:
            words = f"Revision 1 is {status}: you can't {action} it."
            with pytest.raises(PublishingRefused, match=words):
                STEPS[action](revision, by=colleague())
            assert fresh(revision).status == status
            assert (told, AuditEntry.objects.count()) == ([], before)

    @pytest.mark.parametrize("action", TRANSITIONS)
    def test_of_what_has_been_published_there_is_none(self, action):
        revision = publish(approved(draft_article("hope")), by=publisher())
        with pytest.raises(PublishingRefused, match="Revision 1 is published"):
            STEPS[action](revision, by=colleague())
        assert fresh(revision).status == Status.APPROVED

    @pytest.mark.parametrize("action", TRANSITIONS)
    def test_there_is_none_of_what_is_not_the_newest(self, action):
        start = next(iter(TRANSITIONS[action].starts))
        old, newest = in_status(start), draft_article("hope", "More.")
        with pytest.raises(EditConflict) as conflict:
            STEPS[action](old, by=colleague())
        assert conflict.value.newest == newest
        assert fresh(old).status == start

    @pytest.mark.parametrize("action", TRANSITIONS)
    def test_is_taken_once_however_old_the_copy_is(self, action):
        revision = in_status(next(iter(TRANSITIONS[action].starts)))
        seen_before = fresh(revision)
        STEPS[action](revision, by=colleague())
        if TRANSITIONS[action].end not in TRANSITIONS[action].starts:
            with pytest.raises(PublishingRefused):
                STEPS[action](seen_before, by=colleague())

    def test_a_new_revision_is_a_draft_again_whatever_the_last_one_was(self):
        for status in Status:
            revision = in_status(status, slug=status.replace(" ", "-"))
            later = save_draft(
                revision.page, based_on=1, by=publisher(), title="Hope",
                summary="On hope.", body="A word changed.",
            )  # fmt: skip
            assert (later.status, fresh(revision).status) == (Status.DRAFT, status)

    def test_terms_go_the_same_way(self):
        revision = draft_term("Cytokine")
        submit(revision, by=publisher())
        approve(revision, by=colleague())
        assert fresh(revision).status == Status.APPROVED
        assert Review.objects.get().kind == "glossary.term"


class TestRights:
    """Author, reviewer, editor: who may take which step."""

    MAY = {
        "submit": {"author", "editor", "administrator"},
        "approve": {"reviewer", "editor", "administrator"},
        "request changes": {"reviewer", "editor", "administrator"},
    }

    @pytest.mark.parametrize("who", ["author", "reviewer", "editor", "administrator"])
    @pytest.mark.parametrize("action", TRANSITIONS)
    @pytest.mark.parametrize("draft", [draft_article, draft_term])
    def test_is_what_the_role_says(self, request, action, who, draft):
        user = request.getfixturevalue(who)
        revision = draft("hope")
        if action != "submit":
            submit(revision, by=publisher())
        before = revision.status
        is_allowed = who in self.MAY[action]
        assert may(action, revision, user) == is_allowed
        if is_allowed:
            STEPS[action](revision, by=user)
        else:
            needed = right(revision.page, TRANSITIONS[action].right)
            with pytest.raises(PermissionDenied, match=needed):
                STEPS[action](revision, by=user)
            assert fresh(revision).status == before

    def test_is_named_as_django_does(self):
        assert right(draft_article("hope").page, "review") == "articles.review_article"
        assert right(draft_term("hope").page, "publish") == "glossary.publish_term"


class TestMay:
    """What the desk offers is what the deeds let through."""

    @pytest.mark.parametrize("status", Status)
    @pytest.mark.parametrize("action", TRANSITIONS)
    def test_follows_the_status(self, action, status):
        is_start = status in TRANSITIONS[action].starts
        assert may(action, in_status(status), colleague()) == is_start

    def test_offers_no_approval_of_ones_own(self):
        revision = in_status(Status.IN_REVIEW)
        assert not may("approve", revision, publisher())
        assert may("request changes", revision, publisher())

    @pytest.mark.parametrize("action", TRANSITIONS)
    def test_offers_nothing_once_it_is_published(self, action):
        revision = publish(approved(draft_article("hope")), by=publisher())
        assert not may(action, revision, colleague())


class TestSubmit:
    def test_is_written_down_and_told(self, author, told):
        revision = draft_article("hope")
        submit(revision, by=author, note="Please look at the doses.")
        entry = AuditEntry.objects.get(by=author)
        assert (entry.action, entry.subject) == ("submit", "Hope")
        assert entry.details == {
            "revision": 1,
            "note": "Please look at the doses.",
            "before": {"status": "draft"},
            "after": {"status": "in review"},
        }
        assert told == [("submit", 1, author, {"note": "Please look at the doses."})]

    def test_moves_nothing_that_readers_see(self):
        revision = draft_article("hope")
        before = epoch()
        submit(revision, by=publisher())
        assert epoch() == before

    def test_is_undone_with_all_that_hears_of_it(self):
        def fail(**kwargs):
            raise RuntimeError("the mail could not be queued")

        revision = draft_article("hope")
        transitioned.connect(fail)
        try:
            with pytest.raises(RuntimeError):
                submit(revision, by=publisher())
        finally:
            transitioned.disconnect(fail)
        assert fresh(revision).status == Status.DRAFT
        assert "submit" not in AuditEntry.objects.values_list("action", flat=True)


class TestRequestChanges:
    @pytest.mark.parametrize("note", ["", " \n"])
    def test_says_what_should_change(self, note):
        revision = in_status(Status.IN_REVIEW)
        with pytest.raises(ValidationError) as error:
            request_changes(revision, by=colleague(), note=note)
        assert set(error.value.error_dict) == {"note"}
        assert fresh(revision).status == Status.IN_REVIEW

    def test_is_kept_as_a_review(self):
        revision = in_status(Status.IN_REVIEW)
        review = request_changes(revision, by=colleague(), note="Say more.")
        assert review == Review.objects.get()
        assert (review.kind, review.page_id, review.revision_id) == (
            "articles.article", revision.page_id, revision.pk,
        )  # fmt: skip
        assert (review.verdict, review.note) == (Verdict.CHANGES_REQUESTED, "Say more.")
        assert not review.is_sign_off

    def test_takes_an_approval_back(self):
        revision = in_status(Status.APPROVED)
        request_changes(revision, by=colleague(), note="One thing more.")
        with pytest.raises(PublishingRefused, match="not approved"):
            publish(revision, by=publisher())

    def test_is_answered_with_the_same_words_or_others(self):
        revision = in_status(Status.CHANGES_REQUESTED)
        submit(revision, by=publisher(), note="It is right as it stands.")
        assert fresh(revision).status == Status.IN_REVIEW


class TestApprove:
    def test_takes_four_eyes(self):
        revision = in_status(Status.IN_REVIEW)
        with pytest.raises(PublishingRefused, match="somebody else must approve it"):
            approve(revision, by=publisher())
        assert fresh(revision).status == Status.IN_REVIEW
        assert not Review.objects.exists()

    def test_even_of_who_only_restored_old_words(self, editor):
        draft_article("hope", "One.")
        newest = save_draft(
            draft_article("hope", "Two.").page, based_on=2, by=editor,
            title="Hope", summary="On hope.", body="One.",
        )  # fmt: skip
        submit(newest, by=editor)
        with pytest.raises(PublishingRefused):
            approve(newest, by=editor)

    def test_bears_the_name_of_the_account_without_a_profile(self, editor):
        review = approve(in_status(Status.IN_REVIEW), by=editor, note="Fine.")
        assert (review.name, review.credentials, review.note) == ("editor", "", "Fine.")
        assert review.by == editor

    def test_and_that_of_the_profile_with_one(self, reviewer):
        review = approve(in_status(Status.IN_REVIEW), by=reviewer)
        assert (review.name, review.credentials, review.conflicts) == (
            "R. Viewer", "a test, MD", "None",
        )  # fmt: skip
        assert not review.is_sign_off

    def test_alone_sets_no_date(self, reviewer):
        revision = in_status(Status.IN_REVIEW)
        approve(revision, by=reviewer, due_on=date(2030, 1, 1))
        revision.page.refresh_from_db()
        assert revision.page.review_due_on is None


class TestSignOff:
    def test_is_complete_and_says_when_to_look_again(self, reviewer):
        revision = in_status(Status.IN_REVIEW)
        before = epoch()
        review = approve(revision, by=reviewer, is_sign_off=True)
        assert review.is_sign_off
        revision.page.refresh_from_db()
        due = timezone.localdate() + REVIEW_AGAIN_AFTER
        assert revision.page.review_due_on == due
        assert epoch() > before
        details = AuditEntry.objects.get(by=reviewer).details
        assert details["is_sign_off"] is True

    def test_can_say_it_should_be_sooner(self, reviewer):
        revision = in_status(Status.IN_REVIEW)
        soon = timezone.localdate() + timedelta(days=90)
        approve(revision, by=reviewer, is_sign_off=True, due_on=soon)
        revision.page.refresh_from_db()
        assert revision.page.review_due_on == soon

    def test_needs_a_name(self, editor):
        revision = in_status(Status.IN_REVIEW)
        with pytest.raises(ValidationError, match="you need a reviewer profile"):
            approve(revision, by=editor, is_sign_off=True)
        assert fresh(revision).status == Status.IN_REVIEW
        assert not Review.objects.exists()

    def test_stays_as_it_was_signed(self, reviewer):
        review = approve(in_status(Status.IN_REVIEW), by=reviewer, is_sign_off=True)
        ReviewerProfile.objects.update(name="Another", credentials="other")
        review.refresh_from_db()
        assert (review.name, review.credentials) == ("R. Viewer", "a test, MD")
        ReviewerProfile.objects.all().delete()
        assert Review.objects.get().name == "R. Viewer"
