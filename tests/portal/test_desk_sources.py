"""The desk's list of sources to look at again."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import Permission

from immunosite.core import caring
from immunosite.portal.deskrows import NOBODY, Wanted
from immunosite.portal.deskwork import LISTS
from references.models import NoticeTask
from references.noticing import add_notice
from references.tasking import close_task
from tests.factories import (
    draft_article,
    make_article,
    make_reference,
    make_term,
    make_user,
    publisher,
)

pytestmark = pytest.mark.django_db
BODY = "Words [@larkin-2015]."


def announce(reference, kind="retraction", day=date(2024, 5, 1)):
    source = "https://example.org/notice"
    return add_notice(
        reference, by=publisher(), kind=kind, noticed_on=day, source=source
    )


def rows(user, **wanted):
    listing = LISTS["sources"]
    return [listing.row(line, user) for line in listing.found(user, Wanted(**wanted))]


def titles(user, **wanted) -> list[str]:
    return [row.title for row in rows(user, **wanted)]


@pytest.fixture
def reference():
    return make_reference()


class TestSources:
    def test_are_the_open_tasks_of_every_kind_of_page(self, reference, editor):
        make_article("first", BODY)
        make_term("Cytokine", BODY)
        draft_article("draft", BODY)
        announce(reference)
        found = rows(editor)
        assert {row.title for row in found} == {"First", "Cytokine", "Draft"}
        assert {row.what for row in found} == {"Retraction of larkin-2015"}
        assert {row.kind for row in found} == {"article", "term"}
        task = NoticeTask.objects.get(kind="glossary.term")
        path = next(row.path for row in found if row.title == "Cytokine")
        assert path == f"/admin/references/noticetask/{task.pk}/change/"

    def test_are_one_line_for_each_notice(self, reference, editor):
        make_article("first", BODY)
        announce(reference, "concern", date(2023, 1, 1))
        announce(reference)
        assert [row.what for row in rows(editor)] == [
            "Expression of concern of larkin-2015",
            "Retraction of larkin-2015",
        ]

    def test_bear_the_newest_title_once(self, reference, editor):
        make_article("first", BODY)
        announce(reference)
        draft_article("first", BODY, title="A newer title")
        assert titles(editor) == ["A newer title"]

    def test_are_gone_when_closed(self, reference, editor):
        make_article("first", BODY)
        announce(reference)
        task = NoticeTask.objects.get()
        close_task(task, decision="still fine", reason="Fine.", by=editor)
        assert rows(editor) == []

    def test_are_narrowed_like_all_lists(self, reference, editor):
        mine = make_article("mine", BODY).page
        make_article("other", BODY)
        make_term("Cytokine", BODY)
        announce(reference)
        caring.set_care(mine, by=publisher(), owner=editor, review_due_on=None)
        assert titles(editor, is_mine=True) == ["Mine"]
        assert titles(editor, person=str(editor.pk)) == ["Mine"]
        assert set(titles(editor, person=NOBODY)) == {"Other", "Cytokine"}
        assert titles(editor, kind="glossary.term") == ["Cytokine"]
        assert titles(editor, text="oth") == ["Other"]

    def test_are_for_who_may_see_tasks_and_of_pages_that_they_may_see(self, reference):
        make_article("first", BODY)
        make_term("Cytokine", BODY)
        announce(reference)
        user = make_user("terms")
        user.is_superuser = False
        user.save()
        user.user_permissions.add(Permission.objects.get(codename="view_term"))
        assert not LISTS["sources"].is_for(user)
        task = Permission.objects.get(codename="view_noticetask")
        user.user_permissions.add(task)
        user = type(user).objects.get(pk=user.pk)
        assert LISTS["sources"].is_for(user)
        assert titles(user) == ["Cytokine"]

    def test_stand_on_the_front_page_and_go_out_as_csv(self, reference, client, editor):
        make_article("first", BODY)
        announce(reference)
        client.force_login(editor)
        front = client.get("/admin/").content.decode()
        assert "Sources to look at again" in front
        listed = client.get("/admin/desk/sources/").content.decode()
        assert "Retraction of larkin-2015" in listed
        file = b"".join(client.get("/admin/desk/sources/?as=csv")).decode()
        assert "First,article,Retraction of larkin-2015" in file

    def test_cost_one_query(self, reference, editor, django_assert_num_queries):
        for number in range(5):
            make_article(f"a{number}", BODY)
        make_term("Cytokine", BODY)
        announce(reference)
        listing = LISTS["sources"]
        listing.kinds(editor)
        with django_assert_num_queries(1):
            assert len(list(listing.found(editor, Wanted()))) == 6
