"""RIS: what is read from the files of publishers and reference managers."""

from __future__ import annotations

import pytest

from references.formats import FORMATS, MalformedFile, Record, Rejected

LARKIN = """TY  - JOUR
ID  - larkin-2015
AU  - Larkin, James
AU  - van den Berg, Jan, Jr.
AU  - World Health Organization,
AU  - University of California,, Los Angeles,
A2  - Doe, Jane
TI  - Nivolumab &amp; ipilimumab in <em>BRAF</em> V600
T2  - The New England journal of medicine
J2  - N Engl J Med
PY  - 2015
DA  - 2015/07/02/
VL  - 373
IS  - 1
SP  - 23
EP  - 34
SN  - 1533-4406 0028-4793
DO  - https://doi.org/10.1056/NEJMoa1504030
DB  - PubMed
AN  - 26027431
C2  - PMC5698905
KW  - Melanoma
KW  - Antibodies, Monoclonal
UR  - https://a.example/x
Y2  - 2020/01/05/
N1  - first
N1  - second
ER  -
"""


def load(text: str) -> list[Record | Rejected]:
    return list(FORMATS["ris"].load(text))


def record(*lines: str) -> Record:
    """The only record of a file with these lines between its first and its last."""
    (found,) = load("\n".join(["TY  - JOUR", "TI  - T", *lines, "ER  - "]))
    assert isinstance(found, Record)
    return found


class TestAWholeRecord:
    def test_every_tag_goes_to_its_variable(self):
        (found,) = load(LARKIN)
        assert found == Record(
            position=1,
            line=1,
            csl={
                "id": "larkin-2015",
                "type": "article-journal",
                "title": "Nivolumab & ipilimumab in <i>BRAF</i> V600",
                "author": [
                    {"family": "Larkin", "given": "James"},
                    {
                        "family": "Berg",
                        "given": "Jan",
                        "suffix": "Jr.",
                        "non-dropping-particle": "van den",
                    },
                    {"literal": "World Health Organization"},
                    {"literal": "University of California, Los Angeles"},
                ],
                "editor": [{"family": "Doe", "given": "Jane"}],
                "container-title": "The New England journal of medicine",
                "container-title-short": "N Engl J Med",
                "issued": {"date-parts": [[2015, 7, 2]]},
                "accessed": {"date-parts": [[2020, 1, 5]]},
                "volume": "373",
                "issue": "1",
                "page": "23-34",
                "ISSN": "1533-4406, 0028-4793",
                "DOI": "10.1056/NEJMoa1504030",
                "PMID": "26027431",
                "PMCID": "PMC5698905",
                "URL": "https://a.example/x",
                "keyword": "Melanoma; Antibodies, Monoclonal",
                "note": "first\nsecond",
            },
            notes=(),
        )

    def test_and_comes_out_as_it_went_in(self):
        (found,) = load(LARKIN)
        (again,) = load(FORMATS["ris"].dump([found.csl]))
        assert again.csl == found.csl


class TestWhatRispyAloneWouldDrop:
    def test_a_byte_order_mark(self):
        assert load("\ufeff" + LARKIN) == load(LARKIN)

    def test_tags_in_small_letters(self):
        (found,) = load("ty  - BOOK\nti  - A title\nau  - Doe, Jane\ner  - \n")
        assert found.csl["type"] == "book"
        assert found.csl["author"] == [{"family": "Doe", "given": "Jane"}]

    def test_a_record_without_its_end(self):
        first, second = load("TY  - JOUR\nTI  - A\n\nTY  - JOUR\nTI  - B\n")
        assert (first.csl["title"], second.csl["title"]) == ("A", "B")
        assert "“ER  - ”) is missing" in first.notes[0]

    def test_a_single_space_before_the_hyphen(self):
        (found,) = load("TY - JOUR\nTI - A title\nER - \n")
        assert found.csl["title"] == "A title"

    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_both_ends_of_lines(self, end):
        assert load(LARKIN.replace("\n", end))[0].csl == load(LARKIN)[0].csl


class TestLinesThatGoOn:
    def test_are_part_of_the_tag_above(self):
        found = record("AB  - one", "   two", "vs - three", "AU  - Doe, Jane")
        assert found.csl["abstract"] == "one two vs - three"

    def test_what_stands_before_between_and_after_records_is_named(self):
        first, second = load(f"Provider: X\n{LARKIN}left over\n{LARKIN}")
        assert first.line == 2
        assert first.notes == (
            "Not kept: what stands before the first record: “Provider: X”",
            "Not kept: line 30, which stands after the record: “left over”",
        )
        assert second.line == 31
        assert second.notes == ()


class TestPlaces:
    def test_a_bad_record_leaves_the_others(self):
        first, bad, third = load(f"{LARKIN}TY  - JOUR\nVL  - 3\nER  - \n{LARKIN}")
        assert first.csl == third.csl
        assert bad == Rejected(2, "record 2", "title", "The title is missing.", 29)

    def test_a_record_that_is_too_long_leaves_the_others(self):
        long = "TY  - JOUR\nTI  - Long\nAB  - " + "x\n" * 300_000
        bad, good = load(long + LARKIN)
        assert bad.reason == "This record is longer than 500,000 characters."
        assert (good.position, good.line) == (2, 300_003)

    @pytest.mark.parametrize("text", ["", "\n", "TI  - T\n", "hello"])
    def test_a_file_without_a_record(self, text):
        with pytest.raises(MalformedFile, match="TY  - JOUR"):
            load(text)


