"""What editors did to tidy the vocabulary of tags up: merges, and look-alikes kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from .tagging import Tag


class TagMerge(models.Model):
    """A merge of two tags, with what it takes to undo it: see
    :mod:`immunosite.core.unmerging`.

    ``survivor_id`` and ``other_id`` are keys of tags without a foreign key: either may
    be gone, and comes back under the key it had. ``kept`` is what
    :mod:`immunosite.core.merging` noted.
    """

    survivor_id = models.BigIntegerField()
    survivor_name = models.CharField(max_length=100)
    other_id = models.BigIntegerField()
    other_name = models.CharField(max_length=100)
    reason = models.CharField(max_length=200)
    kept = models.JSONField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(survivor_id=models.F("other_id")),
                name="core_tagmerge_of_two",
            )
        ]

    def __str__(self) -> str:
        return f"“{self.other_name}” into “{self.survivor_name}”"


class TagsApart(models.Model):
    """Two tags that look alike and are not the same, as somebody has judged."""

    first = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"], name="core_tagsapart_once"
            ),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")),
                name="core_tagsapart_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.first}” is not “{self.second}”"
