"""The publish checklist of a term."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from glossary.gate import ask, checked_forms
from glossary.publishing import withdraw
from immunosite.core.publishing import PublishingRefused
from tests.factories import draft_term, make_term, publisher

DAY = timedelta(days=1)


def refused(revision) -> list[str]:
    """The messages with which the gate stays closed."""
    try:
        ask(revision, at=timezone.now())
    except PublishingRefused as refusal:
        assert all(problem.severity == "error" for problem in refusal.problems)
        return [problem.message for problem in refusal.problems]
    return []


class TestCheckedForms:
    def test_put_the_headword_first(self):
        assert checked_forms("T cell", [("plural", "T cells")]) == [
            ("headword", "T cell"), ("plural", "T cells"),
        ]  # fmt: skip

    def test_tidy_white_space_and_drop_what_is_empty(self):
        given = [("plural", " T \n cells "), ("synonym", "  ")]
        assert checked_forms("  T cell", given) == [
            ("headword", "T cell"), ("plural", "T cells"),
        ]  # fmt: skip

    def test_may_lack_the_headword(self):
        assert checked_forms("", [("plural", "T cells")]) == [("plural", "T cells")]

    @pytest.mark.parametrize("text", ["T cell", " T  cell "])
    def test_refuse_a_form_that_is_written_twice(self, text):
        with pytest.raises(ValidationError) as error:
            checked_forms("T cell", [("synonym", text)])
        assert error.value.message_dict == {
            "synonym": ["“T cell” is written more than once."]
        }

    def test_allow_the_same_letters_in_another_case(self):
        assert len(checked_forms("Car", [("abbreviation", "CAR")])) == 2

    def test_refuse_a_form_that_is_too_long(self):
        assert checked_forms("x" * 200, [])
        with pytest.raises(ValidationError) as error:
            checked_forms("ok", [("synonym", "x" * 201)])
        assert error.value.message_dict == {
            "synonym": [f"“{'x' * 40}…” is longer than 200 characters."]
        }

    def test_tell_all_that_is_wrong_at_once(self):
        given = [("plural", "T cell"), ("plural", "T cell"), ("synonym", "x" * 201)]
        with pytest.raises(ValidationError) as error:
            checked_forms("T cell", given)
        counts = {key: len(why) for key, why in error.value.message_dict.items()}
        assert counts == {"plural": 2, "synonym": 1}


@pytest.mark.django_db
class TestAsk:
    def test_opens_for_a_term_that_has_all_it_needs(self):
        assert refused(draft_term("T cell")) == []

    def test_says_all_that_is_missing(self):
        revision = draft_term("", " ", slug="nameless")
        assert refused(revision) == [
            "The headword is missing.", "The definition is missing.",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("theirs", "mine"),
        [
            (("plural", "cells"), ("synonym", "CELLs")),
            (("synonym", "t-cell"), ("synonym", "T cell")),
            (("abbreviation", "CAR"), ("abbreviation", "CAR")),
            (("abbreviation", "CAR"), ("synonym", "car")),
        ],
    )
    def test_says_which_words_belong_to_whom(self, theirs, mine):
        make_term("Other", forms=[theirs])
        revision = draft_term("Mine", forms=[mine])
        (message,) = refused(revision)
        assert message == f"“{theirs[1]}” already belongs to “Other”."

    def test_says_it_of_a_headword_too(self):
        make_term("T cell")
        assert refused(draft_term("T-cell", slug="other")) == [
            "“T cell” already belongs to “T cell”."
        ]

    @pytest.mark.parametrize(
        ("theirs", "mine"),
        [
            (("abbreviation", "CAR"), ("abbreviation", "CaR")),
            (("synonym", "cell"), ("plural", "cells")),
            (("synonym", "+"), ("synonym", "–")),
        ],
    )
    def test_lets_live_together_what_no_text_could_confuse(self, theirs, mine):
        make_term("Other", forms=[theirs])
        assert refused(draft_term("Mine", forms=[mine])) == []

    def test_a_term_does_not_compete_with_itself(self):
        make_term("T cell")
        assert refused(draft_term("T cell")) == []

    def test_a_draft_owns_nothing(self):
        draft_term("Other", forms=[("synonym", "cell")])
        assert refused(draft_term("Cell")) == []

    def test_what_is_withdrawn_owns_nothing(self):
        term = make_term("Other", forms=[("synonym", "cell")]).page
        withdraw(term, by=publisher(), reason="No.")
        assert refused(draft_term("Cell")) == []

    def test_what_is_to_come_owns_its_words_already(self):
        start = timezone.now() + DAY
        make_term("Other", forms=[("synonym", "cell")], live_from=start)
        assert refused(draft_term("Cell")) == ["“cell” already belongs to “Other”."]