class TestNames:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("Plato", {"literal": "Plato"}),
            ("Larkin, James", {"family": "Larkin", "given": "James"}),
            ("Doe, Jane, III", {"family": "Doe", "given": "Jane", "suffix": "III"}),
            ("Doe, Jr., John", {"family": "Doe", "given": "John", "suffix": "Jr."}),
            (
                "Humboldt, Alexander von",
                {
                    "family": "Humboldt",
                    "given": "Alexander",
                    "dropping-particle": "von",
                },
            ),
            ("al-Sayed, Omar", {"family": "al-Sayed", "given": "Omar"}),
            ("hooks, bell", {"family": "hooks", "given": "bell"}),
        ],
    )
    def test_their_parts(self, text, name):
        assert record(f"AU  - {text}").csl["author"] == [name]

    @pytest.mark.parametrize("text", ["et al.", "et al", "others", "and others"])
    def test_more_authors_than_named(self, text):
        csl = record("AU  - Doe, Jane", f"AU  - {text}").csl
        assert csl["custom"] == {"authors_complete": False}
        assert len(csl["author"]) == 1

    def test_a_person_without_a_comma_is_pointed_out(self):
        assert record("AU  - Larkin J").notes == (
            "“Larkin J” has no comma and was read as the name of a group.",
        )


class TestDates:
    @pytest.mark.parametrize(
        ("lines", "issued"),
        [
            (["PY  - 2015"], {"date-parts": [[2015]]}),
            (["PY  - 2015///"], {"date-parts": [[2015]]}),
            (["Y1  - 2015/06//"], {"date-parts": [[2015, 6]]}),
            (["PY  - 2015", "DA  - 2015/06/25"], {"date-parts": [[2015, 6, 25]]}),
            (["PY  - 2015", "DA  - JUN 25"], {"date-parts": [[2015, 6, 25]]}),
            (["DA  - 2015///Winter"], {"date-parts": [[2015]], "season": 4}),
            (["DA  - in press"], {"raw": "in press"}),
        ],
    )
    def test_their_forms(self, lines, issued):
        found = record(*lines)
        assert found.csl["issued"] == issued
        assert found.notes == ()

    def test_a_day_that_is_none_leaves_the_year(self):
        found = record("PY  - 2015", "DA  - forthcoming")
        assert found.csl["issued"] == {"date-parts": [[2015]]}
        assert found.notes == ("Not kept: DA (date): “forthcoming”",)


class TestWhatDependsOnTheType:
    def test_a_book_in_a_series(self):
        (found,) = load("TY  - BOOK\nTI  - A\nT2  - Series\nSN  - 978-0-306-40615-7\n"
                        "SP  - 312\nER  - \n")  # fmt: skip
        assert found.csl["collection-title"] == "Series"
        assert found.csl["ISBN"] == "978-0-306-40615-7"
        assert found.csl["number-of-pages"] == "312"

    def test_a_full_and_an_abbreviated_journal(self):
        csl = record("JF  - Journal of X", "JO  - J X").csl
        assert csl["container-title"] == "Journal of X"
        assert csl["container-title-short"] == "J X"

    def test_an_abbreviated_journal_alone_is_the_journal(self):
        assert record("JO  - J X").csl["container-title"] == "J X"

    def test_an_article_number(self):
        assert record("C7  - e1234").csl["number"] == "e1234"

    def test_a_type_that_is_not_known(self):
        (found,) = load("TY  - NOPE\nTI  - T\nER  - \n")
        assert found.csl["type"] == "document"
        assert "“NOPE” is not known" in found.notes[0]


class TestWhatIsNotKept:
    @pytest.mark.parametrize(
        ("line", "note"),
        [
            ("XX  - what", "Not kept: XX: “what”"),
            ("AD  - A place", "Not kept: AD (address of the authors): “A place”"),
            ("C5  - what", "Not kept: C5: “what”"),
            ("SN  - none", "Not kept: SN (no ISSN or ISBN): “none”"),
            ("TI  - Another", "Not kept: TI: “Another”"),
            (
                "DO  - n/a",
                "Not kept: “n/a” is no DOI. A DOI looks like 10.1000/xyz123.",
            ),
        ],
    )
    def test_is_named(self, line, note):
        assert record(line).notes == (note,)

    def test_a_second_isbn_and_a_second_address(self):
        found = record("UR  - http://a.example/", "UR  - http://b.example/",
                       "SN  - 9780306406157", "SN  - 0306406152")  # fmt: skip
        assert found.csl["URL"] == "http://a.example/"
        assert found.notes == (
            "Not kept: UR: “http://b.example/”",
            "Not kept: SN: “0306406152”",
        )

    def test_of_very_much_the_number(self):
        found = record(*(f"XX  - {n}" for n in range(100)))
        assert len(found.notes) == 41
        assert found.notes[-1] == "Not kept: 60 more"
