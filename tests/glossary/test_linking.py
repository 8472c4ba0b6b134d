"""The linking rule: which words of a text are which term."""

from __future__ import annotations

import time
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glossary.linking import Entry, Match, Vocabulary
from glossary.wording import Form, compete, fold


def entry(slug: str, *forms: str | Form, is_automatic: bool = True) -> Entry:
    """A term; forms that are plain words are synonyms, the first is the headword."""
    made = [
        form if isinstance(form, Form) else Form(form, "synonym" if n else "headword")
        for n, form in enumerate(forms)
    ]
    return Entry(slug, made[0].text, tuple(made), is_automatic)


def abbreviation(text: str) -> Form:
    return Form(text, "abbreviation")


def found(text: str, *entries: Entry) -> list[tuple[str, str]]:
    """(words, slug) of every match."""
    matches = Vocabulary(entries).find(text)
    return [(text[match.start : match.end], match.owner.slug) for match in matches]


def words(text: str, *forms: str | Form) -> list[str]:
    """The words in which one term of these forms is found."""
    return [shown for shown, _ in found(text, entry("term", *forms))]


class TestLongestMatch:
    CELL = entry("cell", "cell", "cells")
    T_CELL = entry("t-cell", "T cell", "T cells")
    THERAPY = entry("car-t", "CAR T cell therapy")

    def test_the_longest_form_wins_over_one_inside_it(self):
        assert found("CAR T cell therapy", self.CELL, self.T_CELL, self.THERAPY) == [
            ("CAR T cell therapy", "car-t")
        ]

    def test_where_the_longer_one_breaks_off_the_shorter_one_is_found(self):
        assert found("T cell that", self.T_CELL, entry("x", "T cell that kills")) == [
            ("T cell", "t-cell")
        ]

    def test_words_that_began_a_longer_form_are_looked_at_again(self):
        # “CAR T cell” begins a form and is none itself.
        assert found("CAR T cells", self.T_CELL, self.THERAPY) == [
            ("T cells", "t-cell")
        ]

    def test_where_the_longer_one_never_matches_the_shorter_one_is_found(self):
        vocabulary = Vocabulary([self.CELL, self.T_CELL, self.THERAPY])
        text = "CAR T cell therapy"
        for never, words in (
            ({"car t cell therapy"}, ["T cell"]),
            ({"car t cell therapy", "t cell"}, ["cell"]),
            ({"t cell"}, [text]),
        ):
            found = vocabulary.find(text, never=never)
            assert [text[match.start : match.end] for match in found] == words

    def test_the_leftmost_wins_over_a_longer_one_further_right(self):
        early = entry("early", "immune system")
        late = entry("late", "system of many cells")
        assert found("immune system of many cells", early, late, self.CELL) == [
            ("immune system", "early"),
            ("cells", "cell"),
        ]

    def test_a_form_is_found_every_time(self):
        assert words("Cell by cell, cells.", "cell", "cells") == [
            "Cell", "cell", "cells",
        ]  # fmt: skip

    def test_adjacent_forms_are_all_found(self):
        assert found("cell T cell cell", self.CELL, self.T_CELL) == [
            ("cell", "cell"), ("T cell", "t-cell"), ("cell", "cell"),
        ]  # fmt: skip

    def test_a_match_tells_its_place_and_its_term(self):
        (match,) = Vocabulary([self.T_CELL]).find("A T cell.")
        assert match == Match(2, 8, self.T_CELL)

    @pytest.mark.parametrize("text", ["", " ", "\n", "--", "nothing here", "…’“"])
    def test_a_text_without_a_form_has_no_match(self, text):
        assert found(text, self.CELL) == []

    def test_an_empty_vocabulary_finds_nothing(self):
        assert list(Vocabulary().find("cell")) == []

    @pytest.mark.parametrize("form", ["", " ", "–", "+/-", "…"])
    def test_a_form_without_a_letter_or_digit_matches_nothing(self, form):
        assert words(f"a {form} b", Form(form, "synonym")) == []


