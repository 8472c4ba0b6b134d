"""Mail to those concerned: who gets one, what it says, and that it blocks nothing."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from immunosite.core import commenting, inviting, signoff, workflow
from immunosite.core.comments import Comment
from immunosite.core.mailing import reviewers_of
from immunosite.core.pages import Status
from immunosite.core.paragraphs import paragraphs
from immunosite.core.workflow import Signer
from tests.factories import draft_article, make_user, publisher

pytestmark = pytest.mark.django_db
BODY = "First words."
ANCHOR = paragraphs(BODY)[0].key


class FailingBackend(BaseEmailBackend):
    """A mail server that can't be reached."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("No mail today.")


def with_address(user):
    user.email = f"{user.get_username()}@example.org"
    user.save()
    return user


@pytest.fixture
def revision(db):
    with_address(publisher())
    return draft_article("hope", BODY)


@pytest.fixture
def posted(django_capture_on_commit_callbacks):
    """A function that does a deed, commits it, and returns the addresses mailed."""

    def posted(deed, *args, **given):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            deed(*args, **given)
        assert all(len(each.to) == 1 and not each.cc for each in mail.outbox)
        return sorted(each.to[0] for each in mail.outbox)

    return posted


class TestSteps:
    def test_reviewers_and_the_owner_hear_of_a_submission(
        self, revision, reviewer, author, editor, posted
    ):
        for user in (reviewer, author, editor):
            with_address(user)
        revision.page.owner = author
        revision.page.save()
        told = posted(workflow.submit, revision, by=publisher())
        assert told == [
            "author@example.org",
            "editor@example.org",
            "reviewer@example.org",
        ]
        message = mail.outbox[0]
        assert message.subject == "immunosite: “Hope” waits for a review"
        assert f"/articles/article/{revision.page_id}/review/1/" in message.body
        assert "By: publisher" in message.body

    def test_who_wrote_it_is_no_reviewer_of_it(self, reviewer):
        with_address(reviewer)
        reviewer.user_permissions.clear()
        revision = draft_article("hope")
        assert reviewers_of(revision) == [reviewer]
        type(revision).objects.update(created_by=reviewer)
        revision.refresh_from_db()
        assert reviewers_of(revision) == []

    @pytest.mark.parametrize(
        ("deed", "happened"),
        [
            (workflow.approve, "is approved"),
            (workflow.request_changes, "needs changes"),
        ],
    )
    def test_author_and_owner_hear_of_a_verdict(
        self, revision, reviewer, editor, posted, deed, happened
    ):
        with_address(reviewer)
        revision.page.owner = with_address(editor)
        revision.page.save()
        workflow.submit(revision, by=publisher())
        told = posted(deed, revision, by=reviewer, note="Say <why> & how.")
        assert told == ["editor@example.org", "publisher@example.org"]
        assert happened in mail.outbox[0].subject
        assert "Say <why> & how." in mail.outbox[0].body

    def test_nobody_is_told_of_what_they_did(self, revision, reviewer, posted):
        revision.page.owner = with_address(reviewer)
        revision.page.save()
        workflow.submit(revision, by=publisher())
        told = posted(workflow.approve, revision, by=reviewer)
        assert told == ["publisher@example.org"]

    def test_nobody_without_an_address_or_who_has_left(
        self, revision, reviewer, editor, posted
    ):
        with_address(editor)
        editor.is_active = False
        editor.save()
        assert posted(workflow.submit, revision, by=publisher()) == []

    def test_who_vouched_hears_what_an_expert_said(self, revision, reviewer, posted):
        with_address(reviewer)
        workflow.submit(revision, by=publisher())
        _, token = inviting.invite(revision, by=reviewer, invited_name="Dr. E. Xpert")
        told = posted(
            signoff.decide,
            token,
            account=AnonymousUser(),
            verdict="approved",
            signer=Signer("Dr. E. Xpert", "MD", "None"),
        )
        assert told == ["publisher@example.org", "reviewer@example.org"]
        assert "By: Dr. E. Xpert (expert outside)" in mail.outbox[0].body

    def test_a_line_end_in_a_title_ends_no_subject(self, revision, reviewer, posted):
        with_address(reviewer)
        type(revision).objects.update(title="Hope\nBcc: all@example.org")
        revision.refresh_from_db()
        assert posted(workflow.submit, revision, by=publisher())
        assert mail.outbox[0].subject == (
            "immunosite: “Hope Bcc: all@example.org” waits for a review"
        )


