"""The way of a page over the desk as author, reviewer and editor walk it."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.publishing import publish
from glossary.publishing import publish as publish_term
from immunosite.core.audit import AuditEntry
from immunosite.core.caring import set_care
from immunosite.core.pages import Status
from immunosite.core.reviews import Review
from immunosite.core.workflow import REVIEW_AGAIN_AFTER, approve, submit
from tests.factories import (
    approved,
    draft_article,
    draft_term,
    make_article,
    make_term,
    make_user,
    publisher,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
# A form is never sent empty: a browser always sends its token along.
TOKEN = {"csrfmiddlewaretoken": "x"}
APPROVED = {"verdict": "approved"}
CHANGES = {"verdict": "changes requested", "note": "Say which doses."}
FORCED = {"forced_reason": "A drug was recalled."}


class Desk:
    """A browser in which a member of the staff is logged in."""

    def __init__(self, user) -> None:
        self.client = Client()
        self.client.force_login(user)

    def look(self, page, step: str = "change", *args: int) -> str:
        answer = self.client.get(address_of(page, step, *args))
        assert answer.status_code == 200
        return answer.content.decode()

    def send(self, page, step: str, *args: int, **typed):
        address = address_of(page, step, *args)
        return self.client.post(address, {**TOKEN, **typed}, follow=True)

    def steps(self, page) -> set[str]:
        """Which steps the page of the newest revision offers."""
        shown = self.look(page)
        number = page.newest().number
        of_revision = {
            step: address_of(page, step, number)
            for step in ("submit", "review", "publish")
        }
        of_page = {step: address_of(page, step) for step in ("withdraw", "care")}
        offered = (of_revision | of_page).items()
        return {step for step, address in offered if f'"{address}"' in shown}


def address_of(page, step: str, *args: int) -> str:
    name = f"{page._meta.app_label}_{page._meta.model_name}_{step}"
    return reverse(f"admin:{name}", args=[page.pk, *args])


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def told(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def read(address: str) -> str:
    """The words that a reader gets."""
    answer = Client().get(address)
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def fresh(revision):
    return type(revision).objects.get(pk=revision.pk)


@pytest.fixture
def authors(author):
    return Desk(author)


@pytest.fixture
def reviewers(reviewer):
    return Desk(reviewer)


@pytest.fixture
def editors(editor):
    return Desk(editor)


@pytest.fixture(params=[draft_article, draft_term], ids=["article", "term"])
def draft(request):
    """A first draft of an article, or of a term, by the publisher."""
    return request.param("Hope", "Some hope.")


class TestTheWholeWay:
    def test_from_a_draft_to_the_readers(self, authors, reviewers, editors, draft):
        page, path = draft.page, draft.page.get_absolute_url()
        assert told(authors.send(page, "submit", 1)) == [
            "Revision 1 waits for a review."
        ]
        assert fresh(draft).status == Status.IN_REVIEW
        assert told(reviewers.send(page, "review", 1, **CHANGES)) == [
            "Revision 1: changes requested."
        ]
        assert "Say which doses." in authors.look(page)
        authors.send(page, "submit", 1)
        assert told(reviewers.send(page, "review", 1, **APPROVED)) == [
            "Revision 1: approved."
        ]
        assert Client().get(path).status_code == 404
        (message,) = told(editors.send(page, "publish", 1))
        assert message.endswith("is live.")
        live = page.live_revision()
        assert (live.number, live.forced_reason) == (1, "")
        assert "Some hope." in read(path)
        story = AuditEntry.objects.order_by("pk").values_list("action", "by__username")
        assert list(story) == [
            ("save draft", "publisher"), ("submit", "author"),
            ("request changes", "reviewer"), ("submit", "author"),
            ("approve", "reviewer"), ("publish", "editor"),
        ]  # fmt: skip


class TestOffers:
    """The page of a revision offers just the steps that this person could take."""

    def test_of_a_draft(self, authors, reviewers, editors, draft):
        assert authors.steps(draft.page) == {"submit"}
        assert reviewers.steps(draft.page) == set()
        assert editors.steps(draft.page) == {"submit", "publish", "care"}

    def test_of_what_waits_for_a_review(self, authors, reviewers, editors, draft):
        submit(draft, by=publisher())
        assert authors.steps(draft.page) == set()
        assert reviewers.steps(draft.page) == {"review"}
        assert editors.steps(draft.page) == {"review", "publish", "care"}

    def test_of_what_is_approved(self, authors, reviewers, editors, draft):
        approved(draft)
        assert authors.steps(draft.page) == set()
        assert reviewers.steps(draft.page) == {"review"}
        assert editors.steps(draft.page) == {"review", "publish", "care"}

    def test_of_what_is_live(self, authors, reviewers, editors):
        page = publish(approved(draft_article("hope")), by=publisher()).page
        assert authors.steps(page) == reviewers.steps(page) == set()
        assert editors.steps(page) == {"withdraw", "care"}

    def test_a_reviewer_gets_no_button_that_would_be_refused(self, reviewers, draft):
        submit(draft, by=publisher())
        shown = reviewers.look(draft.page)
        assert "Save draft" not in shown
        # No field is shown as if it were empty: the preview shows them all.
        assert "None" not in text_of(shown)
        assert address_of(draft.page, "preview", 1) in shown


class TestForbidden:
    """Whoever sends a step by hand that is not theirs is refused."""

    @pytest.mark.parametrize(
        ("who", "step", "sent"),
        [
            ("reviewer", "submit", {}),
            ("author", "review", APPROVED),
            ("author", "publish", FORCED),
            ("reviewer", "publish", FORCED),
            ("author", "withdraw", {"withdrawn_as": "gone", "reason": "Mine."}),
            ("reviewer", "withdraw", {"withdrawn_as": "gone", "reason": "Mine."}),
            ("author", "care", {}),
            ("reviewer", "care", {}),
        ],
    )
    def test_by_role(self, request, draft, who, step, sent):
        if step == "review":
            submit(draft, by=publisher())
        desk = Desk(request.getfixturevalue(who))
        before = AuditEntry.objects.count()
        number = () if step in ("withdraw", "care") else (1,)
        assert desk.send(draft.page, step, *number, **sent).status_code == 403
        if step != "submit":
            address = address_of(draft.page, step, *number)
            assert desk.client.get(address).status_code == 403
        assert AuditEntry.objects.count() == before

    def test_submitting_takes_a_post(self, authors, draft):
        address = address_of(draft.page, "submit", 1)
        assert authors.client.get(address).status_code == 405
        assert fresh(draft).status == Status.DRAFT

    @pytest.mark.parametrize("step", ["submit", "review", "publish"])
    def test_of_a_revision_that_is_not_there(self, administrator, draft, step):
        desk = Desk(administrator)
        assert desk.send(draft.page, step, 2, **FORCED).status_code == 404

    def test_of_a_revision_of_another_page(self, editors):
        page, other = draft_article("hope").page, draft_article("other")
        approved(draft_article("other", "More."))
        assert other.page != page
        assert editors.send(page, "publish", 2, **FORCED).status_code == 404

    def test_what_is_not_ready_is_refused_in_words(self, authors, editors, draft):
        assert told(editors.send(draft.page, "review", 1, **APPROVED)) == [
            "Revision 1 is draft: you can't approve it."
        ]
        approved(draft)
        assert told(authors.send(draft.page, "submit", 1)) == [
            "Revision 1 is approved: you can't submit it."
        ]


class TestFourEyes:
    def test_nobody_approves_what_they_wrote(self, editor, editors):
        draft = draft_article("hope")
        type(draft).objects.update(created_by=editor)
        editors.send(draft.page, "submit", 1)
        assert 'value="approved"' not in editors.look(draft.page, "review", 1)
        answer = editors.send(draft.page, "review", 1, **APPROVED)
        assert list(answer.context["form"].errors) == ["verdict"]
        assert fresh(draft).status == Status.IN_REVIEW
        assert not Review.objects.exists()

    def test_nor_an_administrator(self):
        draft = draft_article("hope")
        submit(draft, by=publisher())
        Desk(publisher()).send(draft.page, "review", 1, **APPROVED)
        assert fresh(draft).status == Status.IN_REVIEW

    def test_but_may_ask_themselves_for_changes(self):
        draft = draft_article("hope")
        submit(draft, by=publisher())
        Desk(publisher()).send(draft.page, "review", 1, **CHANGES)
        assert fresh(draft).status == Status.CHANGES_REQUESTED

    def test_who_changed_a_word_of_it_did_write_it(self, reviewer, editor, editors):
        approved(draft_article("hope", "One."))
        draft = draft_article("hope", "One. And more.")
        type(draft).objects.filter(pk=draft.pk).update(created_by=editor)
        editors.send(draft.page, "submit", 2)
        editors.send(draft.page, "review", 2, **APPROVED)
        assert fresh(draft).status == Status.IN_REVIEW
        Desk(reviewer).send(draft.page, "review", 2, **APPROVED)
        assert fresh(draft).status == Status.APPROVED


class TestStaleNumbers:
    """Somebody saved in between: nobody approves or publishes what they did not see."""

    @pytest.fixture
    def old(self):
        old = approved(draft_article("hope", "One."))
        draft_article("hope", "Two.")
        return old

    @pytest.mark.parametrize(
        ("step", "sent"),
        [("submit", {}), ("review", APPROVED), ("review", CHANGES), ("publish", {})],
    )
    def test_are_refused_in_words(self, administrator, old, step, sent):
        before = AuditEntry.objects.count()
        (message,) = told(Desk(administrator).send(old.page, step, 1, **sent))
        assert "saved revision 2" in message
        assert message.endswith("Look at it first.")
        assert fresh(old).status == Status.APPROVED
        assert old.page.live_revision() is None
        assert AuditEntry.objects.count() == before

    def test_what_was_typed_is_kept(self, editors, old):
        answer = editors.send(old.page, "review", 1, **CHANGES)
        assert answer.context["form"]["note"].value() == "Say which doses."


class TestReviewing:
    @pytest.fixture
    def waiting(self):
        draft = draft_article("hope")
        submit(draft, by=publisher())
        return draft

    def errors(self, answer) -> list[str]:
        return list(answer.context["form"].errors)

    def test_says_whose_words_these_are_and_leads_to_them(self, reviewers, waiting):
        shown = reviewers.look(waiting.page, "review", 1)
        assert "revision 1, saved by publisher" in text_of(shown)
        assert address_of(waiting.page, "preview", 1) in shown

    def test_takes_a_verdict(self, reviewers, waiting):
        assert self.errors(reviewers.send(waiting.page, "review", 1)) == ["verdict"]
        bad = {"verdict": "perhaps"}
        answer = reviewers.send(waiting.page, "review", 1, **bad)
        assert self.errors(answer) == ["verdict"]

    @pytest.mark.parametrize("note", ["", "  "])
    def test_of_changes_takes_a_note(self, reviewers, waiting, note):
        answer = reviewers.send(waiting.page, "review", 1, **{**CHANGES, "note": note})
        assert self.errors(answer) == ["note"]
        assert fresh(waiting).status == Status.IN_REVIEW

    def test_a_sign_off_names_the_reviewer_and_the_next_review(
        self, reviewers, waiting
    ):
        soon = timezone.localdate() + 90 * DAY
        sent = {**APPROVED, "is_sign_off": "on", "due_on": soon.isoformat()}
        reviewers.send(waiting.page, "review", 1, **sent)
        review = Review.objects.get()
        assert (review.is_sign_off, review.name) == (True, "R. Viewer")
        waiting.page.refresh_from_db()
        assert waiting.page.review_due_on == soon

    def test_is_due_again_in_a_year_unless_said_otherwise(self, reviewers, waiting):
        sent = {**APPROVED, "is_sign_off": "on"}
        reviewers.send(waiting.page, "review", 1, **sent)
        waiting.page.refresh_from_db()
        due = timezone.localdate() + REVIEW_AGAIN_AFTER
        assert waiting.page.review_due_on == due

    def test_nobody_signs_off_without_a_profile(self, editors, waiting):
        assert "is_sign_off" not in editors.look(waiting.page, "review", 1)
        editors.send(waiting.page, "review", 1, **APPROVED, is_sign_off="on")
        review = Review.objects.get()
        assert (review.verdict, review.is_sign_off) == ("approved", False)
        waiting.page.refresh_from_db()
        assert waiting.page.review_due_on is None

    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({**CHANGES, "is_sign_off": "on"}, "is_sign_off"),
            ({**APPROVED, "is_sign_off": "on", "due_on": "2020-01-01"}, "due_on"),
            ({**APPROVED, "is_sign_off": "on", "due_on": "soon"}, "due_on"),
        ],
    )
    def test_what_makes_no_sense_is_named(self, reviewers, waiting, sent, field):
        answer = reviewers.send(waiting.page, "review", 1, **sent)
        assert self.errors(answer) == [field]
        assert fresh(waiting).status == Status.IN_REVIEW


class TestForcedPublish:
    def test_takes_a_reason(self, editors, draft):
        shown = editors.look(draft.page, "publish", 1)
        assert "Nobody has approved this revision." in shown
        answer = editors.send(draft.page, "publish", 1, forced_reason=" ")
        assert list(answer.context["form"].errors) == ["forced_reason"]
        assert draft.page.live_revision() is None

    def test_leaves_a_mark_for_good(self, editors, authors, draft):
        editors.send(draft.page, "publish", 1, **FORCED)
        assert draft.page.live_revision().forced_reason == "A drug was recalled."
        words = "Published without an approval: “A drug was recalled.”"
        assert words in text_of(authors.look(draft.page))
        entry = AuditEntry.objects.get(action="publish")
        assert entry.details["forced_reason"] == "A drug was recalled."

    def test_is_never_shown_to_readers(self, editors, draft):
        editors.send(draft.page, "publish", 1, **FORCED)
        assert "A drug was recalled." not in read(draft.page.get_absolute_url())

    def test_is_not_asked_of_what_is_approved(self, editors, draft):
        approved(draft)
        assert "forced_reason" not in editors.look(draft.page, "publish", 1)
        editors.send(draft.page, "publish", 1, **FORCED)
        assert draft.page.live_revision().forced_reason == ""

    def test_says_whether_the_date_updated_will_move(self, editors):
        draft = draft_article("hope", public_note="More is known.")
        words = text_of(editors.look(draft.page, "publish", 1))
        assert "Readers are told: “More is known.”" in words
        draft = draft_article("hope", "A typo less.")
        words = text_of(editors.look(draft.page, "publish", 2))
        assert "the date “Updated”" not in words
        make_article("hope", "A typo less.")
        draft = draft_article("hope", "Two typos less.")
        words = text_of(editors.look(draft.page, "publish", 4))
        assert "the date “Updated” stays as it is" in words


class TestCare:
    def test_names_an_owner_and_a_day(self, editors, author):
        page = make_article("hope").page
        sent = {"owner": str(author.pk), "review_due_on": "2040-05-01"}
        assert told(editors.send(page, "care", **sent)) == ["Saved."]
        page.refresh_from_db()
        assert (page.owner, page.review_due_on) == (author, date(2040, 5, 1))
        assert "Next review due May 1, 2040" in read("/articles/hope/")

    def test_an_owner_is_one_of_the_active_staff(self, editors, django_user_model):
        page = make_article("hope").page
        reader = django_user_model.objects.create_user("reader")
        gone = make_user("gone")
        gone.is_active = False
        gone.save()
        for user in (reader, gone):
            answer = editors.send(page, "care", owner=str(user.pk))
            assert list(answer.context["form"].errors) == ["owner"]

    def test_shows_what_was_set(self, editors, author):
        page = make_article("hope").page
        due = date(2040, 5, 1)
        set_care(page, by=publisher(), owner=author, review_due_on=due)
        answer = editors.client.get(address_of(page, "care"))
        form = answer.context["form"]
        assert (form["owner"].value(), form["review_due_on"].value()) == (
            author.pk, due,
        )  # fmt: skip


class TestWhatReadersAreTold:
    """Published, updated, reviewed by whom, due when; also when it is late."""

    @pytest.fixture(
        params=[
            (draft_article, make_article, publish),
            (draft_term, make_term, publish_term),
        ],
        ids=["article", "term"],
    )
    def kind(self, request):
        return request.param

    def test_who_reviewed_it_when_and_with_which_conflicts(self, kind, reviewer):
        draft, _, deed = kind
        revision = draft("Hope")
        submit(revision, by=publisher())
        approve(revision, by=reviewer, is_sign_off=True)
        deed(revision, by=publisher())
        words = read(revision.page.get_absolute_url())
        today = f"{timezone.localdate():%B} {timezone.localdate().day}"
        assert f"Reviewed {today}" in words
        assert "by R. Viewer, a test, MD" in words
        assert "(conflicts of interest: None)" in words
        due = timezone.localdate() + REVIEW_AGAIN_AFTER
        assert f"Next review due {due:%B} {due.day}, {due.year}" in words

    def test_nothing_of_a_review_that_was_no_sign_off(self, kind, reviewer):
        draft, _, deed = kind
        revision = draft("Hope")
        submit(revision, by=publisher())
        approve(revision, by=reviewer, note="A secret note.")
        deed(revision, by=publisher())
        words = read(revision.page.get_absolute_url())
        assert "Reviewed" not in words
        assert "R. Viewer" not in words
        assert "secret" not in words

    def test_updated_only_with_a_note_for_readers(self, kind):
        _, make, _ = kind
        page = make("Hope", "One.").page
        make("Hope", "A typo less.")
        assert "Updated" not in read(page.get_absolute_url())
        make("Hope", "Two.", public_note="More is known.")
        assert "Updated" in read(page.get_absolute_url())

    def test_that_a_review_is_overdue(self, kind):
        _, make, _ = kind
        page = make("Hope").page
        late = timezone.localdate() - DAY
        set_care(page, by=publisher(), owner=None, review_due_on=late)
        words = read(page.get_absolute_url())
        day = f"{late:%B} {late.day}, {late.year}"
        assert f"The review due on {day} has not been done yet" in words
        assert "Next review due" not in words

    def test_not_on_the_very_day(self, kind):
        _, make, _ = kind
        page = make("Hope").page
        today = timezone.localdate()
        set_care(page, by=publisher(), owner=None, review_due_on=today)
        words = read(page.get_absolute_url())
        assert "Next review due" in words
        assert "not been done" not in words
