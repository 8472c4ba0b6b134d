"""Check the links of live content: collect them, ask for those that are due, keep what
was answered. Each answer is kept at once, so that a run that breaks off loses nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from immunosite.core import linkasking, linkkeeping
from immunosite.core.linkjudging import Checked
from immunosite.core.outsidelinks import LinkState, OutsideLink
from immunosite.core.pacing import Request

from .linkcollecting import Collected, collect

OLDER_THAN = timedelta(days=7)


class OutOfReach(Exception):
    """Nobody at all answered, so nothing is kept of the run."""


@dataclass(slots=True)
class Summary:
    """What a run did. ``states`` counts what was asked by its state after that."""

    collected: Collected
    due: int
    states: Counter[str] = field(default_factory=Counter)
    newly_broken: list[str] = field(default_factory=list)

    @property
    def asked(self) -> int:
        return self.states.total()


def check_links(
    *,
    limit: int | None = None,
    older_than: timedelta | None = OLDER_THAN,
    gap: float = linkasking.GAP,
) -> Summary:
    """Ask for at most ``limit`` addresses, the longest unasked first.

    ``older_than`` None asks also for those that were asked lately; ``gap`` are the
    seconds between two requests to a host. Raises OutOfReach.
    """
    summary = Summary(collect(), due=0)
    links = OutsideLink.objects.due(timezone.now(), older_than=older_than)
    states = dict(links.values_list("url", "state")[:limit])
    summary.due = len(states)
    for url, checked in _reached(linkasking.answers(states, gap=gap)):
        link = linkkeeping.keep(url, checked, at=timezone.now())
        if link is None:
            continue
        summary.states[link.state] += 1
        if link.state == LinkState.BROKEN and states[url] != LinkState.BROKEN:
            summary.newly_broken.append(url)
    return summary


def _reached(
    found: Iterable[tuple[str, Checked]],
) -> Iterator[tuple[str, Checked]]:
    """The same, but what got no answer only once anybody has answered: until then it
    may be our own network that is down, which is no fault of theirs."""
    is_up = False
    held: list[tuple[str, Checked]] = []
    for url, checked in found:
        held.append((url, checked))
        is_up = is_up or checked.status is not None
        if is_up:
            yield from held
            held.clear()
    hosts = {Request(url).host for url, checked in held if not checked.is_refused}
    if len(hosts) > 1:
        raise OutOfReach(f"None of {len(hosts)} hosts answered. Is there a network?")
    yield from held
