"""The order of the A–Z, its letters, and the meanings of one word."""

from __future__ import annotations

import pytest

from glossary import reading
from glossary.publishing import withdraw
from glossary.wording import Form
from tests.factories import draft_term, make_term, publisher

pytestmark = pytest.mark.django_db


def sense(text: str, kind: str = "abbreviation") -> Form:
    return Form(text, kind, is_sense=True)


class TestOrder:
    def test_is_that_of_a_dictionary_on_every_database(self):
        for title in ("Zone", "ábaco", "Abdomen", "e-cigarette", "Echo", "B cell"):
            make_term(title, slug=f"x-{title[0].lower()}-{len(title)}")
        titles = [term.title for term in reading.listed()]
        assert titles == ["ábaco", "Abdomen", "B cell", "e-cigarette", "Echo", "Zone"]

    @pytest.mark.parametrize(
        ("title", "letter"),
        [
            ("Cell", "C"),
            ("cell", "C"),
            ("Östrogen", "O"),
            ("Ångström", "A"),
            ("“Cold” tumor", "C"),
            ("β-cell", "B"),
            ("γδ T cell", "Γ"),
            ("Øre", "O"),
            ("5-FU", "#"),
            ("²H", "#"),
            ("T細胞", "T"),
        ],
    )
    def test_has_each_word_under_its_letter(self, title, letter):
        make_term(title, slug="some-word")
        assert [term.letter for term in reading.listed()] == [letter]

    def test_begins_with_what_begins_with_no_letter(self):
        for slug, title in (("a", "Apple"), ("five", "5-FU"), ("b", "Bone")):
            make_term(title, slug=slug)
        assert [term.letter for term in reading.listed()] == ["#", "A", "B"]

    def test_leaves_out_what_is_not_live(self):
        draft_term("Draft")
        gone = make_term("Gone").page
        withdraw(gone, by=publisher(), reason="No.")
        make_term("Live")
        assert [term.title for term in reading.listed()] == ["Live"]


class TestLetters:
    def test_have_their_counts(self):
        for slug, title in enumerate(("Apple", "Ångström", "5-FU", "Bone")):
            make_term(title, slug=f"word-{slug}")
        letters = [(each.letter, each.count) for each in reading.alphabet()]
        assert letters == [("#", 1), ("A", 2), ("B", 1)]

    def test_are_places_of_a_list_that_is_short(self):
        make_term("5-FU", slug="five")
        make_term("Cell")
        paths = [each.path for each in reading.alphabet()]
        assert paths == ["/glossary/#letter-other", "/glossary/#letter-c"]

    def test_have_pages_of_their_own_when_it_is_long(self, monkeypatch):
        monkeypatch.setattr(reading, "PAGE_SIZE", 1)
        make_term("5-FU", slug="five")
        make_term("Γδ T cell", slug="gamma-delta")
        paths = [each.path for each in reading.alphabet()]
        assert paths == ["/glossary/letter/other/", "/glossary/letter/%CE%B3/"]


class TestSenses:
    def test_are_the_live_terms_that_own_the_word_as_one(self):
        make_term("Vehicle", forms=[sense("CAR"), sense("car", "synonym")])
        make_term("Receptor", forms=[sense("CAR")])
        make_term("Other", forms=[sense("Cart", "synonym")])
        gone = make_term("Gone", forms=[sense("CAR")]).page
        withdraw(gone, by=publisher(), reason="No.")
        draft_term("Draft", forms=[sense("CAR")])
        found = reading.senses_of("car")
        assert [term.title for term in found] == ["Receptor", "Vehicle"]
        assert {term.form.lower() for term in found} == {"car"}

    def test_are_not_those_that_own_it_alone(self):
        make_term("Cell", forms=[("plural", "cells")])
        assert reading.senses_of("cells") == []


class TestRelated:
    def test_are_terms_that_mention_it_or_that_it_mentions_but_for_some(self):
        cell = make_term("Cell")
        mine = make_term("Organ", "Made of a cell.")
        more = make_term("Body", "It has an organ.")
        assert set(reading.related_to(mine)) == {cell, more}
        assert list(reading.related_to(mine, apart_from=[cell.page_id])) == [more]


class TestPlaces:
    def test_are_also_of_those_that_lead_to_it_as_to_a_relative(self):
        gene = draft_term("Gene").page
        cell = make_term("Cell", relations=[("related", gene)]).page
        (place,) = reading.places_of(gene)
        assert (place.page_id, place.is_public) == (cell.pk, True)
