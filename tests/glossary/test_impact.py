"""What the preview says that a change gains and loses is what the change then does."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import articles.publishing
from articles.models import Article
from glossary.candidates import Candidates, kinds_of_pages
from glossary.change import of_publishing, of_renaming, of_withdrawing
from glossary.impact import look, survey
from glossary.merging import change_of, merge_terms
from glossary.models import Term, TermRevision
from glossary.publishing import publish, withdraw
from glossary.rejecting import reject_words
from glossary.wording import Form, fold
from immunosite.core.intervals import State
from tests.factories import (
    draft_article,
    draft_term,
    make_article,
    make_tag,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db
ALL = ("articles.article", "glossary.term")
ARTICLE = "articles.article"


def preview(change, which="all"):
    """Everything that a change gains and loses, page by page of the list."""
    candidates = Candidates(change, ALL)
    gaining = look(change, candidates.gaining(which), which=which)
    losing = look(change, candidates.losing(which), which=which)
    return (
        {page.title: page.gains for page in gaining if page.gains},
        {page.title: page.losses for page in losing if page.losses},
    )


def words(found):
    """Title → the words that become links or cease to be."""
    gains, losses = found
    return (
        {title: [gain.words for gain in of] for title, of in gains.items()},
        {title: [place.at.words for place in of] for title, of in losses.items()},
    )


def notes(found):
    gains, losses = found
    places = [place for of in gains.values() for gain in of for place in gain.places]
    places += [place for of in losses.values() for place in of]
    return [place.note for place in places]


def reject(revision, word="T cell"):
    key = (revision.page._meta.label_lower, revision.page_id, fold(word))
    return reject_words([key], by=publisher())


class TestATermThatBegins:
    def test_gains_the_first_place_of_every_page_that_uses_it(self):
        make_article("one", "## T cell\n\nA T cell, a T cell.")
        make_article("none", "`T cell` and non-T cell.")
        make_term("Killer", "A T cell that kills.")
        change = of_publishing(draft_term("T cell"))
        assert words(preview(change)) == ({"One": ["T cell"], "Killer": ["T cell"]}, {})

    def test_takes_words_from_a_shorter_term(self):
        make_term("T cell")
        make_article("one", "A memory T cell. A T cell.")
        change = of_publishing(draft_term("Memory T cell"))
        found = preview(change)
        assert words(found) == ({"One": ["memory T cell", "T cell"]}, {})
        assert notes(found) == [
            "Words here lead to “T cell” now.", "It will lead to “T cell”.",
        ]  # fmt: skip

    def test_and_may_leave_it_none(self):
        make_term("T cell line")
        make_article("one", "A memory T cell line.")
        change = of_publishing(draft_term("Memory T"))
        gains, losses = words(preview(change))
        assert (gains, losses) == ({"One": ["memory T"]}, {})
        assert notes(preview(change)) == ["Words here lead to “T cell line” now."]

    def test_a_word_of_two_terms_leads_to_a_choice(self):
        sense = [Form("RT", "abbreviation", is_sense=True)]
        make_term("Radiation therapy", forms=sense)
        make_article("one", "An RT.")
        change = of_publishing(draft_term("Reaction time", forms=sense))
        found = preview(change)
        assert words(found) == ({"One": ["RT"]}, {})
        assert notes(found) == [
            "It will lead to a choice of meanings. Words here lead to “Radiation "
            "therapy” now."
        ]

    def test_a_mark_of_it_in_a_draft_is_a_link_at_last(self):
        draft_article("one", "These [[T cell|cells]].")
        gains, _ = preview(of_publishing(draft_term("T cell")))
        (gain,) = gains["One"]
        assert (gain.words, gain.is_explicit) == ("cells", True)

    def test_its_own_page_is_not_listed(self):
        make_term("T cell", "A T cell.")
        draft = draft_term("T cell", "A T cell.", forms=[("plural", "T cells")])
        assert preview(of_publishing(draft)) == ({}, {})


class TestATermThatEnds:
    def test_loses_its_links(self):
        term = make_term("T cell").page
        make_article("one", "A T cell.")
        make_article("two", "Nothing.")
        assert words(preview(of_withdrawing(term))) == ({}, {"One": ["T cell"]})

    def test_leaves_its_words_to_another(self):
        term = make_term("Memory T cell").page
        make_term("T cell")
        make_article("one", "A memory T cell.")
        found = preview(of_withdrawing(term))
        assert words(found) == ({}, {"One": ["memory T cell"]})
        assert notes(found) == ["Words here will lead to “T cell”."]


class TestAForm:
    def test_that_comes_gains_and_moves_the_link_of_its_term(self):
        make_term("T cell")
        make_article("one", "A lymphocyte. A T cell.")
        change = of_publishing(draft_term("T cell", forms=[("synonym", "lymphocyte")]))
        found = preview(change)
        assert words(found) == ({"One": ["lymphocyte"]}, {"One": ["T cell"]})
        assert "Another place of the page links it." in notes(found)

    def test_that_goes_loses_and_may_move_it(self):
        make_term("T cell", forms=[("plural", "T cells")])
        make_article("one", "Some T cells. A T cell.")
        change = of_publishing(draft_term("T cell"))
        assert words(preview(change)) == ({"One": ["T cell"]}, {"One": ["T cells"]})

    def test_a_better_definition_concerns_no_page(self):
        make_term("T cell")
        make_article("one", "A T cell.")
        change = of_publishing(draft_term("T cell", "Said better."))
        assert not Candidates(change, ALL).gaining()
        assert not Candidates(change, ALL).losing()


class TestARename:
    def test_gains_and_loses_nothing_but_what_the_address_names(self):
        term = make_term("T cell").page
        make_article("one", "A T cell.")
        draft_article("two", "A [[t-lymph]].")
        change = of_renaming(term, "t-lymph")
        assert words(preview(change)) == ({"Two": ["t-lymph"]}, {})


class TestAMerge:
    def test_the_survivor_gains_the_links_of_the_other(self):
        ours, theirs = make_term("T cell").page, make_term("T lymphocyte").page
        make_article("one", "A T lymphocyte.")
        make_article("both", "A T cell is a T lymphocyte.")
        found = preview(change_of(ours, theirs))
        assert words(found) == (
            {"One": ["T lymphocyte"]}, {"Both": ["T lymphocyte"]},
        )  # fmt: skip

    def test_what_can_not_be_merged_changes_nothing(self):
        ours = make_term("T cell").page
        assert change_of(ours, draft_term("T lymphocyte").page) is None
        assert change_of(ours, ours) is None


class TestTexts:
    def test_live_scheduled_and_draft_ones_are_looked_at(self):
        make_article("one", "A T cell.")
        later = timezone.now() + timedelta(days=2)
        make_article("one", "T cell.", live_from=later)
        draft_article("one", "More: a T cell.")
        (page,) = look(
            change := of_publishing(draft_term("T cell")),
            Candidates(change, ALL).gaining(),
        )
        (gain,) = page.gains
        assert [place.state for place in gain.places] == [
            State.LIVE, State.SCHEDULED, State.DRAFT,
        ]  # fmt: skip
        assert page.is_public

    def test_one_can_ask_for_public_or_for_draft_ones(self):
        make_article("public", "A T cell.")
        draft_article("drafted", "A T cell.")
        change = of_publishing(draft_term("T cell"))
        assert list(preview(change, "live")[0]) == ["Public"]
        assert list(preview(change, "draft")[0]) == ["Drafted"]

    def test_former_drafts_and_what_was_withdrawn_are_not(self):
        draft_article("one", "A T cell.")
        draft_article("one", "Nothing.")
        gone = make_article("two", "A T cell.").page
        articles.publishing.withdraw(gone, by=publisher(), reason="A test.")
        assert preview(of_publishing(draft_term("T cell"))) == ({}, {})

    @pytest.mark.parametrize(
        "body",
        ["A T\ncell.", "A T  cell.", "A t cell.", "A *T cell*.", "A T-cell."],
    )
    def test_a_draft_is_found_however_its_words_are_parted(self, body):
        draft_article("one", body)
        assert preview(of_publishing(draft_term("T cell")))[0]

    def test_and_however_its_letters_are_written(self):
        draft_article("one", "A na\u0049\u0308VE cell.")
        assert preview(of_publishing(draft_term("na\u00efve cell")))[0]

    def test_the_line_and_what_stands_around_are_told(self):
        body = f"First.\n\n{'Words before. ' * 20}A *good* T cell.[^1] {'After. ' * 30}"
        make_article("one", f"{body}\n\n[^1]: Note.")
        gains, _ = preview(of_publishing(draft_term("T cell")))
        (place,) = gains["One"][0].places
        shown = "".join(piece.text for piece in place.at.context)
        hits = [piece.text for piece in place.at.context if piece.is_hit]
        assert place.at.line == 3
        assert hits == ["T cell"]
        assert shown.startswith("… ") and shown.endswith(" …")
        assert "A good T cell. After." in shown and len(shown) < 260

    def test_the_text_for_professionals_is_looked_at_too(self):
        make_term("Killer", "It kills.", professional="A T cell.")
        gains, _ = preview(of_publishing(draft_term("T cell")))
        assert gains["Killer"][0].places[0].at.line is None

    def test_one_that_can_not_be_rendered_is_passed_over(self):
        draft_article("one", "A T cell. " + "[" * 5_000)
        draft_article("two", "A T cell.")
        gains, _ = preview(of_publishing(draft_term("T cell")))
        assert "Two" in gains


class TestRejectedWords:
    def test_are_listed_as_such_and_gain_nothing(self):
        revision = make_article("one", "A T cell.")
        reject(revision)
        change = of_publishing(draft_term("T cell"))
        (page,) = look(change, Candidates(change, ALL).gaining())
        assert [gain.is_rejected for gain in page.gains] == [True]
        assert not page.is_gaining
        assert survey(change, ALL).gains == 0

    def test_leave_the_link_to_the_next_words(self):
        revision = make_article("one", "A T cell. Some T cells.")
        reject(revision)
        change = of_publishing(draft_term("T cell", forms=[("plural", "T cells")]))
        (page,) = look(change, Candidates(change, ALL).gaining())
        assert {(gain.words, gain.is_rejected) for gain in page.gains} == {
            ("T cell", True), ("T cells", False),
        }  # fmt: skip

    def test_of_a_longer_term_leave_its_words_to_a_shorter_one(self):
        make_term("Memory T cell")
        reject(make_article("one", "A memory T cell."), "memory T cell")
        change = of_publishing(draft_term("T cell"))
        assert words(preview(change)) == ({"One": ["T cell"]}, {})
        (page,) = look(change, Candidates(change, ALL).gaining())
        assert [gain.is_rejected for gain in page.gains] == [False]

    def test_that_would_come_take_nothing_from_a_shorter_term(self):
        make_term("T cell")
        reject(make_article("one", "A memory T cell."), "memory T cell")
        change = of_publishing(draft_term("Memory T cell"))
        (page,) = look(change, Candidates(change, ALL).gaining())
        assert [(gain.words, gain.is_rejected) for gain in page.gains] == [
            ("memory T cell", True)
        ]
        assert not page.losses
        losses = words(preview(of_withdrawing(Term.objects.get(slug="t-cell"))))[1]
        assert losses["One"] == ["T cell"]


class TestMarks:
    def test_that_lead_somewhere_at_last_take_the_link_of_other_words(self):
        make_term("T cell")
        make_article("one", "A T cell, a lymphocyte.")
        draft_article("two", "A T cell, a [[lymphocyte]].")
        change = of_publishing(draft_term("T cell", forms=[("synonym", "lymphocyte")]))
        assert words(preview(change)) == (
            {"Two": ["lymphocyte"]}, {"Two": ["T cell"]},
        )  # fmt: skip


class TestASurvey:
    def test_looks_at_few_pages(self):
        make_article("one", "A T cell.")
        make_article("two", "## T cell\n\nNothing.")
        found = survey(of_publishing(draft_term("T cell")), ALL)
        assert (found.gains, len(found.gaining), len(found.losing)) == (1, 1, 0)
        assert [page.title for page in found.pages] == ["One"]

    def test_counts_many_by_their_words_only(self):
        for number in range(26):
            draft_article(f"a-{number}", "## T cell\n\nNothing.")
        found = survey(of_publishing(draft_term("T cell")), ALL)
        assert (found.gains, found.pages) == (26, None)

    def test_kinds_of_pages_can_be_left_out(self):
        make_article("one", "A T cell.")
        make_term("Killer", "A T cell.")
        change = of_publishing(draft_term("T cell"))
        assert {kind for kind, _ in Candidates(change, ALL[1:]).gaining()} == {
            "glossary.term"
        }


class TestQueries:
    def test_are_as_many_however_many_pages_there_are(self):
        change = of_publishing(draft_term("T cell"))

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                keys = Candidates(change, ALL).gaining()
                look(change, keys[:25])
            return len(captured)

        make_article("first", "A T cell.")
        queries()
        few = queries()
        for number in range(8):
            make_article(f"a-{number}", "A T cell.", tags=[make_tag(f"Tag {number}")])
            draft_article(f"a-{number}", "One more T cell.")
        assert queries() == few


# What is said against what is done

LINK = re.compile(r'<a class="term"[^>]*href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
SENSE = Form("RT", "abbreviation", is_sense=True)
BODIES = [
    "A T cell kills. Memory T cells remember, and a T cell line grows.",
    "Some T cells, one memory T cell, a memory. An RT.",
    "## T cell\n\n> T cell\n\n- a [T cell](https://example.org/) memory T\n- RT",
    "A cell line of memory. `T cell`. A memory T cell line; a T cell.",
    "These [[T cell|cells]] and [[memory]]. A killer cell, killer T cells.",
    "A non-T cell, a T-cell, T\ncells. [[!memory]] memory.",
]
FORMS = ["T cell", "T cells", "memory T cell", "memory", "T cell line", "cell line",
         "memory T", "killer"]  # fmt: skip


def stored() -> dict[str, Counter]:
    """Title → where the stored pages link, what and which words."""
    return {
        revision.title: Counter(
            (
                len(re.sub("<[^>]*>", "", revision.html[: link.start()])),
                link[1].removeprefix("#word-"),
                " ".join(re.sub("<[^>]*>", "", link[2]).split()),
            )
            for link in LINK.finditer(revision.html)
        )
        for model, _ in kinds_of_pages().values()
        for revision in model.objects.live()
    }


def told(found, before, after) -> None:
    """Assert that what the preview found is the difference of two states."""
    gains, losses = found
    for title in before.keys() & after.keys():
        come = Counter(row[1:] for row in (after[title] - before[title]).elements())
        gone = Counter(row[1:] for row in (before[title] - after[title]).elements())
        won = [
            place.at
            for gain in gains.get(title, ())
            if not gain.is_rejected
            for place in gain.places
        ]
        lost = [place.at for place in losses.get(title, ())]
        of_won, of_lost = (
            Counter((at.target, at.words) for at in ats) for ats in (won, lost)
        )
        assert of_won <= come, title
        assert of_lost <= gone, title
        # The rest are those that took the place of others, or made room for them.
        others = {target for at in lost for target in at.others}
        assert {target for target, _ in come - of_won} <= others, title
        others = {target for at in won for target in at.others}
        assert {target for target, _ in gone - of_lost} <= others, title


class TestAnySite:
    """Of the two terms "a" and "b", and "c", which has one of two senses, just "a" is
    changed, beside others that stay."""

    @pytest.fixture
    def site(self):
        make_term("RT machine", "A machine.", forms=[SENSE], slug="c")
        make_term("Cell line", "A T cell line is old.", slug="line")
        for number, body in enumerate(BODIES):
            make_article(f"page-{number}", body.replace("[[T cell|cells]]", "cells")
                         .replace("[[memory]]", "memory"))  # fmt: skip

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        deeds=st.lists(
            st.tuples(
                st.sampled_from(["publish", "publish", "withdraw", "merge"]),
                st.lists(st.sampled_from(FORMS), min_size=1, max_size=3, unique=True),
                st.booleans(),
                st.sampled_from("ab"),
            ),
            min_size=1,
            max_size=3,
        ),
        rejected=st.lists(
            st.tuples(st.integers(0, len(BODIES) - 1), st.sampled_from(FORMS)),
            max_size=2,
        ),
    )
    def test_does_what_the_preview_says(self, site, deeds, rejected):
        by = publisher()
        with transaction.atomic():
            for number, word in rejected:
                page = Article.objects.get(slug=f"page-{number}")
                reject_words([(ARTICLE, page.pk, fold(word))], by=by)
            for deed in deeds:
                self.do(*deed)
            transaction.set_rollback(True)

    def do(self, deed, texts, has_sense, slug):
        by = publisher()
        other = Term.objects.filter(slug={"a": "b", "b": "a"}[slug]).first()
        term = Term.objects.filter(slug=slug).first()
        if deed == "publish":
            theirs = set()
            for each in TermRevision.objects.live().exclude(page=term):
                theirs |= {fold(form.text) for form in each.forms.all()}
            texts = [text for text in texts if fold(text) not in theirs]
            if not texts:
                return
            forms = [Form(text, "synonym") for text in texts[1:]]
            forms += [SENSE] if has_sense else []
            draft = draft_term(texts[0], "What it is.", slug=slug, forms=forms)
            change = of_publishing(draft)

            def act():
                publish(draft, by=by, forced_reason="A test.")
        elif deed == "withdraw" and term and term.live_revision():
            change = of_withdrawing(term)

            def act():
                withdraw(term, by=by, reason="A test.")
        elif deed == "merge" and term and other and (change := change_of(term, other)):

            def act():
                merge_terms(term, other, by=by, reason="A test.")
        else:
            return
        found, before = preview(change), stored()
        act()
        for title in {revision.title for revision in
                      TermRevision.objects.filter(page__in=change.terms)}:  # fmt: skip
            before.pop(title, None)
        told(found, before, stored())
