"""What a term leads to: relatives both ways, languages by their own names, a picture."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from glossary.publishing import withdraw
from glossary.relating import name_of, picture_of, relatives_of, translations_of
from tests.factories import draft_term, make_term, publisher

pytestmark = pytest.mark.django_db


def titles(relatives) -> dict[str, list[str]]:
    """The headwords of the lists that are not empty."""
    lists = {name: getattr(relatives, name) for name in relatives.__slots__}
    return {name: [row.title for row in rows] for name, rows in lists.items() if rows}


class TestRelatives:
    def test_lead_there_and_back(self):
        cell, blood = make_term("Cell"), make_term("Blood")
        node = make_term("Node")
        mine = make_term(
            "T cell",
            relations=[
                ("broader", cell.page), ("part of", blood.page), ("related", node.page)
            ],
        )  # fmt: skip
        assert titles(relatives_of(mine)) == {
            "broader": ["Cell"], "wholes": ["Blood"], "see_also": ["Node"],
        }  # fmt: skip
        assert titles(relatives_of(cell)) == {"narrower": ["T cell"]}
        assert titles(relatives_of(blood)) == {"parts": ["T cell"]}
        assert titles(relatives_of(node)) == {"see_also": ["T cell"]}

    def test_that_name_each_other_are_there_once(self):
        one = make_term("One").page
        other = make_term("Other", relations=[("related", one)]).page
        mine = make_term("One", relations=[("related", other)])
        assert titles(relatives_of(mine)) == {"see_also": ["Other"]}

    def test_are_only_what_is_live(self):
        draft, gone = draft_term("Draft").page, make_term("Gone").page
        withdraw(gone, by=publisher(), reason="No.")
        mine = make_term("Mine", relations=[("broader", draft), ("related", gone)])
        draft_term("Draft", relations=[("broader", mine.page)])
        assert not relatives_of(mine)

    def test_are_as_they_were_on_a_day(self):
        with time_machine.travel(timezone.now() - timedelta(days=9), tick=False):
            cell = make_term("Cell")
            make_term("T cell", relations=[("broader", cell.page)])
            then = timezone.now()
        make_term("T cell")
        assert titles(relatives_of(cell, then)) == {"narrower": ["T cell"]}
        assert not relatives_of(cell)


class TestTranslations:
    def test_are_named_by_their_language_s_own_name(self):
        words = {"zh-Hans": "T细胞", "ar": "خلية", "es": "célula T", "yue": "T細胞"}
        mine = make_term("T cell", translations=words)
        assert [
            (row.code, row.language, row.is_rtl) for row in translations_of(mine)
        ] == [
            ("ar", "العربيّة", True),
            ("es", "Español", False),
            ("yue", "yue", False),
            ("zh-Hans", "简体中文", False),
        ]

    @pytest.mark.parametrize(
        ("code", "name"),
        [
            ("pt-BR", "Português Brasileiro"),
            ("zh-CN", "简体中文"),
            ("es-419", "Español"),
        ],
    )
    def test_of_a_region_are_named_as_closely_as_can_be(self, code, name):
        assert name_of(code) == name


class TestPicture:
    def test_tells_its_size(self):
        picture = {"picture": "/media/a-40x30.png", "picture_alt": "A cell."}
        found = picture_of(make_term("T cell", picture_credit="NCI", **picture))
        assert (found.alt, found.credit, found.size) == ("A cell.", "NCI", (40, 30))

    def test_is_none_without_one(self):
        assert picture_of(make_term("T cell")) is None
