"""/glossary/suggest, and the list of terms with something typed into its box."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from glossary.publishing import rename, withdraw
from glossary.suggestions import _suggester
from glossary.views import MOST_FOUND
from tests.factories import draft_term, make_article, make_term, publisher

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SUGGEST = "/glossary/suggest"


def suggestions(client, typed: str) -> list[dict]:
    answer = client.get(SUGGEST, {"q": typed})
    assert answer.status_code == 200
    return answer.json()["suggestions"]


def headwords(client, typed: str) -> list[str]:
    return [each["headword"] for each in suggestions(client, typed)]


def queries_of(client, address: str, **given) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(address, given)
    return len(queries)


class TestAnAnswer:
    def test_says_of_each_term_what_a_reader_needs(self, client):
        make_term(
            "Programmed cell death protein 1",
            "A brake on T cells.\n\nMore about it.",
            slug="pd-1",
            forms=[("abbreviation", "PD-1")],
        )
        assert suggestions(client, "pd") == [
            {
                "headword": "Programmed cell death protein 1",
                "form": [
                    {"text": "PD", "is_hit": True},
                    {"text": "-1", "is_hit": False},
                ],
                "is_near": False,
                "address": "/glossary/pd-1/",
                "definition": "A brake on T cells.",
            }
        ]

    def test_says_whether_something_was_mistyped(self, client):
        make_term("Cytokine")
        (found,) = suggestions(client, "cytokyne")
        assert found["is_near"]

    def test_shortens_a_long_definition_between_words(self, client):
        make_term("Cell", "A small part of the body. " * 20)
        (found,) = suggestions(client, "cell")
        assert found["definition"].endswith(" …")
        assert len(found["definition"]) <= 160
        assert "A small part of the body." in found["definition"]

    def test_holds_no_html(self, client):
        make_term("Cell", "A *small* part where 1 < 2.", forms=[("synonym", "<b>cell")])
        answer = client.get(SUGGEST, {"q": "cell"})
        assert answer["Content-Type"] == "application/json"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer.json()["suggestions"][0]["definition"] == (
            "A small part where 1 < 2."
        )

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.binary(max_size=300))
    @example(b"")
    @example(b"\0\0")
    @example(b"\xff\xfe cell")
    @example(b"cell" * 2_000)
    @example("\u202e\u0301\u0301".encode())
    def test_is_given_to_whatever_is_typed(self, client, typed):
        query = "".join(f"%{byte:02x}" for byte in typed)
        answer = client.get(f"{SUGGEST}?q={query}")
        assert answer.status_code == 200
        assert set(answer.json()) == {"suggestions"}

    @pytest.mark.parametrize("query", ["", "?q", "?other=cell", "?q=cell&q=", "?q=c"])
    def test_is_empty_where_nothing_is_asked(self, client, query):
        make_term("Cell")
        assert client.get(f"{SUGGEST}{query}").json() == {"suggestions": []}

    def test_takes_no_post(self, client):
        assert client.post(SUGGEST, {"q": "cell"}).status_code == 405

    def test_stands_beside_a_term_of_this_name(self, client):
        make_term("Suggest")
        assert client.get("/glossary/suggest/").status_code == 200
        assert headwords(client, "sugg") == ["Suggest"]


class TestWhatIsSuggested:
    def test_is_no_draft(self, client):
        draft_term("Hope")
        make_term("Cell")
        draft_term("Cell", forms=[("synonym", "Hopeful")])
        assert suggestions(client, "hope") == []

    def test_is_nothing_that_was_withdrawn(self, client):
        term = make_term("Hope").page
        assert headwords(client, "hope") == ["Hope"]
        withdraw(term, by=publisher(), reason="No.")
        assert suggestions(client, "hope") == []

    def test_follows_the_clock(self, client):
        now = timezone.now()
        make_term("Hope", live_from=now + DAY, live_until=now + 3 * DAY)
        make_term("Hopper", live_until=now + 2 * DAY)
        assert headwords(client, "hop") == ["Hopper"]
        with time_machine.travel(now + DAY + timedelta(hours=1)):
            assert headwords(client, "hop") == ["Hope", "Hopper"]
        with time_machine.travel(now + 2 * DAY + timedelta(hours=1)):
            assert headwords(client, "hop") == ["Hope"]
        with time_machine.travel(now + 3 * DAY + timedelta(hours=1)):
            assert headwords(client, "hop") == []
        assert headwords(client, "hop") == ["Hopper"]

    def test_is_what_is_live_now_though_a_successor_waits(self, client):
        make_term("Cell", "Old words.", forms=[("synonym", "Older")])
        later = timezone.now() + DAY
        make_term(
            "Cell", "New words.", forms=[("synonym", "Newer")], live_from=later
        )  # fmt: skip
        assert suggestions(client, "newer") == []
        assert suggestions(client, "older")[0]["definition"] == "Old words."
        with time_machine.travel(later + timedelta(hours=1)):
            assert suggestions(client, "older") == []
            assert suggestions(client, "newer")[0]["definition"] == "New words."

    def test_shows_a_correction_and_another_address_at_once(self, client):
        term = make_term("Cell", "Old words.").page
        suggestions(client, "cell")
        make_term("Cell", "New words.")
        assert suggestions(client, "cell")[0]["definition"] == "New words."
        rename(term, "a-cell", by=publisher())
        assert suggestions(client, "cell")[0]["address"] == "/glossary/a-cell/"


class TestItsCost:
    def test_is_three_queries_whatever_there_is(self, client):
        for number in range(12):
            make_term(f"Antigen {number}", forms=[("synonym", f"Mark {number}")])
        suggestions(client, "an")
        assert queries_of(client, SUGGEST, q="ant") == 3
        assert queries_of(client, SUGGEST, q="markk") == 3

    def test_is_less_where_nothing_fits(self, client):
        make_term("Cell")
        suggestions(client, "cell")
        assert queries_of(client, SUGGEST, q="zzz") == 2

    def test_is_no_new_index_where_no_word_has_changed(self, client):
        make_term("Cell")
        suggestions(client, "cell")
        built = _suggester.cache_info().misses
        make_article("other", "Other words.")
        suggestions(client, "cell")
        assert _suggester.cache_info().misses == built
        make_term("Gene")
        assert headwords(client, "gene") == ["Gene"]
        assert _suggester.cache_info().misses == built + 1

    def test_is_no_answer_where_the_browser_has_it(self, client):
        make_term("Cell")
        first = client.get(SUGGEST, {"q": "ce"})
        assert first["Cache-Control"] == "public, no-cache"
        same = {"HTTP_IF_NONE_MATCH": first["ETag"]}
        assert client.get(SUGGEST, {"q": "ce"}, **same).status_code == 304
        make_term("Cell", "Other words.")
        assert client.get(SUGGEST, {"q": "ce"}, **same).status_code == 200

    def test_is_no_room_in_the_cache_of_pages(self, client):
        make_term("Cell")
        for address in (SUGGEST, "/glossary/"):
            client.get(address, {"q": "cell"})
            assert queries_of(client, address, q="cell") > 1
        client.get("/glossary/")
        assert queries_of(client, "/glossary/") == 1


class TestTheListWithSomethingTyped:
    def get(self, client, typed: str) -> str:
        answer = client.get("/glossary/", {"q": typed})
        assert answer.status_code == 200
        return answer.content.decode()

    def test_holds_the_terms_that_fit(self, client):
        make_term("T cell", "A white cell.", forms=[("synonym", "Lymphocyte of T")])
        make_term("Gene")
        page = self.get(client, "  lympho ")
        assert '<a href="/glossary/t-cell/">T cell</a>' in page
        assert "<mark>Lympho</mark>cyte of T" in page
        assert "A white cell." in page
        assert "1 word for “lympho”" in page
        assert "/glossary/gene/" not in page

    def test_asks_whether_something_else_is_meant(self, client):
        make_term("Cytokine")
        assert "No word is spelled “cytokyne”. Did you mean:" in self.get(
            client, "cytokyne"
        )

    def test_says_that_nothing_fits(self, client):
        make_term("Cytokine")
        page = self.get(client, "zebra & co")
        assert "No word fits “zebra &amp; co”." in page
        assert 'href="/search/?q=zebra%20%26%20co"' in page

    def test_is_for_no_search_engine(self, client):
        make_term("Cell")
        assert '<meta name="robots" content="noindex">' in self.get(client, "cell")

    def test_is_the_whole_list_where_nothing_is_typed(self, client):
        make_term("Cell")
        assert "/glossary/cell/" in self.get(client, " \0 ")

    def test_says_that_there_are_more(self, client):
        for number in range(MOST_FOUND + 1):
            make_term(f"Antigen {number}")
        page = self.get(client, "antigen")
        assert page.count("<dt>") == MOST_FOUND
        assert f"The first {MOST_FOUND} words for “antigen”" in page

    def test_shows_what_was_typed_as_text(self, client):
        make_term("Cell")
        page = self.get(client, '"><script>x</script>')
        assert "<script>x" not in page


class TestASearchThatFindsNothing:
    def get(self, client, words: str) -> str:
        return client.get("/search/", {"q": words}).content.decode()

    def test_asks_for_the_word_that_may_be_meant(self, client):
        make_term("Pembrolizumab", "A checkpoint inhibitor.")
        page = self.get(client, "pembrolizumba")
        assert "Did you mean …?" in page
        assert '<a href="/glossary/pembrolizumab/">Pembrolizumab</a>' in page

    def test_asks_for_one_of_its_words(self, client):
        make_term("Pembrolizumab")
        make_term("Of")
        page = self.get(client, "cost of pemrbolizumab")
        assert "/glossary/pembrolizumab/" in page
        assert 'href="/glossary/of/"' not in page

    def test_does_not_ask_where_something_is_found(self, client):
        make_term("Pembrolizumab")
        make_article("pembro", "Pembro is short for it.")
        assert "Did you mean" not in self.get(client, "pembro")
        assert "Did you mean" not in self.get(client, "")

    def test_asks_for_nothing_that_is_not_live(self, client):
        draft_term("Pembrolizumab")
        assert "Did you mean" not in self.get(client, "pembrolizumba")
