"""The desk's pages of tasks that follow from notices, and what editors are shown."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

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
BODY = "A first sentence. It works in half of them [@larkin-2015, p. 3]. A last one."


def announce(reference, kind: str = "retraction"):
    return add_notice(
        reference,
        by=publisher(),
        kind=kind,
        noticed_on=date(2024, 5, 1),
        source="https://example.org/notice",
        note="The figures were wrong.",
    )


def text_of(response) -> str:
    plain = re.sub(r"<[^>]*>", " ", response.content.decode())
    return " ".join(html.unescape(plain).split())


def address(task) -> str:
    return reverse("admin:references_noticetask_change", args=[task.pk])


@pytest.fixture
def task():
    reference = make_reference()
    make_article("first", BODY)
    announce(reference)
    return NoticeTask.objects.get()


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


class TestTaskPage:
    def test_shows_the_notice_with_its_source_and_the_sentence_that_cites(
        self, desk, task
    ):
        response = desk.get(address(task))
        page = text_of(response)
        assert "Look again at the article “First”" in page
        assert "Retraction, May 1, 2024" in page
        assert "its publisher has taken it back. The figures were wrong." in page
        assert "What readers see: revision 1" in page
        assert "Line 1: It works in half of them." in page
        assert "A last one." not in page
        assert 'href="https://example.org/notice"' in response.content.decode()

    def test_shows_the_newest_draft_too(self, desk, task):
        draft_article("first", "Words without it.")
        page = text_of(desk.get(address(task)))
        assert "The newest draft: revision 2 It does not cite this source." in page

    def test_leads_to_what_can_be_done_with_the_page(self, desk, task):
        page = desk.get(address(task)).content.decode()
        for action in ("change", "compare", "withdraw"):
            path = reverse(f"admin:articles_article_{action}", args=[task.page_id])
            assert f'href="{path}"' in page
        assert 'href="/articles/first/"' in page

    def test_offers_only_what_the_person_may(self, client, author, task):
        client.force_login(author)
        response = client.get(address(task))
        assert "/withdraw/" not in response.content.decode()
        assert "An editor or a medical reviewer closes this task." in text_of(response)
        assert b"Close the task" not in response.content

    def test_of_a_term_works_the_same(self, desk):
        reference = make_reference()
        make_term("Cytokine", "A protein [@larkin-2015].")
        announce(reference)
        page = text_of(desk.get(address(NoticeTask.objects.get())))
        assert "Look again at the term “Cytokine”" in page
        assert "A protein." in page

    def test_of_a_scheduled_page_says_that_it_will_be_seen(self, desk):
        reference = make_reference()
        later = timezone.now() + timedelta(days=3)
        make_article("later", BODY, live_from=later)
        announce(reference)
        page = text_of(desk.get(address(NoticeTask.objects.get())))
        assert "What readers will see: revision 1" in page

    def test_is_not_for_who_may_not_see_the_kind_of_page(self, client, task):
        user = make_user("terms")
        user.is_superuser = False
        user.save()
        wanted = ["view_term", "view_noticetask", "change_noticetask"]
        user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
        client.force_login(user)
        assert client.get(address(task)).status_code == 404
        sent = {"close": "", "decision": "still fine", "reason": "So."}
        assert client.post(address(task), sent).status_code == 404
        listed = client.get("/admin/references/noticetask/")
        assert b"First" not in listed.content
        task.refresh_from_db()
        assert task.decision == ""


class TestClosing:
    def test_says_what_was_decided_why_and_by_whom(self, desk, task):
        sent = {"close": "", "decision": "still fine", "reason": "One of ten."}
        page = text_of(desk.post(address(task), sent, follow=True))
        assert "The task is closed: Still fine as it is." in page
        assert "“One of ten.” editor" in page

    @pytest.mark.parametrize(
        ("decision", "reason", "told"),
        [
            ("", "So.", "Choose what you decided."),
            ("whatever", "So.", "Select a valid choice."),
            ("still fine", " ", "Say why, for the record."),
            ("changed", "So.", "Publish the change first."),
            ("withdrawn", "So.", "Withdraw it first."),
            ("still fine", "x" * 501, "at most 500 characters"),
        ],
    )
    def test_tells_what_is_wrong_at_the_field_and_keeps_what_was_typed(
        self, desk, task, decision, reason, told
    ):
        sent = {"close": "", "decision": decision, "reason": reason}
        response = desk.post(address(task), sent)
        assert response.status_code == 200
        assert told in text_of(response)
        assert response.context["form"]["reason"].value() == reason
        task.refresh_from_db()
        assert task.closed_at is None

    def test_after_somebody_else_did_tells_who_and_opens_nothing_again(
        self, desk, task
    ):
        close_task(task, decision="still fine", reason="Fine.", by=publisher())
        sent = {"close": "", "decision": "changed", "reason": "My own words."}
        page = text_of(desk.post(address(task), sent))
        assert "publisher has closed this task already." in page
        assert "My own words." in page
        task.refresh_from_db()
        assert task.reason == "Fine."

    def test_is_not_for_authors(self, client, author, task):
        client.force_login(author)
        sent = {"close": "", "decision": "still fine", "reason": "So."}
        assert client.post(address(task), sent).status_code == 403

    def test_can_be_taken_back_with_a_reason(self, desk, task):
        close_task(task, decision="still fine", reason="Fine.", by=publisher())
        assert "Say why" in text_of(desk.post(address(task), {"reopen": ""}))
        sent = {"reopen": "", "reason": "I read the wrong page."}
        page = text_of(desk.post(address(task), sent, follow=True))
        assert "The task is open again." in page
        task.refresh_from_db()
        assert task.closed_at is None


class TestList:
    def test_shows_all_tasks_with_page_notice_and_decision(self, desk, task):
        make_article("second", BODY)
        close_task(task, decision="still fine", reason="Fine.", by=publisher())
        page = text_of(desk.get("/admin/references/noticetask/"))
        assert "First Retraction of larkin-2015" in page
        assert "Still fine as it is" in page
        page = text_of(desk.get("/admin/references/noticetask/?state=open"))
        assert "Retraction of larkin-2015" not in page

    def test_nobody_adds_or_deletes_one(self, client, administrator, task):
        client.force_login(administrator)
        root = "/admin/references/noticetask/"
        assert client.post(f"{root}add/").status_code == 403
        assert (
            client.post(f"{root}{task.pk}/delete/", {"post": "yes"}).status_code == 403
        )


class TestEditors:
    def test_of_a_page_see_its_open_tasks_on_top(self, desk, task):
        change = reverse("admin:articles_article_change", args=[task.page_id])
        response = desk.get(change)
        assert "Look at 1 source again Retraction of larkin-2015" in text_of(response)
        assert address(task) in response.content.decode()
        close_task(task, decision="still fine", reason="Fine.", by=publisher())
        assert "Look at 1 source" not in text_of(desk.get(change))

    def test_of_a_reference_see_the_tasks_of_each_notice(self, desk, task):
        reference = task.notice.reference
        change = reverse("admin:references_reference_change", args=[reference.pk])
        assert "First : open" in text_of(desk.get(change))

    def test_are_told_how_many_pages_are_to_be_looked_at(self, desk):
        reference = make_reference()
        make_article("first", BODY)
        make_term("Cytokine", BODY)
        add = reverse("admin:references_reference_add_notice", args=[reference.pk])
        sent = {
            "kind": "retraction",
            "noticed_on": "2024-05-01",
            "source": "https://example.org/notice",
        }
        page = text_of(desk.post(add, sent, follow=True))
        assert "2 pages are to be looked at again." in page

    def test_see_in_the_checklist_that_a_new_text_cites_a_retracted_source(self, desk):
        announce(make_reference())
        sent = {"content": f"Words.\n\n{BODY}", "title": "New"}
        page = text_of(desk.post("/admin/markdown/preview/", sent))
        assert "No source was retracted or questioned" in page
        assert "Line 3:" in page
        assert "“larkin-2015” was retracted by its publisher." in page
        assert "[ 1 retracted , p. 3]" in page

    def test_see_in_the_checklist_of_a_term_too(self, desk):
        announce(make_reference(), "concern")
        sent = {"content": BODY, "title": "New"}
        page = text_of(desk.post("/admin/markdown/preview/?term=new", sent))
        assert "“larkin-2015” was questioned by its publisher." in page

    @pytest.mark.parametrize("kind", ["correction", "reinstatement"])
    def test_see_nothing_of_what_takes_nothing_back(self, desk, kind):
        announce(make_reference(), kind)
        page = text_of(desk.post("/admin/markdown/preview/", {"content": BODY}))
        assert "by its publisher" not in page

    def test_publish_a_text_that_cites_it_all_the_same(self):
        announce(make_reference())
        assert make_article("first", BODY).live_from
