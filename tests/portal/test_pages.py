"""What readers get at every public address, and what they never get."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from articles.publishing import rename, withdraw
from glossary.publishing import withdraw as withdraw_term
from references.noticing import add_notice
from tests.factories import (
    draft_article,
    draft_term,
    make_article,
    make_reference,
    make_tag,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db
SECRET = "zebrafish"


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """A small site with one page of everything, each linked with the others. Made once,
    for many tests only look; each test undoes what it changes."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield small_site()
        transaction.set_rollback(True)


def small_site():
    basics = make_tag("Basics")
    make_reference("larkin-2015", DOI="10.1056/nejmoa1504030")
    make_term("Cytokine", "A signal protein.", tags=[basics])
    make_term(
        "T cell", "A white blood cell that a cytokine can call [@larkin-2015].",
        forms=[("plural", "T cells")],
    )  # fmt: skip
    make_article("second", "## Why\n\nOther words on T cells.", tags=[basics])
    make_article(
        "first",
        "## What\n\nT cells help [@larkin-2015, p. 3]. See [it](article:second). "
        "Again [@larkin-2015].",
        tags=[basics],
    )
    return basics


ADDRESSES = [
    "/",
    "/articles/",
    "/articles/first/",
    "/glossary/",
    "/glossary/t-cell/",
    "/glossary/letter/c/",
    "/glossary/booklet",
    "/references/",
    "/references/larkin-2015/",
    "/topics/",
    "/topics/basics/",
    "/search/",
    "/search/?q=cells",
    "/feed.atom",
    "/sitemap.xml",
    "/robots.txt",
    "/healthz",
]