class TestForms:
    def test_every_kind_of_form_leads_to_its_term(self):
        term = entry(
            "icb",
            "Checkpoint inhibitor",
            Form("checkpoint inhibitors", "plural"),
            Form("checkpoint blocker", "synonym"),
            abbreviation("ICI"),
        )
        text = (
            "A checkpoint inhibitor, checkpoint inhibitors, a checkpoint blocker: ICI"
        )
        assert [shown for shown, _ in found(text, term)] == [
            "checkpoint inhibitor", "checkpoint inhibitors", "checkpoint blocker",
            "ICI",
        ]  # fmt: skip

    def test_a_plural_is_found_only_when_it_is_given(self):
        assert words("cells", "cell") == []

    def test_the_case_of_plain_words_does_not_matter(self):
        assert words("TUMOR tumor Tumor tUMOR", "Tumor") == [
            "TUMOR", "tumor", "Tumor", "tUMOR",
        ]  # fmt: skip

    @pytest.mark.parametrize("text", ["car", "Car", "cAR", "CARs"])
    def test_an_abbreviation_matches_in_exactly_its_case(self, text):
        assert words(f"The {text} and the CAR.", abbreviation("CAR")) == ["CAR"]

    def test_so_does_every_word_of_it(self):
        form = abbreviation("anti-PD-1")
        assert words("Anti-PD-1 anti-pd-1 anti-PD-1", form) == ["anti-PD-1"]

    def test_a_word_with_two_capitals_is_exact_in_any_form(self):
        assert words("HPV vaccine, hpv vaccine, HPV Vaccine", "HPV vaccine") == [
            "HPV vaccine", "HPV Vaccine",
        ]  # fmt: skip

    def test_a_word_with_one_capital_is_not(self):
        assert words("t cell, T Cell", "T cell") == ["t cell", "T Cell"]

    def test_capitals_in_the_text_alone_do_no_harm(self):
        assert words("IMMUNE SYSTEM", "immune system") == ["IMMUNE SYSTEM"]

    def test_case_parts_two_terms_of_the_same_letters(self):
        cancer = entry("all-of-blood", abbreviation("ALL"))
        study = entry("all-of-us", abbreviation("All"))
        assert found("ALL, All and all", study, cancer) == [
            ("ALL", "all-of-blood"), ("All", "all-of-us"),
        ]  # fmt: skip

    def test_a_term_of_everyday_words_is_not_found_by_itself(self):
        assert found("trial", entry("trial", "trial", is_automatic=False)) == []


