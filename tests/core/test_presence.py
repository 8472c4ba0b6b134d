"""Who has which page open in the editor right now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from immunosite.core.audit import AuditEntry
from immunosite.core.caching import Epoch
from immunosite.core.presence import GONE_AFTER, Presence, be_present
from tests.factories import draft_article, draft_term, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return draft_article("hope").page


def address(page) -> str:
    return f"/admin/articles/article/{page.pk}/presence/"


def ago(user, **span) -> None:
    """Let somebody's last ping have come so long ago."""
    moment = timezone.now() - timedelta(**span)
    Presence.objects.filter(user=user).update(seen_at=moment)


class TestBePresent:
    def test_tells_who_else_is_there_the_longest_first(self, page, author, editor):
        anna = make_user("anna")
        assert be_present(page, by=editor) == []
        be_present(page, by=anna)
        assert [each.user for each in be_present(page, by=author)] == [editor, anna]

    def test_knows_pages_and_kinds_apart(self, page, author, editor):
        be_present(page, by=editor)
        term = draft_term("Cell").page
        other = draft_article("other").page
        assert be_present(term, by=author) == be_present(other, by=author) == []

    def test_the_beginning_stays_while_pings_come(self, page, author):
        be_present(page, by=author)
        since = Presence.objects.get().since
        be_present(page, by=author)
        row = Presence.objects.get()
        assert row.since == since < row.seen_at

    def test_after_three_missed_pings_somebody_is_gone(self, page, author, editor):
        be_present(page, by=editor)
        ago(editor, seconds=89)
        assert len(be_present(page, by=author)) == 1
        ago(editor, seconds=91)
        assert be_present(page, by=author) == []

    def test_who_comes_back_begins_anew_and_leaves_no_trace(self, page, author):
        be_present(page, by=author)
        be_present(draft_article("other").page, by=author)
        Presence.objects.update(since=timezone.now() - timedelta(hours=1))
        ago(author, minutes=2)
        be_present(page, by=author)
        assert timezone.now() - Presence.objects.get().since < GONE_AFTER

    def test_takes_the_right_to_change_the_page(self, page, reviewer):
        with pytest.raises(PermissionDenied):
            be_present(page, by=reviewer)

    def test_changes_nothing_that_readers_or_the_audit_see(self, page, author):
        def seen():
            return Epoch.objects.values().get(), AuditEntry.objects.count()

        before = seen()
        be_present(page, by=author)
        assert seen() == before


class TestPing:
    def test_answers_with_a_sentence_for_each(self, client, page, author, editor):
        editor.first_name = "Anna"
        editor.save()
        be_present(page, by=editor)
        noon = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
        Presence.objects.update(since=noon)
        client.force_login(author)
        response = client.post(address(page))
        assert response.json() == {
            "others": ["Anna has this page open since 00:00."],
            "newest": 1,
            "saved_by": "publisher",
        }
        assert "no-store" in response["Cache-Control"]

    def test_says_the_day_when_it_was_not_today(self, client, page, author, editor):
        be_present(page, by=editor)
        Presence.objects.update(since=timezone.now() - timedelta(days=2))
        client.force_login(author)
        (sentence,) = client.post(address(page)).json()["others"]
        assert ", " in sentence

    def test_is_a_post_by_who_may_change_the_page(self, client, page, author, reviewer):
        assert client.post(address(page)).status_code == 302
        client.force_login(reviewer)
        assert client.post(address(page)).status_code == 403
        client.force_login(author)
        assert client.get(address(page)).status_code == 405
        assert client.post("/admin/articles/article/0/presence/").status_code == 404

    def test_the_form_says_where_to_and_under_which_name_to_keep(
        self, client, page, author, reviewer
    ):
        client.force_login(author)
        html = client.get(f"/admin/articles/article/{page.pk}/change/").content.decode()
        assert f'data-presence="{address(page)}"' in html
        assert f'data-kept="kept:{author.pk}:articles.article:{page.pk}"' in html
        assert 'data-newest="1"' in html and "data-saved-by-me" not in html
        html = client.get("/admin/glossary/term/add/").content.decode()
        assert f'data-kept="kept:{author.pk}:glossary.term:new"' in html
        assert "data-presence" not in html
        client.force_login(reviewer)
        html = client.get(f"/admin/articles/article/{page.pk}/change/").content.decode()
        assert "data-kept" not in html
