"""A link for an expert outside: who makes it, what it opens, how it is spent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

import articles.publishing
from articles.models import ArticleRevision
from articles.reading import live_articles
from immunosite.core import commenting, inviting, readings, signoff, workflow
from immunosite.core.audit import AuditEntry
from immunosite.core.comments import Comment
from immunosite.core.invitations import SignOffLink
from immunosite.core.pages import Status
from immunosite.core.paragraphs import paragraphs
from immunosite.core.reviews import Review
from immunosite.core.signoff import LinkClosed, TextMoved
from immunosite.core.workflow import Signer
from tests.factories import draft_article, draft_term, make_tag, publisher

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()
SIGNER = Signer("Dr. E. Xpert", "a test, MD", "None")


@pytest.fixture
def revision(db):
    """In review, written by the publisher."""
    revision = draft_article("hope", "First words.\n\nSecond words.")
    workflow.submit(revision, by=publisher())
    return revision


def invite(revision, by, **given):
    return inviting.invite(revision, by=by, **{"invited_name": SIGNER.name, **given})


def decide(token, verdict="approved", *, account=NOBODY, signer=SIGNER, note=""):
    return signoff.decide(
        token, account=account, verdict=verdict, signer=signer, note=note
    )


class TestOpening:
    def test_it_leads_to_its_revision_and_is_audited(self, revision, reviewer):
        made, token = invite(revision, reviewer)
        assert signoff.open_link(token) == (made, revision)
        entry = AuditEntry.objects.get(action="open link")
        assert (entry.by, entry.details["outsider"]) == (reviewer, SIGNER.name)

    def test_also_to_a_terms(self, reviewer):
        revision = draft_term("Cytokine")
        workflow.submit(revision, by=publisher())
        _, token = invite(revision, reviewer)
        assert signoff.open_link(token)[1] == revision

    @pytest.mark.parametrize("token", ["", "x", "ü" * 50, "a" * 5_000, "\ud800", "a\0"])
    def test_an_unknown_one_is_closed(self, revision, token):
        with pytest.raises(LinkClosed):
            signoff.open_link(token)

    def test_so_is_the_hash_in_place_of_the_token(self, revision, reviewer):
        link, _ = invite(revision, reviewer)
        with pytest.raises(LinkClosed):
            signoff.open_link(link.token_hash)

    def test_an_expired_one_is_closed(self, revision, reviewer):
        link, token = invite(revision, reviewer)
        link.created_at, link.expires_at = (
            moment - timedelta(days=14) for moment in (link.created_at, link.expires_at)
        )
        link.save()
        with pytest.raises(LinkClosed):
            signoff.open_link(token)

    def test_a_revoked_one_is_closed(self, revision, reviewer):
        link, token = invite(revision, reviewer)
        inviting.revoke(revision.page, link.pk, by=reviewer)
        with pytest.raises(LinkClosed):
            signoff.open_link(token)
        assert AuditEntry.objects.filter(action="revoke link").count() == 1

    def test_one_whose_maker_has_left_is_closed(self, revision, reviewer):
        _, token = invite(revision, reviewer)
        reviewer.is_active = False
        reviewer.save()
        with pytest.raises(LinkClosed):
            signoff.open_link(token)

    def test_one_whose_maker_lost_the_right_is_closed(self, revision, reviewer):
        _, token = invite(revision, reviewer)
        reviewer.groups.clear()
        with pytest.raises(LinkClosed):
            signoff.open_link(token)

    def test_one_to_a_page_that_was_deleted_is_closed(self, revision, reviewer):
        _, token = invite(revision, reviewer)
        revision.page.delete()
        with pytest.raises(LinkClosed):
            signoff.open_link(token)

    def test_a_newer_draft_moves_the_text(self, revision, reviewer):
        _, token = invite(revision, reviewer)
        draft_article("hope", "Newer.")
        with pytest.raises(TextMoved):
            signoff.open_link(token)

    def test_so_does_a_colleagues_verdict(self, revision, reviewer, editor):
        _, token = invite(revision, reviewer)
        workflow.approve(revision, by=editor)
        with pytest.raises(TextMoved):
            signoff.open_link(token)

    @pytest.mark.parametrize("field", ["title", "summary", "body"])
    def test_so_does_any_change_behind_the_desk(self, revision, reviewer, field):
        _, token = invite(revision, reviewer)
        ArticleRevision.objects.update(**{field: "Forged."})
        with pytest.raises(TextMoved):
            decide(token)

    def test_so_do_other_tags(self, revision, reviewer):
        _, token = invite(revision, reviewer)
        revision.tags.add(make_tag("Melanoma"))
        with pytest.raises(TextMoved):
            decide(token)

    def test_only_whoever_may_invite_revokes(self, revision, reviewer, author):
        link, _ = invite(revision, reviewer)
        with pytest.raises(PermissionDenied):
            inviting.revoke(revision.page, link.pk, by=author)

    def test_and_only_links_of_the_page(self, revision, reviewer):
        link, _ = invite(revision, reviewer)
        with pytest.raises(SignOffLink.DoesNotExist):
            inviting.revoke(draft_article("other").page, link.pk, by=reviewer)


class TestDeciding:
    def test_an_approval_signs_the_page_off(self, revision, reviewer):
        _, token = invite(revision, reviewer)
        decide(token)
        review = Review.objects.get()
        assert review.by is None
        assert (review.name, review.credentials, review.conflicts) == (
            "Dr. E. Xpert",
            "a test, MD",
            "None",
        )
        assert (review.verdict, review.is_sign_off) == ("approved", True)
        revision.refresh_from_db()
        assert revision.status == Status.APPROVED
        assert revision.page.review_due_on > timezone.localdate()

    def test_readers_then_see_the_expert(self, revision, reviewer, editor):
        _, token = invite(revision, reviewer)
        decide(token)
        revision.refresh_from_db()
        articles.publishing.publish(revision, by=editor)
        assert live_articles().get().sign_off["name"] == "Dr. E. Xpert"

    def test_changes_are_requested(self, revision, reviewer):
        _, token = invite(revision, reviewer)
        review = decide(token, "changes requested", note="Too long.")
        assert (review.is_sign_off, review.note) == (False, "Too long.")
        revision.refresh_from_db()
        assert revision.status == Status.CHANGES_REQUESTED

    def test_it_is_audited_under_who_vouched(self, revision, reviewer):
        link, token = invite(revision, reviewer)
        decide(token)
        entry = AuditEntry.objects.get(action="approve")
        assert (entry.by, entry.details["outsider"]) == (reviewer, "Dr. E. Xpert")
        assert entry.details["credentials"] == "a test, MD"
        assert entry.details["link"] == link.pk

    def test_an_editor_who_may_not_review_can_vouch(self, revision, reviewer):
        """Their right to publish is enough to ask an expert."""
        reviewer.groups.clear()
        publish = Permission.objects.get(codename="publish_article")
        reviewer.user_permissions.add(publish)
        person = type(reviewer).objects.get(pk=reviewer.pk)
        _, token = invite(revision, person)
        decide(token)
        assert Review.objects.get().by is None

    def test_one_verdict_spends_the_link(self, revision, reviewer):
        _, token = invite(revision, reviewer)
        decide(token)
        for deed in (decide, signoff.open_link):
            with pytest.raises(LinkClosed):
                deed(token)
        assert Review.objects.count() == 1

    @pytest.mark.parametrize("missing", ["name", "credentials", "conflicts"])
    def test_an_expert_signs_in_full(self, revision, reviewer, missing):
        _, token = invite(revision, reviewer)
        signer = {name: getattr(SIGNER, name) for name in Signer.__slots__}
        with pytest.raises(ValidationError) as refused:
            decide(token, signer=Signer(**{**signer, missing: " "}))
        assert missing in refused.value.message_dict
        revision.refresh_from_db()
        assert revision.status == Status.IN_REVIEW
        assert SignOffLink.objects.unspent().exists()

    def test_and_says_what_should_change(self, revision, reviewer):
        _, token = invite(revision, reviewer)
        with pytest.raises(ValidationError, match="Say what should change"):
            decide(token, "changes requested")

    @pytest.mark.parametrize("name", ["a\0b", "publisher"])
    def test_a_name_that_none_is_or_the_authors_is_refused(
        self, revision, reviewer, name
    ):
        _, token = invite(revision, reviewer)
        with pytest.raises(ValidationError):
            decide(token, signer=Signer(name, "MD", "None"))

    def test_nobody_with_an_account_uses_a_link(self, revision, reviewer):
        """Four eyes: neither the author nor the reviewer signs under another name."""
        _, token = invite(revision, reviewer)
        for account in (publisher(), reviewer):
            with pytest.raises(PermissionDenied):
                decide(token, account=account)
            with pytest.raises(PermissionDenied):
                signoff.say(token, account=account, text="Hm.")


class TestCommenting:
    def say(self, token, text="Is this so?", **given):
        anchor = paragraphs("First words.")[0].key
        given = given or {"anchor": anchor}
        return signoff.say(token, account=NOBODY, text=text, **given)

    def test_it_bears_the_experts_name(self, revision, reviewer):
        link, token = invite(revision, reviewer)
        comment = self.say(token)
        assert (comment.author, comment.link, comment.name) == (None, link, SIGNER.name)
        entry = AuditEntry.objects.get(action="comment")
        assert (entry.by, entry.details["outsider"]) == (reviewer, SIGNER.name)

    def test_experts_see_their_own_threads_only(self, revision, reviewer):
        link, token = invite(revision, reviewer)
        anchor = paragraphs("First words.")[0].key
        theirs = self.say(token)
        inside = commenting.add_comment(
            revision, by=reviewer, text="Between us.", anchor=anchor
        )
        commenting.add_comment(revision, by=reviewer, text="Yes.", parent=theirs.pk)
        (thread,) = readings.discussion(revision, [anchor], link=link).by_anchor[anchor]
        assert [thread, *thread.thread] == list(
            Comment.objects.exclude(pk=inside.pk).order_by("pk")
        )
        with pytest.raises(ValidationError, match="no comment of yours"):
            self.say(token, parent=inside.pk)

    def test_they_answer_there(self, revision, reviewer):
        _, token = invite(revision, reviewer)
        first = self.say(token)
        assert self.say(token, parent=first.pk).parent == first

    def test_no_more_once_the_link_is_spent(self, revision, reviewer):
        _, token = invite(revision, reviewer)
        decide(token)
        with pytest.raises(LinkClosed):
            self.say(token)


@pytest.mark.parametrize(
    "change",
    [
        {"invited_name": ""},
        {"token_hash": ""},
        {"content_hash": ""},
        {"expires_at": "2001-01-01T00:00Z"},
        {"revoked_at": "2026-05-01T00:00Z", "used_at": "2026-05-01T00:00Z"},
    ],
)
def test_the_database_refuses_what_makes_no_sense(revision, reviewer, change):
    invite(revision, reviewer)
    with pytest.raises(IntegrityError), transaction.atomic():
        SignOffLink.objects.update(**change)


class TestPage:
    """“Ask an expert outside” in the admin."""

    def url(self, revision):
        args = [revision.page_id, revision.number]
        return reverse("admin:articles_article_invite", args=args)

    def test_the_address_is_shown_once(self, client, revision, reviewer):
        client.force_login(reviewer)
        sent = client.post(self.url(revision), {"invited_name": "Dr. E. Xpert"})
        address = sent.context["address"]
        assert address in sent.content.decode()
        assert "no-store" in sent["Cache-Control"]
        token = address.rstrip("/").rpartition("/")[2]
        assert signoff.open_link(token)[1] == revision
        later = client.get(self.url(revision)).content.decode()
        assert "Dr. E. Xpert" in later and token not in later

    def test_a_link_is_closed_there(self, client, revision, reviewer):
        link, token = invite(revision, reviewer)
        client.force_login(reviewer)
        args = [revision.page_id, link.pk]
        url = reverse("admin:articles_article_revoke", args=args)
        assert client.get(url).status_code == 405
        client.post(url)
        with pytest.raises(LinkClosed):
            signoff.open_link(token)
        assert "closed" in client.get(self.url(revision)).content.decode()

    def test_what_is_refused_is_told(self, client, revision, reviewer):
        client.force_login(reviewer)
        sent = client.post(self.url(revision), {"invited_name": "publisher"})
        assert "This is who wrote the revision." in sent.content.decode()
        assert not SignOffLink.objects.exists()

    def test_authors_are_kept_out(self, client, revision, author, reviewer):
        link, _ = invite(revision, reviewer)
        client.force_login(author)
        args = [revision.page_id, link.pk]
        assert client.get(self.url(revision)).status_code == 403
        assert client.post(self.url(revision)).status_code == 403
        revoke = reverse("admin:articles_article_revoke", args=args)
        assert client.post(revoke).status_code == 403

    def test_the_form_and_the_review_link_it(self, client, revision, editor):
        client.force_login(editor)
        for name, args in (("change", []), ("review", [revision.number])):
            path = f"admin:articles_article_{name}"
            page = client.get(reverse(path, args=[revision.page_id, *args]))
            assert self.url(revision) in page.content.decode()