class TestBoundaries:
    @pytest.mark.parametrize(
        "text",
        ["cells", "precell", "cell2", "2cell", "cell_line", "cellé", "cell\u0301",
         "cellα", "cell細胞"],
    )  # fmt: skip
    def test_no_match_begins_or_ends_inside_a_word(self, text):
        assert words(text, "cell") == []

    @pytest.mark.parametrize(
        "text",
        ["cell", "(cell)", "“cell”", "cell.", "cell/cell", "«cell»", "cell–cell",
         "*cell*", "cell…", "cell:cell", "¿cell?", "\u200bcell\u200b"],
    )  # fmt: skip
    def test_punctuation_is_no_part_of_a_word(self, text):
        shown = words(text, "cell")
        assert shown == ["cell"] * text.count("cell")

    @pytest.mark.parametrize("mark", ["'", "’"])
    def test_a_possessive_is_found_without_its_ending(self, mark):
        assert words(f"The patient{mark}s cell{mark}s wall", "patient", "cell") == [
            "patient", "cell",
        ]  # fmt: skip

    @pytest.mark.parametrize("form", ["Hodgkin's lymphoma", "Hodgkin’s lymphoma"])
    @pytest.mark.parametrize("text", ["Hodgkin's lymphoma", "Hodgkin’s lymphoma"])
    def test_an_apostrophe_is_the_same_straight_or_curly(self, form, text):
        assert words(f"Has {text}.", form) == [text]

    @pytest.mark.parametrize("quotes", ["''", "‘’", '""', "“”"])
    def test_a_quotation_mark_ends_a_form(self, quotes):
        text = f"the {quotes[0]}T{quotes[1]} cell"
        assert words(text, "T cell") == []
        assert words(text, "cell") == ["cell"]

    @pytest.mark.parametrize("gap", [" ", "  ", "\n", " \n ", "\t", "\u00a0", "\u2009"])
    def test_any_white_space_parts_the_words_of_a_form(self, gap):
        assert words(f"a T{gap}cell.", "T cell") == [f"T{gap}cell"]

    @pytest.mark.parametrize("gap", [" ", "-", "\u2010", "\u2011"])
    def test_a_hyphen_is_as_good_as_a_space(self, gap):
        for form in ("T cell", "T-cell"):
            assert words(f"a T{gap}cell.", form) == [f"T{gap}cell"]

    def test_an_en_dash_joins_names_and_glues_nothing(self):
        assert words("Calmette–Guérin", "Calmette-Guérin") == ["Calmette–Guérin"]
        assert words("cells–cancer–cells", "cancer") == ["cancer"]

    @pytest.mark.parametrize("gap", ["", "—", "--", " - ", " – ", ", ", ". ", "/", "("])
    def test_nothing_else_is(self, gap):
        assert words(f"a T{gap}cell.", "T cell") == []

    @pytest.mark.parametrize("hyphen", ["-", "\u2010", "\u2011"])
    def test_a_word_behind_a_hyphen_is_part_of_another(self, hyphen):
        assert words(f"non{hyphen}cancer", "cancer") == []

    @pytest.mark.parametrize("text", ["- cancer", "-cancer", "–cancer", "a – cancer"])
    def test_a_hyphen_with_no_word_before_it_glues_nothing(self, text):
        assert words(text, "cancer") == ["cancer"]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("HPV-positive", ["HPV"]),
            ("HPV\u2010positive", ["HPV"]),
            ("HPV-16", []),
            ("HPV-E6", []),
            ("HPV-DNA", []),
            ("HPV-x", []),
            ("HPV-", ["HPV"]),
            ("HPV - 16", ["HPV"]),
        ],
    )
    def test_a_form_ends_before_a_hyphen_if_a_plain_word_follows(self, text, expected):
        assert words(text, abbreviation("HPV")) == expected

    def test_so_pd_1_and_pd_l1_are_never_pd(self):
        terms = [
            entry("pd", abbreviation("PD")),
            entry("pd-1", abbreviation("PD-1")),
        ]
        assert found("PD, PD-1, PD-L1, PD-1-positive", *terms) == [
            ("PD", "pd"), ("PD-1", "pd-1"), ("PD-1", "pd-1"),
        ]  # fmt: skip


class TestUnicode:
    COMPOSED, DECOMPOSED = "naïve", "nai\u0308ve"

    def test_composed_and_decomposed_letters_are_the_same(self):
        for form in (self.COMPOSED, self.DECOMPOSED):
            text = f"{self.COMPOSED} {self.DECOMPOSED} naive"
            assert words(text, form) == [self.COMPOSED, self.DECOMPOSED]

    def test_in_abbreviations_too(self):
        assert words("NAI\u0308VE naïve", abbreviation("NAÏVE")) == ["NAI\u0308VE"]

    def test_accents_tell_words_apart(self):
        assert words("resume", "résumé") == []

    def test_sharp_s_is_double_s_in_any_case(self):
        assert words("Straße STRASSE strasse STRAẞE", "straße") == [
            "Straße", "STRASSE", "strasse", "STRAẞE",
        ]  # fmt: skip

    def test_letters_that_grow_when_folded_shift_no_offset(self):
        text = "İİİ ßßß ﬃ cell İ"
        assert words(text, "cell", "İ") == ["cell", "İ"]

    def test_greek_final_sigma_is_a_sigma(self):
        assert words("ΣΟΦΟΣ σοφος", "σοφος") == ["ΣΟΦΟΣ", "σοφος"]

    def test_greek_letters_in_names_are_words(self):
        assert words("Interferon-γ, interferon γ", "interferon γ") == [
            "Interferon-γ", "interferon γ",
        ]  # fmt: skip

    def test_letters_beyond_the_basic_plane_shift_no_offset(self):
        assert words("😀𝒯 cell 😀cell😀", "cell") == ["cell", "cell"]

    @pytest.mark.parametrize("mark", ["\u0301", "\u20d7", "\u093e"])
    def test_a_word_is_not_cut_at_a_combining_mark(self, mark):
        assert words(f"cell{mark}", "cell") == []
        assert words(f"cell{mark}", f"cell{mark}") == [f"cell{mark}"]


