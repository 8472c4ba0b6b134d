"""Comments on a paragraph of a draft: who may, where they stay, how they are settled."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import articles.publishing
from immunosite.core import commenting, readings
from immunosite.core.audit import AuditEntry
from immunosite.core.comments import Comment
from immunosite.core.paragraphs import paragraphs
from tests.factories import (
    draft_article,
    draft_term,
    make_article,
    make_term,
    make_user,
)

pytestmark = pytest.mark.django_db
BODY = "First words.\n\nSecond words."


def key(body: str, index: int = 0) -> str:
    return paragraphs(body)[index].key


def comment_on(revision, by, text="Is this so?", index=0) -> Comment:
    anchor = key(revision.body, index)
    return commenting.add_comment(revision, by=by, text=text, anchor=anchor)


def said(revision):
    """The texts of the threads beside each paragraph of the body, then the orphaned."""
    keys = [each.key for each in paragraphs(revision.body)]
    found = readings.discussion(revision, keys)
    shown = [[each.text for each in found.by_anchor[key]] for key in keys]
    return shown, [each.text for each in found.orphaned]


@pytest.fixture
def revision(db):
    return draft_article("hope", BODY)


@pytest.fixture
def stranger(db):
    user = make_user("stranger", role=None)
    user.is_superuser = False
    user.save()
    return user


class TestSaying:
    def test_it_is_kept_with_its_place_and_its_author(self, revision, author):
        comment = comment_on(revision, author, " Is this so? ", 1)
        assert (comment.kind, comment.page_id) == ("articles.article", revision.page_id)
        assert (comment.number, comment.quote) == (1, "Second words.")
        assert (comment.author, comment.name) == (author, "author")
        assert comment.text == "Is this so?"

    def test_it_is_audited_without_its_text(self, revision, author):
        comment = comment_on(revision, author)
        entry = AuditEntry.objects.get(action="comment")
        assert (entry.by, entry.subject_id) == (author, revision.page_id)
        assert entry.details == {"revision": 1, "comment": comment.pk}

    def test_also_on_a_term(self, author):
        comment = comment_on(draft_term("Cytokine"), author)
        assert comment.kind == "glossary.term"

    @pytest.mark.parametrize("name", ["title", "summary"])
    def test_also_on_title_and_summary(self, revision, author, name):
        fields = {
            field: paragraph for field, _, paragraph in commenting.fields_of(revision)
        }
        anchor = fields[name].key
        comment = commenting.add_comment(revision, by=author, text="Hm.", anchor=anchor)
        assert comment.quote == getattr(revision, name)

    def test_an_answer_stands_in_the_thread_of_what_it_answers(self, revision, author):
        first = comment_on(revision, author)
        second = commenting.add_comment(
            revision, by=author, text="Yes.", parent=first.pk
        )
        third = commenting.add_comment(
            revision, by=author, text="No.", parent=second.pk
        )
        assert (second.parent, third.parent) == (first, first)
        assert third.anchor == first.anchor

    @pytest.mark.parametrize("text", ["", " \n ", "a" * 2_001, "a\0b", "a\ud800"])
    def test_a_text_that_is_none_is_refused(self, revision, author, text):
        with pytest.raises(ValidationError) as refused:
            comment_on(revision, author, text)
        assert "text" in refused.value.message_dict
        assert not Comment.objects.exists()

    def test_so_is_a_paragraph_of_another_revision(self, revision, author):
        with pytest.raises(ValidationError, match="no such paragraph"):
            commenting.add_comment(
                revision, by=author, text="Hm.", anchor=key("Other.")
            )

    def test_so_is_an_answer_to_a_comment_on_another_page(self, revision, author):
        other = comment_on(draft_article("other"), author)
        with pytest.raises(ValidationError, match="not there"):
            commenting.add_comment(revision, by=author, text="Hm.", parent=other.pk)

    def test_it_takes_the_right_to_change_or_review(self, revision, stranger):
        with pytest.raises(PermissionDenied):
            comment_on(revision, stranger)

    def test_and_a_login_to_the_admin(self, revision, author):
        author.is_staff = False
        with pytest.raises(PermissionDenied):
            comment_on(revision, author)


class TestFollowing:
    def change(self, revision, body):
        return draft_article(revision.page.slug, body)

    def test_it_follows_its_paragraph_to_the_next_revision(self, revision, author):
        comment_on(revision, author, "Stays.", 1)
        following = self.change(revision, "New.\n\nSecond\nwords.")
        assert said(following) == ([[], ["Stays."]], [])

    def test_it_is_orphaned_when_the_words_change(self, revision, author):
        comment_on(revision, author, "Why?", 1)
        following = self.change(revision, "First words.\n\nOther words.")
        assert said(following) == ([[], []], ["Why?"])
        assert said(revision) == ([[], ["Why?"]], [])

    def test_it_comes_back_when_the_words_do(self, revision, author):
        comment_on(revision, author, "Why?", 1)
        self.change(revision, "Other words.")
        assert said(self.change(revision, BODY)) == ([[], ["Why?"]], [])

    def test_an_older_revision_does_not_show_what_was_said_later(
        self, revision, author
    ):
        comment_on(self.change(revision, BODY), author)
        assert said(revision) == ([[], []], [])

    @settings(
        max_examples=20,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
        deadline=None,
    )
    @given(
        st.lists(st.sampled_from("abcdef"), min_size=1, unique=True),
        st.lists(st.sampled_from("abcdef"), unique=True),
    )
    def test_no_thread_is_lost_or_shown_twice(self, before, after):
        with transaction.atomic():
            by = make_user("somebody")
            first = draft_article("page", "\n\n".join(before))
            for index, word in enumerate(before):
                comment_on(first, by, word, index)
            shown, orphaned = said(draft_article("page", "\n\n".join(after)))
            transaction.set_rollback(True)
        assert shown == [[word] if word in before else [] for word in after]
        assert orphaned == [word for word in before if word not in after]


class TestSettling:
    def test_a_thread_is_resolved_and_reopened(self, revision, author):
        comment = comment_on(revision, author)
        commenting.resolve(revision.page, comment.pk, by=author)
        comment.refresh_from_db()
        assert comment.resolved_at and comment.resolved_by == author
        commenting.reopen(revision.page, comment.pk, by=author)
        comment.refresh_from_db()
        assert comment.resolved_at is comment.resolved_by is None
        actions = AuditEntry.objects.values_list("action", flat=True)[:2]
        assert list(actions) == ["reopen comment", "resolve comment"]

    def test_twice_is_once(self, revision, author):
        comment = comment_on(revision, author)
        for _ in range(2):
            commenting.resolve(revision.page, comment.pk, by=author)
        assert AuditEntry.objects.filter(action="resolve comment").count() == 1

    def test_it_takes_the_right_to_comment(self, revision, author, stranger):
        comment = comment_on(revision, author)
        for deed in (commenting.resolve, commenting.reopen):
            with pytest.raises(PermissionDenied):
                deed(revision.page, comment.pk, by=stranger)

    def test_only_a_thread_of_this_page(self, revision, author):
        first = comment_on(revision, author)
        answer = commenting.add_comment(
            revision, by=author, text="Yes.", parent=first.pk
        )
        other = draft_article("other").page
        for page, pk in ((revision.page, answer.pk), (other, first.pk)):
            with pytest.raises(Comment.DoesNotExist):
                commenting.resolve(page, pk, by=author)


@pytest.mark.parametrize(
    "change",
    [
        {"author": None},
        {"name": ""},
        {"text": ""},
        {"anchor": ""},
        {"quote": ""},
        {"resolved_at": "2026-05-01T00:00Z"},
    ],
)
def test_the_database_refuses_what_makes_no_sense(revision, author, change):
    comment = comment_on(revision, author)
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.filter(pk=comment.pk).update(**change)


class TestPage:
    """“Read and comment” in the admin."""

    @pytest.fixture
    def url(self, revision):
        args = [revision.page_id, revision.number]
        return reverse("admin:articles_article_read", args=args)

    @pytest.fixture
    def staff(self, client, author):
        client.force_login(author)
        return client

    def test_it_shows_each_paragraph_with_a_form(self, staff, url):
        page = staff.get(url).content.decode()
        assert page.count("Send comment") == 4  # title, summary, two paragraphs
        assert "<p>First words.</p>" in page
        assert 'style="' not in page

    def test_a_comment_is_sent_and_shown_where_it_was_made(self, staff, url, revision):
        sent = staff.post(url, {"anchor": key(BODY, 1), "text": "Is <b>this</b> so?"})
        assert sent.url == f"{url}#at.3"
        page = staff.get(url).content.decode()
        assert "Is &lt;b&gt;this&lt;/b&gt; so?" in page
        assert "1 open thread." in page

    def test_one_that_is_refused_is_still_in_the_form(self, staff, url):
        typed = "a" * 2_001
        page = staff.post(url, {"anchor": key(BODY), "text": typed})
        assert typed in page.content.decode()
        assert "at most 2,000 characters" in page.content.decode()

    @pytest.mark.parametrize(
        "sent",
        [{}, {"parent": "x", "text": "Hm."}, {"parent": "9" * 400, "text": "Hm."}],
    )
    def test_a_forged_form_changes_nothing(self, staff, url, sent):
        assert staff.post(url, sent).status_code == 200
        assert not Comment.objects.exists()

    def test_a_thread_is_resolved_and_reopened(self, staff, url, revision, author):
        comment = comment_on(revision, author)
        for name in ("resolve", "reopen"):
            assert staff.post(url, {name: comment.pk}).url == f"{url}#at.2"
        assert "Resolve" in staff.get(url).content.decode()
        assert AuditEntry.objects.filter(action="reopen comment").exists()

    @pytest.mark.parametrize("pk", ["0", "x", "9" * 400])
    def test_an_unknown_thread_is_not_found(self, staff, url, pk):
        assert staff.post(url, {"resolve": pk}).status_code == 404

    def test_orphans_are_shown_with_what_they_were_about(self, staff, revision, author):
        comment_on(revision, author, "Where did it go?", 1)
        following = draft_article("hope", "First words.")
        args = [revision.page_id, following.number]
        page = staff.get(reverse("admin:articles_article_read", args=args))
        orphaned = page.content.decode().partition('id="orphaned"')[2]
        assert "Second words." in orphaned and "Where did it go?" in orphaned

    def test_it_leaves_the_draft_a_draft(self, staff, url, revision):
        staff.get(url)
        revision.refresh_from_db()
        assert (revision.live_from, revision.html) == (None, "")

    def test_strangers_are_kept_out(self, client, url, stranger):
        client.force_login(stranger)
        assert client.get(url).status_code == 403
        assert client.post(url, {"text": "Hm."}).status_code == 403

    def test_a_term_has_one_too(self, staff):
        term = draft_term("Cytokine")
        args = [term.page_id, term.number]
        url = reverse("admin:glossary_term_read", args=args)
        assert "What Cytokine means." in staff.get(url).content.decode()

    def test_the_form_the_review_and_the_history_link_it(
        self, client, administrator, revision, url
    ):
        client.force_login(administrator)
        page = revision.page_id
        for name, args in (
            ("change", [page]),
            ("review", [page, 1]),
            ("history", [page]),
        ):
            found = client.get(reverse(f"admin:articles_article_{name}", args=args))
            assert url in found.content.decode(), name

    def test_its_queries_do_not_grow_with_the_comments(
        self, staff, url, revision, author, django_assert_max_num_queries
    ):
        first = comment_on(revision, author)
        for _ in range(10):
            commenting.add_comment(revision, by=author, text="Yes.", parent=first.pk)
            comment_on(revision, author)
        with django_assert_max_num_queries(40):
            staff.get(url)


def test_no_comment_is_at_any_public_address(client, author):
    """The canary: a unique word, said of drafts and of live pages."""
    canary = "Zwergfledermaus"
    article, term = make_article("hope", BODY), make_term("Cytokine")
    later = draft_article("hope", f"{BODY}\n\nThird words.")
    for revision in (article, later, term):
        comment_on(revision, author, canary)
    articles.publishing.publish(
        draft_article("hope", BODY), by=make_user("chief"), forced_reason="A test."
    )
    addresses = [
        "/",
        article.page.get_absolute_url(),
        term.page.get_absolute_url(),
        f"{article.page.get_absolute_url()}?on=2026-05-01",
        f"{article.page.get_absolute_url()}handout/",
        *("/articles/", "/glossary/", "/topics/", "/references/", "/handout/"),
        *("/feed.atom", "/sitemap.xml", "/robots.txt", f"/search/?q={canary}"),
        "/sign-off/thanks/",
        f"/sign-off/{canary}/",
    ]
    for address in addresses:
        found = client.get(address).content.decode().replace(f"q={canary}", "")
        # The search shows the words that were searched for, and no more.
        assert "Is this so" not in found
        if canary not in address:
            assert canary not in found, address
    search = client.get(f"/search/?q={canary}")
    assert search.context["total"] == 0
