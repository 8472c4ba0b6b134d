"""Identifiers: many spellings, one canonical form, one address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from references.identifiers import (
    PARSERS,
    InvalidIdentifier,
    canonical,
    links,
    parse_doi,
    parse_isbn,
    parse_pmcid,
    parse_pmid,
    url,
)

DOI_SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789.-_;()/:<>[]#%?&+é"
numbers = st.integers(1, 999_999_999)
dois = st.builds(
    "10.{}/{}".format,
    st.integers(1000, 999_999_999),
    st.text(DOI_SIGNS, min_size=1, max_size=40),
)
twelve_digits = st.builds(
    "{}{:09}".format, st.sampled_from(["978", "979"]), st.integers(0, 999_999_999)
)


def isbn13(twelve: str) -> str:
    """The twelve digits with the check digit of ISO 2108."""
    weighed = sum(int(d) * w for d, w in zip(twelve, [1, 3] * 6, strict=True))
    return f"{twelve}{(10 - weighed % 10) % 10}"


def isbn10(nine: str) -> str:
    weighed = sum(int(d) * w for d, w in zip(nine, range(10, 1, -1), strict=True))
    return nine + "0123456789X"[(11 - weighed % 11) % 11]


class TestSpellings:
    """What people paste, and what is stored."""

    @pytest.mark.parametrize(
        "typed",
        [
            "10.1056/nejmoa1504030",
            "10.1056/NEJMoa1504030",
            " 10.1056/NEJMoa1504030\n",
            "doi:10.1056/NEJMoa1504030",
            "DOI: 10.1056/NEJMoa1504030",
            "doi 10.1056/nejmoa1504030",
            "https://doi.org/10.1056/NEJMoa1504030",
            "http://dx.doi.org/10.1056/NEJMoa1504030",
            "https://www.doi.org/10.1056/NEJMoa1504030",
            "doi.org/10.1056/NEJMoa1504030",
            "https://doi.org/10.1056%2FNEJMoa1504030",
        ],
    )
    def test_of_a_doi(self, typed):
        assert parse_doi(typed) == "10.1056/nejmoa1504030"

    def test_only_an_address_is_percent_decoded(self):
        assert parse_doi("10.1000/50%25") == "10.1000/50%25"
        assert parse_doi("https://doi.org/10.1000/50%25") == "10.1000/50%"

    def test_old_dois_hold_angle_brackets(self):
        typed = "10.1002/(SICI)1097-0142(19990915)86:6<959::AID-CNCR10>3.0.CO;2-H"
        assert parse_doi(typed) == typed.lower()

    @pytest.mark.parametrize(
        "typed",
        [
            "26027431",
            "PMID: 26027431",
            "pmid26027431",
            "026027431",
            "https://pubmed.ncbi.nlm.nih.gov/26027431/",
            "https://pubmed.ncbi.nlm.nih.gov/26027431",
        ],
    )
    def test_of_a_pmid(self, typed):
        assert parse_pmid(typed) == "26027431"

    @pytest.mark.parametrize(
        "typed",
        [
            "PMC5698905",
            "pmc5698905",
            "PMC05698905",
            "PMCID: PMC5698905",
            "PMC5698905.2",
            "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC5698905/",
            "https://pmc.ncbi.nlm.nih.gov/articles/PMC5698905",
        ],
    )
    def test_of_a_pmcid(self, typed):
        assert parse_pmcid(typed) == "PMC5698905"

    @pytest.mark.parametrize(
        "typed",
        [
            "9780306406157",
            "978-0-306-40615-7",
            "978 0 306 40615 7",
            "978–0–306–40615–7",
            "ISBN 978-0-306-40615-7",
            "ISBN-13: 978-0-306-40615-7",
            "ISBN-10: 0-306-40615-2",
            "0306406152",
        ],
    )
    def test_of_an_isbn(self, typed):
        assert parse_isbn(typed) == "9780306406157"

    def test_the_check_digit_of_an_old_isbn_may_be_x(self):
        assert parse_isbn("0-8044-2957-x") == parse_isbn("080442957X")


class TestRoundTrips:
    """Canonical form, read again, is the same; whatever surrounds it falls away."""

    @given(dois)
    def test_doi(self, doi):
        assert parse_doi(doi) == doi
        assert parse_doi(doi.upper()) == doi.upper().lower()
        assert parse_doi(f"doi:{doi}") == doi

    @given(dois)
    def test_the_address_of_a_doi_leads_back_to_it(self, doi):
        assert parse_doi(url("doi", doi) or "") == doi

    @given(numbers)
    def test_pmid(self, number):
        assert parse_pmid(f"{number}") == f"{number}"
        assert parse_pmid(f"PMID: 00{number}") == f"{number}"
        assert parse_pmid(url("pmid", f"{number}") or "") == f"{number}"

    @given(numbers)
    def test_pmcid(self, number):
        assert parse_pmcid(f"PMC{number}") == f"PMC{number}"
        assert parse_pmcid(f"pmc00{number}") == f"PMC{number}"
        assert parse_pmcid(url("pmcid", f"PMC{number}") or "") == f"PMC{number}"

    @given(twelve_digits, st.data())
    def test_isbn(self, twelve, data):
        whole = isbn13(twelve)
        assert parse_isbn(whole) == whole
        at = data.draw(st.integers(1, 12))
        assert parse_isbn(f"{whole[:at]}-{whole[at:]}") == whole

    @given(st.integers(0, 999_999_999).map("{:09}".format))
    def test_an_isbn_of_ten_digits_becomes_thirteen(self, nine):
        assert parse_isbn(isbn10(nine)) == isbn13(f"978{nine}")

    @given(twelve_digits, st.integers(0, 12), st.integers(1, 9))
    def test_one_wrong_digit_is_noticed(self, twelve, place, more):
        whole = isbn13(twelve)
        other = str((int(whole[place]) + more) % 10)
        with pytest.raises(InvalidIdentifier):
            parse_isbn(whole[:place] + other + whole[place + 1 :])

    @given(st.sampled_from(sorted(PARSERS)), st.text(max_size=60))
    def test_any_text_is_canonical_or_refused(self, scheme, text):
        parse = PARSERS[scheme]
        try:
            found = parse(text)
        except InvalidIdentifier as error:
            assert f"“{text}”" in str(error)
        else:
            assert parse(found) == found


class TestRefusals:
    @pytest.mark.parametrize(
        ("scheme", "typed"),
        [
            ("doi", ""),
            ("doi", "nejmoa1504030"),
            ("doi", "10.1056"),
            ("doi", "10.1056/"),
            ("doi", "10.12/abc"),
            ("doi", "10.1056/two words"),
            ("doi", "https://example.org/10.1056/abc"),
            ("doi", "10.1056/" + "x" * 250),
            ("pmid", ""),
            ("pmid", "0"),
            ("pmid", "1234567890"),
            ("pmid", "PMC123"),
            ("pmid", "٣٤٥"),
            ("pmcid", "5698905"),
            ("pmcid", "PMC0"),
            ("pmcid", "PMC"),
            ("isbn", "9780306406158"),
            ("isbn", "0306406153"),
            ("isbn", "9770306406150"),
            ("isbn", "X306406152"),
            ("isbn", "978030640615"),
        ],
    )
    def test_what_is_none_is_refused(self, scheme, typed):
        with pytest.raises(InvalidIdentifier, match="is no"):
            PARSERS[scheme](typed)

    def test_a_message_shows_the_beginning_of_a_long_text_only(self):
        with pytest.raises(InvalidIdentifier) as refused:
            parse_doi("x" * 5000)
        assert len(str(refused.value)) < 150


class TestOfARecord:
    def test_all_schemes_are_found_in_canonical_form(self):
        csl = {
            "DOI": "https://doi.org/10.1000/ABC",
            "PMID": 123,
            "PMCID": "pmc77",
            "ISBN": "0306406152",
        }
        assert canonical(csl) == (
            {
                "doi": "10.1000/abc",
                "pmid": "123",
                "pmcid": "PMC77",
                "isbn": "9780306406157",
            },
            {},
        )

    def test_a_wrong_one_is_a_complaint_and_hides_no_right_one(self):
        found, complaints = canonical({"DOI": "none", "PMID": "123"})
        assert found == {"pmid": "123"}
        assert list(complaints) == ["doi"]
        assert "A DOI looks like" in complaints["doi"]

    def test_empty_ones_are_none(self):
        assert canonical({"DOI": " ", "PMID": ""}) == ({}, {})

    def test_links_lead_to_the_registries(self):
        csl = {"DOI": "10.1000/a<b>", "PMID": "12", "ISBN": "9780306406157"}
        assert links({**csl, "URL": "https://example.org/"}) == [
            ("DOI", "10.1000/a<b>", "https://doi.org/10.1000/a%3Cb%3E"),
            ("PMID", "12", "https://pubmed.ncbi.nlm.nih.gov/12/"),
            ("ISBN", "9780306406157", None),
        ]

    def test_a_web_address_is_a_link_when_there_is_nothing_better(self):
        page = "https://example.org/page"
        assert links({"URL": page}) == [("Web page", page, page)]

    @pytest.mark.parametrize("page", ["javascript:alert(1)", "ftp://x.org/", "x", ""])
    def test_other_addresses_are_no_links(self, page):
        assert links({"URL": page}) == []

    def test_a_scheme_without_addresses_has_none(self):
        assert url("isbn", "9780306406157") is None
