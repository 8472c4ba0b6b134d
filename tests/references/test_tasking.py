"""The tasks that follow from notices: how they are settled, and what holds them."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

import articles.publishing
from articles.models import Article
from immunosite.core.audit import AuditEntry
from references.merging import merge_references
from references.models import Notice, NoticeTask
from references.noticing import add_notice
from references.tasking import close_task, reopen_task, with_titles
from tests.factories import (
    draft_article,
    make_article,
    make_reference,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db
CITING = "Words [@larkin-2015]."


def announce(reference, kind: str = "retraction", day: date = date(2024, 5, 1)):
    source = "https://example.org/notice"
    return add_notice(
        reference, by=publisher(), kind=kind, noticed_on=day, source=source
    )


def task_of(page) -> NoticeTask:
    return NoticeTask.objects.get(kind=page._meta.label_lower, page_id=page.pk)


@pytest.fixture
def task():
    """About a live article."""
    reference = make_reference()
    page = make_article("first", CITING).page
    announce(reference)
    return task_of(page)


def close(task, decision="still fine", reason="It is one of ten.", *, by=None):
    close_task(task, decision=decision, reason=reason, by=by or publisher())


def fields_refused(task, decision, reason="Because.") -> list[str]:
    with pytest.raises(ValidationError) as refused:
        close(task, decision, reason)
    task.refresh_from_db()
    assert task.closed_at is None
    return list(refused.value.error_dict)


class TestClosing:
    def test_needs_the_right(self, task, author):
        with pytest.raises(PermissionDenied, match="change_noticetask"):
            close(task, by=author)

    def test_keeps_who_why_and_when_and_the_audit_of_the_page_tells(self, task, editor):
        close(task, by=editor)
        task.refresh_from_db()
        assert (task.decision, task.reason) == ("still fine", "It is one of ten.")
        assert task.closed_by == editor
        assert task.closed_at
        entry = AuditEntry.objects.latest("pk")
        assert (entry.action, entry.subject_type) == (
            "close notice task",
            "articles.article",
        )
        assert entry.details["reference"] == "larkin-2015"
        assert entry.details["decision"] == "still fine"

    @pytest.mark.parametrize("reason", ["", "  \n"])
    def test_needs_a_reason(self, task, reason):
        assert fields_refused(task, "still fine", reason) == ["reason"]

    @pytest.mark.parametrize("decision", ["", "whatever"])
    def test_needs_a_decision(self, task, decision):
        assert fields_refused(task, decision) == ["decision"]

    def test_once_only(self, task, editor):
        close(task, by=editor)
        with pytest.raises(ValidationError, match="editor has closed this task"):
            close(NoticeTask.objects.get(pk=task.pk))

    def test_the_database_wants_a_person_and_a_reason(self, task):
        rows = NoticeTask.objects.filter(pk=task.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(decision="still fine", reason="So.")


class TestChanged:
    def test_needs_a_newer_text_that_readers_see(self, task):
        assert fields_refused(task, "changed") == ["decision"]
        draft_article("first", "Words without it.")
        assert fields_refused(task, "changed") == ["decision"]
        make_article("first", "Words without it.")
        close(task, "changed", "Another source.")
        assert NoticeTask.objects.get().decision == "changed"

    def test_of_a_draft_needs_a_newer_draft(self):
        reference = make_reference()
        page = draft_article("draft", CITING).page
        announce(reference)
        task = task_of(page)
        assert fields_refused(task, "changed") == ["decision"]
        draft_article("draft", "Words without it.")
        close(task, "changed")

    def test_of_a_live_page_whose_draft_alone_cites_needs_a_newer_draft(self):
        reference = make_reference()
        page = make_article("first", "Words.").page
        draft_article("first", CITING)
        announce(reference)
        draft_article("first", "Other words.")
        close(task_of(page), "changed")


class TestWithdrawn:
    def test_needs_that_the_page_is(self, task):
        assert fields_refused(task, "withdrawn") == ["decision"]
        page = Article.objects.get()
        articles.publishing.withdraw(page, by=publisher(), reason="Wrong.")
        close(task, "withdrawn")

    def test_holds_no_more_when_it_is_public_again(self, task):
        page = Article.objects.get()
        articles.publishing.withdraw(page, by=publisher(), reason="Wrong.")
        make_article("first", CITING)
        assert fields_refused(task, "withdrawn") == ["decision"]


class TestReopening:
    def test_takes_the_decision_back_and_the_audit_keeps_it(self, task):
        close(task)
        reopen_task(task, reason="I looked at another page.", by=publisher())
        task.refresh_from_db()
        assert (task.decision, task.reason, task.closed_by) == ("", "", None)
        entry = AuditEntry.objects.latest("pk")
        assert entry.action == "reopen notice task"
        assert entry.details["before"]["decision"] == "still fine"

    def test_needs_the_right_a_reason_and_a_closed_task(self, task, author):
        with pytest.raises(ValidationError, match="is open"):
            reopen_task(task, reason="So.", by=publisher())
        close(task)
        with pytest.raises(ValidationError, match="Say why"):
            reopen_task(task, reason=" ", by=publisher())
        with pytest.raises(PermissionDenied):
            reopen_task(task, reason="So.", by=author)
        task.refresh_from_db()
        assert task.decision == "still fine"


class TestPages:
    def test_that_are_deleted_take_their_tasks_along(self):
        reference = make_reference()
        page = draft_article("draft", CITING).page
        announce(reference)
        articles.publishing.discard(page, by=publisher())
        assert not NoticeTask.objects.exists()

    def test_are_named_in_one_query(self, django_assert_num_queries):
        reference = make_reference()
        make_article("first", CITING)
        make_term("Cytokine", CITING)
        announce(reference)
        with django_assert_num_queries(1):
            titles = {task.page_title for task in with_titles(NoticeTask.objects.all())}
        assert titles == {"First", "Cytokine"}


class TestMerging:
    """Two references become one; see also test_merging."""

    @pytest.fixture
    def two(self):
        ours, theirs = make_reference(), make_reference("copy-2015")
        make_article("first", CITING)
        make_article("second", "Words [@copy-2015].")
        return ours, theirs

    def pages(self, notice) -> set[str]:
        return {task.page_title for task in with_titles(notice.tasks.all())}

    def merge(self, two):
        merge_references(*two, by=publisher(), reason="The same.")

    def test_carries_notices_and_tasks_and_opens_those_that_are_new(self, two):
        announce(two[1])
        closed = NoticeTask.objects.get()
        close(closed)
        self.merge(two)
        notice = Notice.objects.get()
        assert notice.reference.key == "larkin-2015"
        assert self.pages(notice) == {"First", "Second"}
        assert NoticeTask.objects.get(pk=closed.pk).decision == "still fine"

    def test_opens_tasks_about_our_own_notices_for_their_pages(self, two):
        notice = announce(two[0])
        self.merge(two)
        assert self.pages(notice) == {"First", "Second"}

    def test_of_the_same_notice_keeps_every_decision(self, two):
        notice = announce(two[0])
        announce(two[1])
        for task in NoticeTask.objects.all():
            close(task)
        self.merge(two)
        assert self.pages(notice) == {"First", "Second"}
        assert not NoticeTask.objects.filter(decision="").exists()
