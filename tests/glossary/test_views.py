"""The readers' pages of the glossary."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from glossary import reading, views
from glossary.publishing import withdraw
from glossary.wording import Form
from tests.factories import draft_term, make_article, make_term, publisher

pytestmark = pytest.mark.django_db


def text_of(client, address: str) -> str:
    cache.clear()
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def section(page: str, name: str) -> str:
    """The part of a page that begins with the heading of this id."""
    return page.partition(f'id="{name}"')[2].partition("</section>")[0]


def headings(page: str) -> list[str]:
    return re.findall(r"<h2[^>]*>([^<]+)</h2>", page)


class TestTerm:
    def test_shows_only_what_there_is(self, client):
        make_term("Cell")
        page = text_of(client, "/glossary/cell/")
        assert headings(page) == []
        for part in ("Say:", "<audio", "<figure", "<details", 'class="up">Also'):
            assert part not in page.partition("<main")[2].partition("feedback")[0]

    def test_says_how_it_is_said(self, client):
        make_term("Cell", respelling="SEL", ipa="sɛl", audio="/media/a.mp3")
        page = text_of(client, "/glossary/cell/")
        assert "Say: <strong>SEL</strong>" in page
        assert '<span lang="en-fonipa" aria-hidden="true">/sɛl/</span>' in page
        assert re.search(r'<audio [^>]*controls [^>]*src="/media/a.mp3"', page)

    def test_gives_phonetic_letters_to_a_screen_reader_that_gets_no_plain_ones(
        self, client
    ):
        make_term("Cell", ipa="sɛl")
        assert '<span lang="en-fonipa">/sɛl/</span>' in text_of(
            client, "/glossary/cell/"
        )

    def test_leaves_room_for_its_picture(self, client):
        make_term(
            "Cell", picture="/media/a-40x30.png", picture_alt="A <cell>",
            picture_credit="NCI & co.",
        )  # fmt: skip
        page = text_of(client, "/glossary/cell/")
        assert 'alt="A &lt;cell&gt;" width="40" height="30"' in page
        assert "Picture: NCI &amp; co." in page

    def test_folds_the_text_for_professionals(self, client):
        make_term("Cell", professional="The *unit* of life.")
        details = text_of(client, "/glossary/cell/").partition("<details")[2]
        assert "<summary><h2>For professionals</h2></summary>" in details
        assert "<em>unit</em>" in details.partition("</details>")[0]

    def test_names_the_languages_of_its_translations(self, client):
        make_term("Cell", translations={"es": "célula", "ar": "خلية", "yue": "細胞"})
        rows = section(text_of(client, "/glossary/cell/"), "languages")
        assert '<dt lang="es">Español</dt>' in rows
        assert '<dd lang="es" dir="ltr">célula</dd>' in rows
        assert '<dd lang="ar" dir="rtl">خلية</dd>' in rows
        assert "<dt>yue</dt>" in rows

    def test_leads_to_its_relatives_both_ways_each_once(self, client):
        broad, whole, friend = make_term("Broad"), make_term("Whole"), make_term("Pal")
        make_term(
            "Cell", "Of a broad pal and a mate.", slug="cell",
            relations=[
                ("broader", broad.page), ("part of", whole.page),
                ("related", friend.page),
            ],
        )  # fmt: skip
        make_term("Mate", "A cell.")
        rows = section(text_of(client, "/glossary/cell/"), "related")
        found = re.findall(r"<dt>([^<]+)</dt>|<a [^>]*>([^<]+)</a>", rows)
        assert [a or b for a, b in found] == [
            "A kind of", "Broad", "Part of", "Whole", "See also", "Pal",
            "Mentioned with it", "Mate",
        ]  # fmt: skip
        back = section(text_of(client, "/glossary/broad/"), "related")
        assert "Kinds of it" in back
        assert "Parts of it" in section(text_of(client, "/glossary/whole/"), "related")

    def test_leads_to_no_relative_that_is_not_live(self, client):
        draft = draft_term("Zebrafish").page
        gone = make_term("Quokka").page
        withdraw(gone, by=publisher(), reason="No.")
        mine = make_term("Cell", relations=[("broader", draft), ("related", gone)])
        draft_term("Numbat", relations=[("part of", mine.page)])
        page = text_of(client, "/glossary/cell/")
        assert not re.search("zebrafish|quokka|numbat", page, re.IGNORECASE)

    def test_stands_as_it_stood_on_a_day(self, client):
        with time_machine.travel(timezone.now() - timedelta(days=9), tick=False):
            broad = make_term("Broad").page
            make_term(
                "Cell", respelling="SEL", professional="Old words.",
                translations={"es": "celda"}, relations=[("broader", broad)],
            )  # fmt: skip
            day = timezone.localdate()
        make_term("Cell", respelling="KELL", translations={"es": "célula"})
        now, then = (
            text_of(client, f"/glossary/cell/{query}") for query in ("", f"?on={day}")
        )
        for words in ("SEL", "Old words.", "celda", "A kind of"):
            assert words in then
            assert words not in now
        assert "KELL" not in then
        assert "célula" not in then

    def test_marks_each_word_once_in_both_of_its_texts(self, client):
        make_term("Protein")
        body = "A protein, no other protein."
        make_term("Cell", body, professional="It holds protein.")
        page = text_of(client, "/glossary/cell/")
        assert page.count('href="#word-protein"') == 1

    def test_takes_as_many_queries_whatever_it_leads_to(
        self, client, django_assert_max_num_queries
    ):
        terms = [make_term(f"Word{number}").page for number in range(6)]
        make_term("Cell", "Of Word1.", relations=[("related", term) for term in terms])
        for number in range(6):
            make_term(f"Kin{number}", "A cell.", relations=[("broader", terms[0])])
            make_article(f"a{number}", "The cell.")
        cache.clear()
        with django_assert_max_num_queries(12):
            client.get("/glossary/cell/")


class TestList:
    @pytest.fixture(autouse=True)
    def short_pages(self, monkeypatch):
        monkeypatch.setattr(reading, "PAGE_SIZE", 2)

    def fill(self):
        for slug, title in (
            ("five", "5-FU"), ("angstrom", "Ångström"), ("apple", "Apple"),
            ("arm", "Arm"), ("zone", "Zone"),
        ):  # fmt: skip
            make_term(title, slug=slug)

    def words(self, page: str) -> list[str]:
        return re.findall(r'<dt><a href="[^"]+">([^<]+)</a></dt>', page)

    def test_goes_on_over_pages(self, client):
        self.fill()
        pages = [text_of(client, f"/glossary/?page={number}") for number in (1, 2, 3)]
        words = [word for page in pages for word in self.words(page)]
        assert words == ["5-FU", "Ångström", "Apple", "Arm", "Zone"]

    def test_has_letters_with_counts_that_lead_to_their_pages(self, client):
        self.fill()
        letters = text_of(client, "/glossary/").partition('class="letters"')[2]
        rows = re.findall(
            r'<a href="(/glossary/[^"]+)">(.) <span class="count">(\d)', letters
        )
        assert rows == [
            ("/glossary/letter/other/", "#", "1"),
            ("/glossary/letter/a/", "A", "3"),
            ("/glossary/letter/z/", "Z", "1"),
        ]

    def test_each_word_stands_on_the_page_of_its_letter(self, client):
        self.fill()
        first = text_of(client, "/glossary/letter/a/")
        second = text_of(client, "/glossary/letter/a/?page=2")
        assert self.words(first) + self.words(second) == ["Ångström", "Apple", "Arm"]
        assert self.words(text_of(client, "/glossary/letter/other/")) == ["5-FU"]
        assert re.search(r'href="/glossary/letter/a/" aria-current="page"', first)

    def test_a_letter_that_becomes_two_in_small_leads_nowhere(self, client):
        assert client.get("/glossary/letter/İ/").status_code == 404

    def test_a_letter_has_one_address(self, client):
        self.fill()
        response = client.get("/glossary/letter/A/")
        assert (response.status_code, response["Location"]) == (
            301, "/glossary/letter/a/",
        )  # fmt: skip
        assert '<link rel="canonical" href="http://testserver/glossary/letter/a/">' in (
            text_of(client, "/glossary/letter/a/")
        )

    @pytest.mark.parametrize("name", ["b", "%23", "letter", "history", "a/?page=9"])
    def test_what_has_no_word_is_not_there(self, client, name):
        self.fill()
        address = f"/glossary/letter/{name}"
        assert client.get(address if "?" in name else f"{address}/").status_code == 404

    def test_a_term_may_be_called_like_the_other_pages(self, client):
        for slug in ("letter", "booklet", "meanings", "suggest"):
            make_term(slug.capitalize(), slug=slug)
            page = text_of(client, f"/glossary/{slug}/")
            assert f"What {slug.capitalize()} means." in page
            history = text_of(client, f"/glossary/{slug}/history/")
            assert "What changed on this page" in history
            assert f'href="/glossary/{slug}/"' in history


class TestMeanings:
    @pytest.fixture
    def senses(self):
        car = [Form("CAR", "abbreviation", is_sense=True)]
        return [make_term(title, forms=car).page for title in ("Receptor", "Vehicle")]

    def test_are_what_an_ambiguous_word_leads_to(self, client, senses):
        make_article("on-cells", "A CAR is made.")
        address = re.search(
            r'class="term" href="([^"]+)"', text_of(client, "/articles/on-cells/")
        )[1]
        page = text_of(client, address)
        assert "“CAR” has 2 meanings" in page
        for title in ("Receptor", "Vehicle"):
            assert f"What {title} means." in page

    def test_are_for_no_search_engine(self, client, senses):
        page = text_of(client, "/glossary/meanings/car")
        assert '<meta name="robots" content="noindex">' in page
        assert "meanings" not in client.get("/sitemap.xml").content.decode()

    def test_lead_to_the_last_one_that_is_left(self, client, senses):
        withdraw(senses[1], by=publisher(), reason="No.")
        response = client.get("/glossary/meanings/car")
        assert (response.status_code, response["Location"]) == (
            302, "/glossary/receptor/",
        )  # fmt: skip

    def test_of_which_none_is_live_are_not_there(self, client, senses):
        for page in senses:
            withdraw(page, by=publisher(), reason="No.")
        assert client.get("/glossary/meanings/car").status_code == 404

    def test_have_one_address(self, client, senses):
        response = client.get("/glossary/meanings/CAR")
        assert (response.status_code, response["Location"]) == (
            301, "/glossary/meanings/car",
        )  # fmt: skip

    @pytest.mark.parametrize("words", ["receptor", "-", "%00", "no such word"])
    def test_of_other_words_are_not_there(self, client, senses, words):
        assert client.get(f"/glossary/meanings/{words}").status_code == 404


class TestBooklet:
    def test_holds_every_live_word_in_full(self, client):
        make_term("Cell", "First.\n\nSecond *part*.", respelling="SEL")
        make_term("Bone", professional="Made of collagen.")
        draft_term("Zebrafish")
        page = text_of(client, "/glossary/booklet")
        assert page.index(">Bone<") < page.index(">Cell<")
        assert "Second <em>part</em>." in page
        assert "Made of collagen." in page
        assert "SEL" in page
        assert "ebrafish" not in page

    def test_is_led_to_by_the_list(self, client):
        make_term("Cell")
        assert 'href="/glossary/booklet"' in text_of(client, "/glossary/")

    def test_falls_into_parts_when_there_are_many(self, client, monkeypatch):
        monkeypatch.setattr(views, "PART_SIZE", 2)
        for title in ("Apple", "Bone", "Cell"):
            make_term(title)
        page = text_of(client, "/glossary/booklet")
        assert "What Bone means." in page
        assert "What Cell means." not in page
        assert 'href="?page=2">Cell – Cell</a>' in page
        assert "What Cell means." in text_of(client, "/glossary/booklet?page=2")
        assert client.get("/glossary/booklet?page=3").status_code == 404

    def test_says_so_when_it_is_empty(self, client):
        assert "No word has been published yet." in text_of(client, "/glossary/booklet")

    def test_gives_each_id_once(self, client):
        for title in ("Apple", "Bone"):
            make_term(title, "Words[^1].\n\n## Part\n\nOf a cell.\n\n[^1]: A note.")
        make_term("Cell")
        ids = re.findall(r'\bid="([^"]+)"', text_of(client, "/glossary/booklet"))
        assert len(ids) == len(set(ids))


class TestQueries:
    @pytest.mark.parametrize(
        ("address", "count"),
        [("/glossary/", 4), ("/glossary/letter/w/", 4), ("/glossary/booklet", 5)],
    )
    def test_are_few_and_the_same_for_many_words(
        self, client, django_assert_max_num_queries, address, count
    ):
        for number in range(12):
            make_term(f"Word{number}", forms=[("synonym", f"Name{number}")])
        cache.clear()
        with django_assert_max_num_queries(count):
            assert client.get(address).status_code == 200
