"""CSV: what is read from the files of spreadsheets."""

from __future__ import annotations

import pytest

from references.formats import FORMATS, MalformedFile, Record, Rejected


def load(text: str) -> list[Record | Rejected]:
    return list(FORMATS["csv"].load(text))


def record(column: str, cell: str) -> Record:
    (found,) = load(f'title,{column}\nT,"{cell}"\n')
    assert isinstance(found, Record), found
    return found


class TestColumns:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_may_be_parted_in_three_ways_and_come_in_any_order(self, delimiter):
        rows = [["Year", "TITLE", "doi", "id"], ["2015", "A title", "10.1000/X", "a"]]
        (found,) = load("\n".join(map(delimiter.join, rows)))
        assert found == Record(
            1,
            2,
            {
                "id": "a",
                "type": "document",
                "title": "A title",
                "DOI": "10.1000/X",
                "issued": {"date-parts": [[2015]]},
            },
        )

    @pytest.mark.parametrize(
        ("column", "variable"),
        [
            ("Journal", "container-title"),
            ("Container Title", "container-title"),
            ("Pages", "page"),
            ("NOTES", "note"),
            ("url", "URL"),
            ("publisher-place", "publisher-place"),
        ],
    )
    def test_have_the_names_that_people_use(self, column, variable):
        assert record(column, "x").csl[variable] == "x"

    @pytest.mark.parametrize("text", ["", "\n", "name,year\nA,2015\n", "title2\nx\n"])
    def test_title_must_be_among_them(self, text):
        with pytest.raises(MalformedFile, match="“title” among them"):
            load(text)

    def test_one_that_is_not_known_is_named(self):
        assert record("Rating", "5").notes == ("Not kept: column Rating: “5”",)

    def test_a_cell_beyond_the_last_is_named(self):
        (found,) = load("title\nT,x\n")
        assert found.notes == ("Not kept: a cell without a column: “x”",)


class TestCells:
    @pytest.mark.parametrize(
        ("cell", "names"),
        [
            (
                "Doe, Jane; {WHO}",
                [{"family": "Doe", "given": "Jane"}, {"literal": "WHO"}],
            ),
            ("National Cancer Institute", [{"literal": "National Cancer Institute"}]),
            ("{A; B}", [{"literal": "A; B"}]),
            ("{de Wit}, R.", [{"family": "de Wit", "given": "R."}]),
            ("{Plato},", [{"family": "Plato"}]),
            (
                "van den Berg, Jan, Jr",
                [
                    {
                        "family": "Berg",
                        "given": "Jan",
                        "suffix": "Jr",
                        "non-dropping-particle": "van den",
                    }
                ],
            ),
        ],
    )
    def test_names(self, cell, names):
        assert record("author", cell).csl["author"] == names

    def test_more_authors_than_named(self):
        csl = record("authors", "Doe, Jane; et al.").csl
        assert csl["custom"] == {"authors_complete": False}

    def test_a_text_keeps_its_lines(self):
        assert record("abstract", "one\n\ntwo").csl["abstract"] == "one\n\ntwo"

    @pytest.mark.parametrize(
        ("cell", "text"), [("'=1+1", "=1+1"), ("''@x", "'@x"), ("'90s", "'90s")]
    )
    def test_the_guard_of_a_formula_is_taken_away(self, cell, text):
        assert record("note", cell).csl["note"] == text


class TestRows:
    def test_empty_ones_are_passed_over_and_lines_count_on(self):
        first, second = load('title,note\n\nA,"x\ny"\n,\nB,\n')
        assert (first.position, first.line) == (1, 3)
        assert (second.position, second.line) == (2, 6)

    def test_a_quotation_mark_without_end_hurts_one_row(self):
        good, bad, more, last = load('title,note\nA,x\nB,"y\nC,z\nD,"q"\n')
        assert [good.csl["title"], more.csl["title"], last.csl["title"]] == list("ACD")
        assert (bad.position, bad.line, bad.name) == (2, 3, "row 2")

    def test_a_cell_too_long_hurts_one_row(self):
        bad, good = load(f"title\n{'x' * 200_000}\nB\n")
        assert isinstance(bad, Rejected)
        assert good.csl["title"] == "B"

    def test_too_many_of_them_end_the_file(self):
        with pytest.raises(MalformedFile, match="Too many rows") as error:
            load("title\n" + 'A,"x\n' * 100)
        assert error.value.line == 22

    def test_a_missing_title_leaves_the_others(self):
        bad, good = load("id,title\na,\nb,B\n")
        assert bad == Rejected(1, "a", "title", "The title is missing.", 2)
        assert good.csl["id"] == "b"


class TestWriting:
    def test_the_columns_of_other_variables_follow(self):
        items = [{"id": "a", "type": "book", "title": "T", "section": "3"}]
        heading = FORMATS["csv"].dump(items).splitlines()[0]
        assert heading.startswith("\ufeffid,type,title,author,")
        assert heading.endswith(",note,section")
