"""Looking a reference up: doi.org, NCBI, Crossref and pages, honest and otherwise."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest

from immunosite.core.fetching import Network
from references.lookup import look_up
from references.recognizing import recognize
from references.services import AnotherWork, LookUpFailed, NotFound, Offline
from tests.outside import Names, Patience, Rewired, Said, drip, raw, to

CSL = {"Content-Type": "application/vnd.citationstyles.csl+json"}
JSON = {"Content-Type": "application/json; charset=utf-8"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
DOI = "10.1000/abc"
RECORD = {
    "type": "article-journal",
    "title": "A study",
    "author": [{"family": "Larkin", "given": "James"}],
    "DOI": DOI,
    "indexed": {"date-parts": [[2024]]},
}
TRANSFORM = (
    "/crossref/works/10.1000%2Fabc/transform/application/vnd.citationstyles.csl+json"
)


def record(headers=CSL, **changes) -> Said:
    told = {name: value for name, value in {**RECORD, **changes}.items() if value}
    return Said(json.dumps(told).encode(), 200, headers)


def page(head: str, headers=HTML) -> Said:
    return Said(f"<html><head>{head}</head></html>".encode(), 200, headers)


@pytest.fixture
def patience():
    return Patience()


@pytest.fixture
def found(outside, patience):
    def found(text: str, **options):
        return look_up(recognize(text), clock=patience.clock, **options)

    return found


@pytest.fixture
def failure(found):
    def failure(text: str = DOI, **options) -> str:
        with pytest.raises(LookUpFailed) as error:
            found(text, **options)
        return str(error.value)

    return failure


class TestByDOI:
    def test_asks_doi_org_for_csl(self, outside, found):
        outside.says(f"/doi/{DOI}", record())
        result = found("https://doi.org/10.1000/ABC")
        assert result.csl == {
            "type": "article-journal",
            "title": "A study",
            "author": [{"family": "Larkin", "given": "James"}],
            "DOI": DOI,
        }
        assert (result.source, result.left_out) == ("doi.org", ("indexed",))
        (asked,) = outside.asked
        assert asked[2]["Accept"].startswith(CSL["Content-Type"])

    def test_follows_to_the_agency(self, outside, found):
        outside.says(f"/doi/{DOI}", to("/agency"))
        outside.says("/agency", record(JSON))
        assert found(DOI).csl["title"] == "A study"

    def test_writes_the_doi_into_the_address_as_it_must_be(self, outside, found):
        doi = "10.1002/(sici)1097<1::aid-x>3.0.co;2-#?"
        path = "/doi/10.1002/(sici)1097%3C1::aid-x%3E3.0.co;2-%23%3F"
        outside.says(path, record(DOI=doi))
        assert found(doi).csl["DOI"] == doi

    def test_asks_crossref_where_doi_org_does_not_answer(self, outside, found):
        for said in (
            Said(b"", 404), Said(b"", 406), Said(b"", 500), raw(b""),
            Said(b"<html>", 200, HTML), Said(b"{", 200, CSL), Said(b"[]", 200, CSL),
        ):  # fmt: skip
            outside.says(f"/doi/{DOI}", said)
            outside.says(TRANSFORM, record())
            assert found(DOI).source == "Crossref"

    def test_refuses_an_answer_about_another_work(self, outside, found):
        outside.says(TRANSFORM, record())
        for other, told in (
            ("10.1000/other", " (DOI 10.1000/other)"),
            (None, ""),
            ([], ""),
        ):
            outside.says(f"/doi/{DOI}", record(DOI=other))
            with pytest.raises(AnotherWork) as error:
                found(DOI)
            assert str(error.value) == f"doi.org answered about another work{told}."
        assert TRANSFORM not in outside.paths()

    def test_says_what_nobody_knows(self, failure, outside, found):
        assert failure() == "doi.org has no such record."
        with pytest.raises(NotFound):
            found(DOI)

    def test_says_the_first_failure_where_crossref_fails_too(self, failure, outside):
        outside.says(f"/doi/{DOI}", Said(b"", 503))
        assert failure() == "doi.org has trouble now (503). Try again later."


class TestByPMIDAndPMCID:
    @pytest.mark.parametrize(
        ("text", "path", "number", "told"),
        [
            ("PMID 12", "/ncbi/lit/ctxp/v1/pubmed/", "12", {"PMID": "12"}),
            ("PMC34", "/ncbi/lit/ctxp/v1/pmc/", "34", {"PMCID": "PMC34"}),
        ],
    )
    def test_asks_ncbi_and_says_who_asks(
        self, outside, found, settings, text, path, number, told
    ):
        settings.CONTACT_EMAIL = "desk@a.org"
        outside.says(path, record(JSON, **told))
        result = found(text)
        assert result.source == "NCBI"
        assert told.items() <= result.csl.items()
        query = parse_qs(outside.paths()[0].partition("?")[2])
        assert query == {
            "format": ["csl"], "id": [number], "tool": ["immunosite"],
            "email": ["desk@a.org"],
        }  # fmt: skip

    def test_reads_a_number_as_an_identifier_too(self, outside, found):
        outside.says("/ncbi/lit/ctxp/v1/pubmed/", record(JSON, PMID=12))
        assert found("12").csl["PMID"] == "12"

    def test_refuses_an_answer_about_another_work(self, outside, failure):
        outside.says("/ncbi/lit/ctxp/v1/pubmed/", record(JSON, PMID="13"))
        assert failure("PMID 12") == "NCBI answered about another work (PMID 13)."

    def test_says_what_nobody_knows(self, outside, failure):
        for said in (Said(b"", 404), Said(b"{}", 200, JSON), Said(b"[]", 200, JSON)):
            outside.says("/ncbi/lit/ctxp/v1/pubmed/", said)
            assert failure("PMID 12") == "NCBI has no such record."


class TestByISBN:
    def works(self, *items) -> Said:
        body = json.dumps({"status": "ok", "message": {"items": list(items)}}).encode()
        return Said(body, 200, JSON)

    CHAPTER = {"type": "book-chapter", "title": ["One"], "ISBN": ["9780306406157"]}
    BOOK = {"type": "monograph", "title": ["All"], "ISBN": ["9780306406157"],
            "publisher": "P"}  # fmt: skip

    def test_asks_crossref_for_the_book_and_not_its_chapters(self, outside, found):
        outside.says("/crossref/works", self.works(self.CHAPTER, self.BOOK))
        result = found("0-306-40615-2")
        assert result.csl == {
            "type": "book", "title": "All", "publisher": "P", "ISBN": "9780306406157",
        }  # fmt: skip
        assert "filter=isbn%3A9780306406157" in outside.paths()[0]

    def test_says_what_nobody_knows(self, outside, failure):
        outside.says("/crossref/works", self.works(self.CHAPTER))
        expected = "Crossref knows no book with the ISBN 9780306406157."
        assert failure("9780306406157") == expected

    def test_refuses_an_answer_about_another_book(self, outside, failure):
        other = {**self.BOOK, "ISBN": ["9781402894626"]}
        outside.says("/crossref/works", self.works(other))
        assert "another work (ISBN 9781402894626)" in failure("9780306406157")

    @pytest.mark.parametrize(
        "body", [b"[]", b'{"message": []}', b'{"message": {}}', b"1"]
    )
    def test_says_what_it_can_t_understand(self, outside, failure, body):
        outside.says("/crossref/works", Said(body, 200, JSON))
        assert failure("9780306406157") == "Crossref’s answer can’t be understood."


class TestByAddress:
    def test_takes_the_doi_that_the_page_gives(self, outside, found):
        url = outside.says("/page", page(f"<meta name=citation_doi content='{DOI}'>"))
        outside.says(f"/doi/{DOI}", record())
        assert found(url).source == "doi.org"

    def test_takes_the_pmid_that_the_page_gives(self, outside, found):
        url = outside.says("/page", page("<meta name=citation_pmid content=12>"))
        outside.says("/ncbi/lit/ctxp/v1/pubmed/", record(JSON, PMID="12"))
        assert found(url).source == "NCBI"

    def test_takes_the_doi_in_the_address_without_asking_for_the_page(
        self, outside, found
    ):
        outside.says(f"/doi/{DOI}", record())
        assert found(f"{outside.url}/doi/full/{DOI}").csl["DOI"] == DOI
        assert outside.paths() == [f"/doi/{DOI}"]

    def test_takes_the_page_where_nobody_knows_the_doi(self, outside, found):
        path = f"/doi/full/{DOI}"
        head = f"<title>T</title><meta name=citation_doi content='{DOI}'>"
        outside.says(path, page(head))
        assert found(f"{outside.url}{path}").csl["title"] == "T"

    def test_takes_what_the_page_says_of_itself(self, outside, found):
        first = outside.says("/old", to("/new"))
        outside.says("/new", page("<title>About cells</title>"))
        result = found(first)
        assert result.source == "127.0.0.1"
        assert result.csl["type"] == "webpage"
        assert result.csl["title"] == "About cells"
        assert result.csl["URL"] == f"{outside.url}/new"
        assert result.csl["accessed"]["date-parts"][0][0] >= 2024

    def test_says_that_a_page_has_no_title(self, outside, failure):
        url = outside.says("/page", page(""))
        assert failure(url) == "The page of 127.0.0.1 does not say what it is called."

    def test_says_that_a_file_is_no_page(self, outside, failure):
        url = outside.says(
            "/x", Said(b"%PDF", 200, {"Content-Type": "application/pdf"})
        )
        expected = "The address leads to a file (application/pdf), not to a page."
        assert failure(url) == expected

    @pytest.mark.parametrize("status", [401, 403, 451])
    def test_says_that_a_page_is_not_for_programs(self, outside, failure, status):
        url = outside.says("/page", Said(b"", status))
        assert failure(url) == f"127.0.0.1 does not let this site read it ({status})."

    @pytest.mark.parametrize(
        "url", ["http://10.0.0.1/", "http://localhost/admin/", "https://a.org:22/"]
    )
    def test_says_that_an_address_is_not_asked(self, outside, failure, url):
        assert failure(url).startswith("This address is not asked. ")

    def test_says_so_of_where_a_page_leads_too(self, outside, failure):
        url = outside.says("/page", to("http://169.254.169.254/latest/meta-data/"))
        assert "redirects to an address that is refused" in failure(url)

    def test_says_that_a_page_is_too_large(self, outside, failure):
        url = outside.says("/page", Said(b"x" * 2_000_001, 200, HTML))
        assert failure(url) == "What 127.0.0.1 answered is too large to read."


class TestTrouble:
    """Of services, told in words."""

    @pytest.fixture(autouse=True)
    def _crossref_fails_too(self, outside):
        outside.says(TRANSFORM, Said(b"", 500))

    def test_with_the_network(self, found):
        with pytest.raises(Offline) as error:
            found(DOI, network=Network(resolve=Names({}), backend=Rewired(9)))
        assert "doi.org, can’t be reached" in str(error.value)

    def test_with_the_time(self, outside, failure):
        outside.says(f"/doi/{DOI}", Said(odd=drip))
        words = "doi.org took too long to answer. Try again later."
        assert failure(seconds=0.3) == words

    def test_that_lasts_longer_than_there_is_time_is_not_waited_for(
        self, outside, failure, patience
    ):
        outside.says(f"/doi/{DOI}", Said(b"", 429, {"Retry-After": "30"}))
        assert "asked too much" in failure()
        assert patience.waited < 3

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            (Said(b"", 429), "doi.org is being asked too much. Try again later."),
            (Said(b"", 500), "doi.org has trouble now (500). Try again later."),
            (Said(b"", 400), "doi.org gave no record (400)."),
            (Said(b"x" * 2_000_001, 200, CSL), "What doi.org answered is too large to read."),
            (Said(b"Hello", 200, {"Content-Type": "text/plain"}),
             "doi.org did not answer with a record (text/plain)."),
            (Said(b"{}", 200, {}), "doi.org did not answer with a record (of no kind)."),
            (Said(b"{", 200, CSL), "doi.org’s answer can’t be understood."),
            (Said(b"[" * 100_000, 200, CSL), "doi.org’s answer can’t be understood."),
            (Said(b'{"volume": NaN}', 200, CSL), "doi.org’s answer can’t be understood."),
            (Said(b'{"title": "\xe9"}', 200, JSON), "doi.org’s answer can’t be understood."),
            (Said(b"[1, 2]", 200, CSL), "doi.org’s answer can’t be understood."),
            (Said(b'"text"', 200, CSL), "doi.org’s answer can’t be understood."),
            (record(title=None), "doi.org’s record can’t be used: title: The title is missing."),
            (raw(b"nonsense"), "doi.org gave no answer that can be read. “127.0.0.1” broke "
             "off or did not speak HTTP."),
        ],
    )  # fmt: skip
    def test_with_the_answer(self, outside, failure, said, words):
        outside.says(f"/doi/{DOI}", said)
        assert failure() == words

    def test_that_passes_is_not_noticed(self, outside, found):
        outside.says(
            f"/doi/{DOI}",
            Said(b"", 500),
            Said(b"", 429, {"Retry-After": "1"}),
            record(),
        )
        assert found(DOI).source == "doi.org"

    def test_reads_the_charset_that_the_service_names(self, outside, found):
        body = json.dumps({**RECORD, "title": "é"}, ensure_ascii=False).encode(
            "latin-1"
        )
        headers = {"Content-Type": "application/json; charset=ISO-8859-1"}
        outside.says(f"/doi/{DOI}", Said(body, 200, headers))
        assert found(DOI).csl["title"] == "é"
