"""“Was this page helpful?”: how many readers answered what, for each page and day.

Kept are counters, not answers. There is no row about a single reader, no moment, no
address, no free text; so nothing here is personal data. That is also why readers'
answers are not audited: the audit says who did what, and here nobody may be known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from django.db import models
from django.db.models import Case, F, Min, Q, Sum, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from .pages import Page, Revision


class Answer(models.TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"


class Reason(models.TextChoices):
    """Why a page was not helpful, as readers choose it from a list."""

    HARD = "hard", "Hard to understand"
    OTHER_TOPIC = "other topic", "Not what I was looking for"
    MISSING = "missing", "Something is missing"
    WRONG = "wrong", "Something seems wrong"


class FeedbackQuerySet(models.QuerySet):
    def about(self, page: Page) -> Self:
        """The counters of one page."""
        return self.filter(kind=page._meta.label_lower, page_id=page.pk)

    def by_page(self) -> Self:
        """One row for each page among these counters, with sums over all of them.

        Each row has ``yes``, ``no``, ``total``, ``share`` (yes of total in percent), a
        sum for each reason under :func:`reason_sum`'s name, and ``since``, the first day.
        """
        page = [F("kind"), F("page_id")]

        def total(condition: Q) -> Window:
            counted = Case(When(condition, then="count"), default=Value(0))
            return Window(Sum(counted), partition_by=page)

        reasons = {reason_sum(reason): total(Q(reason=reason)) for reason in Reason}
        return self.annotate(
            yes=total(Q(answer=Answer.YES)),
            no=total(Q(answer=Answer.NO)),
            total=Window(Sum("count"), partition_by=page),
            share=F("yes") * 100 / F("total"),
            since=Window(Min("given_on"), partition_by=page),
            place=Window(RowNumber(), partition_by=page, order_by="pk"),
            **reasons,
        ).filter(place=1)


class Feedback(models.Model):
    """How many readers gave one answer on one revision of a page on one day.

    ``kind`` is the page's label ("articles.article"), ``page_id`` its key, ``revision``
    the number of the revision that was live when the answer came.
    """

    kind = models.CharField(max_length=40)
    page_id = models.BigIntegerField()
    revision = models.PositiveIntegerField()
    given_on = models.DateField()
    answer = models.CharField(max_length=3, choices=Answer.choices)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    count = models.PositiveIntegerField()

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = "reader feedback"
        verbose_name_plural = "reader feedback"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "page_id", "revision", "given_on", "answer", "reason"],
                name="core_feedback_one_counter",
            ),
            models.CheckConstraint(
                condition=Q(answer__in=Answer.values), name="core_feedback_answer_known"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["", *Reason.values]),
                name="core_feedback_reason_known",
            ),
            models.CheckConstraint(
                condition=Q(reason="") | Q(answer=Answer.NO),
                name="core_feedback_reason_of_no",
            ),
            models.CheckConstraint(
                condition=Q(count__gt=0), name="core_feedback_counts_something"
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.kind} {self.page_id}, {self.given_on}: {self.answer} × {self.count}"
        )


def reason_sum(reason: Reason) -> str:
    """The name under which ``by_page`` gives the sum of a reason."""
    return f"no_{reason.name.lower()}"


def give_feedback(revision: Revision, *, answer: str, reason: str = "") -> None:
    """Count one more answer on a live revision, today.

    ``answer`` is one of Answer, ``reason`` one of Reason or empty and only with “no”;
    the database refuses anything else with IntegrityError. Anybody may answer, so no
    permission is asked. The count grows inside the database, so that of two answers at
    once none is lost. No page shows the counts, so the epoch stays where it is.
    """
    Feedback.objects.update_or_create(
        kind=revision.page._meta.label_lower,
        page_id=revision.page_id,
        revision=revision.number,
        given_on=timezone.localdate(),
        answer=answer,
        reason=reason,
        defaults={"count": F("count") + 1},
        create_defaults={"count": 1},
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """How many readers answered, and how many of them found the page helpful."""

    helpful: int
    total: int


def tally(page: Page, *, revision: int | None = None) -> Tally:
    """All answers on a page, or those on one of its revisions (a number)."""
    counters = Feedback.objects.about(page)
    if revision is not None:
        counters = counters.filter(revision=revision)
    sums: dict[str, Any] = counters.aggregate(
        helpful=Sum("count", filter=Q(answer=Answer.YES), default=0),
        total=Sum("count", default=0),
    )
    return Tally(**sums)
