"""The full lists of the desk: what is on each, filters, pages, and export as CSV."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

import articles.publishing
from immunosite.core import caring, workflow
from immunosite.core.audit import AuditEntry
from immunosite.core.curating import delete_tag
from immunosite.core.outsidelinks import LinkState, OutsideLink
from immunosite.portal.deskrows import NOBODY, Wanted
from immunosite.portal.deskwork import LISTS
from immunosite.portal.linkcollecting import collect
from references.noticing import add_notice
from tests.factories import (
    approved,
    colleague,
    draft_article,
    draft_term,
    make_article,
    make_reference,
    make_tag,
    make_term,
    make_user,
    publisher,
)

pytestmark = pytest.mark.django_db


def rows(name: str, user, **wanted):
    listing = LISTS[name]
    found = listing.found(user, Wanted(**wanted))
    return [listing.row(line, user) for line in found]


def titles(name: str, user, **wanted) -> list[str]:
    return [row.title for row in rows(name, user, **wanted)]


def said(name: str, user, **wanted) -> list[str]:
    return [row.what for row in rows(name, user, **wanted)]


def reader_of_terms():
    user = make_user("terms")
    user.is_superuser = False
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="view_term"))
    return user


def with_broken_source(slug: str):
    """A live article whose source has gone since it was published."""
    revision = make_article(slug, "Words.")
    problem = {"line": 1, "severity": "error", "code": "citation", "message": "Gone."}
    type(revision).objects.filter(pk=revision.pk).update(problems=[problem])
    return revision


def care(page, *, owner=None, days: int = 0):
    due_on = timezone.localdate() + timedelta(days=days)
    caring.set_care(page, by=publisher(), owner=owner, review_due_on=due_on)
    return page


class TestDrafts:
    def test_are_the_newest_revisions_that_are_not_published(self):
        make_article("live")
        draft_article("new")
        make_article("again")
        draft_article("again", "More.", title="Again, newer")
        found = rows("drafts", publisher())
        assert [(row.title, row.what) for row in found] == [
            ("Again, newer", "Draft, newer than the public text"),
            ("New", "Draft, not public yet"),
        ]

    def test_say_how_far_they_have_come(self):
        approved(draft_article("ready"))
        assert said("drafts", publisher()) == ["Approved, not public yet"]

    def test_of_a_scheduled_page_are_newer_than_what_will_be_public(self):
        make_article("later", live_from=timezone.now() + timedelta(days=1))
        assert titles("drafts", publisher()) == []
        draft_article("later", "More.")
        assert said("drafts", publisher()) == ["Draft, newer than the public text"]

    def test_are_mine_when_i_saved_last(self, editor):
        theirs = draft_article("theirs").page
        draft_article("both")
        page = draft_article("mine").page
        articles.publishing.save_draft(
            page, based_on=1, by=editor, title="Mine", summary="", body="Words."
        )
        care(theirs, owner=editor)
        assert titles("drafts", editor, is_mine=True) == ["Mine"]
        assert set(titles("drafts", editor)) == {"Mine", "Both", "Theirs"}


class TestWaiting:
    def test_are_for_a_reviewer_the_reviews_of_what_others_wrote(self, reviewer):
        revision = draft_article("sent")
        workflow.submit(revision, by=publisher())
        draft_article("unsent")
        approved(draft_article("approved"))
        (row,) = rows("waiting", reviewer)
        assert (row.title, row.what) == ("Sent", "Review it")
        assert row.path.endswith(f"/article/{revision.page_id}/review/1/")

    def test_are_not_the_reviews_of_what_i_wrote(self):
        revision = draft_article("own")
        workflow.submit(revision, by=publisher())
        assert titles("waiting", publisher()) == []
        assert titles("waiting", colleague()) == ["Own"]

    def test_are_for_an_author_the_changes_asked_for(self, author):
        page = draft_article("mine").page
        revision = articles.publishing.save_draft(
            page, based_on=1, by=author, title="Mine", summary="S.", body="Words."
        )
        other = draft_term("Other")
        for sent in (revision, other):
            workflow.submit(sent, by=publisher())
            workflow.request_changes(sent, by=colleague(), note="Say more.")
        (row,) = rows("waiting", author)
        assert (row.title, row.what) == ("Mine", "Make the changes asked for")
        assert row.path == f"/admin/articles/article/{page.pk}/change/"

    def test_are_for_an_editor_what_is_approved(self, editor, author, reviewer):
        revision = approved(draft_term("Ready"))
        (row,) = rows("waiting", editor)
        assert (row.title, row.what) == ("Ready", "Publish it")
        assert row.path.endswith(f"/term/{revision.page_id}/publish/1/")
        assert titles("waiting", author) == titles("waiting", reviewer) == []

    def test_wait_no_more_when_a_newer_draft_was_saved(self, editor):
        approved(draft_article("ready"))
        draft_article("ready", "Other words.")
        assert titles("waiting", editor) == []

    def test_wait_no_more_when_they_are_published_or_scheduled(self, editor):
        revision = approved(draft_article("ready"))
        later = timezone.now() + timedelta(days=1)
        articles.publishing.publish(revision, by=publisher(), live_from=later)
        assert titles("waiting", editor) == []

    def test_come_in_the_order_in_which_they_began_to_wait(self, editor, time_machine):
        time_machine.move_to(timezone.now())
        first, second = draft_article("saved-first"), draft_article("sent-first")
        time_machine.shift(60)
        workflow.submit(second, by=publisher())
        time_machine.shift(60)
        workflow.submit(first, by=publisher())
        sent = AuditEntry.objects.filter(action="submit").order_by("at")
        found = rows("waiting", editor)
        assert [row.title for row in found] == ["Sent first", "Saved first"]
        assert [row.moment for row in found] == [entry.at for entry in sent]


class TestReviews:
    def test_are_overdue_ones_first_then_those_of_the_next_30_days(self, editor):
        for days, name in ((30, "month"), (0, "today"), (-1, "yesterday"), (31, "far")):
            care(make_article(name).page, days=days)
        care(make_term("Old").page, days=-40)
        make_article("never")
        found = rows("reviews", editor)
        assert [(row.title, row.what, row.is_late) for row in found] == [
            ("Old", "Overdue by 40 days", True),
            ("Yesterday", "Overdue by 1 day", True),
            ("Today", "Due today", False),
            ("Month", "Due in 30 days", False),
        ]

    def test_are_each_page_once_under_its_newest_title(self, editor):
        page = make_article("one").page
        draft_article("one", "More.", title="One, newer")
        care(page)
        assert titles("reviews", editor) == ["One, newer"]

    def test_leave_out_what_is_withdrawn(self, editor):
        page = care(make_article("gone").page)
        articles.publishing.withdraw(page, by=publisher(), reason="Old.")
        assert titles("reviews", editor) == []

    def test_say_when_the_page_is_not_public(self, editor):
        care(draft_article("draft").page)
        assert said("reviews", editor) == ["Due today, not public"]

    def test_are_mine_when_i_own_the_page(self, editor):
        care(make_article("mine").page, owner=editor)
        care(make_article("theirs").page, owner=colleague())
        assert titles("reviews", editor, is_mine=True) == ["Mine"]


class TestScheduled:
    def test_are_what_goes_live_or_ends_in_the_next_30_days(self, editor):
        now = timezone.now()
        make_article("begins", live_from=now + timedelta(days=2))
        make_term("Ends", live_until=now + timedelta(days=1))
        make_article("far", live_from=now + timedelta(days=31))
        make_article("endless")
        found = rows("scheduled", editor)
        assert [(row.title, row.what) for row in found] == [
            ("Ends", "Ends"),
            ("Begins", "Goes live"),
        ]

    def test_do_not_call_it_an_end_when_the_next_revision_follows(self, editor):
        make_article("page")
        soon = timezone.now() + timedelta(days=1)
        make_article("page", "More.", title="Page, newer", live_from=soon)
        found = rows("scheduled", editor)
        assert [(row.title, row.what) for row in found] == [
            ("Page, newer", "Goes live")
        ]


class TestProblems:
    def test_are_those_of_live_revisions(self, editor):
        with_broken_source("bad")
        make_term("Good")
        draft_article("draft", "See [@nobody].")
        (row,) = rows("problems", editor)
        assert (row.title, row.what) == ("Bad", "1 error. Gone.")

    def test_name_the_first_and_count_the_rest(self, editor):
        revision = make_article("bad", "Words.")
        revision.problems = [
            {"line": n, "severity": "warning", "code": "link", "message": f"No {n}."}
            for n in range(5)
        ]
        revision.save(update_fields=["problems"])
        (row,) = rows("problems", editor)
        assert row.what == "5 warnings. No 0. No 1. No 2. … and 2 more."


class TestUnapproved:
    def test_are_live_pages_that_were_published_with_a_reason(self, editor):
        make_article("forced", forced_reason="Urgent warning.")
        make_article("later", live_from=timezone.now() + timedelta(days=1))
        articles.publishing.publish(approved(draft_article("good")), by=publisher())
        found = rows("unapproved", editor)
        assert [(row.title, row.what) for row in found] == [
            ("Forced", "Urgent warning.")
        ]


class TestChanges:
    def test_lead_to_what_was_changed_while_it_is_there(self, editor):
        revision = draft_article("kept")
        tag = make_tag("Lost")
        delete_tag(tag, by=publisher())
        gone, made, saved = rows("changes", editor)[:3]
        assert (gone.what, gone.kind, gone.path) == ("Delete tag", "tag", "")
        assert (made.title, made.path) == ("Lost", "")
        assert saved.path == f"/admin/articles/article/{revision.page_id}/change/"
        assert saved.who == "publisher"

    def test_have_no_link_to_what_the_reader_may_not_view(self, db):
        user = reader_of_terms()
        user.user_permissions.add(Permission.objects.get(codename="view_auditentry"))
        draft_article("secret")
        draft_term("Open")
        open_, secret = rows("changes", user)[:2]
        assert open_.path and not secret.path

    def test_can_be_of_a_kind_that_the_site_no_longer_has(self, editor):
        AuditEntry.objects.create(
            by=publisher(), action="save", subject_type="old.thing", subject_id=1,
            subject="Thing",
        )  # fmt: skip
        row = rows("changes", editor)[0]
        assert (row.title, row.kind, row.path) == ("Thing", "old.thing", "")

    def test_are_narrowed_by_kind_person_and_words(self, editor):
        make_reference("one-2020")
        make_tag("Two")
        assert titles("changes", editor, kind="core.tag") == ["Two"]
        assert len(titles("changes", editor, person=str(publisher().pk))) == 2
        assert titles("changes", editor, is_mine=True) == []
        assert titles("changes", editor, text="tw") == ["Two"]


class TestNarrowing:
    def test_is_by_kind_owner_and_words(self, editor):
        hope = draft_article("hope", title="Hope").page
        care(hope, owner=editor)
        draft_term("Hopeless")
        draft_term("Cell")
        assert titles("drafts", editor, kind="glossary.term") == ["Cell", "Hopeless"]
        assert titles("drafts", editor, person=str(editor.pk)) == ["Hope"]
        assert titles("drafts", editor, person=NOBODY) == ["Cell", "Hopeless"]
        assert titles("drafts", editor, text="HOPE") == ["Hopeless", "Hope"]
        both = {"text": "hope", "kind": "articles.article"}
        assert titles("drafts", editor, **both) == ["Hope"]

    def test_finds_a_page_by_its_address(self, editor):
        draft_article("the-address", title="Quite another")
        assert titles("drafts", editor, text="the-addr") == ["Quite another"]

    @pytest.mark.parametrize("name", [name for name in LISTS if name != "changes"])
    def test_never_shows_kinds_that_the_person_may_not_view(self, name):
        user = reader_of_terms()
        for make in (draft_article, draft_term):
            make("Draft")
            care(make("Due").page)
        for make in (make_article, make_term):
            make("Ends", live_until=timezone.now() + timedelta(days=1))
            revision = make("Bad")
            problem = {"severity": "error", "message": "Gone."}
            type(revision).objects.filter(pk=revision.pk).update(problems=[problem])
        assert {row.kind for row in rows(name, user)} <= {"term"}
        assert rows(name, user, kind="articles.article") == []


class TestPages:
    @pytest.mark.parametrize("name", LISTS)
    def test_say_what_it_means_that_a_list_is_empty(self, client, editor, name):
        client.force_login(editor)
        page = client.get(f"/admin/desk/{name}/").content.decode()
        assert f"<h1>{LISTS[name].title}</h1>" in page
        assert LISTS[name].empty in page

    def test_are_cut_and_keep_their_filters(self, client):
        for number in range(51):
            draft_term(f"Term {number:02}")
        client.force_login(publisher())
        first = client.get("/admin/desk/drafts/?q=term&whose=all").content.decode()
        assert "Term 50" in first and "Term 00" not in first
        assert 'href="?q=term&amp;whose=all&amp;page=2"' in first
        second = client.get("/admin/desk/drafts/?q=term&whose=all&page=2")
        assert "Term 00" in second.content.decode()
        assert client.get("/admin/desk/drafts/?page=3").status_code == 404

    def test_say_when_a_filter_matches_nothing(self, client, editor):
        client.force_login(editor)
        page = client.get("/admin/desk/problems/?q=nothing").content.decode()
        assert "Nothing matches these filters." in page
        assert 'href="/admin/desk/problems/">Clear the filters' in page

    def test_show_everybodys_when_asked(self, client, editor):
        draft_article("theirs")
        client.force_login(editor)
        assert "Theirs" not in client.get("/admin/desk/drafts/").content.decode()
        page = client.get("/admin/desk/drafts/?whose=all").content.decode()
        assert "Theirs" in page
        assert '<option value="all" selected>' in page

    @pytest.mark.parametrize(
        "query", ["kind=core.tag", "person=x", "whose=ours", "q=%00", "person=999999"]
    )
    def test_explain_a_filter_that_there_is_not(self, client, editor, query):
        draft_article("something")
        client.force_login(editor)
        page = client.get(f"/admin/desk/drafts/?{query}")
        assert page.status_code == 200
        assert 'class="errorlist"' in page.content.decode()
        assert "Something" not in page.content.decode()
        assert client.get(f"/admin/desk/drafts/?{query}&as=csv").status_code == 400

    def test_are_closed_to_who_may_not_see_them(self, client, author):
        client.force_login(author)
        assert client.get("/admin/desk/changes/").status_code == 403
        assert client.get("/admin/desk/changes/?as=csv").status_code == 403
        nobody = make_user("nobody")
        nobody.is_superuser = False
        nobody.save()
        client.force_login(nobody)
        for name in LISTS:
            assert client.get(f"/admin/desk/{name}/").status_code == 403

    def test_are_for_staff_and_only_read(self, client, editor, db):
        to = client.get("/admin/desk/drafts/")["Location"]
        assert to == "/admin/login/?next=/admin/desk/drafts/"
        client.force_login(editor)
        assert client.post("/admin/desk/drafts/").status_code == 405
        assert client.get("/admin/desk/nothing/").status_code == 404

    @pytest.mark.parametrize("count", [1, 12])
    @pytest.mark.parametrize("name", LISTS)
    def test_ask_the_database_no_more_for_more_pages(
        self, client, editor, name, count, django_assert_max_num_queries
    ):
        soon = timezone.now() + timedelta(days=3)
        reference = make_reference()
        for number in range(count):
            care(make_term(f"Due {number}").page)
            make_article(f"page-{number}", live_until=soon)
            with_broken_source(f"bad-{number}")
            approved(draft_article(f"ready-{number}"))
            make_article(f"citing-{number}", "Words [@larkin-2015].")
            make_article(f"linking-{number}", f"[a](https://a.example.org/{number})")
        add_notice(
            reference,
            by=publisher(),
            kind="retraction",
            noticed_on=timezone.localdate(),
            source="https://example.org/notice",
        )
        collect()
        OutsideLink.objects.update(state=LinkState.BROKEN, checked_at=timezone.now())
        client.force_login(editor)
        with django_assert_max_num_queries(12):
            page = client.get(f"/admin/desk/{name}/?whose=all")
        assert page.context["listed"].paginator.count >= count


class TestExport:
    def export(self, client, path: str) -> list[list[str]]:
        response = client.get(path)
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert "no-store" in response["Cache-Control"]
        text = b"".join(response.streaming_content).decode()
        return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))

    def test_is_all_of_the_list_with_the_same_filters(self, client):
        for number in range(60):
            draft_term(f"Term {number:02}")
        draft_article("article")
        client.force_login(publisher())
        query = "/admin/desk/drafts/?kind=glossary.term&as=csv"
        heading, *lines = self.export(client, query)
        assert heading == [
            "Title", "Kind", "State", "Owner", "Written by", "Saved", "Address",
        ]  # fmt: skip
        assert len(lines) == 60
        assert lines[0][:5] == [
            "Term 59", "term", "Draft, not public yet", "", "publisher",
        ]  # fmt: skip
        assert lines[0][6].endswith("/change/")

    def test_runs_no_formula_in_a_spreadsheet(self, client):
        for start in "=+-@":
            draft_article(f"a{ord(start)}", title=f"{start}HYPERLINK(1)")
        client.force_login(publisher())
        _, *lines = self.export(client, "/admin/desk/drafts/?as=csv")
        assert [line[0] for line in lines] == [f"'{s}HYPERLINK(1)" for s in "@-+="]

    def test_writes_days_as_days_and_moments_in_the_zone_of_the_reader(self, client):
        due = care(make_article("due").page)
        client.force_login(publisher())
        client.cookies["zone"] = "Asia/Kolkata"
        _, line = self.export(client, "/admin/desk/reviews/?as=csv")
        assert line[5] == due.review_due_on.isoformat()
        _, line, *_ = self.export(client, "/admin/desk/changes/?as=csv")
        assert line[4].endswith("+05:30")

    def test_is_offered_with_the_filters_in_use(self, client):
        client.force_login(publisher())
        page = client.get("/admin/desk/problems/?q=a&page=1").content.decode()
        assert 'href="?q=a&amp;as=csv"' in page
