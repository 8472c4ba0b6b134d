"""NBIB: what is read from PubMed's records."""

from __future__ import annotations

import pytest

from references.formats import FORMATS, MalformedFile, Record, Rejected

LARKIN = """PMID- 26027431
OWN - NLM
STAT- MEDLINE
IS  - 1533-4406 (Electronic)
IS  - 0028-4793 (Linking)
VI  - 373
IP  - 1
DP  - 2015 Jul 2
TI  - Combined Nivolumab and Ipilimumab or Monotherapy in Untreated
      Melanoma.
PG  - 23-34
LID - 10.1056/NEJMoa1504030 [doi]
AB  - Nivolumab (anti&#45;PD-1) &lt;
      ipilimumab.
FAU - Larkin, James
AU  - Larkin J
AD  - The Royal Marsden
AD  - Another place
FAU - van den Berg, Jan Willem Jr
AU  - van den Berg JW Jr
CN  - CheckMate 067 Investigators
FAU - Doe, Jane
AU  - Doe J
FED - Roe, Ann
ED  - Roe A
LA  - eng
PT  - Journal Article
PT  - Clinical Trial, Phase III
TA  - N Engl J Med
JT  - The New England journal of medicine
MH  - Melanoma/*drug therapy
OT  - *nivolumab
PMC - PMC5698905
AID - 10.1056/NEJMoa1504030 [doi]
AID - NEJM1504030 [pii]
RIN - N Engl J Med. 2099
SO  - N Engl J Med. 2015 Jul 2
"""


def load(text: str) -> list[Record | Rejected]:
    return list(FORMATS["nbib"].load(text))


def record(*lines: str) -> Record:
    (found,) = load("\n".join(["PMID- 1", "TI  - T.", *lines]))
    assert isinstance(found, Record)
    return found


class TestAWholeRecord:
    def test_every_tag_goes_to_its_variable(self):
        (found,) = load(LARKIN)
        assert found.csl == {
            "type": "article-journal",
            "title": (
                "Combined Nivolumab and Ipilimumab or Monotherapy in Untreated Melanoma"
            ),
            "author": [
                {"family": "Larkin", "given": "James"},
                {
                    "family": "Berg",
                    "given": "Jan Willem",
                    "suffix": "Jr",
                    "non-dropping-particle": "van den",
                },
                {"literal": "CheckMate 067 Investigators"},
                {"family": "Doe", "given": "Jane"},
            ],
            "editor": [{"family": "Roe", "given": "Ann"}],
            "issued": {"date-parts": [[2015, 7, 2]]},
            "volume": "373",
            "issue": "1",
            "page": "23-34",
            "container-title": "The New England journal of medicine",
            "container-title-short": "N Engl J Med",
            "DOI": "10.1056/NEJMoa1504030",
            "PMID": "26027431",
            "PMCID": "PMC5698905",
            "ISSN": "1533-4406, 0028-4793",
            "language": "en",
            "keyword": "nivolumab; Melanoma/drug therapy",
            "abstract": "Nivolumab (anti-PD-1) < ipilimumab.",
        }

    def test_what_is_not_kept_is_named(self):
        (found,) = load(LARKIN)
        assert found.notes == (
            "Not kept: PT (publication type): “Clinical Trial, Phase III”",
            "Not kept: AID (identifier): “NEJM1504030 [pii]”",
            "Not kept: AD (affiliation), 2 times: “The Royal Marsden”",
            "Not kept: RIN (retraction in): “N Engl J Med. 2099”",
            "Not kept: PubMed's own entries: OWN, SO, STAT",
        )

    def test_and_comes_out_as_it_went_in(self):
        (found,) = load(LARKIN)
        (again,) = load(FORMATS["nbib"].dump([found.csl]))
        assert again.csl == found.csl

    def test_long_lines_are_wrapped_when_written(self):
        written = FORMATS["nbib"].dump([{"title": "Nivolumab " * 20, "type": "book"}])
        first, second, *_ = written.splitlines()
        assert first.startswith("BTI - Nivolumab ")
        assert second.startswith("      Nivolumab ")
        assert max(map(len, written.splitlines())) <= 80


