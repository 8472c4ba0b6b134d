"""Links that lead out of the site: what answered there last, and who uses them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

MAX_URL = 1_000
MAX_WORDS = 200


class LinkState(models.TextChoices):
    """What the last answers mean, the worst first."""

    BROKEN = "broken", "Broken"
    FRONT = "front", "Leads to a front page"
    MOVED = "moved", "Moved for good"
    FAILING = "failing", "Failed, to be asked again"
    UNSURE = "unsure", "Can’t be checked"
    NEW = "new", "Not checked yet"
    FINE = "fine", "Fine"


# What somebody should do something about. (A failure is told once it is confirmed.)
TO_MEND = (LinkState.BROKEN, LinkState.FRONT, LinkState.MOVED)


class LinkQuerySet(models.QuerySet):
    def ignored(self) -> Self:
        return self.exclude(ignored_reason="")

    def to_mend(self) -> Self:
        """Those in live use that somebody should mend. A page that moved is no trouble
        where nobody can write its new address."""
        uses = LinkUse.objects.filter(link=models.OuterRef("pk"))
        is_trouble = ~models.Q(state=LinkState.MOVED) | models.Exists(
            uses.filter(is_mendable=True)
        )
        links = self.filter(state__in=TO_MEND, ignored_reason="")
        return links.filter(models.Exists(uses), is_trouble)

    def worst_first(self) -> Self:
        whens = [
            models.When(state=state, then=place)
            for place, state in enumerate(LinkState.values)
        ]
        rank = models.Case(*whens, output_field=models.IntegerField())
        return self.annotate(rank=rank).order_by("rank", "url")

    def due(self, at: datetime, *, older_than: timedelta | None) -> Self:
        """Those in live use to be asked now, the longest unasked first.

        None asks all. What failed is asked again on the next day, whatever its age;
        what somebody ignores is not asked.
        """
        used = models.Exists(LinkUse.objects.filter(link=models.OuterRef("pk")))
        links = self.filter(used, ignored_reason="")
        if older_than is not None:
            begin = timezone.localtime(at).replace(
                hour=0, minute=0, second=0, microsecond=0
            )
            links = links.filter(
                models.Q(checked_at=None)
                | models.Q(checked_at__lte=at - older_than)
                | models.Q(state=LinkState.FAILING, checked_at__lt=begin)
            )
        return links.order_by(models.F("checked_at").asc(nulls_first=True), "url")


class OutsideLink(models.Model):
    """An address outside the site, without a fragment. ``status`` is the HTTP status of
    the last answer, None where none came, and ``error`` says why; ``failing_since`` is
    when it stopped being good. See :mod:`immunosite.core.linkjudging`."""

    url = models.CharField("address", max_length=MAX_URL, unique=True)
    state = models.CharField(
        max_length=10,
        choices=LinkState.choices,
        default=LinkState.NEW,
        db_index=True,
    )
    checked_at = models.DateTimeField(
        "last checked", null=True, blank=True, db_index=True
    )
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)
    redirected_to = models.CharField(max_length=MAX_URL, blank=True)
    good_at = models.DateTimeField("last good", null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    archived_url = models.URLField(
        "archived copy",
        max_length=MAX_URL,
        blank=True,
        help_text="Where a copy of the page can be read, for example at "
        "web.archive.org. Readers do not get it until it is written into a page.",
    )
    ignored_reason = models.CharField(
        "ignore it because",
        max_length=300,
        blank=True,
        help_text="It is then not asked and on no list of what to mend. Empty the "
        "field to take it back.",
    )
    ignored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    ignored_at = models.DateTimeField(null=True, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["url"]
        default_permissions = ("view", "change")
        verbose_name = "link to another site"
        verbose_name_plural = "links to other sites"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=LinkState.values),
                name="core_outsidelink_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=LinkState.MOVED)
                | ~models.Q(redirected_to=""),
                name="core_outsidelink_moved_somewhere",
            ),
            models.CheckConstraint(
                condition=models.Q(ignored_reason="", ignored_by=None, ignored_at=None)
                | (
                    models.Q(ignored_by__isnull=False, ignored_at__isnull=False)
                    & ~models.Q(ignored_reason="")
                ),
                name="core_outsidelink_ignored_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class LinkUse(models.Model):
    """A live place that uses an address, as of the last check: a page
    ("articles.article"), or a reference, where ``words`` name the part of it."""

    link = models.ForeignKey(OutsideLink, on_delete=models.CASCADE, related_name="uses")
    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    words = models.CharField("link text", max_length=MAX_WORDS, blank=True)
    is_mendable = models.BooleanField(
        default=True,
        help_text="Off where the address is made from an identifier, or can’t be "
        "written anew.",
    )

    class Meta:
        ordering = ["kind", "subject_id", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["link", "kind", "subject_id", "words"],
                name="core_linkuse_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.words} → {self.link_id}"
