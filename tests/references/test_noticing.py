"""Notices: who may announce, what readers see at once, whose pages are to be looked at,
and what an import may add."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from immunosite.core.audit import AuditEntry
from immunosite.core.caching import Epoch
from references.announcements import Announcement
from references.models import Notice, NoticeOrigin, NoticeTask, RefusedNotice
from references.noticing import add_notice, remove_notice, take_in
from tests.factories import (
    draft_article,
    draft_term,
    make_article,
    make_reference,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db
RETRACTION = {
    "kind": "retraction",
    "noticed_on": date(2024, 5, 1),
    "source": "https://example.org/notice",
}
FOUND = Announcement(
    "retraction", date(2024, 5, 1), "10.1000/notice", "https://doi.org/10.1000/notice"
)


def epoch() -> int:
    return Epoch.objects.get(pk=1).value


def last_entry() -> AuditEntry:
    return AuditEntry.objects.latest("pk")


def task_titles(notice: Notice) -> set[str]:
    return {f"{task.kind} {task.page_id}" for task in notice.tasks.all()}


def told(reference, found=FOUND, *, by=None):
    return take_in(reference, found, by=by or publisher(), origin=NoticeOrigin.CROSSREF)


class TestRights:
    def test_authors_announce_nothing(self, author):
        with pytest.raises(PermissionDenied, match="add_notice"):
            add_notice(make_reference(), by=author, **RETRACTION)
        assert not Notice.objects.exists()

    def test_no_import_announces_in_their_name(self, author):
        with pytest.raises(PermissionDenied, match="add_notice"):
            told(make_reference(), by=author)
        assert not Notice.objects.exists()

    def test_only_administrators_take_a_notice_back(self, editor):
        notice = add_notice(make_reference(), by=editor, **RETRACTION)
        with pytest.raises(PermissionDenied, match="delete_notice"):
            remove_notice(notice, by=editor)
        remove_notice(notice, by=publisher())
        assert not Notice.objects.exists()


class TestNotices:
    def test_are_stored_written_down_and_shown_at_once(self, editor, client):
        reference = make_reference()
        make_article("first", "Words [@larkin-2015].")
        assert b"Retraction" not in client.get("/articles/first/").content
        before = epoch()
        add_notice(reference, by=editor, **RETRACTION)
        assert epoch() > before
        for page in ("/articles/first/", "/references/", "/references/larkin-2015/"):
            assert b"Retraction" in client.get(page).content
        entry = last_entry()
        assert (entry.by, entry.action) == (editor, "add notice")
        assert entry.details["after"] == {**RETRACTION, "noticed_on": "2024-05-01"}

    def test_the_newest_comes_first(self):
        reference = make_reference()
        later = {**RETRACTION, "kind": "reinstatement", "noticed_on": date(2025, 1, 1)}
        for fields in (RETRACTION, later):
            add_notice(reference, by=publisher(), **fields)
        assert [notice.kind for notice in reference.notices.all()] == [
            "reinstatement",
            "retraction",
        ]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("kind", "rumour"),
            ("source", "nowhere"),
            ("source", ""),
            ("noticed_on", None),
        ],
    )
    def test_a_wrong_one_is_refused_at_its_field(self, field, value):
        reference = make_reference()
        with pytest.raises(ValidationError) as refused:
            add_notice(reference, by=publisher(), **{**RETRACTION, field: value})
        assert list(refused.value.error_dict) == [field]
        assert not Notice.objects.exists()

    def test_the_same_one_twice_is_refused(self):
        reference = make_reference()
        add_notice(reference, by=publisher(), **RETRACTION)
        with pytest.raises(ValidationError):
            add_notice(reference, by=publisher(), **RETRACTION)
        assert Notice.objects.count() == 1

    def test_one_that_is_taken_back_is_gone_and_written_down(self, client):
        reference = make_reference()
        notice = add_notice(reference, by=publisher(), **RETRACTION)
        client.get("/references/larkin-2015/")
        before = epoch()
        remove_notice(notice, by=publisher())
        assert epoch() > before
        assert b"Retraction" not in client.get("/references/larkin-2015/").content
        entry = last_entry()
        assert (entry.action, entry.subject_id) == ("remove notice", reference.pk)
        assert entry.details["before"] == {**RETRACTION, "noticed_on": "2024-05-01"}

    def test_of_a_day_to_come_is_refused(self):
        day = timezone.localdate() + timedelta(days=2)
        with pytest.raises(ValidationError) as refused:
            add_notice(
                make_reference(), by=publisher(), **{**RETRACTION, "noticed_on": day}
            )
        assert list(refused.value.error_dict) == ["noticed_on"]

    def test_the_doi_of_the_notice_is_kept_in_one_form(self):
        notice = add_notice(
            make_reference(), by=publisher(), doi="doi:10.1000/ABC", **RETRACTION
        )
        assert notice.doi == "10.1000/abc"

    def test_a_doi_that_is_none_is_refused_at_its_field(self):
        with pytest.raises(ValidationError) as refused:
            add_notice(make_reference(), by=publisher(), doi="here", **RETRACTION)
        assert list(refused.value.error_dict) == ["doi"]

    def test_an_address_at_doi_org_tells_the_doi(self):
        fields = {**RETRACTION, "source": "https://doi.org/10.1000/ABC"}
        notice = add_notice(make_reference(), by=publisher(), **fields)
        assert notice.doi == "10.1000/abc"

    def test_one_notice_with_two_dates_is_one_by_its_doi(self):
        reference = make_reference()
        add_notice(reference, by=publisher(), doi="10.1000/x", **RETRACTION)
        again = {**RETRACTION, "noticed_on": date(2024, 6, 1), "doi": "10.1000/x"}
        with pytest.raises(ValidationError, match="Retraction, 2024-05-01"):
            add_notice(reference, by=publisher(), **again)


class TestTasks:
    def test_are_opened_for_each_page_that_cites_it_or_is_about_to(self):
        reference = make_reference()
        article = make_article("first", "Words [@larkin-2015].").page
        term = make_term("Cytokine", "A protein [@larkin-2015].").page
        later = timezone.now() + timedelta(days=9)
        scheduled = make_article("later", "W [@larkin-2015].", live_from=later).page
        draft = draft_article("draft", "Words [@larkin-2015].").page
        drafted = draft_term("Antigen", "A mark [@larkin-2015].").page
        make_article("other", "Words.")
        make_article("linking", "See [it](/references/larkin-2015/).")
        notice = add_notice(reference, by=publisher(), **RETRACTION)
        pages = (article, term, scheduled, draft, drafted)
        assert task_titles(notice) == {
            f"{page._meta.label_lower} {page.pk}" for page in pages
        }
        assert "First" in last_entry().details["tasks"]

    def test_are_not_opened_for_a_text_that_readers_see_no_more(self):
        reference = make_reference()
        make_article("first", "Words [@larkin-2015].")
        make_article("first", "Other words.")
        notice = add_notice(reference, by=publisher(), **RETRACTION)
        assert not notice.tasks.exists()

    @pytest.mark.parametrize("kind", ["concern", "correction", "reinstatement"])
    def test_come_with_every_kind(self, kind):
        reference = make_reference()
        make_article("first", "Words [@larkin-2015].")
        notice = add_notice(reference, by=publisher(), **{**RETRACTION, "kind": kind})
        assert notice.tasks.count() == 1

    def test_go_with_the_notice_and_the_audit_tells(self):
        reference = make_reference()
        page = make_article("first", "Words [@larkin-2015].").page
        notice = add_notice(reference, by=publisher(), **RETRACTION)
        remove_notice(notice, by=publisher())
        assert not NoticeTask.objects.exists()
        page_name = f"articles.article {page.pk}"
        assert last_entry().details["tasks"] == [
            {"page": page_name, "decision": "open"}
        ]


class TestImports:
    def test_add_what_is_new_with_its_origin(self):
        reference = make_reference()
        make_article("first", "Words [@larkin-2015].")
        assert told(reference)[0] == "created"
        notice = Notice.objects.get()
        assert (notice.origin, notice.doi) == ("crossref", "10.1000/notice")
        assert notice.tasks.count() == 1

    def test_add_nothing_twice(self):
        reference = make_reference()
        told(reference)
        entries = AuditEntry.objects.count()
        assert told(reference) == ("unchanged", "")
        moved = Announcement(
            "retraction", date(2024, 7, 1), "10.1000/notice", FOUND.source
        )
        assert told(reference, moved) == ("unchanged", "")
        assert Notice.objects.count() == 1
        assert AuditEntry.objects.count() == entries

    def test_know_what_staff_entered_by_kind_and_day_and_add_its_doi(self):
        reference = make_reference()
        notice = add_notice(reference, by=publisher(), **RETRACTION)
        assert told(reference)[0] == "updated"
        notice.refresh_from_db()
        assert notice.doi == "10.1000/notice"
        assert notice.origin == "staff"
        assert last_entry().action == "change notice"

    def test_never_bring_back_what_staff_took_back_as_wrong(self):
        reference = make_reference()
        told(reference)
        remove_notice(Notice.objects.get(), by=publisher())
        outcome, why = told(reference)
        assert outcome == "unchanged"
        assert "taken back as wrong on" in why
        other_day = Announcement(
            "retraction", date(2023, 1, 1), "10.1000/notice", FOUND.source
        )
        assert told(reference, other_day)[0] == "unchanged"
        assert not Notice.objects.exists()

    def test_bring_another_kind_all_the_same(self):
        reference = make_reference()
        told(reference)
        remove_notice(Notice.objects.get(), by=publisher())
        concern = Announcement("concern", date(2024, 5, 1), "", FOUND.source)
        assert told(reference, concern)[0] == "created"

    def test_may_again_when_staff_entered_it_once_more(self):
        reference = make_reference()
        told(reference)
        remove_notice(Notice.objects.get(), by=publisher())
        add_notice(reference, by=publisher(), **RETRACTION)
        assert not RefusedNotice.objects.exists()

    def test_reject_what_cannot_be_stored_with_the_reason(self):
        day = timezone.localdate() + timedelta(days=9)
        outcome, why = told(
            make_reference(), Announcement("retraction", day, "", FOUND.source)
        )
        assert (outcome, why) == ("rejected", "This day is still to come.")
