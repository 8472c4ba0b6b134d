"""The page of search results: in which order, what is shown, what is never found."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import quote_from_bytes

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from articles.publishing import discard, rename, withdraw
from glossary.publishing import withdraw as withdraw_term
from immunosite.portal.views import MAX_QUERY, PAGE_SIZE
from references.curating import delete_reference
from tests.factories import (
    draft_article,
    make_article,
    make_reference,
    make_tag,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
any_input = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Results(HTMLParser):
    """What a reader sees of the page: hits in their order, marked words, the form."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.typed: str | None = None
        self.headings = 0
        self.facets: list[str] = []
        self.hits: list[dict] = []
        self._open: list[str] = []
        self._is_hit = False
        self.feed(page)
        self.close()
        for hit in self.hits:
            hit["title"] = hit["title"].strip("\n")

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.add(tag)
        self._open.append(tag)
        self.headings += tag == "h1"
        if given.get("id") == "q":
            self.typed = given.get("value", "")
        if tag == "ol" and given.get("class") == "hits":
            self._is_hit = True
        if self._is_hit and tag == "li":
            self.hits.append({"title": "", "text": "", "marked": []})
        if self._is_hit and tag == "a":
            self.hits[-1]["path"] = given["href"]
        if tag in ("input", "meta", "link", "img"):
            self._open.pop()

    def handle_endtag(self, tag):
        if tag == "ol":
            self._is_hit = False
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data):
        if not self._is_hit or not self.hits:
            return
        hit = self.hits[-1]
        hit["title" if "h2" in self._open else "text"] += data
        if "mark" in self._open:
            hit["marked"].append(data)

    @property
    def paths(self) -> list[str]:
        return [hit["path"] for hit in self.hits]


def ask(client, words: str, **others) -> Results:
    response = client.get("/search/", {"q": words, **others})
    assert response.status_code == 200
    return Results(response.content.decode())


@pytest.fixture
def site():
    """Pages about other things, so that a word is rare, as on a real site."""
    for name in ("Alpha", "Beta", "Gamma"):
        make_term(name)
        make_article(f"about-{name.lower()}", "Other things.")


class TestRanking:
    def test_the_title_counts_more_than_the_summary_more_than_the_text(
        self, client, site
    ):
        make_article("in-text", "Rabbit.", title="One", summary="Two.")
        make_article("in-summary", "Three.", title="One", summary="Rabbit.")
        make_article("in-title", "Three.", title="Rabbit", summary="Two.")
        assert ask(client, "rabbit").paths == [
            "/articles/in-title/", "/articles/in-summary/", "/articles/in-text/",
        ]  # fmt: skip

    def test_another_name_of_a_term_counts_more_than_a_text(self, client, site):
        make_article("in-text", "Bunny.", title="One", summary="Two.")
        make_term("Rabbit", forms=[("synonym", "bunny")])
        paths = ask(client, "bunny").paths
        assert paths == ["/glossary/rabbit/", "/articles/in-text/"]

    def test_a_text_that_says_it_more_often_comes_first(self, client, site):
        words = "one two three four five six seven eight nine ten"
        make_article("once", f"Rabbit {words}.", title="A")
        make_article("often", f"Rabbit rabbit rabbit {words}.", title="B")
        assert ask(client, "rabbit").paths == ["/articles/often/", "/articles/once/"]

    def test_equal_hits_come_by_title(self, client, site):
        for slug in ("c", "a", "b"):
            make_article(slug, "Rabbit.", title=f"Page {slug}", summary="Two.")
        assert ask(client, "rabbit").paths == [
            "/articles/a/", "/articles/b/", "/articles/c/",
        ]  # fmt: skip

    def test_the_poorest_explanation_comes_before_the_best_source(self, client, site):
        make_reference("rabbit-2020", title="Rabbit rabbit rabbit")
        long_text = "Other words. " * 200
        make_article("long", f"{long_text} A rabbit.", title="One", summary="Two.")
        make_term("Hare", "Not a rabbit.")
        paths = ask(client, "rabbit").paths
        assert set(paths[:2]) == {"/articles/long/", "/glossary/hare/"}
        assert paths[2:] == ["/references/rabbit-2020/"]

    def test_sources_come_last_over_all_pages_of_results(self, client, site):
        for number in range(3):
            make_reference(f"rabbit-200{number}", title="Rabbit")
        for number in range(PAGE_SIZE - 1):
            make_article(f"a{number}", "Rabbit.")
        first, second = (ask(client, "rabbit", page=number) for number in "12")
        kinds = [path.split("/")[1] for path in first.paths + second.paths]
        assert kinds == ["articles"] * (PAGE_SIZE - 1) + ["references"] * 3
        assert len(first.hits) == PAGE_SIZE
        assert not set(first.paths) & set(second.paths)

    def test_among_sources_the_best_comes_first(self, client, site):
        journal = {"container-title": "Journal of the Rabbit"}
        make_reference("a-2001", title="Of other things", abstract="x", **journal)
        make_reference("b-2002", title="The rabbit")
        assert ask(client, "rabbit").paths[0] == "/references/b-2002/"


