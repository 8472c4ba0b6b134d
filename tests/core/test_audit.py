"""Who did what to which thing, when."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import ProtectedError

from immunosite.core.audit import AuditEntry, record, require
from immunosite.core.caching import Epoch
from immunosite.core.tagging import Tag
from tests.factories import draft_article, make_article, make_tag, make_user

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
