"""What readers see of references: the search, the entries, who cites them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from articles.publishing import withdraw
from references.models import Reference
from references.noticing import add_notice
from references.reading import (
    find_references,
    pages_citing,
    references_of,
    titles_citing,
    with_cited_by,
)
from tests.factories import (
    draft_article,
    make_article,
    make_reference,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db
CITES = "Words [@larkin-2015]."


def keys(found) -> list[str]:
    return [reference.key for reference in found]


def cited_by(key: str = "larkin-2015") -> int:
    return with_cited_by(Reference.objects.all()).get(key=key).cited_by


def citing() -> list[str]:
    return [
        page.path for page in pages_citing(Reference.objects.get(key="larkin-2015"))
    ]


class TestSearch:
    @pytest.fixture(autouse=True)
    def _references(self):
        make_reference(
            "larkin-2015", title="Combined nivolumab", DOI="10.1000/x",
            author=[{"family": "Larkin", "given": "James"}, {"family": "Öz"}],
        )  # fmt: skip
        make_reference(
            "hodi-2010", title="Improved survival",
            author=[{"family": "Hodi", "given": "F."}],
            issued={"date-parts": [[2010]]}, **{"container-title": "The Lancet"},
        )  # fmt: skip
        make_reference(
            "nci-page", title="100% sure_thing", author=[{"literal": "NCI"}], issued={}
        )

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("larkin", ["larkin-2015"]),
            ("LARKIN James", ["larkin-2015"]),
            ("nivolumab", ["larkin-2015"]),
            ("nivol", ["larkin-2015"]),
            ("lancet", ["hodi-2010"]),
            ("hodi-2010", ["hodi-2010"]),
            ("survival hodi lancet", ["hodi-2010"]),
            ("survival larkin", []),
            ("100%", ["nci-page"]),
            ("sure_", ["nci-page"]),
            ("%", ["nci-page"]),
            ("'; --", []),
            ("zebrafish", []),
        ],
    )
    def test_every_word_must_occur_somewhere(self, words, found):
        assert keys(find_references(words)) == found

    @pytest.mark.parametrize("words", ["", "   "])
    def test_without_words_all_are_listed_newest_first(self, words):
        assert keys(find_references(words)) == ["larkin-2015", "hodi-2010", "nci-page"]

    def test_by_year(self):
        assert keys(find_references(year=2010)) == ["hodi-2010"]
        assert keys(find_references("larkin", 2010)) == []

    def test_words_past_the_eighth_are_not_looked_at(self):
        assert keys(find_references("larkin " * 8 + "zebrafish")) == ["larkin-2015"]

    def test_the_page_of_the_list_uses_it(self, client):
        page = client.get("/references/?q=nivolumab&year=2015").content.decode()
        assert "1 reference found" in page
        assert "Combined nivolumab" in page
        assert "Improved survival" not in page

    def test_it_costs_two_queries(self, django_assert_num_queries):
        with django_assert_num_queries(2):
            for reference in find_references():
                list(reference.notices.all())


class TestListOfAPage:
    def test_is_by_number_with_the_uses_of_each(self):
        for key in ("a-1", "b-2"):
            make_reference(key)
        revision = make_article("first", "One [@b-2]. Two [@a-1; @b-2]. Three [@b-2].")
        listed = references_of(revision)
        assert [(number, reference.key) for number, reference, _ in listed] == [
            (1, "b-2"),
            (2, "a-1"),
        ]
        assert [[use.letter for use in uses] for *_, uses in listed] == [
            ["a", "b", "c"],
            ["a"],
        ]

    def test_costs_two_queries_however_many_there_are(self, django_assert_num_queries):
        for number in range(5):
            add_notice(
                make_reference(f"ref-{number}"), by=publisher(), kind="correction",
                noticed_on=date(2024, 1, 1), source="https://example.org/",
            )  # fmt: skip
        body = " ".join(f"Words [@ref-{number}]." for number in range(5))
        revision = make_article("first", body)
        with django_assert_num_queries(2):
            listed = references_of(revision)
            notices = [list(reference.notices.all()) for _, reference, _ in listed]
        assert [len(found) for found in notices] == [1] * 5

    def test_of_a_page_that_cites_nothing_is_empty(self):
        assert references_of(make_article("first", "Words.")) == []


class TestCitedBy:
    @pytest.fixture(autouse=True)
    def _reference(self):
        make_reference("larkin-2015")

    def test_nobody(self):
        assert cited_by() == 0
        assert citing() == []

    def test_live_pages_of_every_kind(self):
        make_article("first", CITES)
        make_article("second", CITES)
        make_term("Cytokine", CITES)
        make_article("third", "Nothing.")
        assert cited_by() == 3
        assert citing() == [
            "/articles/first/", "/articles/second/", "/glossary/cytokine/",
        ]  # fmt: skip

    def test_a_page_counts_once_however_often_it_cites(self):
        make_article("first", f"{CITES} {CITES} {CITES}")
        assert cited_by() == 1
        assert citing() == ["/articles/first/"]

    def test_each_reference_has_its_own_count(self):
        make_reference("other")
        make_article("first", CITES)
        assert (cited_by(), cited_by("other")) == (1, 0)

    def test_a_draft_does_not_count(self):
        draft_article("first", CITES)
        assert (cited_by(), citing()) == (0, [])

    def test_nor_a_page_that_was_withdrawn(self):
        article = make_article("first", CITES).page
        withdraw(article, by=publisher(), reason="Wrong.")
        assert (cited_by(), citing()) == (0, [])

    def test_nor_a_former_revision(self):
        make_article("first", CITES)
        make_article("first", "Cites no more.")
        assert (cited_by(), citing()) == (0, [])

    def test_a_scheduled_page_counts_from_its_time_to_its_end(self):
        now = timezone.now()
        make_article(
            "first",
            CITES,
            live_from=now + timedelta(hours=1),
            live_until=now + timedelta(hours=2),
        )
        counts = []
        for minutes in (30, 90, 150):
            with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
                assert len(citing()) == cited_by()
                counts.append(cited_by())
        assert counts == [0, 1, 0]

    def test_the_page_of_the_reference_lists_them(self, client):
        make_article("first", CITES)
        draft_article("secret", CITES)
        page = client.get("/references/larkin-2015/").content.decode()
        assert '<a href="/articles/first/">First</a>' in page
        assert "Secret" not in page

    def test_all_titles_that_hold_a_reference_live_or_not(self):
        reference = Reference.objects.get()
        article = make_article("first", CITES).page
        withdraw(article, by=publisher(), reason="Wrong.")
        make_article("second", CITES)
        make_article("second", "Cites no more.")
        draft_article("third", CITES)
        assert titles_citing(reference) == ["First", "Second"]


class TestPlacesInASource:
    """The list of references says which place is cited, beside the way back."""

    def test_of_one_use(self, client):
        make_reference()
        make_article("hope", "It grew [@larkin-2015, page 3].")
        html = client.get("/articles/hope/").content.decode()
        assert '<span class="locator">Cited: p. 3.</span>' in html

    def test_of_several_uses(self, client):
        make_reference()
        body = (
            "It grew [@larkin-2015, Fig 2]. So [@larkin-2015]. It [@larkin-2015, 7-9]."
        )
        make_article("hope", body)
        html = client.get("/articles/hope/").content.decode()
        assert (
            'reference 1, fig. 2">a</a> <span class="locator">(fig. 2)</span>' in html
        )
        assert 'reference 1">b</a> <a' in html
        assert '<span class="locator">(pp. 7–9)</span>' in html