def text_of(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_answers(client, site, address):
    response = client.get(address)
    assert response.status_code == 200
    assert not response.cookies


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_head_is_that_of_the_page(client, site, address):
    page, head = client.get(address), client.head(address)
    assert head.content == b""
    assert head.status_code == page.status_code
    assert head["Content-Length"] == page["Content-Length"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_reading_is_allowed(client, site, address):
    if address == "/feed.atom" or address == "/sitemap.xml":
        return
    assert client.post(address).status_code == 405


class TestArticle:
    def test_it_shows_what_was_compiled(self, client, site):
        page = text_of(client, "/articles/first/")
        assert '<h2 id="what">What</h2>' in page
        assert '<a href="/articles/second/">it</a>' in page
        assert 'href="#word-t-cell"' in page
        assert 'id="word-t-cell"' in page

    def test_the_contents_lead_to_the_headings(self, client, site):
        page = text_of(client, "/articles/first/")
        assert '<a href="#what">What</a>' in page

    def test_references_are_numbered_with_ways_back(self, client, site):
        page = text_of(client, "/articles/first/")
        assert '<li id="ref-1" value="1">' in page
        assert 'href="https://doi.org/10.1056/nejmoa1504030"' in page
        assert 'href="#cite-1-1"' in page
        assert 'href="#cite-1-2"' in page

    def test_every_link_within_the_page_leads_somewhere(self, client, site):
        page = text_of(client, "/articles/first/")
        targets = set(re.findall(r'href="#([^"]+)"', page))
        targets |= set(re.findall(r'popovertarget="([^"]+)"', page))
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        assert targets <= set(ids)

    def test_a_corrected_definition_shows_at_once(self, client, site):
        assert "A white blood cell that" in text_of(client, "/articles/first/")
        make_term("T cell", "Now said better.", forms=[("plural", "T cells")])
        assert "Now said better." in text_of(client, "/articles/first/")

    def test_it_tells_machines_what_it_is(self, client, site):
        page = text_of(client, "/articles/first/")
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
        data = json.loads(found[1])
        assert data["@type"] == "MedicalWebPage"
        assert data["url"] == "http://testserver/articles/first/"
        assert [word["name"] for word in data["mentions"]] == ["T cell"]

    def test_no_title_can_end_the_script(self, client, site):
        make_article("evil", title="</script><script>alert(1)</script>")
        page = text_of(client, "/articles/evil/")
        assert "<script>alert" not in page

    def test_related_articles_share_tags_or_terms(self, client, site):
        make_article("stranger", "Nothing in common.")
        page = text_of(client, "/articles/first/")
        read_next = page.partition('id="related"')[2]
        assert "/articles/second/" in read_next
        assert "/articles/stranger/" not in read_next

    def test_dates(self, client, site):
        page = text_of(client, "/articles/first/")
        assert "Published" in page
        assert "Updated" not in page
        make_article("first", "A typo less.")
        assert "Updated" not in text_of(client, "/articles/first/")
        make_article("first", "Changed.", public_note="More is known.")
        assert "Updated" in text_of(client, "/articles/first/")


class TestAddresses:
    def test_a_former_slug_redirects(self, client, site):
        article = make_article("old").page
        rename(article, "new", by=publisher())
        response = client.get("/articles/old/")
        assert response.status_code == 301
        assert response["Location"] == "/articles/new/"

    def test_what_was_withdrawn_is_gone(self, client, site):
        article = make_article("old", title="An old page").page
        withdraw(article, by=publisher(), reason="Out of date.")
        response = client.get("/articles/old/")
        assert response.status_code == 410
        assert "An old page" in response.content.decode()
        assert "no-store" in response["Cache-Control"]

    def test_a_former_slug_of_what_was_withdrawn_is_gone(self, client, site):
        article = make_article("old").page
        rename(article, "new", by=publisher())
        withdraw(article, by=publisher(), reason="Out of date.")
        assert client.get("/articles/old/").status_code == 410

    def test_a_withdrawn_term_is_gone(self, client, site):
        term = make_term("Placebo").page
        withdraw_term(term, by=publisher(), reason="Said elsewhere.")
        assert client.get("/glossary/placebo/").status_code == 410

    @pytest.mark.parametrize("address", ["/articles/no/", "/glossary/no/", "/no"])
    def test_what_never_was_is_not_found(self, client, site, address):
        response = client.get(address)
        assert response.status_code == 404
        assert "can’t find that page" in response.content.decode()

    @pytest.mark.parametrize("number", ["0", "2", "x", "-1", "99999999999999999999"])
    def test_no_such_page_of_a_list(self, client, site, number):
        assert client.get(f"/articles/?page={number}").status_code == 404

    def test_letters_outside_ascii(self, client, site):
        make_article("immunité", title="Immunité")
        assert client.get("/articles/immunité/").status_code == 200
        assert "/articles/immunit%C3%A9/" in text_of(client, "/articles/")

    def test_each_page_of_a_list_is_its_own_canonical_address(self, client, site):
        for number in range(21):
            make_article(f"a{number}")
        page = text_of(client, "/articles/?page=2")
        assert (
            '<link rel="canonical" href="http://testserver/articles/?page=2">' in page
        )
        first = text_of(client, "/articles/?page=1")
        assert '<link rel="canonical" href="http://testserver/articles/">' in first


class TestNothingLeaks:
    @pytest.fixture
    def drafts(self, site):
        secret = make_tag(f"Tag {SECRET}")
        draft_article("hidden", SECRET, title=SECRET, summary=SECRET, tags=[secret])
        draft_term(f"Term {SECRET}", SECRET, tags=[secret])
        draft_article("first", SECRET, title=SECRET, summary=SECRET, tags=[secret])
        draft_term("T cell", SECRET, forms=[("synonym", SECRET)], tags=[secret])
        later = timezone.now() + timedelta(days=1)
        make_article("soon", SECRET, title=SECRET, tags=[secret], live_from=later)
        make_term("Soon", SECRET, tags=[secret], live_from=later)

    @pytest.mark.parametrize("address", [*ADDRESSES, "/search/?q=zebra"])
    def test_no_draft_and_nothing_scheduled_shows_anywhere(
        self, client, drafts, address
    ):
        assert SECRET not in text_of(client, address)

    @pytest.mark.parametrize(
        "address",
        [
            "/articles/hidden/",
            "/articles/soon/",
            f"/glossary/term-{SECRET}/",
            "/glossary/soon/",
            f"/topics/tag-{SECRET}/",
        ],
    )
    def test_their_own_addresses_are_not_found(self, client, drafts, address):
        assert client.get(address).status_code == 404


class TestTopics:
    def test_counts_are_of_what_is_live(self, client, site):
        draft_article("unseen", tags=[site])
        page = text_of(client, "/topics/")
        row = page.partition("/topics/basics/")[2]
        assert re.search(r'class="count">\s*3<', row)

    def test_articles_terms_and_references_stand_together(self, client, site):
        reference = make_reference("other-2020")
        reference.tags.add(site)
        cache.clear()
        page = text_of(client, "/topics/basics/")
        assert "/articles/first/" in page
        assert "/glossary/cytokine/" in page
        assert "/references/other-2020/" in page


class TestGlossary:
    def test_a_term_names_its_forms_and_relatives(self, client, site):
        page = text_of(client, "/glossary/t-cell/")
        assert "T cells" in page
        assert "/glossary/cytokine/" in page.partition('id="related"')[2]

    def test_a_term_lists_the_articles_that_mention_it(self, client, site):
        used = text_of(client, "/glossary/t-cell/").partition('id="used"')[2]
        assert "/articles/first/" in used
        assert "/articles/second/" in used

    def test_a_definition_links_no_word_to_itself(self, client, site):
        page = text_of(client, "/glossary/t-cell/")
        assert 'href="#word-cytokine"' in page
        assert 'href="#word-t-cell"' not in page


class TestReferences:
    def test_a_reference_lists_who_cites_it(self, client, site):
        page = text_of(client, "/references/larkin-2015/")
        assert "/articles/first/" in page
        assert "/glossary/t-cell/" in page

    def test_a_notice_shows_at_once_where_it_is_cited(self, client, site):
        reference = make_reference("sad-2001")
        make_article("third", "Words [@sad-2001].")
        assert "Retraction" not in text_of(client, "/articles/third/")
        from_publisher = {"source": "https://example.org/notice"}
        add_notice(
            reference,
            by=publisher(),
            kind="retraction",
            noticed_on=timezone.now().date(),
            **from_publisher,
        )
        assert "Retraction" in text_of(client, "/articles/third/")
        assert "Retraction" in text_of(client, "/references/sad-2001/")

    @pytest.mark.parametrize(
        ("query", "shown", "current"),
        [
            ("", "Larkin J. A study", "NLM (Vancouver)"),
            ("?style=nlm", "Larkin J. A study", "NLM (Vancouver)"),
            ("?style=apa", "Larkin, J. (2015). A study", "APA"),
            ("?style=ama", "<i>Journal of Examples</i>", "AMA"),
            ("?style=mla", "Larkin J. A study", "NLM (Vancouver)"),
            ("?style=<b>", "Larkin J. A study", "NLM (Vancouver)"),
        ],
    )
    def test_readers_choose_the_style_of_an_entry(
        self, client, site, query, shown, current
    ):
        client.get("/references/larkin-2015/")
        page = text_of(client, f"/references/larkin-2015/{query}")
        entry = page.partition('id="entry">')[2].partition("</p>")[0]
        assert shown in entry
        assert "10.1056/nejmoa1504030" in entry
        assert re.findall(r'aria-current="true">([^<]*)<', page) == [current]
        address = "http://testserver/references/larkin-2015/"
        assert f'<link rel="canonical" href="{address}">' in page

    def test_the_sites_own_style_has_no_address_of_its_own(
        self, client, site, settings
    ):
        settings.CITATION_STYLE = "ama"
        page = text_of(client, "/references/larkin-2015/")
        assert 'href="/references/larkin-2015/?style=nlm"' in page
        assert "?style=ama" not in page

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("q=larkin", True),
            ("q=LARKIN+examples", True),
            ("q=nobody", False),
            ("year=2015", True),
            ("year=1999", False),
            ("q=larkin&year=2015", True),
        ],
    )
    def test_search_by_author_journal_and_year(self, client, site, query, found):
        page = text_of(client, f"/references/?{query}")
        assert ("/references/larkin-2015/" in page) == found

    def test_a_year_that_is_none_is_told(self, client, site):
        page = text_of(client, "/references/?year=twenty")
        assert "Enter a whole number." in page


