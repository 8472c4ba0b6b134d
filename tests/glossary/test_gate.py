"""The publish checklist of a term."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from glossary.checking import checklist_of
from glossary.gate import ask
from glossary.publishing import publish, publish_together, withdraw
from glossary.wording import Form
from immunosite.core.checklist import State
from immunosite.core.publishing import PublishingRefused, SeveralRefused
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


def owned(word: str, owner: str, where: str = "here and there") -> str:
    """What is told of a word that another term owns."""
    return (
        f"“{word}” already belongs to “{owner}”. If it has both meanings, tick “Other "
        f"terms have this word too” at the word, {where}."
    )


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
        assert message == owned(theirs[1], "Other")

    def test_says_it_of_a_headword_too(self):
        make_term("T cell")
        assert refused(draft_term("T-cell", slug="other")) == [
            owned("T cell", "T cell")
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
        assert refused(draft_term("Cell")) == [owned("cell", "Other")]


@pytest.mark.django_db
class TestSenses:
    def form(self, *, is_sense: bool) -> Form:
        return Form("node", "synonym", is_sense=is_sense)

    @pytest.mark.parametrize(
        ("theirs", "mine", "told"),
        [
            (True, True, []),
            (True, False, [owned("node", "Lymph node", "here")]),
            (False, True, [owned("node", "Lymph node")]),
            (False, False, [owned("node", "Lymph node")]),
        ],
    )
    def test_share_a_word_when_each_marks_it_as_one(self, theirs, mine, told):
        make_term("Lymph node", forms=[self.form(is_sense=theirs)])
        assert refused(draft_term("Knot", forms=[self.form(is_sense=mine)])) == told

    def test_may_share_a_headword(self):
        sense = Form("", "headword", is_sense=True)
        make_term("Node", forms=[sense])
        assert refused(draft_term("Node", slug="node-2", forms=[sense])) == []

    def test_a_case_rule_parts_words_that_differ_by_case(self):
        make_term("All", forms=[Form("All", "headword", "exact")])
        assert refused(draft_term("ALL", slug="leukemia")) == []


@pytest.mark.django_db
class TestCircles:
    """Of broader terms, and of wholes."""

    @pytest.mark.parametrize(
        ("kind", "told"),
        [
            (
                "broader",
                "“Cell” can't be broader: it is itself a kind of “Blood cell”.",
            ),
            (
                "part of",
                "“Cell” can't be the whole: it is itself a part of “Blood cell”.",
            ),
        ],
    )
    def test_do_not_go_live(self, kind, told):
        top = make_term("Blood cell").page
        middle = make_term("T cell", relations=[(kind, top)]).page
        low = make_term("Cell", relations=[(kind, middle)]).page
        revision = draft_term("Blood cell", relations=[(kind, low)])
        assert refused(revision) == [told]
        assert checklist_of(revision)["relations"].problems[0].message == told

    def test_do_not_count_drafts_and_other_kinds(self):
        top = make_term("Top").page
        low = make_term("Low", relations=[("part of", top)]).page
        draft_term("Low", relations=[("broader", top)])
        assert refused(draft_term("Top", relations=[("broader", low)])) == []

    def test_to_see_also_each_other_is_none(self):
        one = make_term("One").page
        other = make_term("Other", relations=[("related", one)]).page
        assert refused(draft_term("One", relations=[("related", other)])) == []

    def test_are_found_among_those_that_go_live_together(self):
        one, other = draft_term("One").page, draft_term("Other").page
        drafts = [
            draft_term("One", relations=[("broader", other)]),
            draft_term("Other", relations=[("broader", one)]),
        ]
        with pytest.raises(SeveralRefused):
            publish_together(drafts, by=publisher(), forced_reason="Try.")
        assert one.live_revision() is other.live_revision() is None


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