class TestFold:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("T cell", "t-CELL"),
            ("T  cell", "T\ncell"),
            ("Hodgkin's", "hodgkin’s"),
            ("straße", "STRASSE"),
            ("nai\u0308ve", "NAÏVE"),
            ("PD-1", "PD 1"),
        ],
    )
    def test_ways_of_writing_one_form_fold_alike(self, one, other):
        assert fold(one) == fold(other)

    @pytest.mark.parametrize(
        ("one", "other"), [("T cell", "Tcell"), ("resume", "résumé"), ("a b", "b a")]
    )
    def test_other_words_do_not(self, one, other):
        assert fold(one) != fold(other)

    @given(st.text(max_size=20))
    def test_folding_twice_is_folding_once(self, text):
        assert fold(fold(text)) == fold(text)


class TestCompete:
    @pytest.mark.parametrize(
        ("one", "other", "expected"),
        [
            (Form("T cell", "headword"), Form("t-Cell", "synonym"), True),
            (abbreviation("CAR"), abbreviation("CAR"), True),
            (abbreviation("CAR"), abbreviation("Car"), False),
            (abbreviation("CAR"), Form("car", "headword"), True),
            (Form("HPV vaccine", "headword"), Form("Hpv vaccine", "synonym"), True),
            (Form("HPV vaccine", "headword"), Form("hPV vaccine", "synonym"), False),
            (Form("HPV Vaccine", "headword"), Form("HPV vaccine", "synonym"), True),
            (Form("T cell", "headword"), Form("T cells", "plural"), False),
            (Form("–", "synonym"), Form("…", "synonym"), False),
            (Form("", "synonym"), Form("", "synonym"), False),
        ],
    )
    def test_is_whether_some_words_match_both(self, one, other, expected):
        assert compete(one, other) is expected
        assert compete(other, one) is expected


class TestByName:
    T_CELL = entry("t-cell", "T cell", Form("T cells", "plural"))
    CAR = entry("receptor", "Chimeric antigen receptor", abbreviation("CAR"))
    VEHICLE = entry("vehicle", "car", is_automatic=False)

    @pytest.fixture
    def vocabulary(self):
        return Vocabulary([self.T_CELL, self.CAR, self.VEHICLE])

    @pytest.mark.parametrize(
        "name", ["T cell", "t cell", "T-CELL", "T  cell", "T cells", "t-cell"]
    )
    def test_any_form_in_any_case_names_its_term(self, vocabulary, name):
        assert vocabulary.by_name(name) == self.T_CELL

    def test_the_exact_case_goes_first(self, vocabulary):
        assert vocabulary.by_name("CAR") == self.CAR

    def test_a_form_of_any_case_takes_what_no_exact_one_has(self, vocabulary):
        assert vocabulary.by_name("car") == self.VEHICLE

    def test_an_abbreviation_can_be_named_in_another_case(self):
        assert Vocabulary([self.CAR]).by_name("car") == self.CAR

    def test_a_term_that_is_only_linked_explicitly_has_a_name(self):
        assert Vocabulary([self.VEHICLE]).by_name("Car") == self.VEHICLE

    def test_a_slug_is_a_name_too(self, vocabulary):
        assert vocabulary.by_name("receptor") == self.CAR

    def test_a_form_goes_before_a_slug(self):
        other = entry("other", "Vehicle")
        assert Vocabulary([self.VEHICLE, other]).by_name("vehicle") == other

    @pytest.mark.parametrize("name", ["", " ", "…", "cell", "T", "T cell therapy"])
    def test_what_nobody_is_called_names_nothing(self, vocabulary, name):
        assert vocabulary.by_name(name) is None