class TestFinding:
    def test_every_word_must_be_there(self, client, site):
        make_article("both", "A white rabbit.")
        make_article("one", "A rabbit.")
        assert ask(client, "rabbit white").paths == ["/articles/both/"]

    def test_a_reference_is_found_by_its_author(self, client, site):
        make_reference("x-2020", author=[{"family": "Zimmermann", "given": "Q."}])
        assert ask(client, "zimmermann").paths == ["/references/x-2020/"]

    def test_a_term_is_found_by_its_abbreviation(self, client, site):
        make_term("Rabbit factor", forms=[("abbreviation", "RBF")])
        assert ask(client, "rbf").paths == ["/glossary/rabbit-factor/"]

    def test_kinds_are_counted_over_all_results(self, client, site):
        make_reference("rabbit-2020", title="Rabbit")
        make_term("Rabbit")
        make_article("hutch", "Of one rabbit.")
        for kind, paths in {
            "": 3, "articles.article": 1, "glossary.term": 1, "nonsense": 3,
        }.items():  # fmt: skip
            response = client.get("/search/", {"q": "rabbit", "kind": kind})
            facets = {key: count for key, _, count in response.context["facets"]}
            assert set(facets.values()) == {1}
            assert len(Results(response.content.decode()).hits) == paths

    def test_nothing_found_leads_on(self, client, site):
        page = client.get("/search/?q=rabbit").content.decode()
        assert "0 results for “rabbit”" in page
        assert "Nothing fits." in page
        assert '<a href="/glossary/">' in page

    def test_nothing_asked_is_no_search(self, client, site):
        for words in ("", "   "):
            page = client.get("/search/", {"q": words}).content.decode()
            assert "Type a word" in page
            assert "0 results" not in page

    @pytest.mark.parametrize("number", ["0", "2", "x"])
    def test_a_page_of_results_that_is_not_there(self, client, site, number):
        make_article("hutch", "Of one rabbit.")
        address = {"q": "rabbit", "page": number}
        assert client.get("/search/", address).status_code == 404


class TestSnippets:
    def test_show_the_words_where_they_stand(self, client, site):
        text = "Many words before it. " * 30
        make_article("hutch", f"{text} At last two rabbits. {text}", title="Hutch")
        (hit,) = ask(client, "rabbit").hits
        assert hit["marked"] == ["rabbits"]
        assert "At last two rabbits." in hit["text"]
        assert hit["text"].count("…") == 2
        assert len(hit["text"]) < 350

    def test_mark_the_title_and_all_words(self, client, site):
        make_article("hutch", "Some.", title="White Rabbits", summary="Of a rabbit.")
        (hit,) = ask(client, "rabbit white").hits
        assert hit["title"] == "White Rabbits"
        assert hit["marked"] == ["White", "Rabbits", "rabbit"]

    def test_are_text_whatever_the_page_says(self, client, site):
        evil = "<b>Rabbit</b> & <script>alert('x')</script>"
        make_article("evil", "Some `<i>code</i>`.", title=evil, summary=evil)
        make_reference("evil-2020", title="Rabbit < hare &amp; fox")
        result = ask(client, "rabbit")
        assert result.hits[0]["title"] == evil
        assert not {"b", "i"} & result.tags
        assert "<script>alert" not in str(client.get("/search/?q=rabbit").content)

    def test_hold_no_markup_of_the_text(self, client, site):
        make_reference("doe-2020")
        make_article("hutch", "## Hutch\n\nA *white* **rabbit** [@doe-2020].")
        (hit,) = ask(client, "rabbit").hits
        assert "A white rabbit" in hit["text"]
        assert not set("*#@") & set(hit["text"])


