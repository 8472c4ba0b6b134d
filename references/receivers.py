"""What changes elsewhere and concerns references: a page that is deleted."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from immunosite.core.pages import Page

from .tasking import tasks_about


@receiver(post_delete)
def drop_tasks(sender: Any, *, instance: Any, **kwargs: Any) -> None:
    """A page that is gone, a draft that never was public, need not be looked at."""
    if isinstance(instance, Page):
        tasks_about(instance).delete()
