"""Who did what to which thing, when."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from immunosite.core import workflow
from immunosite.core.audit import AuditEntry, Change, record, require
from immunosite.core.caching import Epoch
from immunosite.core.curating import save_tag
from immunosite.core.tagging import Tag
from immunosite.core.withdrawing import discard
from immunosite.core.witnessing import sum_of
from tests.factories import (
    draft_article,
    draft_term,
    make_article,
    make_tag,
    make_user,
    publisher,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/core/auditentry/"


class TestRecord:
    def test_says_who_did_what_to_which(self, author):
        tag = make_tag("Basics")
        record(tag, "paint", by=author, colour="red")
        entry = AuditEntry.objects.get(by=author)
        assert (entry.subject_type, entry.subject_id) == ("core.tag", tag.pk)
        assert (entry.action, entry.subject) == ("paint", "Basics")
        assert entry.details == {"colour": "red"}
        assert str(entry) == "paint core.tag “Basics”"

    def test_outlives_what_it_is_about(self, author):
        tag = make_tag("Basics")
        record(tag, "delete", by=author)
        Tag.objects.all().delete()
        assert AuditEntry.objects.get(by=author).subject == "Basics"

    def test_dates_can_be_details(self, author):
        moment = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
        record(make_tag("Basics"), "paint", by=author, at=moment, day=moment.date())
        details = AuditEntry.objects.get(by=author).details
        assert details == {"at": "2026-01-02T03:04:00Z", "day": "2026-01-02"}

    def test_a_very_long_name_is_cut(self, author):
        article = draft_article("hope", title="é" * 200).page
        record(article, "paint", by=author)
        record(Tag(pk=1, name="x" * 400), "paint", by=author)
        names = AuditEntry.objects.filter(by=author).order_by("pk")
        assert [len(entry.subject) for entry in names] == [200, 300]

    def test_the_newest_come_first(self, author):
        for action in ("one", "two"):
            record(Epoch.objects.get(), action, by=author)
        assert [entry.action for entry in AuditEntry.objects.all()] == ["two", "one"]

    def test_nobody_who_is_in_it_can_be_deleted(self, author):
        record(Epoch.objects.get(), "paint", by=author)
        with pytest.raises(ProtectedError):
            author.delete()


class TestRequire:
    def test_lets_through_who_has_the_right(self, author, editor, administrator):
        require(author, "articles.change_article")
        require(editor, "articles.publish_article")
        require(administrator, "anything.at_all")

    def test_names_what_is_missing(self, author):
        with pytest.raises(
            PermissionDenied,
            match="author may not do this: it needs articles.publish_article",
        ):
            require(author, "articles.publish_article")

    def test_an_account_that_was_closed_has_no_right(self, administrator):
        administrator.is_active = False
        with pytest.raises(PermissionDenied):
            require(administrator, "articles.change_article")


class TestDesk:
    def test_editors_read_it(self, client, editor):
        make_article("hope", title="Hope")
        client.force_login(editor)
        page = client.get(LIST).content.decode()
        assert "publish" in page and "Hope" in page
        entry = AuditEntry.objects.first()
        assert client.get(f"{LIST}{entry.pk}/change/").status_code == 200

    def test_it_is_searched_by_name_and_person(self, client, editor):
        make_article("hope", title="Hope")
        record(make_tag("Basics"), "paint", by=make_user("anna"))
        client.force_login(editor)
        found = client.get(LIST, {"q": "anna"}).context["cl"].result_list
        assert [entry.action for entry in found] == ["paint"]

    def test_authors_do_not(self, client, author):
        client.force_login(author)
        assert client.get(LIST).status_code == 403

    def test_nobody_changes_it(self, client, administrator):
        record(make_tag("Basics"), "paint", by=administrator)
        entry = AuditEntry.objects.first()
        client.force_login(administrator)
        assert client.get(f"{LIST}add/").status_code == 403
        for deed in ("change", "delete"):
            address = f"{LIST}{entry.pk}/{deed}/"
            sent = {"action": "hide", "post": "yes"}
            assert client.post(address, sent).status_code == 403
        sent = {"action": "delete_selected", "_selected_action": entry.pk}
        client.post(LIST, {**sent, "post": "yes"})
        assert AuditEntry.objects.get(pk=entry.pk).action == "paint"


class TestOnlyGrows:
    @pytest.fixture
    def entry(self, author):
        return record(make_tag("Basics"), "paint", by=author)

    @pytest.mark.parametrize(
        "deed",
        [
            lambda entries: entries.update(action="hide"),
            lambda entries: entries.delete(),
            lambda entries: entries.get().delete(),
            lambda entries: entries.get().save(),
        ],
        ids=["update", "delete many", "delete one", "save again"],
    )
    def test_the_database_refuses_every_change(self, entry, deed):
        entries = AuditEntry.objects.filter(pk=entry.pk)
        with pytest.raises(IntegrityError, match="core_audit_only_grows"):
            with transaction.atomic():
                deed(entries)
        assert entries.get().action == "paint"

    def test_raw_sql_is_refused_too(self, entry):
        for statement in (
            "UPDATE core_auditentry SET action = 'hide'",
            "DELETE FROM core_auditentry",
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(statement)
        assert AuditEntry.objects.filter(pk=entry.pk).exists()

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own")
    def test_truncating_is_refused_too(self, entry):
        with pytest.raises(IntegrityError), transaction.atomic():
            with connection.cursor() as cursor:
                # Else the keys that it still has to check are what stops it.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("TRUNCATE core_auditentry")

    def test_there_is_a_right_to_read_and_none_to_change(self):
        rights = Permission.objects.filter(content_type__model="auditentry")
        assert [right.codename for right in rights] == ["view_auditentry"]

    def test_it_outlives_a_page_with_all_its_revisions(self, administrator):
        article = draft_article("hope", title="Hope").page
        key = article.pk
        discard(article, by=administrator)
        kept = AuditEntry.objects.filter(
            subject_type="articles.article", subject_id=key
        )
        assert {entry.action for entry in kept} == {"save draft", "delete"}


@pytest.mark.django_db(transaction=True)
class TestFlush:
    def test_empties_all_and_then_refuses_again(self):
        record(Epoch.objects.get(), "paint", by=make_user("anna"))
        call_command("flush", interactive=False)
        assert not AuditEntry.objects.exists()
        entry = record(Epoch.objects.get(), "paint", by=make_user("anna"))
        with pytest.raises(IntegrityError), transaction.atomic():
            entry.delete()


class TestBeforeAndAfter:
    def test_of_a_draft_are_the_fields_that_changed(self):
        draft_article("hope", "One.", title="Hope", tags=[make_tag("Basics")])
        draft_article("hope", "Two!", title="Hope", summary="New.")
        details = AuditEntry.objects.filter(action="save draft").first().details
        assert details["revision"] == 2
        assert details["before"].keys() == {"summary", "body", "tags"}
        assert details["before"]["tags"] == ["Basics"]
        assert details["after"]["summary"] == "New."
        assert details["after"]["body"] == sum_of("Two!")

    def test_of_a_term_hold_its_other_words(self):
        draft_term("Cell", "A unit.", forms=[("plural", "cells")])
        draft_term("Cell", "A unit.", forms=[("plural", "cells"), ("synonym", "unit")])
        details = AuditEntry.objects.filter(action="save draft").first().details
        assert details["before"] == {"words": ["plural: cells"]}
        assert details["after"] == {"words": ["plural: cells", "synonym: unit"]}

    def test_the_sum_of_a_body_is_that_of_its_words(self):
        assert (
            sum_of("é") == f"1 characters, SHA-256 {sha256('é'.encode()).hexdigest()}"
        )

    def test_of_a_publish_are_the_intervals_that_it_moved(self):
        make_article("hope", "One.")
        make_article("hope", "Two.")
        details = AuditEntry.objects.filter(action="publish").first().details
        assert details["before"].keys() == {"revision 1"}
        assert "until" not in details["before"]["revision 1"]
        assert "until" in details["after"]["revision 1"]
        assert details["after"]["revision 2"].startswith("live from")

    def test_of_a_tag_are_its_fields(self, editor):
        tag = make_tag("Basics")
        tag.description = "Where to begin."
        save_tag(tag, by=editor)
        details = AuditEntry.objects.first().details
        assert details == {
            "before": {"description": ""},
            "after": {"description": "Where to begin."},
        }

    def test_of_a_sign_off_hold_the_next_review(self, reviewer):
        revision = draft_article("hope")
        workflow.submit(revision, by=publisher())
        due = timezone.localdate() + timedelta(days=9)
        workflow.approve(revision, by=reviewer, is_sign_off=True, due_on=due)
        details = AuditEntry.objects.get(action="approve").details
        assert details["before"] == {"status": "in review", "review_due_on": None}
        assert details["after"] == {"status": "approved", "review_due_on": str(due)}


class TestAccounts:
    FORM = {"username": "anna", "date_joined_0": "2026-01-02", "date_joined_1": "03:04"}

    def test_a_change_of_rights_is_written_down(self, client, administrator):
        anna, role = make_user("anna", role="Author"), Group.objects.get(name="Editor")
        client.force_login(administrator)
        path = f"/admin/auth/user/{anna.pk}/change/"
        sent = {**self.FORM, "is_active": "on", "is_staff": "on", "groups": [role.pk]}
        assert client.post(path, sent).status_code == 302
        entry = AuditEntry.objects.get(action="change user")
        assert (entry.by, entry.subject) == (administrator, "anna")
        assert entry.details == {
            "before": {"groups": ["Author"]},
            "after": {"groups": ["Editor"]},
        }
        assert LogEntry.objects.filter(object_id=anna.pk).exists()

    def test_a_new_account_and_its_end_are_too(self, client, administrator):
        client.force_login(administrator)
        word = "a long passphrase 7"
        sent = {"username": "anna", "password1": word, "password2": word}
        client.post("/admin/auth/user/add/", {**sent, "usable_password": "true"})
        anna = get_user_model().objects.get(username="anna")
        added = AuditEntry.objects.get(action="add user").details["after"]
        assert (added["username"], added["is_staff"]) == ("anna", False)
        client.post(f"/admin/auth/user/{anna.pk}/delete/", {"post": "yes"})
        before = AuditEntry.objects.get(action="delete user").details["before"]
        assert before["username"] == "anna"
        assert word not in str(AuditEntry.objects.values_list("details"))

    def test_another_password_is_too_but_not_the_word(self, client, administrator):
        anna = make_user("anna", role="Author")
        client.force_login(administrator)
        word = "a long passphrase 7"
        path = f"/admin/auth/user/{anna.pk}/password/"
        client.post(
            path, {"password1": word, "password2": word, "usable_password": "true"}
        )
        entry = AuditEntry.objects.get(action="change password of user")
        assert (entry.subject, entry.details) == ("anna", {})

    def test_a_group_is_too(self, client, administrator):
        role = Group.objects.get(name="Author")
        client.force_login(administrator)
        path = f"/admin/auth/group/{role.pk}/change/"
        assert client.post(path, {"name": "Author"}).status_code == 302
        details = AuditEntry.objects.get(action="change group").details
        assert details["after"] == {"permissions": []}
        assert len(details["before"]["permissions"]) > 5

    def test_nobody_who_is_in_the_audit_is_deleted(self, client, administrator):
        make_tag("Basics")
        client.force_login(administrator)
        path = f"/admin/auth/user/{publisher().pk}/delete/"
        client.post(path, {"post": "yes"})
        assert get_user_model().objects.filter(username="publisher").exists()
        assert not AuditEntry.objects.filter(action="delete user").exists()


class TestReading:
    @pytest.fixture
    def desk(self, client, editor):
        client.force_login(editor)
        return client

    def test_an_entry_shows_what_was_and_what_is(self, desk):
        tag = make_tag("Basics")
        record(
            tag,
            "paint",
            by=publisher(),
            before={"main_color": "red", "is_big": False},
            after={"main_color": "<b>", "is_big": True},
            reason="Too red.",
        )
        entry = AuditEntry.objects.get(action="paint")
        html = desk.get(f"{LIST}{entry.pk}/change/").content.decode()
        for words in ("main color", ">red<", "&lt;b&gt;", ">no<", ">yes<", "Too red."):
            assert words in re.sub(r">\s+|\s+<", lambda m: m[0].strip(), html)
        assert f'<a href="/admin/core/tag/{tag.pk}/change/">Basics</a>' in html

    def test_an_entry_about_what_has_no_page_is_readable(self, desk):
        record(Epoch.objects.get(), "paint", by=publisher())
        entry = AuditEntry.objects.get(action="paint")
        assert desk.get(f"{LIST}{entry.pk}/change/").status_code == 200

    def test_an_older_entry_with_a_plain_value_is_readable(self):
        entry = AuditEntry(details={"before": "cell", "after": "body-cell"})
        assert entry.changes() == [Change("value", "cell", "body-cell")]

    @pytest.mark.parametrize(
        "query",
        [
            {"action": "paint"},
            {"q": "paint"},
            {"q": "Blue"},
            {"subject_type": "core.epoch"},
        ],
    )
    def test_it_is_searched_and_filtered(self, desk, query):
        make_tag("Basics")
        anna = make_user("anna")
        anna.first_name = "Blue"
        anna.save()
        record(Epoch.objects.get(), "paint", by=anna)
        found = desk.get(LIST, query).context["cl"].result_list
        assert [entry.action for entry in found] == ["paint"]


class TestExport:
    @pytest.fixture
    def export(self, client, editor):
        client.force_login(editor)

        def export(**query):
            response = client.get(f"{LIST}export/", query)
            assert response.streaming
            assert response["Content-Type"] == "text/csv; charset=utf-8"
            text = b"".join(response.streaming_content).decode("utf-8-sig")
            return list(csv.DictReader(io.StringIO(text)))

        return export

    def test_holds_what_the_list_shows(self, export):
        tag = make_tag("Basics")
        record(tag, "paint", by=publisher(), before={"a": 1}, after={"a": 2}, why="é")
        (row,) = export(action="paint")
        assert row["by"] == "publisher" and row["key"] == str(tag.pk)
        assert (row["before"], row["after"]) == ('{"a": 1}', '{"a": 2}')
        assert row["details"] == '{"why": "é"}'
        assert len(export()) == 2
        assert export(q="nothing like it") == []

    def test_no_cell_is_a_formula(self, export):
        make_tag('=HYPERLINK("https://example.org")')
        assert export()[0]["subject"] == '\'=HYPERLINK("https://example.org")'

    def test_a_filter_that_makes_no_sense_leads_to_the_list(self, client, editor):
        client.force_login(editor)
        response = client.get(f"{LIST}export/", {"no_such_field": "1"})
        assert response.status_code == 302

    def test_is_for_who_may_read_the_audit(self, client, author):
        assert client.get(f"{LIST}export/").status_code == 302
        client.force_login(author)
        assert client.get(f"{LIST}export/").status_code == 403
