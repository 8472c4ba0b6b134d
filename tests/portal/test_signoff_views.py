"""The pages of a link for an expert outside, as the expert's browser gets them."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from immunosite.core import commenting, inviting, workflow
from immunosite.core.audit import AuditEntry
from immunosite.core.comments import Comment
from immunosite.core.pages import Status
from immunosite.core.paragraphs import paragraphs
from immunosite.core.reviews import Review
from immunosite.portal import signing
from tests.factories import (
    draft_article,
    draft_term,
    make_reference,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db
BODY = "The T cell fights [@larkin-2015].\n\n## Next\n\nSecond words."
ANCHOR = paragraphs(BODY)[0].key
VERDICT = {
    "verdict": "approved",
    "name": "Dr. E. Xpert",
    "credentials": "a test, MD",
    "conflicts": "None",
}


@pytest.fixture
def revision(db):
    make_reference("larkin-2015")
    make_term("T cell", "A white blood cell.")
    revision = draft_article("hope", BODY)
    workflow.submit(revision, by=publisher())
    return revision


@pytest.fixture
def made(revision, reviewer):
    return inviting.invite(revision, by=reviewer, invited_name="Dr. E. Xpert")


@pytest.fixture
def url(made):
    return f"/sign-off/{made[1]}/"


@pytest.fixture
def expert():
    """A browser of somebody outside, which would enforce Django's check."""
    return Client(enforce_csrf_checks=True)


def is_confidential(response) -> bool:
    return (
        "no-store" in response["Cache-Control"]
        and response["X-Robots-Tag"] == "noindex, nofollow"
        and response["Referrer-Policy"] == "no-referrer"
        and not response.cookies
    )


class TestReading:
    def test_the_draft_with_its_words_and_sources(self, expert, url):
        page = expert.get(url)
        text = page.content.decode()
        assert page.status_code == 200
        assert "Please review this draft" in text and "Dr. E. Xpert" in text
        assert "Second words." in text
        assert "A white blood cell." in text
        assert "A study called larkin-2015" in text

    def test_a_term_too(self, expert, reviewer):
        revision = draft_term("Cytokine", "A protein.")
        workflow.submit(revision, by=publisher())
        _, token = inviting.invite(revision, by=reviewer, invited_name="Dr. E. Xpert")
        assert "A protein." in expert.get(f"/sign-off/{token}/").content.decode()

    def test_it_is_kept_nowhere_and_told_to_nobody(self, expert, url):
        page = expert.get(url)
        assert is_confidential(page)
        text = page.content.decode()
        assert 'name="robots" content="noindex' in text
        assert "canonical" not in text
        assert url.split("/")[2] not in text

    def test_it_leaves_the_draft_a_draft(self, expert, url, revision):
        expert.get(url)
        revision.refresh_from_db()
        assert (revision.live_from, revision.html) == (None, "")
        assert expert.get(revision.page.get_absolute_url()).status_code == 404

    def test_each_opening_is_audited(self, expert, url):
        for _ in range(2):
            expert.get(url)
        assert AuditEntry.objects.filter(action="open link").count() == 2

    def test_no_style_and_no_script_of_its_own(self, expert, url):
        text = expert.get(url).content.decode()
        assert 'style="' not in text and "<style" not in text
        assert not re.search(r"<script(?! src)", text)

    def test_what_colleagues_say_stays_inside(self, expert, url, revision, reviewer):
        commenting.add_comment(revision, by=reviewer, text="Between us.", anchor=ANCHOR)
        assert "Between us." not in expert.get(url).content.decode()

    @pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
    def test_other_methods_are_refused(self, expert, url, method):
        assert getattr(expert, method)(url).status_code == 405


