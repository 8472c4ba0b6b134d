"""How its notices leave a source standing: one rule, in Python and in a query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from references.models import Notice, NoticeKind, Reference
from references.standing import WARNINGS, Standing, in_force, standing_of

DAY = date(2024, 5, 1)
LATER = DAY + timedelta(days=400)


@dataclass(frozen=True)
class Told:
    kind: str
    noticed_on: date


class TestStanding:
    @pytest.mark.parametrize(
        ("notices", "standing"),
        [
            ([], ""),
            ([("correction", DAY)], ""),
            ([("reinstatement", DAY)], ""),
            ([("retraction", DAY)], "retracted"),
            ([("concern", DAY)], "questioned"),
            ([("concern", DAY), ("retraction", LATER)], "retracted"),
            ([("retraction", DAY), ("correction", LATER)], "retracted"),
            ([("retraction", DAY), ("reinstatement", LATER)], ""),
            ([("concern", DAY), ("reinstatement", LATER)], ""),
            ([("reinstatement", DAY), ("retraction", LATER)], "retracted"),
        ],
    )
    def test_is_what_the_last_word_leaves(self, notices, standing):
        told = [Told(*notice) for notice in notices]
        assert standing_of(told) == standing_of(told[::-1]) == standing

    def test_a_retraction_is_not_softened_by_a_later_concern(self):
        told = [Told("retraction", DAY), Told("concern", LATER)]
        assert standing_of(told) is Standing.RETRACTED

    def test_of_two_words_on_one_day_the_warning_holds(self):
        told = [Told("reinstatement", DAY), Told("retraction", DAY)]
        assert standing_of(told) is Standing.RETRACTED

    def test_the_kinds_that_warn_are_kinds_of_notices(self):
        assert set(WARNINGS) < set(NoticeKind.values)


NOTICES = st.lists(
    st.builds(
        Told,
        st.sampled_from(NoticeKind.values),
        st.integers(0, 3).map(lambda days: DAY + timedelta(days=days)),
    ),
    max_size=6,
    unique=True,
)


class TestQuery(TestCase):
    @settings(deadline=None)
    @given(NOTICES)
    def test_finds_the_same_notices_in_force(self, told):
        with transaction.atomic():
            reference, other = (
                Reference.objects.create(key=key, title="T") for key in ("one", "two")
            )
            for about, notices in ((reference, told), (other, told[::2])):
                Notice.objects.bulk_create(
                    Notice(
                        reference=about,
                        kind=each.kind,
                        noticed_on=each.noticed_on,
                        source="https://example.org/",
                    )
                    for each in notices
                )
            expected = {(each.kind, each.noticed_on) for each in in_force(told)}
            found = Notice.objects.in_force().filter(reference=reference)
            assert set(found.values_list("kind", "noticed_on")) == expected
            assert reference.standing == standing_of(told)
            transaction.set_rollback(True)
