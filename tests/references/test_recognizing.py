"""What was pasted, whatever is around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from references.recognizing import Unrecognized, Wanted, doi_in, recognize

DOI = Wanted("doi", "10.1056/nejmoa1504030")


class TestRecognizing:
    @pytest.mark.parametrize(
        "text",
        [
            "10.1056/NEJMoa1504030",
            "  10.1056/nejmoa1504030\n",
            "doi:10.1056/NEJMoa1504030",
            "DOI: 10.1056/NEJMoa1504030",
            "https://doi.org/10.1056/NEJMoa1504030",
            "http://dx.doi.org/10.1056/NEJMoa1504030",
            "https://www.doi.org/10.1056/NEJMoa1504030",
            "doi.org/10.1056/NEJMoa1504030",
            "https://doi.org/10.1056%2FNEJMoa1504030",
            "https://doi.org/10.1056/NEJMoa1504030/?utm_source=x#top",
            "Larkin J, et al. N Engl J Med. 2015;373:23-34. doi: 10.1056/NEJMoa1504030.",
            "(see https://doi.org/10.1056/NEJMoa1504030)",
            "10.1056/NEJMoa1504030 and again 10.1056/nejmoa1504030",
        ],
    )
    def test_a_doi(self, text):
        assert recognize(text) == DOI

    @pytest.mark.parametrize(
        "text",
        [
            "26027431",
            "PMID: 26027431",
            "pmid26027431",
            "https://pubmed.ncbi.nlm.nih.gov/26027431/",
            "https://pubmed.ncbi.nlm.nih.gov/26027431/?format=pubmed",
            "pubmed.ncbi.nlm.nih.gov/26027431",
            "https://www.ncbi.nlm.nih.gov/pubmed/26027431",
            "https://europepmc.org/article/MED/26027431",
            "Larkin J, et al. 2015. PMID: 26027431; free.",
        ],
    )
    def test_a_pmid(self, text):
        assert recognize(text) == Wanted("pmid", "26027431")

    @pytest.mark.parametrize(
        "text",
        [
            "PMC5698905",
            "pmcid: PMC5698905",
            "https://pmc.ncbi.nlm.nih.gov/articles/PMC5698905/",
            "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC5698905/",
            "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC5698905/pdf/nihms.pdf",
            "https://pmc.ncbi.nlm.nih.gov/articles/PMC5698905/?report=reader#S1",
            "https://europepmc.org/articles/PMC5698905",
        ],
    )
    def test_a_pmcid(self, text):
        assert recognize(text) == Wanted("pmcid", "PMC5698905")

    @pytest.mark.parametrize(
        "text", ["978-0-306-40615-7", "ISBN 0-306-40615-2", "0306406152",
                 "A book. ISBN: 978-0-306-40615-7. New York."]
    )  # fmt: skip
    def test_an_isbn(self, text):
        assert recognize(text) == Wanted("isbn", "9780306406157")

    @pytest.mark.parametrize(
        ("text", "url"),
        [
            ("https://www.cancer.gov/about", "https://www.cancer.gov/about"),
            ("http://example.org/?a=b#c", "http://example.org/?a=b#c"),
            ("www.cancer.gov/about", "https://www.cancer.gov/about"),
            ("cancer.gov", "https://cancer.gov"),
            ("https://www.nejm.org/doi/full/10.1056/NEJMoa1504030",
             "https://www.nejm.org/doi/full/10.1056/NEJMoa1504030"),
            ("http://127.0.0.1/", "http://127.0.0.1/"),
        ],
    )  # fmt: skip
    def test_an_address(self, text, url):
        assert recognize(text) == Wanted("url", url)

    @pytest.mark.parametrize(
        "text",
        ["", " ", "Larkin 2015", "12345678901", "10.1056", "978-0-306-40615-8", "PMC",
         "ftp://example.org/x", "javascript:alert(1)", "10.1000/a or 10.1000/b",
         "example", "a b.org", "x" * 2_001],
    )  # fmt: skip
    def test_nothing_says_what_is_missing(self, text):
        with pytest.raises(Unrecognized, match=r"DOI|longer"):
            recognize(text)

    @given(st.text(max_size=80))
    def test_never_breaks_on_what_is_typed(self, text):
        for typed in (text, f"https://{text}", f"10.1000/{text}", f"pmid:{text}"):
            try:
                wanted = recognize(typed)
            except Unrecognized:
                continue
            assert recognize(wanted.value).value == wanted.value

    def test_is_called_by_what_it_is(self):
        assert str(DOI) == "DOI 10.1056/nejmoa1504030"
        assert str(Wanted("pmcid", "PMC1")) == "PMC1"
        assert str(Wanted("url", "https://a.org")) == "https://a.org"


class TestDOIWithinAnAddress:
    @pytest.mark.parametrize(
        ("url", "doi"),
        [
            ("https://www.nejm.org/doi/full/10.1056/NEJMoa1504030?x=1",
             "10.1056/nejmoa1504030"),
            ("https://x.org/doi/10.1000/A(1)2/", "10.1000/a(1)2"),
            ("https://link.springer.com/article/10.1007/s00262-020-1",
             "10.1007/s00262-020-1"),
            ("https://x.org/doi/pdf/10.1000%2Fabc.pdf", "10.1000/abc"),
            ("https://x.org/articles/s41586-020-1", ""),
            ("https://x.org/versions/10.1000/abc", ""),
        ],
    )  # fmt: skip
    def test_is_found_where_publishers_put_it(self, url, doi):
        assert doi_in(url) == doi
