"""Ask a service of others no faster than it wants, and again when it says “later”.

What it takes to share a service's pace among processes is a cache that they share, see
CACHE_URL; with one of each process each keeps the pace for itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from django.core.cache import cache

from .fetching import (
    NETWORK,
    Answer,
    Failed,
    Network,
    TooLarge,
    TooSlow,
    fetch,
)

_LATER = frozenset((429, 500, 502, 503, 504))
_FIRST_WAIT = 0.5
_STEP = 0.05


@dataclass(frozen=True, slots=True)
class Service:
    """A service of others. ``slot`` are the seconds of which each holds one request, so
    any one second holds at most ``1 / slot + 1``; ``is_alone`` where it wants no two
    requests at the same time."""

    name: str
    slot: float
    is_alone: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """The time in seconds since 1970, and how to wait."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


CLOCK = Clock()


def ask(
    url: str,
    service: Service,
    *,
    seconds: float = 10.0,
    attempts: int = 3,
    clock: Clock = CLOCK,
    network: Network = NETWORK,
    **options: Any,
) -> Answer:
    """Fetch an address of a service, in its pace.

    A broken connection and the statuses 429, 500, 502, 503 and 504 are tried again
    after half a second, then one, or after what Retry-After says (RFC 9110, 10.2.3),
    while that is within ``seconds``, which are for all of it. The last answer is given
    back, whatever its status. ``options`` are those of :func:`.fetching.fetch`, whose
    exceptions are raised.
    """
    until = clock.now() + seconds
    for attempt in range(attempts):
        answer: Answer | Failed
        try:
            with turn(service, until=until, clock=clock):
                left = max(until - clock.now(), 0.0)
                answer = fetch(url, timeout=left, network=network, **options)
        except (TooSlow, TooLarge):
            raise
        except Failed as failure:
            answer = failure
        wait = _wait(answer, attempt, clock)
        if wait is None or attempt + 1 == attempts or clock.now() + wait >= until:
            break
        clock.sleep(wait)
    if isinstance(answer, Failed):
        raise answer
    return answer


@contextmanager
def turn(service: Service, *, until: float, clock: Clock = CLOCK) -> Iterator[None]:
    """Wait for a slot that nobody has, and have the service alone if it wants that.

    Raises TooSlow when there is none in time.
    """
    alone = f"alone:{service.name}"
    if service.is_alone:
        # It ends by itself, if the process that has it does.
        lasts = int(until - clock.now()) + 1
        _wait_for(lambda: cache.add(alone, True, timeout=lasts), until, clock)
    try:
        _wait_for(lambda: _has_slot(service, clock), until, clock)
        yield
    finally:
        if service.is_alone:
            cache.delete(alone)


def _has_slot(service: Service, clock: Clock) -> bool:
    # Of all processes that add the same key, one succeeds.
    slot = int(clock.now() / service.slot)
    return bool(cache.add(f"pace:{service.name}:{slot}", True, timeout=5))


def _wait_for(free: Callable[[], bool], until: float, clock: Clock) -> None:
    while not free():
        if clock.now() >= until:
            raise TooSlow("Too much is being asked for at once.")
        clock.sleep(_STEP)


def _wait(answer: Answer | Failed, attempt: int, clock: Clock) -> float | None:
    """The seconds to wait before asking again; None when there is no need to."""
    usual = _FIRST_WAIT * 2**attempt
    if isinstance(answer, Failed):
        return usual
    if answer.status not in _LATER:
        return None
    told = retry_after(answer, now=clock.now())
    return usual if told is None else max(told, usual)


def retry_after(answer: Answer, *, now: float) -> float | None:
    """The seconds that an answer asks to wait; None when it says none that is clear."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max((at - datetime.fromtimestamp(now, UTC)).total_seconds(), 0.0)
