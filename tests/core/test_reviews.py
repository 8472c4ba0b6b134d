"""What was said of revisions, and what readers are told of a page's age."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.models import ArticleRevision
from articles.publishing import publish, withdraw
from glossary.models import TermRevision
from immunosite.core.reviews import Review, Verdict, reviews_of, with_dates
from immunosite.core.workflow import approve, request_changes, submit
from tests.factories import (
    approved,
    colleague,
    draft_article,
    draft_term,
    make_article,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOW = timezone.now().replace(microsecond=0)


def dated(model=ArticleRevision):
    """The one live revision with its dates."""
    return with_dates(model.objects.live()).get()


def signed_off(revision, by):
    """The draft, which a named reviewer has signed off."""
    submit(revision, by=publisher())
    approve(revision, by=by, is_sign_off=True)
    return revision


class TestReviewsOf:
    def test_are_those_of_one_page_the_newest_first(self):
        revision, other = draft_article("hope"), draft_article("other")
        term = draft_term("hope")
        for draft in (revision, other, term):
            submit(draft, by=publisher())
        first = request_changes(revision, by=colleague(), note="Say more.")
        submit(revision, by=publisher())
        second = approve(revision, by=colleague())
        approve(other, by=colleague())
        approve(term, by=colleague())
        assert list(reviews_of(revision.page)) == [second, first]

    def test_stay_with_the_page_when_the_draft_goes_on(self):
        first = approved(draft_article("hope"))
        draft_article("hope", "More.")
        (review,) = reviews_of(first.page)
        assert review.revision_id == first.pk
        assert str(review) == "Approved by colleague"


class TestReview:
    FIELDS = {"kind": "articles.article", "page_id": 1, "revision_id": 1}

    @pytest.mark.parametrize(
        ("fields", "constraint"),
        [
            ({"name": "", "verdict": "approved"}, "has_name"),
            ({"name": "A", "verdict": "fine"}, "verdict_known"),
            (
                {"name": "A", "verdict": "approved", "is_sign_off": True},
                "sign_off_is_complete",
            ),
            (
                {
                    "name": "A", "verdict": "approved", "is_sign_off": True,
                    "credentials": "MD",
                },
                "sign_off_is_complete",
            ),
            (
                {
                    "name": "A", "verdict": "changes requested", "is_sign_off": True,
                    "credentials": "MD", "conflicts": "None",
                },
                "sign_off_is_complete",
            ),
        ],
    )  # fmt: skip
    def test_the_database_refuses_half_of_one(self, fields, constraint):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Review.objects.create(**self.FIELDS, **fields)

    def test_an_expert_without_an_account_has_a_name(self):
        review = Review.objects.create(
            **self.FIELDS, name="A. Guest", verdict=Verdict.APPROVED
        )
        assert review.by is None


class TestDates:
    def test_of_a_first_text_are_one(self):
        live = make_article("hope")
        found = dated()
        assert found.published_at == found.dated_at == live.live_from
        assert found.reviewed_at is found.sign_off is None

    @pytest.mark.parametrize("make", [make_article, make_term])
    def test_updated_moves_only_with_a_note_for_readers(self, make):
        model = ArticleRevision if make is make_article else TermRevision
        first = make("hope", "One.")
        with time_machine.travel(NOW + DAY, tick=False):
            noted = make("hope", "Two.", public_note="More is known.")
            assert dated(model).updated_at == noted.live_from
        with time_machine.travel(NOW + 2 * DAY, tick=False):
            make("hope", "Two, without a typo.")
            found = dated(model)
            assert found.published_at == first.live_from
            assert found.updated_at == found.dated_at == noted.live_from

    def test_a_note_counts_from_the_day_it_is_public(self):
        make_article("hope")
        make_article("hope", "Two.", public_note="New.", live_from=NOW + 2 * DAY)
        assert dated().updated_at is None
        with time_machine.travel(NOW + 3 * DAY):
            assert dated().updated_at == NOW + 2 * DAY

    def test_a_draft_moves_none(self, reviewer):
        make_article("hope")
        before = dated()
        draft = draft_article("hope", "Two.", public_note="New.")
        signed = signed_off(draft, reviewer)
        after = dated()
        assert (after.updated_at, after.reviewed_at) == (before.updated_at, None)
        publish(signed, by=publisher())
        assert dated().reviewed_at is not None

    def test_reviewed_is_moved_by_a_sign_off_only(self, reviewer):
        publish(signed_off(draft_article("hope"), reviewer), by=publisher())
        at = Review.objects.get().at
        publish(approved(draft_article("hope", "Approved.")), by=publisher())
        make_article("hope", "Forced.", public_note="News.")
        assert dated().reviewed_at == at

    def test_who_signed_is_named_as_they_signed(self, reviewer):
        publish(signed_off(draft_article("hope"), reviewer), by=publisher())
        reviewer.reviewer_profile.name = "Another name"
        reviewer.reviewer_profile.save()
        assert dated().sign_off == {
            "name": "R. Viewer", "credentials": "a test, MD", "conflicts": "None",
        }  # fmt: skip

    def test_the_last_sign_off_counts(self, reviewer):
        publish(signed_off(draft_article("hope"), reviewer), by=publisher())
        with time_machine.travel(NOW + 9 * DAY):
            again = signed_off(draft_article("hope", "More."), reviewer)
            publish(again, by=publisher())
            assert dated().reviewed_at.date() == (NOW + 9 * DAY).date()

    def test_a_sign_off_of_what_was_never_public_says_nothing(self, reviewer):
        make_article("hope")
        signed_off(draft_article("hope", "Two."), reviewer)
        make_article("hope", "Three.")
        assert dated().reviewed_at is None

    def test_are_those_of_the_own_page(self, reviewer):
        publish(signed_off(draft_article("hope"), reviewer), by=publisher())
        make_article("other", public_note="News.")
        revisions = with_dates(ArticleRevision.objects.live())
        rows = {row.page.slug: row for row in revisions}
        assert rows["other"].reviewed_at is None
        assert rows["hope"].updated_at is None

    def test_a_term_with_the_same_key_is_another_page(self, reviewer):
        live = make_article("hope")
        Review.objects.create(
            kind="glossary.term", page_id=live.page_id, revision_id=live.pk,
            name="A. Guest", credentials="MD", conflicts="None", is_sign_off=True,
            verdict=Verdict.APPROVED,
        )  # fmt: skip
        assert dated().reviewed_at is None

    def test_outlive_a_withdrawal(self):
        first = make_article("hope")
        withdraw(first.page, by=publisher(), reason="Old.")
        with time_machine.travel(NOW + DAY):
            make_article("hope", "Again.")
            first.refresh_from_db()
            assert dated().published_at == first.live_from
