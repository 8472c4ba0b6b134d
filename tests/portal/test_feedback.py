"""“Was this page helpful?”: the form, the answer's way, what staff see of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from articles.models import Article
from articles.publishing import rename, withdraw
from articles.reading import live_articles
from immunosite.core.caching import Epoch
from immunosite.core.feedback import Feedback, Reason
from immunosite.core.throttling import MOST_AN_HOUR
from tests.factories import (
    draft_article,
    make_article,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db
FEEDBACK, THANKS = "/feedback/", "/feedback/thanks/"
ARTICLE, TERM = "/articles/first/", "/glossary/cytokine/"
OURS = {"Sec-Fetch-Site": "same-origin"}
ADMIN = "/admin/core/feedback/"


@pytest.fixture(autouse=True)
def pages(db):
    make_article("first", title="First & best")
    make_term("Cytokine")


def send(page=ARTICLE, answer="yes", *, headers=OURS, address="192.0.2.1", **more):
    """The answer to a form sent by a fresh browser whose cookies are forged at will."""
    return Client(enforce_csrf_checks=True).post(
        FEEDBACK,
        {"page": page, "answer": answer, **more},
        headers=headers,
        REMOTE_ADDR=address,
    )


def counted() -> list[tuple]:
    fields = ("kind", "revision", "answer", "reason", "count")
    return sorted(Feedback.objects.values_list(*fields))


def text(response) -> str:
    return response.content.decode()


class TestTheForm:
    @pytest.mark.parametrize("address", [ARTICLE, TERM])
    def test_stands_at_the_end_of_articles_and_terms(self, client, address):
        page = text(client.get(address))
        assert "<legend>Was this page helpful?</legend>" in page
        assert page.count('<form method="post" action="/feedback/">') == 2
        assert page.count(f'name="page" value="{address}"') == 2
        assert page.count("js/feedback.js") == 1

    def test_offers_just_the_known_reasons_and_none(self, client):
        buttons = re.findall(
            r'<button type="submit" name="reason" value="(.*?)">(.*?)<',
            text(client.get(ARTICLE)),
        )
        known = [(str(reason.value), reason.label) for reason in Reason]
        assert buttons == [*known, ("", "Another reason")]

    def test_has_no_field_to_write_in(self, client):
        form = text(client.get(ARTICLE)).partition('class="feedback')[2]
        kinds = re.findall(r'<input type="(\w+)"', form.partition("</article>")[0])
        assert set(kinds) == {"hidden"}
        assert "<textarea" not in form

    @pytest.mark.parametrize(
        "address", ["/", "/articles/", "/glossary/", "/references/", "/search/"]
    )
    def test_is_nowhere_else_and_neither_is_its_script(self, client, address):
        page = text(client.get(address))
        assert "helpful" not in page
        assert "feedback.js" not in page

    def test_sets_no_cookie(self, client):
        assert not client.get(ARTICLE).cookies

    def test_asks_the_database_nothing(self, rf, django_assert_num_queries):
        revision = live_articles().get(page__slug="first")
        with django_assert_num_queries(0):
            form = render_to_string(
                "_feedback.html", {"revision": revision}, rf.get("/")
            )
        assert ARTICLE in form

    def test_is_in_no_preview(self, client, administrator):
        revision = draft_article("first", "Other words.")
        client.force_login(administrator)
        number = revision.number
        path = f"/admin/articles/article/{revision.page_id}/preview/{number}/"
        page = text(client.get(path))
        assert "Other words." in page
        assert "feedback" not in page


class TestAnAnswer:
    def test_is_counted_and_leads_to_thanks(self):
        response = send()
        assert response.status_code == 303
        assert response["Location"] == "/feedback/thanks/?to=%2Farticles%2Ffirst%2F"
        assert counted() == [("articles.article", 1, "yes", "", 1)]

    @pytest.mark.parametrize("reason", ["", *Reason.values])
    def test_no_may_have_a_reason(self, reason):
        assert send(TERM, "no", reason=reason).status_code == 303
        assert counted() == [("glossary.term", 1, "no", reason, 1)]

    def test_is_about_the_revision_that_is_live(self):
        make_article("first", "Second.")
        draft_article("first", "A draft.")
        send()
        assert counted() == [("articles.article", 2, "yes", "", 1)]

    def test_sets_no_cookie(self):
        response = send()
        assert not response.cookies
        assert not response.has_header("Set-Cookie")

    def test_is_kept_in_no_cache(self):
        assert "no-store" in send()["Cache-Control"]

    def test_leaves_the_kept_pages_kept(self, client, django_assert_num_queries):
        client.get(ARTICLE)
        before = Epoch.objects.get().value
        send()
        assert Epoch.objects.get().value == before
        with django_assert_num_queries(1):
            client.get(ARTICLE)

    def test_letters_outside_ascii(self, client):
        make_article("immunité")
        page = text(client.get("/articles/immunité/"))
        path = re.search(r'name="page" value="([^"]+)"', page)[1]
        response = send(path)
        assert response.status_code == 303
        assert client.get(response["Location"]).status_code == 200


class TestThanks:
    def test_leads_back(self, client):
        page = text(client.get(send()["Location"]))
        assert "<h1>Thank you</h1>" in page
        assert '<a href="/articles/first/">Back to “First &amp; best”</a>' in page
        assert '<meta name="robots" content="noindex">' in page

    def test_is_kept_in_no_cache_and_sets_no_cookie(self, client):
        response = client.get(THANKS, {"to": ARTICLE})
        assert "no-store" in response["Cache-Control"]
        assert not response.cookies

    def test_has_a_head(self, client):
        response = client.head(THANKS, {"to": ARTICLE})
        assert (response.status_code, response.content) == (200, b"")

    @pytest.mark.parametrize(
        "to", ["", "/", "https://evil.example/", "//evil.example/", "/articles/no/"]
    )
    def test_leads_nowhere_else(self, client, to):
        response = client.get(THANKS, {"to": to})
        assert response.status_code == 404
        assert "evil" not in text(response)


class TestBadInput:
    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"page": ARTICLE},
            {"page": ARTICLE, "answer": "perhaps"},
            {"page": ARTICLE, "answer": "yes", "reason": "hard"},
            {"page": ARTICLE, "answer": "no", "reason": "free words"},
            {"page": "", "answer": "yes"},
            {"page": "/articles/" + "x" * 1_000 + "/", "answer": "yes"},
            {"page": "/articles/\0/", "answer": "yes"},
        ],
    )
    def test_is_told_in_a_page_of_the_site(self, client, fields):
        response = client.post(FEEDBACK, fields, headers=OURS)
        assert response.status_code == 400
        assert "<h1>We could not read that request</h1>" in text(response)
        assert not counted()

    @pytest.mark.parametrize(
        "page",
        [
            "/",
            "/articles/",
            "/articles/no/",
            "/articles/%00/",
            "/articles/%FF/",
            "/articles/first/handout/",
            "/glossary/first/",
            "/no-such-page",
            "articles/first/",
            "https://testserver/articles/first/",
            "//testserver/articles/first/",
            "/admin/",
        ],
    )
    def test_a_page_that_does_not_ask_is_not_found(self, page):
        response = send(page)
        assert response.status_code == 404
        assert "can’t find that page" in text(response)
        assert not counted()

    def test_what_is_not_public_is_not_found(self):
        draft_article("hidden")
        later = timezone.now() + timedelta(days=1)
        make_article("soon", live_from=later)
        gone = make_article("gone").page
        withdraw(gone, by=publisher(), reason="Out of date.")
        for slug in ("hidden", "soon", "gone"):
            assert send(f"/articles/{slug}/").status_code == 404
        assert not counted()

    def test_a_former_address_is_not_found(self):
        rename(Article.objects.get(slug="first"), "new", by=publisher())
        assert send().status_code == 404
        assert send("/articles/new/").status_code == 303

    @pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
    def test_an_answer_can_only_be_posted(self, client, method):
        response = getattr(client, method)(FEEDBACK, headers=OURS)
        assert response.status_code == 405
        assert response["Allow"] == "POST"

    @pytest.mark.parametrize("method", ["post", "put"])
    def test_thanks_can_only_be_read(self, client, method):
        assert getattr(client, method)(THANKS).status_code == 405


class TestOtherSites:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "same-origin"},
            {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"},
            {"Origin": "http://testserver"},
            {"Origin": "http://testserver:80"},
            {"Origin": "HTTP://TestServer"},
            {"Referer": "http://testserver/articles/first/"},
        ],
    )
    def test_may_not_answer_but_this_one_may(self, headers):
        assert send(headers=headers).status_code == 303
        assert len(counted()) == 1

    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
            {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "none"},
            {"Sec-Fetch-Site": ""},
            {"Origin": "https://evil.example"},
            {"Origin": "null", "Referer": "http://testserver/"},
            {"Origin": "https://testserver"},
            {"Origin": "http://testserver:8080"},
            {"Origin": "http://testserver.evil.example"},
            {"Origin": "http://testserver@evil.example"},
            {"Origin": "http://[", "Referer": "http://testserver/"},
            {"Origin": "http://testserver:x"},
            {"Referer": "https://evil.example/?http://testserver/"},
            {},
        ],
    )
    def test_are_refused_in_a_page_of_this_one(self, headers):
        response = send(headers=headers)
        assert response.status_code == 403
        assert "only be sent from a page of this site" in text(response)
        assert not response.cookies
        assert not counted()


class TestThrottling:
    def test_a_second_answer_on_a_page_is_thanked_for_but_not_counted(self):
        assert send().status_code == 303
        response = send(answer="no", reason="hard")
        assert response.status_code == 303
        assert counted() == [("articles.article", 1, "yes", "", 1)]

    def test_another_page_another_reader_and_another_day_count(self):
        with time_machine.travel(timezone.now()) as clock:
            send()
            send(TERM)
            send(address="192.0.2.2")
            assert sum(row[-1] for row in counted()) == 3
            clock.shift(timedelta(days=1))
            send()
        assert sum(row[-1] for row in counted()) == 4

    def test_a_flood_is_told_to_wait(self):
        with time_machine.travel(timezone.now(), tick=False):
            for _ in range(MOST_AN_HOUR):
                assert send().status_code == 303
            response = send(TERM)
        assert response.status_code == 429
        assert response["Retry-After"] == "3600"
        assert "Many answers came from your connection" in text(response)
        assert "login" not in text(response)
        assert not response.cookies
        assert counted() == [("articles.article", 1, "yes", "", 1)]

    def test_a_forged_address_is_no_way_around(self):
        for number in range(3):
            forged = {**OURS, "X-Forwarded-For": f"198.51.100.{number}"}
            send(headers=forged)
        assert counted()[0][-1] == 1

    def test_what_is_refused_uses_nothing_up(self):
        send(headers={})
        send(answer="perhaps")
        send("/articles/no/")
        send()
        assert len(counted()) == 1


class TestTheDesk:
    """The list of pages with their answers."""

    @pytest.fixture(autouse=True)
    def _answers(self, pages):
        for number in range(3):
            send(address=f"192.0.2.{number}")
        send(answer="no", reason="hard", address="192.0.2.10")
        long_ago = timezone.localdate() - timedelta(days=60)
        send(TERM, "no", reason="missing")
        Feedback.objects.filter(kind="glossary.term").update(given_on=long_ago)

    def rows(self, client, query="") -> list[list[str]]:
        page = text(client.get(ADMIN + query))
        table = page.partition('<table id="result_list">')[2].partition("</table>")[0]
        found = re.findall(r"<tr>(.*?)</tr>", table.partition("<tbody>")[2], re.S)
        return [
            [re.sub("<.*?>", "", cell) for cell in re.findall(r"<td.*?</td>", row)]
            for row in found
        ]

    def test_has_one_row_for_each_page(self, client, author):
        client.force_login(author)
        rows = {row[0]: row[1:-1] for row in self.rows(client)}
        assert rows == {
            "First &amp; best": ["article", "3", "1", "75 %", "1", "0", "0", "0"],
            "Cytokine": ["term", "0", "1", "0 %", "0", "0", "1", "0"],
        }

    def test_a_row_leads_to_its_page(self, client, author):
        client.force_login(author)
        pk = Article.objects.get(slug="first").pk
        path = f"/admin/articles/article/{pk}/change/"
        assert f'<a href="{path}">First &amp; best</a>' in text(client.get(ADMIN))
        assert client.get(path).status_code == 200

    @pytest.mark.parametrize(
        ("query", "titles"),
        [
            ("?days=30", ["First &amp; best"]),
            ("?days=90&o=0", ["Cytokine", "First &amp; best"]),
            ("?days=x&o=0", ["Cytokine", "First &amp; best"]),
            ("?kind=glossary.term", ["Cytokine"]),
            ("?kind=articles.article&days=30", ["First &amp; best"]),
            ("?kind=glossary.term&days=30", []),
            ("?kind=unknown", []),
            ("?o=4", ["Cytokine", "First &amp; best"]),
            ("?o=-4", ["First &amp; best", "Cytokine"]),
            ("?o=-7", ["Cytokine", "First &amp; best"]),
            ("?o=9", ["Cytokine", "First &amp; best"]),
            ("?o=-9", ["First &amp; best", "Cytokine"]),
        ],
    )
    def test_can_be_filtered_and_sorted(self, client, author, query, titles):
        client.force_login(author)
        assert [row[0] for row in self.rows(client, query)] == titles

    @pytest.mark.parametrize(
        "query", ["?_facets=True", "?days=30&_facets=True", "?p=9"]
    )
    def test_any_query_is_answered(self, client, author, query):
        client.force_login(author)
        assert client.get(ADMIN + query).status_code in (200, 302)

    def test_costs_no_query_for_each_row(
        self, client, administrator, django_assert_max_num_queries
    ):
        for number in range(12):
            make_article(f"a{number}")
            send(f"/articles/a{number}/", address=f"198.51.100.{number}")
        client.force_login(administrator)
        with django_assert_max_num_queries(6):
            assert len(self.rows(client)) == 14

    def test_begins_with_what_helped_the_fewest(self, client, author):
        for number in range(2):
            send(TERM, "no", address=f"198.51.100.{number}")
        client.force_login(author)
        assert [row[0] for row in self.rows(client)] == ["Cytokine", "First &amp; best"]

    def test_pages_withdrawn_since_keep_their_answers(self, client, author):
        page = Article.objects.get(slug="first")
        withdraw(page, by=publisher(), reason="Out of date.")
        client.force_login(author)
        assert "First &amp; best" in [row[0] for row in self.rows(client)]

    @pytest.mark.parametrize("role", ["author", "editor"])
    def test_may_be_read_and_not_changed(self, client, request, role):
        client.force_login(request.getfixturevalue(role))
        pk = Feedback.objects.first().pk
        assert client.get(ADMIN).status_code == 200
        assert client.get(f"{ADMIN}add/").status_code == 403
        assert client.post(f"{ADMIN}{pk}/change/", {"count": 9}).status_code == 403
        assert client.post(f"{ADMIN}{pk}/delete/", {"post": "yes"}).status_code == 403
        assert Feedback.objects.filter(pk=pk, count=9).count() == 0

    def test_is_not_for_readers(self, client):
        assert client.get(ADMIN).status_code == 302


class TestTheEditor:
    def line(self, client, page) -> str:
        path = (
            f"/admin/{page._meta.app_label}/{page._meta.model_name}/{page.pk}/change/"
        )
        found = re.search(r"Readers: [^<]*?\.", text(client.get(path)))
        return found[0] if found else ""

    def test_says_how_many_found_the_page_helpful(self, client, author):
        for number in range(3):
            send(TERM, "yes" if number else "no", address=f"192.0.2.{number}")
        client.force_login(author)
        term = Feedback.objects.first().page_id
        page = text(client.get(f"/admin/glossary/term/{term}/change/"))
        assert "Readers: 2 of 3 found this page helpful." in page

    def test_tells_the_live_revision_apart(self, client, author):
        send(answer="no")
        article = make_article("first", "Better words.").page
        send(address="192.0.2.2")
        client.force_login(author)
        assert self.line(client, article) == (
            "Readers: 1 of 2 found this page helpful (revision 2: 1 of 1)."
        )

    def test_says_nothing_without_answers(self, client, author):
        client.force_login(author)
        assert self.line(client, Article.objects.get(slug="first")) == ""
        assert client.get("/admin/articles/article/add/").status_code == 200
