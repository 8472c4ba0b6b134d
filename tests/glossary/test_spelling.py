"""American and British spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary.spelling import spellings_of


class TestSpellings:
    @pytest.mark.parametrize(
        ("american", "british"),
        [
            ("Tumor", "Tumour"),
            ("tumors", "tumours"),
            ("antitumor", "antitumour"),
            ("leukemia", "leukaemia"),
            ("Hematology", "Haematology"),
            ("hemoglobin", "haemoglobin"),
            ("esophageal cancer", "oesophageal cancer"),
            ("edema", "oedema"),
            ("lymphedema", "lymphoedema"),
            ("estrogen", "oestrogen"),
            ("fetal", "foetal"),
            ("pediatric", "paediatric"),
            ("etiology", "aetiology"),
            ("randomized trial", "randomised trial"),
            ("Immunization", "Immunisation"),
            ("metastasized", "metastasised"),
            ("analyzed", "analysed"),
            ("color", "colour"),
            ("centers", "centres"),
            ("aging", "ageing"),
            ("leukocyte", "leucocyte"),
            ("diarrhea", "diarrhoea"),
        ],
    )
    def test_are_found_both_ways(self, american, british):
        assert spellings_of(american) == [british]
        assert spellings_of(british) == [american]

    @pytest.mark.parametrize(
        "word",
        [
            "chemotherapy", "colorectal", "staging", "imaging", "size", "prize",
            "metastasis", "analysis", "exercise", "literature", "obliterate", "disease",
            "fiberoptic", "tumorigenic", "T cell", "programmed death", "",
        ],
    )  # fmt: skip
    def test_are_none_where_both_write_alike(self, word):
        assert spellings_of(word) == []

    def test_both_are_found_for_a_mixed_one(self):
        assert spellings_of("leukemia tumour") == ["leukemia tumor", "leukaemia tumour"]

    @given(st.text(max_size=40))
    def test_never_repeat_the_word(self, word):
        assert word not in spellings_of(word)
