"""Retraction Watch's table, as we read it."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from references.announcements import COLUMNS, NotRead, read_table
from references.models import NoticeKind

HEADER = (
    "Record ID,Title,Subject,Institution,Journal,Publisher,Country,Author,URLS,"
    "ArticleType,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDate,"
    "OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason,Paywalled,Notes"
).split(",")
ROW = {
    "Record ID": "70001",
    "Title": "A study, with a comma",
    "RetractionDate": "11/5/2025 0:00",
    "RetractionDOI": "10.1000/Notice",
    "RetractionPubMedID": "0",
    "OriginalPaperDate": "3/1/2015 0:00",
    "OriginalPaperDOI": "10.1000/PAPER",
    "OriginalPaperPubMedID": "123456",
    "RetractionNature": "Retraction",
    "Reason": "+Error in Data;+Notice - Limited or No Information;",
}


def table(*rows: dict[str, str]) -> list[str]:
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().splitlines(keepends=True)


def told(**changed: str):
    (row,) = read_table(table({**ROW, **changed}))
    return row.announcement()


class TestRetractionWatch:
    def test_a_row_names_the_article_and_its_notice(self):
        (row,) = read_table(table(ROW))
        assert row.line == 2
        assert row.articles == [("doi", "10.1000/paper"), ("pmid", "123456")]
        found = row.announcement()
        assert (found.kind, found.noticed_on) == ("retraction", date(2025, 11, 5))
        assert found.doi == "10.1000/notice"
        assert found.source == "https://doi.org/10.1000/notice"
        assert found.note == (
            "Reasons that Retraction Watch names: Error in Data; Notice - Limited or "
            "No Information."
        )

    @pytest.mark.parametrize("none", ["unavailable", "Unavailable", "", "0", "NA"])
    def test_what_is_unavailable_is_none(self, none):
        changed = {"OriginalPaperDOI": none, "OriginalPaperPubMedID": none}
        (row,) = read_table(table({**ROW, **changed}))
        assert row.articles == []

    @pytest.mark.parametrize(
        ("nature", "kind"),
        [
            ("Retraction", "retraction"),
            ("Expression of concern", "concern"),
            ("Expression of Concern", "concern"),
            ("Correction", "correction"),
            ("Reinstatement", "reinstatement"),
        ],
    )
    def test_natures_are_our_kinds(self, nature, kind):
        assert told(RetractionNature=nature).kind == kind
        assert kind in NoticeKind.values

    def test_another_nature_is_told(self):
        with pytest.raises(NotRead, match="“Rumor” is no kind"):
            told(RetractionNature="Rumor")

    @pytest.mark.parametrize(
        ("typed", "day"),
        [
            ("1/31/2020 0:00", date(2020, 1, 31)),
            ("12/1/2020", date(2020, 12, 1)),
            ("12/1/2020 12:00 AM", date(2020, 12, 1)),
            ("2020-12-01", date(2020, 12, 1)),
        ],
    )
    def test_dates_have_the_month_first(self, typed, day):
        assert told(RetractionDate=typed).noticed_on == day

    @pytest.mark.parametrize("typed", ["31/1/2020", "", "2/30/2020", "soon", "1/1/0"])
    def test_what_is_no_date_is_told(self, typed):
        with pytest.raises(NotRead, match="RetractionDate"):
            told(RetractionDate=typed)

    def test_without_a_doi_the_notice_is_found_by_pmid_else_at_the_article(self):
        assert told(RetractionDOI="unavailable", RetractionPubMedID="77").source == (
            "https://pubmed.ncbi.nlm.nih.gov/77/"
        )
        found = told(RetractionDOI="unavailable")
        assert found.doi == ""
        assert found.source == "https://doi.org/10.1000/paper"

    def test_many_reasons_are_cut(self):
        note = told(Reason="+Concerns About Data;" * 60).note
        assert len(note) <= 500
        assert note.endswith("…")

    @pytest.mark.parametrize("missing", COLUMNS)
    def test_another_table_is_refused_at_once(self, missing):
        lines = table(ROW)
        lines[0] = lines[0].replace(missing + ",", "Other,", 1)
        with pytest.raises(NotRead, match=missing):
            read_table(lines)

    def test_an_empty_file_is_another_table(self):
        with pytest.raises(NotRead):
            read_table([])

    def test_a_row_that_is_cut_is_told_and_the_next_is_read(self):
        lines = [*table(ROW), "1,cut\n", *table(ROW)[1:]]
        rows = list(read_table(lines))
        assert [row.values is None for row in rows] == [False, True, False]

    def test_a_field_beyond_all_measure_is_one_row_that_cannot_be_read(self):
        long = {**ROW, "Notes": "x" * 300_000}
        rows = list(read_table([*table(long), *table(ROW)[1:]]))
        assert [row.values is None for row in rows] == [True, False]

    @given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), max_size=8))
    def test_no_text_whatever_breaks_it(self, lines):
        for row in read_table([table()[0], *(line + "\n" for line in lines)]):
            assert isinstance(row.articles, list)
