"""The publish checklist of a term."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from glossary.checking import checklist_of
from glossary.gate import ask, checked_forms
from glossary.publishing import publish, withdraw
from glossary.wording import Form
from immunosite.core.checklist import State
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


def checked(title: str, pairs) -> list[tuple[str, str]]:
    """Forms of (kind, text) pairs, checked, as such pairs."""
    forms = checked_forms(title, [Form(text, kind) for kind, text in pairs])
    return [(form.kind, form.text) for form in forms]


class TestCheckedForms:
    def test_put_the_headword_first(self):
        assert checked("T cell", [("plural", "T cells")]) == [
            ("headword", "T cell"), ("plural", "T cells"),
        ]  # fmt: skip

    def test_tidy_white_space_and_drop_what_is_empty(self):
        given = [("plural", " T \n cells "), ("synonym", "  ")]
        assert checked("  T cell", given) == [
            ("headword", "T cell"), ("plural", "T cells"),
        ]  # fmt: skip

    def test_may_lack_the_headword(self):
        assert checked("", [("plural", "T cells")]) == [("plural", "T cells")]

    @pytest.mark.parametrize("text", ["T cell", " T  cell "])
    def test_refuse_a_form_that_is_written_twice(self, text):
        with pytest.raises(ValidationError) as error:
            checked("T cell", [("synonym", text)])
        assert error.value.message_dict == {
            "synonym": ["“T cell” is written more than once."]
        }

    def test_allow_the_same_letters_in_another_case(self):
        assert len(checked("Car", [("abbreviation", "CAR")])) == 2

    def test_refuse_a_form_that_is_too_long(self):
        assert checked("x" * 200, [])
        with pytest.raises(ValidationError) as error:
            checked("ok", [("synonym", "x" * 201)])
        assert error.value.message_dict == {
            "synonym": [f"“{'x' * 40}…” is longer than 200 characters."]
        }

    def test_tell_all_that_is_wrong_at_once(self):
        given = [("plural", "T cell"), ("plural", "T cell"), ("synonym", "x" * 201)]
        with pytest.raises(ValidationError) as error:
            checked("T cell", given)
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


@pytest.mark.django_db
class TestChecklist:
    def item(self, revision, code: str):
        return checklist_of(revision)[code]

    def amiss(self, revision) -> dict[str, str]:
        items = checklist_of(revision).items
        return {item.code: item.state for item in items if item.state is not State.OK}

    def test_only_misses_the_date_of_the_next_review(self):
        revision = draft_term("T cell", "The body has cells that look out for harm.")
        assert self.amiss(revision) == {"due": State.ADVISORY}

    def test_asks_what_publishing_asks(self):
        make_term("Other", forms=[("synonym", "cell")])
        revision = draft_term("Cell", "See [@nobody].\n\n[it](article:none)")
        assert {item.code for item in checklist_of(revision).blocking} == {
            "words", "citations", "links",
        }  # fmt: skip
        told = [p.message for i in checklist_of(revision).blocking for p in i.problems]
        with pytest.raises(PublishingRefused) as refusal:
            publish(revision, by=publisher(), forced_reason="Try.")
        assert sorted(p.message for p in refusal.value.problems) == sorted(told)

    def test_a_text_that_can_not_be_rendered_blocks(self):
        revision = draft_term("Cell", "[" * 5000)
        assert self.amiss(revision)["blocks"] == State.BLOCKING

    def test_the_first_paragraph_is_short(self):
        assert self.item(draft_term("A", "x" * 300), "lead").state is State.OK
        assert self.item(draft_term("B", "x" * 301), "lead").state is State.ADVISORY
        two = draft_term("C", f"Short.\n\n{'x' * 301}")
        assert self.item(two, "lead").state is State.OK

    def test_its_own_abbreviation_is_explained(self):
        forms = [("abbreviation", "CRS")]
        revision = draft_term("Storm", "CRS is a storm. ORR is not.", forms=forms)
        (problem,) = self.item(revision, "abbreviations").problems
        assert "“ORR”" in problem.message

    def test_a_great_change_wants_a_note_for_readers(self):
        make_term("Cell", "One two three.")
        assert self.item(draft_term("Cell", "Four five."), "note").problems
        noted = draft_term("Cell", "Four five.", public_note="Other words.")
        assert not self.item(noted, "note").problems

    def test_the_live_revision_does_not_differ_from_itself(self):
        assert not self.item(make_term("Cell", "One two."), "note").problems