class TestPlaces:
    def test_records_are_parted_by_empty_lines_or_their_first_tag(self):
        for between in ("\n", "", "\n\n\n", "\r\n"):
            first, second = load(LARKIN + between + LARKIN)
            assert first.csl == second.csl
            assert second.line == (LARKIN + between).count("\n") + 1

    def test_a_bad_record_leaves_the_others(self):
        bad, good = load("PMID- 1\nDP  - 2015\n\n" + LARKIN)
        assert bad == Rejected(1, "record 1", "title", "The title is missing.", 1)
        assert good.position == 2

    def test_a_line_without_a_tag_is_named(self):
        (found,) = load(LARKIN + "garbage\n")
        assert "Not kept: a line without a tag: “garbage”" in found.notes

    def test_a_record_without_any_tag(self):
        (bad,) = load("hello\nworld")
        assert bad.reason == "There is no tag of PubMed here, such as “PMID- ”."

    @pytest.mark.parametrize("text", ["", " \n\n"])
    def test_an_empty_file(self, text):
        with pytest.raises(MalformedFile, match="empty"):
            load(text)


class TestNames:
    @pytest.mark.parametrize(
        ("line", "name"),
        [
            ("AU  - Larkin J", {"family": "Larkin", "given": "J."}),
            ("AU  - Doe JA", {"family": "Doe", "given": "J. A."}),
            ("AU  - Dupont J-P", {"family": "Dupont", "given": "J.-P."}),
            ("AU  - Doe J 3rd", {"family": "Doe", "given": "J.", "suffix": "3rd"}),
            (
                "AU  - de la Cruz MB",
                {
                    "family": "Cruz",
                    "given": "M. B.",
                    "non-dropping-particle": "de la",
                },
            ),
            ("FAU - Plato", {"literal": "Plato"}),
            ("CN  - Group, Inc", {"literal": "Group, Inc"}),
        ],
    )
    def test_their_forms(self, line, name):
        assert record(line).csl["author"] == [name]

    def test_et_al(self):
        csl = record("FAU - Doe, Jane", "AU  - Doe J", "AU  - et al").csl
        assert csl["author"] == [{"family": "Doe", "given": "Jane"}]
        assert csl["custom"] == {"authors_complete": False}


class TestDates:
    @pytest.mark.parametrize(
        ("text", "issued"),
        [
            ("2015", {"date-parts": [[2015]]}),
            ("2015 Jun", {"date-parts": [[2015, 6]]}),
            ("2015 Jun 25", {"date-parts": [[2015, 6, 25]]}),
            ("2015 Winter", {"date-parts": [[2015]], "season": 4}),
            ("2015 Fall", {"date-parts": [[2015]], "season": 3}),
            ("2015 Nov-Dec", {"date-parts": [[2015, 11], [2015, 12]]}),
            ("1998 Dec-1999 Jan", {"date-parts": [[1998, 12], [1999, 1]]}),
            ("2015 Jun 25-Jul 2", {"date-parts": [[2015, 6, 25], [2015, 7, 2]]}),
            ("2015 Jun 25-30", {"date-parts": [[2015, 6, 25], [2015, 6, 30]]}),
            ("2015-2016", {"date-parts": [[2015], [2016]]}),
            ("2015 Spring-Summer", {"raw": "2015 Spring-Summer"}),
        ],
    )
    def test_their_forms(self, text, issued):
        assert record(f"DP  - {text}").csl["issued"] == issued


class TestTypes:
    def test_a_chapter_has_the_title_of_its_book(self):
        found = record("BTI - The Book.", "PT  - Review", "PB  - NIH", "PL  - Bethesda")
        assert found.csl["type"] == "chapter"
        assert found.csl["container-title"] == "The Book"
        assert found.csl["publisher-place"] == "Bethesda"

    def test_a_book(self):
        (found,) = load("PMID- 1\nBTI - The Book.\nISBN- 9780306406157 (print)\n")
        assert found.csl["type"] == "book"
        assert found.csl["title"] == "The Book"
        assert found.csl["ISBN"] == "9780306406157"

    def test_a_preprint(self):
        found = record("PT  - Journal Article", "PT  - Preprint")
        assert found.csl["type"] == "article"

    def test_an_article_number(self):
        assert record("LID - e1234 [pii]", "TA  - J").csl["number"] == "e1234"