class TestAnyInput:
    @pytest.fixture(autouse=True)
    def _pages(self, site):
        make_reference("rabbit-2020", title="A “rabbit” & 'hare'")
        make_article("hutch", "A rabbit *and* a NOT or NEAR OR x y z 1 2 3.")

    @any_input
    @given(words=st.text(max_size=60))
    @example("<script>alert(1)</script>")
    @example('"><img src=x onerror=y>')
    @example("'; DROP TABLE core_document; --")
    @example("rabbit*) & (!hare | fox:*B")
    @example("a NOT b NEAR(c, 2) title:d")
    @example("İ ß ﬁ ǆ")
    @example("\x00\x1f\x7f")
    def test_is_answered_and_shown_as_it_was_typed(self, client, words):
        meant = {"section", "dl", "dt", "dd"}
        harmless = ask(client, "rabbit").tags | {"ul", "div", "mark"} | meant
        result = ask(client, words)
        assert result.headings == 1
        assert result.tags <= harmless
        assert result.typed == " ".join(words.replace("\0", " ").split())[:MAX_QUERY]

    @any_input
    @given(
        words=st.lists(
            st.sampled_from(
                ["rabbit", "NOT", "OR", "AND", "NEAR", "*", '"', "(", ")", ":", "-",
                 "^", "&", "|", "!", "<->", "'", "\\", "title:", "x", "{", "}", "+"]
            ),
            max_size=8,
        )
    )  # fmt: skip
    def test_no_operator_of_a_database_means_anything(self, client, words):
        letters = [word for word in words if word.strip(":").isalnum()]
        spelled, plain = (ask(client, " ".join(some)) for some in (words, letters))
        assert spelled.paths == plain.paths

    @any_input
    @given(raw=st.binary(max_size=30))
    def test_bytes_that_are_no_text_are_answered_too(self, client, raw):
        response = client.get(f"/search/?q={quote_from_bytes(raw)}")
        assert response.status_code == 200

    @any_input
    @given(kind=st.text(max_size=20), page=st.text(max_size=5))
    def test_other_parameters_do_no_harm(self, client, kind, page):
        response = client.get("/search/", {"q": "rabbit", "kind": kind, "page": page})
        assert response.status_code in (200, 404)
        assert client.get("/search/", {"q": "rabbit", "kind": kind}).status_code == 200

    @pytest.mark.parametrize(
        "query", ["q", "q=", "q=rabbit&q=x", "q[]=rabbit", "kind=articles.article",
                  "q=rabbit" + "+x" * 3000, "q=" + "z" * 9000],
    )  # fmt: skip
    def test_odd_addresses_are_answered(self, client, query):
        assert client.get(f"/search/?{query}").status_code == 200


class TestNeverFound:
    def found(self, client, words="rabbit") -> list[str]:
        response = client.get("/search/", {"q": words})
        result = Results(response.content.decode())
        assert response.context["total"] == len(result.hits)
        return result.paths

    def test_a_draft_beside_what_is_live(self, client, site):
        make_article("hutch", "A hare.")
        draft_article("hutch", "A rabbit.", title="Rabbit", summary="Rabbit.")
        assert self.found(client) == []
        assert self.found(client, "hare") == ["/articles/hutch/"]

    def test_words_that_only_an_earlier_revision_had(self, client, site):
        make_article("hutch", "A rabbit.")
        make_term("Hare", "Not a rabbit.", forms=[("synonym", "jackrabbit")])
        make_article("hutch", "A fox.")
        make_term("Hare", "Not a fox.")
        assert self.found(client) == self.found(client, "jackrabbit") == []

    def test_what_was_withdrawn(self, client, site):
        article, term = make_article("hutch", "Rabbit.").page, make_term("Rabbit").page
        assert len(self.found(client)) == 2
        withdraw(article, by=publisher(), reason="Old.")
        withdraw_term(term, by=publisher(), reason="Old.")
        assert self.found(client) == []

    def test_what_was_discarded_or_deleted(self, client, site):
        discard(draft_article("hutch", "Rabbit.").page, by=publisher())
        delete_reference(make_reference("x-2020", title="Rabbit"), by=publisher())
        assert self.found(client) == []

    def test_the_former_address_of_what_was_renamed(self, client, site):
        rename(make_article("hutch", "Rabbit.").page, "burrow", by=publisher())
        assert self.found(client) == ["/articles/burrow/"]

    def test_what_begins_and_ends_by_the_clock(self, client, site):
        now = timezone.now()
        make_article("soon", "Rabbit.", live_from=now + DAY, live_until=now + 2 * DAY)
        make_term("Rabbit", live_until=now + DAY)
        found = {}
        for days in (0, 1.5, 3):
            with time_machine.travel(now + days * DAY + timedelta(seconds=1)):
                found[days] = self.found(client)
        assert found == {0: ["/glossary/rabbit/"], 1.5: ["/articles/soon/"], 3: []}

    def test_a_change_note_a_problem_or_a_tag_of_a_draft(self, client, site):
        tag = make_tag("Rabbit")
        make_article("hutch", "Some.", note="Rabbit.")
        draft_article("other", "Some [@rabbit].", tags=[tag])
        assert self.found(client) == []