class TestSearch:
    def test_explanations_come_before_their_sources(self, client, site):
        make_reference("cells-2020", title="Rabbit cells")
        make_article("rabbits", "Of rabbit cells among many other words.")
        page = text_of(client, "/search/?q=rabbit+cells")
        article, source = "/articles/rabbits/", "/references/cells-2020/"
        assert 0 < page.index(article) < page.index(source)

    def test_hits_are_marked(self, client, site):
        page = text_of(client, "/search/?q=protein")
        assert "<mark>protein</mark>" in page

    def test_kinds_can_be_chosen(self, client, site):
        page = text_of(client, "/search/?q=cells&kind=glossary.term")
        assert "/glossary/t-cell/" in page
        assert 'href="/articles/first/"' not in page

    @pytest.mark.parametrize(
        "words", ['"unbalanced', "a AND", "NEAR(", "*", "%27", "%00x", "(", "x" * 5000,
                  "<script>", "–", "NOT", "col:", "%F0%9F%98%80"],
    )  # fmt: skip
    def test_any_input_is_safe(self, client, site, words):
        page = text_of(client, f"/search/?q={words}")
        assert "<script>&" not in page
        assert "q=<script>" not in page

    def test_the_page_of_results_keeps_the_words(self, client, site):
        for number in range(25):
            make_article(f"a{number}", "Rabbit & co.")
        page = text_of(client, "/search/?q=rabbit")
        assert 'href="?q=rabbit&amp;kind=&amp;page=2"' in page
        assert "/articles/a" in text_of(client, "/search/?q=rabbit&kind=&page=2")

    def test_results_are_for_no_search_engine(self, client, site):
        assert '<meta name="robots" content="noindex">' in text_of(
            client, "/search/?q=cells"
        )


