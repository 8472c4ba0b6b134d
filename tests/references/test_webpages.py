"""What a web page says about itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from references.formats.csl_json import complaints
from references.webpages import doi_of, item_of, pmid_of, read_page

DAY = (2026, 1, 31)
URL = "https://www.example.org/page"


def page(head: str, charset: str = "utf-8"):
    html = (
        f"<!doctype html><html lang=en-US><head>{head}</head><body>Body</body></html>"
    )
    return read_page(html.encode(charset))


def meta(**tags: str) -> str:
    return "".join(
        f'<meta name="{name.replace("__", ":").replace("_DOT_", ".")}" content="{text}">'
        for name, text in tags.items()
    )


def item(head: str) -> dict:
    return item_of(page(head), URL, DAY)


class TestItem:
    def test_of_a_plain_page_has_its_title_its_address_and_the_day(self):
        assert item("<title>About\n  cells &amp; you</title>") == {
            "type": "webpage",
            "title": "About cells & you",
            "language": "en-US",
            "URL": URL,
            "accessed": {"date-parts": [[2026, 1, 31]]},
        }

    def test_of_a_page_that_says_more_has_more(self):
        found = item(
            "<title>About | Site</title>"
            '<meta property="og:title" content="About">'
            '<meta property="og:site_name" content="The Site">'
            '<meta property="article:published_time" content="2024-03-05T10:00:00Z">'
            '<meta name="author" content="Roe, Doe and Others">'
        )
        assert found["title"] == "About"
        assert found["container-title"] == "The Site"
        assert found["issued"] == {"date-parts": [[2024, 3, 5]]}
        assert found["author"] == [{"literal": "Roe, Doe and Others"}]

    def test_of_an_article_has_the_journal_and_the_authors(self):
        found = item(
            meta(citation_title="A <i>study</i>", citation_journal_title="J Ex",
                 citation_volume="3", citation_issue="4", citation_firstpage="5",
                 citation_lastpage="9", citation_publication_date="2020/07/01",
                 citation_publisher="P", citation_issn="1234-5678")
            + meta(citation_author="Roe, Jane") + meta(citation_author="The Group")
        )  # fmt: skip
        assert found | {"language": None} == {
            "type": "article-journal",
            "title": "A study",
            "container-title": "J Ex",
            "volume": "3",
            "issue": "4",
            "page": "5-9",
            "publisher": "P",
            "ISSN": "1234-5678",
            "author": [{"family": "Roe", "given": "Jane"}, {"literal": "The Group"}],
            "issued": {"date-parts": [[2020, 7, 1]]},
            "language": None,
            "URL": URL,
            "accessed": {"date-parts": [[2026, 1, 31]]},
        }

    @pytest.mark.parametrize(
        ("text", "date"),
        [("2020", [2020]), ("2020-07", [2020, 7]), ("2020/7/1", [2020, 7, 1]),
         ("2020-13-01", [2020]), ("2020-02-30T00:00", [2020, 2, 30]), ("July 2020", None),
         ("20200701", None), ("0000", None)],
    )  # fmt: skip
    def test_has_the_date_as_far_as_it_can_be_read(self, text, date):
        found = item(meta(date=text)).get("issued")
        assert found == ({"date-parts": [date]} if date else None)

    def test_names_no_address_as_an_author(self):
        head = meta(author="https://facebook.example/x") + meta(author="a@example.org")
        assert "author" not in item(head)

    def test_takes_no_title_of_a_drawing(self):
        body = "<svg><title>Icon</title></svg><title>Page</title><title>Other</title>"
        assert item(body)["title"] == "Page"

    def test_of_a_page_without_a_title_has_none(self):
        assert "title" not in item(meta(author="Roe"))

    @given(
        st.binary(max_size=300),
        st.sampled_from(["", "utf-8", "hex", "x\0y", "punycode"]),
    )
    def test_whatever_the_bytes_are_only_the_title_can_be_wrong(self, body, charset):
        head = b"<html><title>" + body + b"<meta name=author content='" + body + b"'>"
        found = item_of(read_page(head, charset), URL, DAY)
        wrong = {variable for variable, _ in complaints({"id": "x", **found})}
        assert wrong <= {"title"}


class TestCharset:
    @pytest.mark.parametrize(
        ("body", "charset"),
        [
            ("<title>é</title>".encode(), ""),
            ("<title>é</title>".encode(), "utf-8"),
            ("<title>é</title>".encode(), "no-such-thing"),
            ("\ufeff<title>é</title>".encode(), ""),
            ("<title>é</title>".encode("latin-1"), "iso-8859-1"),
            ("<title>é</title>".encode("latin-1"), ""),
            ("<title>é</title>".encode("latin-1"), "utf-8"),
            ("<meta charset=windows-1252><title>é</title>".encode("cp1252"), ""),
            ('<meta content="text/html; charset=iso-8859-15"><title>é</title>'.encode("latin-1"), ""),
            ("<title>é</title>".encode("utf-16"), "utf-16"),
        ],
    )  # fmt: skip
    def test_is_what_the_server_or_the_page_says_or_what_fits(self, body, charset):
        assert read_page(body, charset).title == "é"


class TestIdentifiers:
    @pytest.mark.parametrize(
        "head",
        [
            meta(citation_doi="10.1000/X"),
            meta(citation_doi="doi:10.1000/X"),
            meta(DC_DOT_Identifier="https://doi.org/10.1000/x"),
            meta(prism_DOT_doi="10.1000/x"),
            meta(dc_DOT_identifier="S-123") + meta(dc_DOT_identifier="10.1000/x"),
        ],
    )
    def test_a_doi_is_the_page_s_own(self, head):
        assert doi_of(page(head)) == "10.1000/x"

    def test_a_pmid_is_the_page_s_own(self):
        assert pmid_of(page(meta(citation_pmid="0123"))) == "123"

    def test_a_page_may_have_none(self):
        assert doi_of(page(meta(citation_doi="unknown"))) == ""
        assert pmid_of(page("")) == ""
