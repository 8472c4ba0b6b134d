"""Which terms are suggested for what is typed, and in which order."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from glossary.lettering import plain_words
from glossary.linking import Entry
from glossary.suggesting import MOST, Suggester
from glossary.wording import Form


def entry(headword: str, *others: tuple[str, str]) -> Entry:
    forms = [Form(headword, "headword"), *(Form(text, kind) for kind, text in others)]
    return Entry("-".join(plain_words(headword)), headword, tuple(forms))


def suggested(typed: str, *entries: Entry) -> list[str]:
    """The headwords that are suggested, in their order."""
    return [each.entry.headword for each in Suggester(entries).suggest(typed)]


def marked(typed: str, *entries: Entry) -> list[str]:
    """The forms that fit, what fits in brackets."""
    return [
        "".join(f"[{part.text}]" if part.is_hit else part.text for part in each.pieces)
        for each in Suggester(entries).suggest(typed)
    ]


TUMOR = entry("Tumor", ("plural", "Tumors"), ("spelling variant", "Tumour"))
PD_1 = entry("Programmed cell death protein 1", ("abbreviation", "PD-1"))
CHECKPOINT = entry("Checkpoint inhibitor", ("plural", "Checkpoint inhibitors"))


class TestWhatFits:
    @pytest.mark.parametrize("typed", ["tumors", "tumour", "TUMO", "tu"])
    def test_is_any_form_and_its_beginning(self, typed):
        assert suggested(typed, TUMOR, PD_1) == ["Tumor"]

    @pytest.mark.parametrize("typed", ["PD-1", "pd1", "pd 1", "Pd‑1", "pd—1"])
    def test_is_so_whatever_the_case_the_hyphens_and_the_spaces(self, typed):
        assert suggested(typed, TUMOR, PD_1) == [PD_1.headword]

    @pytest.mark.parametrize("typed", ["checkpointinhib", "check-point in"])
    def test_is_so_where_words_are_written_together_or_apart(self, typed):
        assert suggested(typed, CHECKPOINT) == [CHECKPOINT.headword]

    @pytest.mark.parametrize("typed", ["sjogren", "Sjögrens", "sjo\u0308gren's"])
    def test_is_so_whatever_the_accents(self, typed):
        disease = entry("Sjögren’s disease")
        assert suggested(typed, disease) == [disease.headword]

    def test_is_a_greek_letter_by_its_name(self):
        assert suggested("ifn gamma", entry("IFN-γ")) == ["IFN-γ"]

    @pytest.mark.parametrize("typed", ["", " ", "p", "-p-", "!?", "\0", "\ud800"])
    def test_is_nothing_before_two_letters(self, typed):
        assert suggested(typed, TUMOR, PD_1) == []

    def test_inside_words_does_not_reach_across_them(self):
        protein = entry("Protein inhibitor")
        assert suggested("nin", protein) == []
        assert suggested("hibit", protein) == ["Protein inhibitor"]
        assert suggested("rotein inh", protein) == ["Protein inhibitor"]

    def test_is_nothing_where_there_are_no_terms(self):
        assert suggested("tumor") == []

    @given(st.text(max_size=250))
    def test_is_found_for_whatever_is_typed(self, typed):
        found = suggested(typed, TUMOR, PD_1, CHECKPOINT)
        assert len(found) == len(set(found)) <= MOST


class TestOrder:
    def test_what_is_it_before_what_begins_with_it(self):
        marker, mass = entry("Tumor marker"), entry("Mass", ("synonym", "tumor"))
        assert suggested("tumor", marker, mass) == ["Mass", "Tumor marker"]

    def test_beginnings_before_later_words_before_the_inside_of_words(self):
        inside, later, first = map(entry, ["Immunoglobulin", "The globe", "Globulin A"])
        assert suggested("glob", inside, later, first) == [
            "Globulin A",
            "The globe",
            "Immunoglobulin",
        ]

    def test_headwords_before_other_forms_then_the_short_before_the_long(self):
        long, short = entry("Antigen test kit"), entry("Antigen test")
        other = entry("Assay", ("synonym", "Antigen"))
        assert suggested("antig", long, short, other) == [
            "Antigen test",
            "Antigen test kit",
            "Assay",
        ]

    def test_a_term_comes_once_by_its_best_form(self):
        cell = entry("T cell", ("plural", "T cells"), ("synonym", "Cell of the thymus"))
        assert marked("cell", cell) == ["[Cell] of the thymus"]
        assert marked("t cell", cell) == ["[T cell]"]
        assert marked("t cells", cell) == ["[T cells]"]

    def test_all_senses_of_a_form_come(self):
        one = entry("Acute myeloid leukemia", ("abbreviation", "AML"))
        other = entry("Angiomyolipoma", ("abbreviation", "AML"))
        assert len(suggested("aml", one, other)) == 2

    def test_there_are_ten_at_most(self):
        many = [entry(f"Antigen {number}") for number in range(30)]
        assert len(suggested("antigen", *many)) == MOST
        assert len(Suggester(many).suggest("antigen", most=20)) == 20


class TestSlips:
    @pytest.mark.parametrize("typed", ["tmuor", "tumr", "tummor", "tumir"])
    def test_do_no_harm(self, typed):
        (found,) = Suggester([TUMOR, PD_1]).suggest(typed)
        assert found.entry == TUMOR
        assert found.is_near

    def test_may_be_two_in_a_long_word(self):
        assert suggested("chekpiont", CHECKPOINT) == [CHECKPOINT.headword]
        assert suggested("inhibbiter", CHECKPOINT) == [CHECKPOINT.headword]
        assert suggested("chkpiont", entry("Checkup")) == []

    def test_are_not_looked_for_in_three_letters(self):
        assert suggested("gne", entry("Gene")) == []

    def test_are_not_looked_for_where_enough_fits(self):
        many = [entry(f"Cell {letter}") for letter in "abc"]
        assert "Celt" not in suggested("cell", entry("Celt"), *many)
        assert "Celt" in suggested("cell", entry("Celt"), *many[:2])

    def test_come_after_all_that_fits(self):
        assert suggested("cell", entry("Celt"), entry("Stem cell")) == [
            "Stem cell",
            "Celt",
        ]

    def test_the_fewest_come_first(self):
        one, two = entry("Melanomas"), entry("Mesanoma")
        assert suggested("mealnoma", two, one) == ["Melanomas", "Mesanoma"]

    def test_are_never_in_a_number(self):
        assert suggested("ctla-5", entry("CTLA-4")) == []


class TestMarks:
    def test_stand_where_the_letters_stand(self):
        assert marked("pd1", PD_1) == ["[PD-1]"]
        assert marked("death pro", PD_1) == ["Programmed cell [death pro]tein 1"]
        assert marked("hibi", CHECKPOINT) == ["Checkpoint in[hibi]tor"]

    def test_hold_what_is_meant_by_a_slip(self):
        assert marked("chekp", CHECKPOINT) == ["[Checkp]oint inhibitor"]

    def test_count_characters_however_they_are_written(self):
        assert marked("strass", entry("Straße 𝟗")) == ["[Straß]e 𝟗"]
        assert marked("cafe", entry("cafe\u0301 au lait")) == ["[cafe\u0301] au lait"]


words = st.text("abcdeinorst", min_size=5, max_size=9)
names = st.lists(words, min_size=1, max_size=3).map(" ".join)
glossaries = st.lists(st.lists(names, min_size=1, max_size=4), min_size=1, max_size=5)


def glossary_of(texts: list[list[str]]) -> list[Entry]:
    """Terms with these forms, the first the headword."""
    return [
        Entry(
            f"term-{number}",
            forms[0],
            tuple(
                Form(text, "synonym" if index else "headword")
                for index, text in enumerate(forms)
            ),
        )
        for number, forms in enumerate(texts)
    ]


def with_a_slip(draw, text: str) -> str:
    """The text, mistyped once in one of its words."""
    at = draw(st.integers(0, len(text) - 2))
    assume(" " not in text[at : at + 2])
    kind = draw(st.sampled_from(["missing", "more", "other", "exchanged"]))
    letter = draw(st.sampled_from("xyz"))
    return {
        "missing": text[:at] + text[at + 1 :],
        "more": text[:at] + letter + text[at:],
        "other": text[:at] + letter + text[at + 1 :],
        "exchanged": text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    }[kind]


class TestEveryForm:
    @given(glossaries)
    def test_finds_its_term_when_typed_whole(self, texts):
        entries = glossary_of(texts)
        suggester = Suggester(entries)
        for each in entries:
            for form in each.forms:
                found = suggester.suggest(form.text)
                assert each in [suggestion.entry for suggestion in found]

    @given(glossaries, st.data())
    def test_finds_its_term_when_mistyped_once(self, texts, data):
        entries = glossary_of(texts)
        each = data.draw(st.sampled_from(entries))
        form = data.draw(st.sampled_from(each.forms))
        typed = with_a_slip(data.draw, form.text)
        found = Suggester(entries).suggest(typed)
        has_enough = sum(not suggestion.is_near for suggestion in found) >= 3
        assert has_enough or each in [suggestion.entry for suggestion in found]
