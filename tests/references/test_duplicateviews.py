"""The report of likely duplicates, and the warning before one is made."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from references.models import DistinctPair, Reference
from tests.factories import make_reference, make_user

from .test_admin import ADD, text_of

pytestmark = pytest.mark.django_db
REPORT = "/admin/references/reference/duplicates/"
TITLE = {"title": "A study of hope"}
TYPED = {
    "key": "hope-2015",
    "type": "article-journal",
    "title": "A study of Hope",
    "authors": "Larkin, J.",
    "issued": "2015",
    "authors_complete": "on",
}


@pytest.fixture
def two():
    return make_reference("first", **TITLE), make_reference("second", **TITLE)


@pytest.fixture
def desk(client, author):
    client.force_login(author)
    return client


def apart(two, reason="Abstract and paper."):
    return {"first": two[0].pk, "second": two[1].pk, "reason": reason}


class TestTheReport:
    def test_says_why_each_pair_is_listed(self, desk, two):
        words = text_of(desk.get(REPORT))
        assert "first and second Same title and first author, year ±1." in words
        assert "1 pair found" in words

    def test_says_when_there_is_none(self, desk):
        assert "No two references look alike." in text_of(desk.get(REPORT))

    def test_the_list_of_references_leads_to_it(self, desk):
        page = desk.get("/admin/references/reference/").content.decode()
        assert f'href="{REPORT}"' in page

    def test_offers_to_merge_to_those_who_may(self, desk, client, two):
        merge = f"/admin/references/reference/{two[0].pk}/merge/?other={two[1].pk}"
        assert merge not in desk.get(REPORT).content.decode()
        client.force_login(make_user("editor", role="Editor"))
        assert merge in client.get(REPORT).content.decode()

    def test_who_may_only_look_sees_pairs_and_no_form(self, client, two, reviewer):
        client.force_login(reviewer)
        page = client.get(REPORT)
        assert "first and second" in text_of(page)
        assert "Two different works" not in text_of(page)
        assert client.post(REPORT, apart(two)).status_code == 403
        assert not DistinctPair.objects.exists()

    def test_a_page_that_is_gone_shows_the_last(self, desk, two):
        assert "first and second" in text_of(desk.get(REPORT, {"page": "9"}))

    def test_costs_the_same_queries_however_long_it_is(self, desk, two):
        def count() -> int:
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(REPORT).status_code == 200
            return len(queries)

        few = count()
        for number in range(4):
            make_reference(f"more-{number}", **TITLE)
        assert count() == few


class TestTellingApart:
    def test_takes_the_pair_off_the_list_and_names_it_below(self, desk, two, author):
        assert desk.post(REPORT, apart(two)).status_code == 302
        words = text_of(desk.get(REPORT))
        assert "No two references look alike." in words
        assert "first and second Abstract and paper. author" in words

    def test_can_be_taken_back(self, desk, two):
        desk.post(REPORT, apart(two))
        pair = DistinctPair.objects.get()
        address = f"{REPORT}{pair.pk}/forget/"
        assert desk.get(address).status_code == 405
        assert desk.post(address).status_code == 302
        assert "1 pair found" in text_of(desk.get(REPORT))

    @pytest.mark.parametrize("reason", ["", "x" * 201])
    def test_without_a_good_reason_says_so_at_the_pair(self, desk, two, reason):
        page = desk.post(REPORT, apart(two, reason))
        ((_, form),) = page.context["rows"]
        assert list(form.errors) == ["reason"]
        assert form["reason"].value() == reason
        assert not DistinctPair.objects.exists()

    @pytest.mark.parametrize(
        "forged", [{"first": "x"}, {"second": "999999"}, {"first": ""}]
    )
    def test_what_no_form_would_send_is_refused_in_words(self, desk, two, forged):
        page = desk.post(REPORT, apart(two) | forged)
        assert "One of the two is not there any more." in text_of(page)
        assert not DistinctPair.objects.exists()

    def test_a_reference_is_not_told_apart_from_itself(self, desk, two):
        page = desk.post(REPORT, apart((two[0], two[0])))
        assert page.status_code == 200
        assert not DistinctPair.objects.exists()

    def test_twice_is_told_and_changes_nothing(self, desk, two):
        desk.post(REPORT, apart(two))
        assert desk.post(REPORT, apart(two)).status_code == 200
        assert DistinctPair.objects.count() == 1


class TestAddingALookAlike:
    def test_is_asked_about_first_and_loses_nothing(self, desk, two):
        page = desk.post(ADD, TYPED)
        words = text_of(page)
        assert "A reference like this one is there already." in words
        assert "first (opens in a new tab)" in words
        assert page.context["adminform"].form["authors"].value() == "Larkin, J."
        assert Reference.objects.count() == 2

    def test_is_saved_when_somebody_says_it_is_another_work(self, desk, two):
        shown = desk.post(ADD, TYPED).context["adminform"].form.shown
        assert desk.post(ADD, TYPED | {"despite": shown}).status_code == 302
        assert Reference.objects.get(key="hope-2015").title == "A study of Hope"

    def test_asks_again_about_one_that_was_not_shown(self, desk, two):
        assert desk.post(ADD, TYPED | {"despite": str(two[0].pk)}).status_code == 200
        assert desk.post(ADD, TYPED | {"despite": "yes"}).status_code == 200
        assert Reference.objects.count() == 2

    def test_is_no_matter_of_a_reference_that_is_there(self, desk, two):
        address = f"/admin/references/reference/{two[0].pk}/change/"
        form = desk.get(address).context["adminform"].form
        sent = TYPED | {"key": "first", "based_on": form["based_on"].value()}
        assert desk.post(address, sent).status_code == 302
