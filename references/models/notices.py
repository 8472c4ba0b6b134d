"""What publishers announced about references, and the tasks that follow from it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef

from references.standing import WARNINGS

from .references import Reference


class NoticeKind(models.TextChoices):
    RETRACTION = "retraction", "Retraction"
    CONCERN = "concern", "Expression of concern"
    CORRECTION = "correction", "Correction"
    REINSTATEMENT = "reinstatement", "Reinstatement"


class NoticeOrigin(models.TextChoices):
    STAFF = "staff", "Entered by staff"
    RETRACTION_WATCH = "retraction watch", "Retraction Watch"
    CROSSREF = "crossref", "Crossref"


_TOLD = {
    NoticeKind.RETRACTION: "This source was retracted: its publisher has taken it back.",
    NoticeKind.CONCERN: "The publisher of this source has raised concerns about it.",
    NoticeKind.CORRECTION: "The publisher of this source has corrected it.",
    NoticeKind.REINSTATEMENT: "The publisher of this source stands by it again.",
}


class NoticeQuerySet(models.QuerySet["Notice"]):
    def in_force(self) -> NoticeQuerySet:
        """As :func:`references.standing.in_force` says, within a query."""
        ends = Notice.objects.filter(
            reference=OuterRef("reference"),
            kind=NoticeKind.REINSTATEMENT,
            noticed_on__gt=OuterRef("noticed_on"),
        )
        return self.filter(~Exists(ends), kind__in=WARNINGS)


class Notice(models.Model):
    """What a publisher has announced about a reference since it appeared."""

    reference = models.ForeignKey(
        Reference, on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    noticed_on = models.DateField("date of the notice")
    source = models.URLField(help_text="Where the notice can be read.")
    note = models.CharField(max_length=500, blank=True)
    doi = models.CharField(
        "DOI of the notice",
        max_length=255,
        blank=True,
        help_text="Two sources that tell of the same notice are known by it.",
    )
    origin = models.CharField(
        max_length=20,
        choices=NoticeOrigin.choices,
        default=NoticeOrigin.STAFF,
        editable=False,
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-noticed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "kind", "noticed_on"],
                name="references_notice_once",
            ),
            models.UniqueConstraint(
                fields=["reference", "kind", "doi"],
                condition=~models.Q(doi=""),
                name="references_notice_doi_once",
            ),
            models.CheckConstraint(
                condition=models.Q(origin__in=NoticeOrigin.values),
                name="references_notice_origin_known",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=NoticeKind.values),
                name="references_notice_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.noticed_on}"

    @property
    def in_words(self) -> str:
        """What it means, in a sentence for readers."""
        return _TOLD[NoticeKind(self.kind)]


class RefusedNotice(models.Model):
    """A notice that staff took back as wrong; no import brings it again. Who enters it
    by hand lifts that."""

    reference = models.ForeignKey(
        Reference, on_delete=models.CASCADE, related_name="refused_notices"
    )
    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    noticed_on = models.DateField()
    doi = models.CharField(max_length=255, blank=True)
    refused_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.noticed_on}, taken back"


class Decision(models.TextChoices):
    """What a person decided about a page that cites what a notice is about."""

    STILL_FINE = "still fine", "Still fine as it is"
    CHANGED = "changed", "The page was changed"
    WITHDRAWN = "withdrawn", "The page was withdrawn"


class NoticeTask(models.Model):
    """A page to look at again, since a notice came about what it cites.

    ``kind`` is the page's label ("articles.article"). A task is closed by a person,
    with a decision and a reason, or not at all.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=40)
    page_id = models.BigIntegerField()
    opened_at = models.DateTimeField(auto_now_add=True)
    decision = models.CharField(max_length=12, choices=Decision.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["opened_at", "pk"]
        default_permissions = ("view", "change")
        indexes = [
            models.Index(fields=["kind", "page_id"], name="references_task_page")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "kind", "page_id"], name="references_task_once"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    decision="", reason="", closed_by=None, closed_at=None
                )
                | (
                    models.Q(
                        decision__in=Decision.values,
                        closed_by__isnull=False,
                        closed_at__isnull=False,
                    )
                    & ~models.Q(reason="")
                ),
                name="references_task_closed_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice}: {self.kind} {self.page_id}"
