"""What services call CSL-JSON, made CSL-JSON."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from references.cleaning import cleaned, marked_up, plain
from references.formats.csl_json import NAMES, TEXTS, complaints

# As Crossref answers it, the parts that matter here.
CROSSREF = {
    "indexed": {"date-parts": [[2024, 1, 2]], "timestamp": 1},
    "reference-count": 30,
    "publisher": "Publisher of Examples",
    "issue": "1",
    "license": [{"URL": "https://example.org/license", "delay-in-days": 0}],
    "funder": [{"name": "A funder"}],
    "content-domain": {"domain": [], "crossmark-restriction": False},
    "published-print": {"date-parts": [[2015, 7, 2]]},
    "abstract": "<jats:p>All of it.</jats:p>",
    "DOI": "10.1000/ABC",
    "type": "article-journal",
    "created": {"date-parts": [[2015, 5, 31]], "date-time": "2015-05-31T00:00:00Z"},
    "page": "23-34",
    "source": "Crossref",
    "is-referenced-by-count": 9,
    "title": "Combined <i>something</i> or\n      monotherapy",
    "prefix": "10.1000",
    "volume": "373",
    "author": [
        {"given": "James", "family": "Larkin", "sequence": "first",
         "affiliation": [{"name": "A hospital"}], "ORCID": "http://orcid.org/0000"},
        {"name": "A Group of Examples", "sequence": "additional", "affiliation": []},
    ],
    "member": "150",
    "container-title": "Journal of Examples",
    "container-title-short": "J Ex",
    "original-title": [],
    "language": "en",
    "link": [{"URL": "https://example.org/full"}],
    "issued": {"date-parts": [[2015, 7, 2]]},
    "URL": "http://dx.doi.org/10.1000/abc",
    "ISSN": ["0028-4793", "1533-4406"],
    "subtitle": [],
    "relation": {},
}  # fmt: skip


class TestCleaning:
    def test_keeps_what_csl_has_a_place_for(self):
        item, _ = cleaned(CROSSREF)
        assert item == {
            "type": "article-journal",
            "title": "Combined <i>something</i> or monotherapy",
            "author": [
                {"family": "Larkin", "given": "James"},
                {"literal": "A Group of Examples"},
            ],
            "container-title": "Journal of Examples",
            "container-title-short": "J Ex",
            "publisher": "Publisher of Examples",
            "issued": {"date-parts": [[2015, 7, 2]]},
            "volume": "373",
            "issue": "1",
            "page": "23-34",
            "language": "en",
            "DOI": "10.1000/abc",
            "ISSN": "0028-4793",
        }

    def test_names_all_that_it_leaves_out(self):
        _, left_out = cleaned(CROSSREF)
        assert left_out == [
            "abstract", "author.ORCID", "author.affiliation", "content-domain",
            "created", "funder", "indexed", "is-referenced-by-count", "license", "link",
            "member", "prefix", "published-print", "reference-count", "source",
        ]  # fmt: skip

    def test_takes_lists_for_texts(self):
        item, left_out = cleaned(
            {"type": "monograph", "title": ["A book"], "subtitle": ["its subtitle"],
             "container-title": ["Series", "Other"], "ISBN": ["wrong", "0-306-40615-2"],
             "short-container-title": ["S"], "publisher-location": "Oslo"}
        )  # fmt: skip
        assert item == {
            "type": "book",
            "title": "A book: its subtitle",
            "container-title": "Series",
            "container-title-short": "S",
            "publisher-place": "Oslo",
            "ISBN": "9780306406157",
        }
        assert left_out == ["type"]

    def test_a_subtitle_is_not_said_twice(self):
        told = {
            "type": "book",
            "title": "A book: Its subtitle",
            "subtitle": ["its subtitle"],
        }
        assert cleaned(told)[0]["title"] == "A book: Its subtitle"

    @pytest.mark.parametrize(
        ("told", "date"),
        [
            ({"date-parts": [[2015]]}, {"date-parts": [[2015]]}),
            ({"date-parts": [["2015", "07"]]}, {"date-parts": [[2015, 7]]}),
            ({"date-parts": [[2015, 0, 0]]}, {"date-parts": [[2015]]}),
            ({"date-parts": [[2015, None]]}, {"date-parts": [[2015]]}),
            ({"date-parts": [[2015, 1], [2016, 2], [2017]]},
             {"date-parts": [[2015, 1], [2016, 2]]}),
            ({"date-parts": [[2015]], "season": 2}, {"date-parts": [[2015]], "season": 2}),
            ({"raw": "Spring 2015"}, {"raw": "Spring 2015"}),
            ({"date-parts": [[None]]}, None),
            ({"date-parts": 2015}, None),
            ({"date-time": "2015-01-01T00:00:00Z"}, None),
            ("2015", None),
            ({"date-parts": [[2015, 13]]}, None),
        ],
    )  # fmt: skip
    def test_takes_dates_as_far_as_they_are_known(self, told, date):
        item, left_out = cleaned({"type": "book", "title": "A", "issued": told})
        assert item.get("issued") == date
        assert ("issued" in left_out) is (date is None)

    def test_takes_the_date_of_print_where_there_is_no_other(self):
        told = {"type": "book", "title": "A", "issued": None,
                "published-print": {"date-parts": [[2015]]}}  # fmt: skip
        assert cleaned(told)[0]["issued"] == {"date-parts": [[2015]]}

    @pytest.mark.parametrize("kind", ["component", "", None, 7])
    def test_a_type_that_is_not_known_is_a_document(self, kind):
        item, left_out = cleaned({"type": kind, "title": "A"})
        assert item["type"] == "document"
        assert left_out == ["type"]

    def test_identifiers_are_in_their_canonical_form_or_left_out(self):
        item, left_out = cleaned(
            {"type": "book", "title": "A", "DOI": "https://doi.org/10.1000/X",
             "PMID": 12, "PMCID": "PMC7.1", "ISBN": "no", "URL": "ftp://example.org"}
        )  # fmt: skip
        assert (item["DOI"], item["PMID"], item["PMCID"]) == ("10.1000/x", "12", "PMC7")
        assert left_out == ["ISBN", "URL"]

    def test_an_address_that_is_not_the_doi_s_stays(self):
        told = {"type": "dataset", "title": "A", "DOI": "10.1000/x",
                "URL": "https://example.org/data"}  # fmt: skip
        assert cleaned(told)[0]["URL"] == "https://example.org/data"

    def test_what_is_too_long_is_left_out_and_named(self):
        told = {"type": "book", "title": "A", "publisher": "x" * 2_000}
        assert cleaned(told) == ({"type": "book", "title": "A"}, ["publisher"])

    JSON = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["family", "name", "date-parts", "raw", "x"]),
                inner,
                max_size=3,
            )
        ),
        max_leaves=8,
    )

    @given(
        st.dictionaries(
            st.sampled_from(
                [*sorted(TEXTS), *sorted(NAMES)[:3], "issued", "published", "x"]
            ),
            JSON,
            max_size=8,
        )
    )
    def test_whatever_is_answered_only_the_title_can_be_wrong(self, answer):
        item, _ = cleaned(answer)
        wrong = {variable for variable, _ in complaints({"id": "x", **item})}
        assert wrong <= {"title"}


class TestMarkup:
    @pytest.mark.parametrize(
        ("html", "text"),
        [
            ("plain", "plain"),
            ("<i>a</i> <b>b</b> H<sub>2</sub>O m<sup>2</sup>",
             "<i>a</i> <b>b</b> H<sub>2</sub>O m<sup>2</sup>"),
            ("<em>a</em> <strong>b</strong>", "<i>a</i> <b>b</b>"),
            ("<jats:italic>TP53</jats:italic> <jats:sup>2</jats:sup>",
             "<i>TP53</i> <sup>2</sup>"),
            ("<scp>PD</scp>-1 <span class='x'>y</span>", "PD-1 y"),
            ("a<br/>b<p>c</p>", "a b c"),
            ("<mml:math><mml:mi>x</mml:mi></mml:math>", "x"),
            ("Dose &amp; effect", "Dose & effect"),
            ("Dose &amp;amp; effect", "Dose & effect"),
            ("&lt;i&gt;in vivo&lt;/i&gt;", "<i>in vivo</i>"),
            ("P < 0.05 and x > 1", "P < 0.05 and x > 1"),
            ("P &lt; 0.05", "P < 0.05"),
            ("<i>open", "<i>open</i>"),
            ("<i><b>crossed</i></b>", "<i><b>crossed</b></i>"),
            ("</i>closed", "closed"),
            ("a\n\t  b\x00c", "a b c"),
            ("<script>alert(1)</script>", "alert(1)"),
            ("<img src=x onerror=alert(1)>", ""),
            ("<!-- no --> yes", "yes"),
        ],
    )  # fmt: skip
    def test_is_made_csl_s_own(self, html, text):
        assert marked_up(html) == text

    def test_is_taken_off_of_names(self):
        assert plain("<i>O&#39;Neil</i>") == "O'Neil"