class TestVocabulary:
    ONE = entry("one", "cell", "shared")
    TWO = entry("two", "tissue", "shared")

    def test_the_order_of_the_terms_does_not_matter(self):
        forth, back = Vocabulary([self.ONE, self.TWO]), Vocabulary([self.TWO, self.ONE])
        assert forth.entries == back.entries
        assert forth.version == back.version
        text = "A shared tissue cell."
        assert list(forth.find(text)) == list(back.find(text))

    def test_a_form_of_two_terms_is_the_first_ones_by_slug(self):
        assert found("shared", self.TWO, self.ONE) == [("shared", "one")]
        assert Vocabulary([self.TWO, self.ONE]).by_name("shared") == self.ONE

    @pytest.mark.parametrize(
        "changed",
        [
            entry("uno", "cell", "shared"),
            entry("one", "cell", "share"),
            entry("one", "cell", abbreviation("shared")),
            entry("one", "cell", "shared", is_automatic=False),
        ],
    )
    def test_the_version_follows_the_content(self, changed):
        assert Vocabulary([changed]).version != Vocabulary([self.ONE]).version
        assert Vocabulary([self.ONE]).version == Vocabulary([self.ONE]).version

    def test_names_are_all_forms(self):
        assert Vocabulary([self.ONE, self.TWO]).names() == [
            "cell", "shared", "tissue", "shared",
        ]  # fmt: skip


# A slow and obvious second opinion.


def _tokenize(text: str) -> list[tuple[int, int]]:
    """Places of words: a letter, digit or underscore, then these and marks."""
    places: list[tuple[int, int]] = []
    start = None
    for index, char in enumerate(text + "\n"):
        is_letter = char.isalnum() or char == "_"
        is_mark = unicodedata.category(char) in ("Mn", "Mc")
        if start is None and is_letter:
            start = index
        elif start is not None and not (is_letter or is_mark):
            places.append((start, index))
            start = None
    return places


def _same(word: str, wanted: str, kind: str) -> bool:
    if kind == "abbreviation" or len([c for c in wanted if c.isupper()]) > 1:
        return unicodedata.normalize("NFC", word) == unicodedata.normalize(
            "NFC", wanted
        )
    return fold(word) == fold(wanted)


def _is_match(text: str, places: list, first: int, form: Form) -> int | None:
    """Where the form that begins at a word ends, if it does."""
    wanted = [form.text[start:stop] for start, stop in _tokenize(form.text)]
    here = places[first : first + len(wanted)]
    if not wanted or len(here) < len(wanted):
        return None
    gaps = [text[a[1] : b[0]] for a, b in zip(here, here[1:], strict=False)]
    if not all(gap.isspace() or gap in list("-‐‑–'’") for gap in gaps):
        return None
    pairs = zip(here, wanted, strict=True)
    if not all(
        _same(text[start:stop], word, form.kind) for (start, stop), word in pairs
    ):
        return None
    if first and text[places[first - 1][1] : here[0][0]] in list("-‐‑"):
        return None
    following = places[first + len(wanted) : first + len(wanted) + 1]
    for start, stop in following:
        word = text[start:stop]
        is_plain = len(word) > 1 and word[0].islower()
        is_plain = is_plain and not any(char.isdigit() for char in word)
        if text[here[-1][1] : start] in list("-‐‑") and not is_plain:
            return None
    return here[-1][1]


