"""What of a typed term can be stored."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from glossary.accepting import (
    MAX_FORMS,
    check_relations,
    check_richer,
    checked_forms,
)
from glossary.languages import canonical
from glossary.models import Term
from glossary.wording import Form
from tests.factories import draft_term


def checked(title: str, pairs) -> list[tuple[str, str]]:
    """Forms of (kind, text) pairs, checked, as such pairs."""
    forms = checked_forms(title, [Form(text, kind) for kind, text in pairs])
    return [(form.kind, form.text) for form in forms]


def refusals(title: str, *forms: Form) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        checked_forms(title, forms)
    return error.value.message_dict


class TestCheckedForms:
    def test_put_the_headword_first(self):
        assert checked("T cell", [("plural", "T cells")]) == [
            ("headword", "T cell"), ("plural", "T cells"),
        ]  # fmt: skip

    def test_give_the_headword_the_rules_that_it_has_among_them(self):
        ruled = Form("", "headword", "exact", is_automatic=False, is_sense=True)
        assert checked_forms("ALL", [Form("b", "synonym"), ruled]) == [
            Form("ALL", "headword", "exact", is_automatic=False, is_sense=True),
            Form("b", "synonym"),
        ]

    def test_tidy_white_space_and_drop_what_is_empty(self):
        given = [("plural", " T \n cells "), ("synonym", "  ")]
        assert checked("  T cell", given) == [
            ("headword", "T cell"), ("plural", "T cells"),
        ]  # fmt: skip

    def test_may_lack_the_headword(self):
        assert checked("", [("plural", "T cells")]) == [("plural", "T cells")]

    def test_allow_the_same_letters_in_another_case(self):
        assert len(checked("Car", [("abbreviation", "CAR")])) == 2

    @pytest.mark.parametrize("text", ["T cell", " T  cell "])
    def test_refuse_a_form_that_is_written_twice(self, text):
        assert refusals("T cell", Form(text, "synonym")) == {
            "words": ["“T cell” is written more than once."]
        }

    def test_refuse_a_form_that_is_too_long(self):
        assert checked("x" * 200, [])
        assert refusals("ok", Form("x" * 201, "synonym")) == {
            "words": [f"“{'x' * 40}…” is longer than 200 characters."]
        }
        assert set(refusals("x" * 201)) == {"title"}

    @pytest.mark.parametrize(
        ("form", "message"),
        [
            (Form("a", ""), "Say what kind of word “a” is."),
            (Form("a", "verb"), "Say what kind of word “a” is."),
            (Form("a", "plural", "upper"), "Choose a rule for the case of “a”."),
            (Form("a\0", "plural"), "This holds a character that can't be stored."),
        ],
    )
    def test_refuse_what_no_table_holds(self, form, message):
        assert refusals("ok", form) == {"words": [message]}

    def test_tell_all_that_is_wrong_at_once_and_of_which_word(self):
        with pytest.raises(ValidationError) as error:
            checked("T cell", [("plural", "T cell"), ("synonym", "x" * 201)])
        assert [each.code for each in error.value.error_dict["words"]] == [
            "T cell", "x" * 201,
        ]  # fmt: skip

    def test_are_not_without_number(self):
        forms = [Form(str(number), "synonym") for number in range(MAX_FORMS)]
        assert checked_forms("", forms[1:])
        assert refusals("", *forms) == {"words": ["A term can have 100 words at most."]}


@pytest.mark.django_db
class TestRelations:
    def test_lead_to_others_each_once(self):
        one, other = draft_term("One").page, draft_term("Other").page
        check_relations(one, [("broader", other)])
        check_relations(Term(), [("broader", other), ("related", one)])
        for relations, told in [
            ([("broader", one)], {"broader": ["A term can't lead to itself."]}),
            (
                [("part of", other), ("related", other)],
                {"see_also": [
                    "“Other” is chosen twice. Keep the closest of the relations."
                ]},
            ),
        ]:  # fmt: skip
            with pytest.raises(ValidationError) as error:
                check_relations(one, relations)
            assert error.value.message_dict == told


class TestRicher:
    @pytest.mark.parametrize(
        ("translations", "told"),
        [
            ({"es": "célula T", "zh-Hans": "T细胞"}, None),
            ({"ES": "x"}, "“ES” is not a language’s code."),
            ({"español": "x"}, "“español” is not a language’s code."),
            ({"es": " "}, "The word in “es” must have 1 to 200 characters."),
            ({"es": "x" * 201}, "The word in “es” must have 1 to 200 characters."),
            ({"es": "a\0"}, "The word in “es” holds a character that can't be stored."),
        ],
    )
    def test_translations_are_words_by_codes(self, translations, told):
        if told is None:
            check_richer(translations, picture="", picture_alt="")
            return
        with pytest.raises(ValidationError) as error:
            check_richer(translations, picture="", picture_alt="")
        assert told in error.value.message_dict["translations"][0]

    def test_a_picture_is_described(self):
        check_richer({}, picture="/media/x.png", picture_alt="A cell.")
        with pytest.raises(ValidationError, match="what the picture shows"):
            check_richer({}, picture="/media/x.png", picture_alt=" ")


class TestLanguages:
    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("es", "es"), ("ES", "es"), (" pt-br ", "pt-BR"), ("zh_hans", "zh-Hans"),
            ("zh-hant-tw", "zh-Hant-TW"), ("es-419", "es-419"), ("de-CH-1901", "de-CH-1901"),
            ("sl-rozaj", "sl-rozaj"), ("yue", "yue"), ("zh-yue-hk", "zh-yue-HK"),
            ("", ""), ("e", ""), ("spanish", ""), ("es-", ""), ("es spanish", ""),
            ("12", ""), ("és", ""), ("en-x-private", ""),
        ],
    )  # fmt: skip
    def test_are_written_as_bcp_47_writes_them(self, typed, code):
        assert canonical(typed) == code

    @given(st.text(max_size=12))
    def test_once_written_so_stay_so(self, typed):
        code = canonical(typed)
        assert canonical(code) == code
        assert code.isascii()