class TestComments:
    def test_the_author_of_the_revision_hears(self, revision, reviewer, posted):
        told = posted(
            commenting.add_comment, revision, by=reviewer, text="So?", anchor=ANCHOR
        )
        assert told == ["publisher@example.org"]
        body = mail.outbox[0].body
        assert "reviewer commented on “Hope” (revision 1), at “First words.”" in body
        assert "So?" in body
        comment = Comment.objects.get()
        assert f"/read/1/#comment.{comment.pk}" in body

    def test_an_answer_is_told_to_who_is_in_the_thread(
        self, revision, reviewer, author, editor, posted
    ):
        first = commenting.add_comment(
            revision, by=with_address(reviewer), text="So?", anchor=ANCHOR
        )
        commenting.add_comment(
            revision, by=with_address(author), text="Yes.", parent=first.pk
        )
        with_address(editor)  # who has said nothing
        told = posted(
            commenting.add_comment, revision, by=author, text="No.", parent=first.pk
        )
        assert told == ["publisher@example.org", "reviewer@example.org"]

    def test_who_vouched_hears_of_an_experts(self, revision, reviewer, posted):
        with_address(reviewer)
        workflow.submit(revision, by=publisher())
        _, token = inviting.invite(revision, by=reviewer, invited_name="Dr. E. Xpert")
        told = posted(
            signoff.say, token, account=AnonymousUser(), text="So?", anchor=ANCHOR
        )
        assert told == ["publisher@example.org", "reviewer@example.org"]


class TestInvitations:
    def test_the_expert_gets_the_address(self, revision, reviewer, posted):
        workflow.submit(revision, by=publisher())
        made = []

        def invite(email):
            made.append(
                inviting.invite(
                    revision, by=reviewer, invited_name="Dr. E. Xpert", email=email
                )
            )

        assert posted(invite, "expert@example.org") == ["expert@example.org"]
        assert f"http://testserver/sign-off/{made[0][1]}/" in mail.outbox[0].body
        assert posted(invite, "") == []


class TestFailing:
    def test_a_mail_that_can_not_be_sent_is_logged_and_undoes_nothing(
        self, revision, reviewer, posted, settings, caplog
    ):
        settings.EMAIL_BACKEND = "tests.core.test_mailing.FailingBackend"
        with_address(reviewer)
        posted(workflow.submit, revision, by=publisher())
        posted(commenting.add_comment, revision, by=reviewer, text="So?", anchor=ANCHOR)
        revision.refresh_from_db()
        assert revision.status == Status.IN_REVIEW
        assert Comment.objects.count() == 1
        assert caplog.text.count("could not be sent") == 2

    @pytest.mark.django_db(transaction=True)
    def test_so_is_whatever_else_goes_wrong(self, revision, reviewer, settings, caplog):
        settings.EMAIL_BACKEND = "no.such.Backend"
        with_address(reviewer)
        workflow.submit(revision, by=publisher())
        revision.refresh_from_db()
        assert revision.status == Status.IN_REVIEW
        assert "No module named 'no'" in caplog.text

    def test_what_is_undone_is_told_to_nobody(self, revision, reviewer, posted):
        with_address(reviewer)
        assert posted(_submit_and_fail, revision) == []


def _submit_and_fail(revision):
    with pytest.raises(ZeroDivisionError), workflow.transaction.atomic():
        workflow.submit(revision, by=publisher())
        raise ZeroDivisionError


def test_a_new_account_gets_no_mail_it_has_no_right_to(revision, posted):
    with_address(make_user("newcomer", role="Author"))
    assert posted(workflow.submit, revision, by=publisher()) == []
