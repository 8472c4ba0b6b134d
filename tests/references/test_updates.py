"""What Crossref tells of notices, as we read it."""

from __future__ import annotations

from datetime import date

import pytest

from references.announcements import NotRead
from references.updates import read_works


def update(**changed):
    return {
        "updated": {"date-parts": [[2010, 2, 6]]},
        "DOI": "10.1000/NOTICE",
        "type": "retraction",
        "source": "publisher",
        "label": "Retraction",
        **changed,
    }


def works(*items):
    return {"status": "ok", "message": {"items": list(items)}}


def crossref(**changed):
    item = {"DOI": "10.1000/Paper", "updated-by": [update(**changed)]}
    (found,) = read_works(works(item))
    return found


class TestCrossref:
    def test_an_article_names_its_notices(self):
        found = crossref()
        assert (found.doi, found.origin) == ("10.1000/paper", "publisher")
        told = found.announcement()
        assert (told.kind, told.noticed_on) == ("retraction", date(2010, 2, 6))
        assert told.doi == "10.1000/notice"
        assert told.source == "https://doi.org/10.1000/notice"

    def test_a_notice_names_its_articles(self):
        item = {"DOI": "10.1000/notice", "update-to": [update(DOI="10.1000/paper")]}
        (found,) = read_works({"message": item})
        assert found.doi == "10.1000/paper"
        assert found.announcement().doi == "10.1000/notice"

    @pytest.mark.parametrize(
        ("type_", "kind"),
        [
            ("retraction", "retraction"),
            ("removal", "retraction"),
            ("withdrawal", "retraction"),
            ("expression_of_concern", "concern"),
            ("expression-of-concern", "concern"),
            ("Expression of Concern", "concern"),
            ("correction", "correction"),
            ("corrigendum", "correction"),
            ("erratum", "correction"),
            ("partial_retraction", "correction"),
            ("reinstatement", "reinstatement"),
        ],
    )
    def test_types_are_our_kinds(self, type_, kind):
        assert crossref(type=type_).announcement().kind == kind

    def test_a_partial_retraction_says_so(self):
        assert "a part of it" in crossref(type="partial_retraction").announcement().note

    @pytest.mark.parametrize("type_", ["new_version", "new_edition", "addendum"])
    def test_more_or_newer_text_is_no_notice(self, type_):
        item = {"DOI": "10.1000/paper", "updated-by": [update(type=type_)]}
        assert list(read_works(works(item))) == []

    def test_another_type_is_told(self):
        with pytest.raises(NotRead, match="“novelty” is no kind"):
            crossref(type="novelty").announcement()

    @pytest.mark.parametrize(
        ("parts", "day"),
        [([2010], date(2010, 1, 1)), ([2010, 7], date(2010, 7, 1))],
    )
    def test_of_a_month_or_year_it_is_the_first_day(self, parts, day):
        told = crossref(updated={"date-parts": [parts]}).announcement()
        assert told.noticed_on == day

    @pytest.mark.parametrize(
        "updated",
        [None, {}, "2010", {"date-parts": []}, {"date-parts": [[]]},
         {"date-parts": [[None]]}, {"date-parts": [[2010, 13, 1]]},
         {"date-parts": [["x"]]}, {"date-parts": [[10**30]]}],
    )  # fmt: skip
    def test_without_a_date_it_is_told(self, updated):
        with pytest.raises(NotRead, match="no date"):
            crossref(updated=updated).announcement()

    @pytest.mark.parametrize("answer", [None, [], "text", {}, {"message": []}])
    def test_another_answer_is_refused(self, answer):
        with pytest.raises(NotRead):
            list(read_works(answer))

    @pytest.mark.parametrize(
        "item",
        [None, "text", {}, {"DOI": 5}, {"DOI": "10.1000/x", "updated-by": "x"},
         {"DOI": "10.1000/x", "updated-by": [None, "x"]},
         {"DOI": None, "updated-by": [{}]}, {"update-to": [{"DOI": ["10.1/x"]}]}],
    )  # fmt: skip
    def test_whatever_stands_in_it_breaks_nothing(self, item):
        assert list(read_works(works(item))) == []