def slowly_found(text: str, entries: list[Entry]) -> list[tuple[int, int, str]]:
    places = _tokenize(text)
    result: list[tuple[int, int, str]] = []
    for first, (start, _) in enumerate(places):
        if result and start < result[-1][1]:
            continue
        ends = [
            (-end, entry.slug)
            for entry in entries
            if entry.is_automatic
            for form in entry.forms
            if (end := _is_match(text, places, first, form)) is not None
        ]
        if ends:
            end, slug = min(ends)
            result.append((start, -end, slug))
    return result


_WORDS = ["a", "A", "cell", "Cell", "T", "PD", "Pd", "1", "L1", "ß", "SS", "İ",
          "i\u0307", "é", "e\u0301", "_"]  # fmt: skip
_KINDS = ["headword", "plural", "synonym", "abbreviation"]
_GAPS = [" ", " ", " ", "-", "‑", "\n", "\u00a0", "’", "'", ", ", "–", ". ", "", "--"]


def _mixed(gaps: list[str], *, most: int) -> st.SearchStrategy[str]:
    pairs = st.tuples(st.sampled_from(_WORDS), st.sampled_from(gaps))
    return st.lists(pairs, max_size=most).map(
        lambda parts: "".join(word + gap for word, gap in parts)
    )


forms = st.builds(Form, _mixed([" ", "-", "’"], most=3), st.sampled_from(_KINDS))
vocabularies = st.lists(
    st.tuples(st.lists(forms, min_size=1, max_size=3), st.booleans()), max_size=6
).map(
    lambda terms: [
        Entry(f"term-{n}", own[0].text, tuple(own), is_automatic or n % 2 == 0)
        for n, (own, is_automatic) in enumerate(terms)
    ]
)
texts = _mixed(_GAPS, most=20) | st.text(max_size=30)


class TestProperties:
    @settings(max_examples=100)
    @given(vocabularies, texts)
    def test_matches_are_what_the_obvious_way_finds(self, entries, text):
        quick = [(m.start, m.end, m.owner.slug) for m in Vocabulary(entries).find(text)]
        assert quick == slowly_found(text, entries)

    @settings(max_examples=100)
    @given(vocabularies, texts, st.data())
    def test_words_that_never_match_are_as_if_no_term_had_them(
        self, entries, text, data
    ):
        names = sorted({fold(form.text) for each in entries for form in each.forms})
        never = set(data.draw(st.lists(st.sampled_from(names)))) if names else set()
        left = [
            replace(
                each, forms=tuple(f for f in each.forms if fold(f.text) not in never)
            )
            for each in entries
        ]
        places = [m[:2] for m in Vocabulary(entries).find(text, never=never)]
        assert places == [m[:2] for m in Vocabulary(left).find(text)]

    @settings(max_examples=100)
    @given(vocabularies, texts)
    def test_every_match_is_a_form_of_its_term_and_none_overlap(self, entries, text):
        end = 0
        for match in Vocabulary(entries).find(text):
            assert end <= match.start < match.end <= len(text)
            shown = fold(text[match.start : match.end])
            assert shown in {fold(form.text) for form in match.owner.forms}
            end = match.end

    @settings(max_examples=100)
    @given(forms, forms)
    def test_two_forms_compete_when_some_words_match_both(self, one, other):
        """The words to try are those of either form, in the case of either or none."""
        first, second = fold(one.text).split(" "), fold(other.text).split(" ")
        if first != second or first == [""]:
            assert not compete(one, other)
            return
        spelled = [
            [form.text[start:stop] for start, stop in _tokenize(form.text)]
            for form in (one, other)
        ]
        both = all(
            any(
                _same(word, mine, one.kind) and _same(word, yours, other.kind)
                for word in (mine, yours)
            )
            for mine, yours in zip(*spelled, strict=True)
        )
        assert compete(one, other) is both


def test_a_long_text_costs_little():
    """Nothing is quadratic: not a form's beginning again and again, not one word."""
    term = entry("long", "a " * 90 + "b")
    for text in ("a " * 20_000, "a" * 100_000, "a-" * 20_000, "\u0301a" * 20_000):
        before = time.process_time()
        assert list(Vocabulary([term]).find(text)) == []
        assert time.process_time() - before < 1
