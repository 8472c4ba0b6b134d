"""What changes elsewhere and makes pages stale: the topics that choose among meanings."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from immunosite.core.signals import tags_changed

from .models import TermRevision
from .relinking import tell
from .vocabulary import shared_words


@receiver(tags_changed)
def choose_anew(sender: Any, *, bearers: dict[str, set[int]], **kwargs: Any) -> None:
    """Link anew the words of several meanings: a topic that both the page and a meaning
    bear chooses, so it concerns just pages that bear a changed tag, and just the words
    of the terms that do."""
    words = shared_words(bearers[TermRevision._meta.label_lower])
    if words:
        tell(words, within=bearers)