class TestClosed:
    def answers(self, expert, url):
        return (
            expert.get(url),
            expert.post(url, VERDICT),
            expert.post(url, {"text": "a"}),
        )

    def test_all_reasons_give_the_same_page(
        self, expert, url, made, reviewer, revision
    ):
        link, token = made
        unknown = self.answers(expert, "/sign-off/unknown/")
        inviting.revoke(revision.page, link.pk, by=reviewer)
        revoked = self.answers(expert, url)
        link.revoked_at, link.used_at = None, link.created_at
        link.save()
        used = self.answers(expert, url)
        link.used_at, link.expires_at = None, link.created_at.replace(year=2001)
        link.created_at = link.created_at.replace(year=2000)
        link.save()
        expired = self.answers(expert, url)
        all_of_them = [*unknown, *revoked, *used, *expired]
        assert {each.status_code for each in all_of_them} == {410}
        assert len({each.content for each in all_of_them}) == 1
        assert all(map(is_confidential, all_of_them))
        assert "Hope" not in unknown[0].content.decode()

    @pytest.mark.parametrize("token", ["%20", "a" * 3_000, "%ff%fe", "ü", "..%2f"])
    def test_no_token_breaks_it(self, expert, revision, token):
        assert expert.get(f"/sign-off/{token}/").status_code in (404, 410)

    def test_a_text_that_moved_is_said_so(self, expert, url):
        draft_article("hope", "Newer.")
        for answer in self.answers(expert, url):
            assert answer.status_code == 409
            assert "no longer waiting" in answer.content.decode()
            assert is_confidential(answer)
        assert not Review.objects.exists()

    def test_too_many_requests_are_slowed(self, expert, url, monkeypatch):
        monkeypatch.setattr(signing, "MOST_AN_HOUR", 2)
        assert [expert.get(url).status_code for _ in range(3)] == [200, 200, 429]
        assert is_confidential(expert.get(url))


class TestCommenting:
    def test_a_comment_leads_back_to_where_it_was_made(self, expert, url):
        sent = expert.post(url, {"anchor": ANCHOR, "text": "Is <b>this</b> so?"})
        comment = Comment.objects.get()
        assert (sent.status_code, sent.url) == (303, f"{url}#comment.{comment.pk}")
        assert is_confidential(sent)
        assert "Is &lt;b&gt;this&lt;/b&gt; so?" in expert.get(url).content.decode()

    def test_one_that_is_refused_is_still_in_the_form(self, expert, url):
        page = expert.post(url, {"anchor": ANCHOR, "text": "a" * 2_001})
        assert "a" * 2_001 in page.content.decode()
        assert "at most 2,000 characters" in page.content.decode()

    def test_colleagues_answers_are_seen(self, expert, url, revision, reviewer):
        expert.post(url, {"anchor": ANCHOR, "text": "So?"})
        first = Comment.objects.get()
        commenting.add_comment(revision, by=reviewer, text="Indeed.", parent=first.pk)
        assert "Indeed." in expert.get(url).content.decode()


class TestDeciding:
    def test_an_approval_thanks_and_closes_the_link(self, expert, url, revision):
        sent = expert.post(url, VERDICT)
        assert (sent.status_code, sent.url) == (303, "/sign-off/thanks/")
        assert is_confidential(sent)
        thanks = expert.get(sent.url)
        assert is_confidential(thanks) and "Thank you" in thanks.content.decode()
        revision.refresh_from_db()
        assert revision.status == Status.APPROVED
        assert Review.objects.get().name == "Dr. E. Xpert"
        assert expert.get(url).status_code == 410

    def test_changes_take_a_note(self, expert, url):
        given = {**VERDICT, "verdict": "changes requested"}
        page = expert.post(url, given)
        assert "Say what should change." in page.content.decode()
        assert expert.post(url, {**given, "note": "Too long."}).status_code == 303

    @pytest.mark.parametrize("missing", VERDICT)
    def test_what_is_missing_is_said_and_the_rest_kept(self, expert, url, missing):
        page = expert.post(url, {**VERDICT, "note": "Kept.", missing: ""})
        text = page.content.decode()
        assert page.status_code == 200
        assert "Kept." in text and "This field is required." in text
        assert not Review.objects.exists()

    def test_who_is_logged_in_only_reads(self, client, url, reviewer):
        client.force_login(reviewer)
        text = client.get(url).content.decode()
        assert "You are logged in" in text and "Second words." in text
        assert "<textarea" not in text
        for sent in (VERDICT, {"anchor": ANCHOR, "text": "Hm."}):
            assert client.post(url, sent).status_code == 403
        assert not Review.objects.exists() and not Comment.objects.exists()


def test_its_queries_do_not_grow_with_the_comments(
    expert, url, made, django_assert_max_num_queries
):
    for _ in range(10):
        expert.post(url, {"anchor": ANCHOR, "text": "So?"})
    with django_assert_max_num_queries(60):
        expert.get(url)
