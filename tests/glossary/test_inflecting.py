"""What the editor of a term suggests: plurals and spellings that are mostly right."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary.inflecting import plural_of, suggested
from glossary.wording import Form, compete

DEMO = Path(__file__).parents[2] / "demo" / "terms.csv"


class TestPlurals:
    @pytest.mark.parametrize(
        ("word", "plural"),
        [
            ("T cell", "T cells"),
            ("Antibody", "Antibodies"),
            ("assay", "assays"),
            ("Metastasis", "Metastases"),
            ("thrombus", "thrombi"),
            ("virus", "viruses"),
            ("Nucleus", "Nuclei"),
            ("lymph node biopsy", "lymph node biopsies"),
            ("rash", "rashes"),
            ("stomach", "stomachs"),
            ("patch", "patches"),
            ("reflex", "reflexes"),
            ("sarcoma", "sarcomas"),
            ("placebo", "placebos"),
            ("child", "children"),
            ("CT", "CTs"),
            ("PD-1 inhibitor", "PD-1 inhibitors"),
            ("line of treatment", "lines of treatment"),
        ],
    )
    def test_are_regular_or_well_known(self, word, plural):
        assert plural_of(word) == plural

    @pytest.mark.parametrize(
        "word",
        [
            "immunity", "quality of life", "nivolumab", "imatinib", "colitis", "anemia",
            "hypothyroidism", "pathology", "imaging", "interleukin-2", "T cells", "ICIs",
            "bacteria", "inflamed", "autologous", "bone marrow", "sipuleucel-T", "",
        ],
    )  # fmt: skip
    def test_are_none_for_what_is_not_counted_or_is_one(self, word):
        assert plural_of(word) == ""

    @given(st.text(max_size=40))
    def test_are_longer_or_other_words_and_never_fail(self, word):
        assert plural_of(word) != word or not word

    def test_of_the_demonstration_are_mostly_what_its_editors_entered(self):
        """Precision over the headwords: of those for which something is suggested, how
        many have just that among their plurals; and how many plurals are found."""
        right = wrong = missed = 0
        with DEMO.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                entered = set(filter(None, row["plurals"].lower().split("|")))
                plural = plural_of(row["headword"]).lower()
                right += plural in entered
                wrong += bool(plural) and plural not in entered
                missed += not plural and bool(entered)
        assert right / (right + wrong) >= 0.93
        assert right / (right + missed) >= 0.95


class TestSuggested:
    def texts(self, headword: str, *forms: Form) -> list[tuple[str, str]]:
        return [(form.kind, form.text) for form in suggested(headword, forms)]

    def test_are_plurals_then_spellings_of_all(self):
        assert self.texts("Tumor") == [
            ("plural", "Tumors"), ("variant", "Tumour"), ("plural", "Tumours"),
        ]  # fmt: skip

    def test_leave_out_what_is_there(self):
        forms = [Form("tumors", "plural"), Form("Tumour", "synonym")]
        assert self.texts("Tumor", *forms) == [
            ("plural", "Tumours"),
        ]  # fmt: skip

    def test_a_plural_of_the_headword_that_is_there_is_not_doubted(self):
        assert self.texts("Formula", Form("formulae", "plural")) == []

    def test_synonyms_of_what_is_not_counted_have_none_either(self):
        assert self.texts("Immunity", Form("Immune state", "synonym")) == []

    def test_have_the_rules_of_their_word(self):
        forms = [Form("node", "synonym", is_automatic=False, is_sense=True)]
        assert suggested("Knot", forms)[1] == Form(
            "nodes", "plural", "", is_automatic=False, is_sense=True
        )

    @given(
        st.text(max_size=20),
        st.lists(
            st.builds(
                Form,
                st.text(max_size=20),
                st.sampled_from(["plural", "synonym", "variant", "abbreviation"]),
            )
        ),
    )
    def test_never_compete_with_one_another_or_what_is_there(self, headword, forms):
        found = suggested(headword, forms)
        known = [Form(headword, "headword"), *forms]
        for index, form in enumerate(found):
            assert form.text
            assert not any(compete(form, each) for each in [*known, *found[:index]])
