"""From a notice to the reader: what is announced shows at once, wherever it is cited."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from immunosite.core import inviting, workflow
from references.models import NoticeTask
from references.noticing import add_notice, remove_notice
from tests.factories import (
    colleague,
    draft_article,
    make_article,
    make_reference,
    make_term,
    publisher,
)
from tests.references.test_announcements import ROW, table

pytestmark = pytest.mark.django_db
MARK = 'aria-label="Reference 1, retracted">1<strong class="flag"> retracted</strong>'
TOLD = "This source was retracted: its publisher has taken it back."


def announce(reference, kind="retraction", day=date(2024, 5, 1)):
    source = "https://example.org/notice"
    return add_notice(
        reference, by=publisher(), kind=kind, noticed_on=day, source=source
    )


def page(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


class TestFromTheTableToTheReader:
    def test_an_imported_retraction_is_on_the_page_in_the_next_request(
        self, client, tmp_path, editor
    ):
        make_reference("paper-2015", DOI="10.1000/paper")
        revision = make_article("first", "It works [@paper-2015].")
        make_article("second", "Words.")
        for _ in range(2):
            assert TOLD not in page(client, "/articles/first/")
        assert client.get("/articles/first/").headers.get("ETag")
        path = tmp_path / "retraction_watch.csv"
        path.write_text("".join(table(ROW)), newline="")
        call_command("import_notices", path)
        shown = page(client, "/articles/first/")
        assert MARK in shown
        assert TOLD in shown
        assert "November 5, 2025" in shown
        assert "10.1000/notice" in shown
        task = NoticeTask.objects.get()
        assert (task.kind, task.page_id) == ("articles.article", revision.page_id)
        client.force_login(editor)
        desk = page(client, "/admin/desk/sources/")
        assert "First" in desk
        assert f"/admin/references/noticetask/{task.pk}/change/" in desk


class TestTheMark:
    @pytest.fixture
    def cited(self):
        reference = make_reference()
        make_article("first", "It works [@larkin-2015].")
        return reference

    def test_is_kept_out_of_what_is_stored(self, cited):
        announce(cited)
        revision = make_article("second", "It works [@larkin-2015].")
        assert "retracted" not in revision.html

    def test_goes_with_a_notice_that_is_taken_back(self, client, cited):
        notice = announce(cited)
        assert MARK in page(client, "/articles/first/")
        remove_notice(notice, by=publisher())
        assert "retracted" not in page(client, "/articles/first/")

    def test_goes_when_the_source_is_reinstated_and_both_notices_stay(
        self, client, cited
    ):
        announce(cited)
        announce(cited, "reinstatement", date(2025, 1, 1))
        shown = page(client, "/articles/first/")
        assert "flag" not in shown
        assert "stands by it again" in shown
        assert TOLD in shown
        assert "notice-warning" not in shown

    def test_of_a_concern_says_questioned(self, client, cited):
        announce(cited, "concern")
        assert 'aria-label="Reference 1, questioned"' in page(
            client, "/articles/first/"
        )

    @pytest.mark.parametrize("kind", ["correction", "reinstatement"])
    def test_is_not_set_for_what_takes_nothing_back(self, client, cited, kind):
        announce(cited, kind)
        shown = page(client, "/articles/first/")
        assert "flag" not in shown
        assert 'class="notice"' in shown

    def test_is_on_the_page_as_it_stood_too(self, client, cited):
        announce(cited)
        day = date.today().isoformat()
        assert MARK in page(client, f"/articles/first/?on={day}")

    def test_is_on_a_page_of_the_glossary(self, client):
        reference = make_reference()
        make_term("Cytokine", "A protein [@larkin-2015].")
        announce(reference)
        assert MARK in page(client, "/glossary/cytokine/")

    def test_is_on_a_handout(self, client):
        reference = make_reference()
        body = "::: key-points\n- It works [@larkin-2015].\n:::\n"
        make_article("first", body)
        announce(reference)
        shown = page(client, "/articles/first/handout/")
        assert "1<strong> retracted</strong>" in shown
        assert TOLD in shown

    def test_is_on_a_preview_and_where_a_draft_is_read(self, client, editor, cited):
        announce(cited)
        draft = draft_article("second", "It works [@larkin-2015].")
        client.force_login(editor)
        for action in ("preview", "read"):
            args = [draft.page_id, draft.number]
            address = reverse(f"admin:articles_article_{action}", args=args)
            assert MARK in page(client, address)

    def test_is_on_what_an_expert_outside_reads(self, client, cited):
        announce(cited)
        draft = draft_article("second", "It works [@larkin-2015].")
        workflow.submit(draft, by=publisher())
        _, token = inviting.invite(draft, by=colleague(), invited_name="A. Guest")
        shown = page(client, reverse("sign_off", args=[token]))
        assert MARK in shown
        assert TOLD in shown


class TestWordsOnAPage:
    @pytest.fixture
    def word(self):
        reference = make_reference()
        make_term("Cytokine", "A protein [@larkin-2015].")
        make_article("first", "::: key-points\nA cytokine.\n:::\n")
        return reference

    @pytest.mark.parametrize(
        "address", ["/articles/first/", "/articles/first/handout/"]
    )
    @pytest.mark.parametrize(
        ("kind", "said"), [("retraction", "retracted"), ("concern", "questioned")]
    )
    def test_say_that_a_source_of_the_definition_does_not_stand(
        self, client, word, address, kind, said
    ):
        sentence = f"A source of this definition was {said} by its publisher."
        assert sentence not in page(client, address)
        announce(word, kind)
        assert sentence in page(client, address)
        announce(word, "reinstatement", date(2025, 1, 1))
        assert sentence not in page(client, address)

    def test_cost_no_query_more(self, client, word):
        counts = []
        for _ in range(2):
            cache.clear()
            with CaptureQueriesContext(connection) as queries:
                client.get("/articles/first/")
            counts.append(len(queries))
            if not word.notices.exists():
                announce(word)
        assert counts[0] == counts[1] <= 8


class TestTheReference:
    def test_shows_all_its_notices_the_newest_first(self, client):
        reference = make_reference()
        announce(reference, "correction", date(2020, 1, 1))
        announce(reference, "retraction", date(2022, 1, 1))
        announce(reference, "concern", date(2021, 1, 1))
        for address in ("/references/", "/references/larkin-2015/"):
            shown = page(client, address)
            order = re.findall(r"<strong>([A-Z][a-z ]+)</strong>, \w+ 1, 20", shown)
            assert order == ["Retraction", "Expression of concern", "Correction"]
            assert shown.count("notice-warning") == 2