class TestMachines:
    def test_the_feed_holds_live_articles(self, client, site):
        response = client.get("/feed.atom")
        assert response["Content-Type"].startswith("application/atom+xml")
        feed = ElementTree.fromstring(response.content)
        titles = [node.text for node in feed.iter("{http://www.w3.org/2005/Atom}title")]
        assert titles[1:] == ["First", "Second"]

    def test_the_sitemap_holds_every_public_page(self, client, site):
        tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
        space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
        paths = {
            node.text.removeprefix("http://testserver")
            for node in tree.iter(f"{space}loc")
        }
        assert {
            "/",
            "/articles/first/",
            "/glossary/t-cell/",
            "/references/larkin-2015/",
            "/topics/basics/",
        } <= paths
        for path in paths:
            assert client.get(path).status_code == 200

    def test_robots_know_the_sitemap(self, client):
        robots = text_of(client, "/robots.txt")
        assert "Sitemap: http://testserver/sitemap.xml" in robots


class TestQueries:
    @pytest.mark.parametrize(
        ("address", "most"),
        [
            ("/", 7),
            ("/articles/", 6),
            ("/articles/first/", 8),
            ("/glossary/", 6),
            ("/glossary/letter/t/", 6),
            ("/glossary/booklet", 7),
            ("/references/", 6),
            ("/topics/", 6),
            ("/topics/basics/", 10),
            ("/search/?q=cells", 6),
            ("/glossary/t-cell/", 12),
            ("/references/larkin-2015/", 8),
        ],
    )
    def test_few_for_an_uncached_page(
        self, client, site, django_assert_max_num_queries, address, most
    ):
        for number in range(8):
            make_reference(f"r-{number}", author=[{"literal": f"Group {number}"}])
            make_term(f"Word{number}", "Of a cytokine.", tags=[site])
            make_article(f"a{number}", f"Word{number} [@r-{number}].", tags=[site])
        cache.clear()
        with django_assert_max_num_queries(most):
            client.get(address)

    def test_one_for_a_cached_page(self, client, site, django_assert_num_queries):
        client.get("/articles/first/")
        with django_assert_num_queries(1):
            client.get("/articles/first/")
