"""Ask other sites whether their pages are there: few at once, each host slowly.

Only the network is used here, in threads; what comes of it is handed to the caller's
own thread, bit by bit.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from django.conf import settings

from .fetching import Answer, Failed, FetchError, Refused, TooLarge, Unreachable, fetch
from .linkjudging import Checked
from .outsidelinks import MAX_URL
from .pacing import Request, Schedule

GAP = 2.0
AT_ONCE = 8
_SECONDS = 15.0
_MOST_BYTES = 200_000
_ACCEPT = "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8"
_FOR_GOOD = frozenset((301, 308))
# So many characters of an error are kept.
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one request. ``checked`` is None when it must be asked another way;
    ``is_enough`` when the host wants to be left alone."""

    checked: Checked | None
    is_enough: bool = False


def ask(request: Request) -> Reply:
    """Ask for an address once.

    Of a DOI only the registry is asked, which knows whether it leads somewhere:
    publishers turn programs away. A HEAD that is answered badly tells nothing, since
    many servers know only GET (RFC 9110, 9.3.2).
    """
    is_head = request.method == "HEAD"
    is_doi = request.url.startswith(f"{settings.DOI_URL}/")
    try:
        answer = fetch(
            request.url,
            accept=_ACCEPT,
            method=request.method,
            max_bytes=_MOST_BYTES,
            timeout=_SECONDS,
            follow=not is_doi,
        )
    except TooLarge as large:
        # It is there; that is all we want to know.
        answer = large.answer
    except FetchError as error:
        is_final = isinstance(error, Refused | Unreachable)
        if is_head and not is_final:
            return Reply(None)
        return Reply(_without_answer(error))
    if wants_rest(answer):
        return Reply(_of(answer), is_enough=True)
    return Reply(None if is_head and answer.status >= 400 else _of(answer))


def wants_rest(answer: Answer) -> bool:
    """Whether the host says “later”: 429, or 503 with a time (RFC 6585, RFC 9110)."""
    is_busy = answer.status == 503 and "retry-after" in answer.headers
    return answer.status == 429 or is_busy


def _without_answer(error: FetchError) -> Checked:
    return Checked(
        error=str(error)[:_LONGEST], is_refused=not isinstance(error, Failed)
    )


def _of(answer: Answer) -> Checked:
    to = answer.url if answer.hops else ""
    return Checked(
        status=answer.status,
        redirected_to=to if len(to) <= MAX_URL else "",
        is_permanent=bool(to) and all(hop.status in _FOR_GOOD for hop in answer.hops),
    )


def answers(
    urls: Iterable[str], *, gap: float = GAP, at_once: int = AT_ONCE
) -> Iterator[tuple[str, Checked]]:
    """Ask for addresses and give each with what came of it, as it comes.

    A host is asked at most once in ``gap`` seconds, and no more in this run when it
    says “later”: what is left of it is not given.
    """
    schedule = Schedule(urls, gap=gap)
    running: dict[Future[Reply], Request] = {}
    with ThreadPoolExecutor(at_once) as pool:
        try:
            while schedule or running:
                while len(running) < at_once and (
                    request := schedule.take(time.monotonic())
                ):
                    running[pool.submit(ask, request)] = request
                is_full = len(running) >= at_once
                for future in _done(schedule, running, is_full=is_full):
                    request = running.pop(future)
                    if checked := _taken(schedule, request, future.result()):
                        yield request.url, checked
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _done(
    schedule: Schedule, running: dict[Future[Reply], Request], *, is_full: bool
) -> set[Future[Reply]]:
    """What has been answered when there is something to do again."""
    seconds = schedule.wait(time.monotonic())
    if not running:
        time.sleep(seconds or 0.0)
        return set()
    # When all threads are busy only an answer can help.
    limit = None if is_full else seconds
    return wait(running, timeout=limit, return_when=FIRST_COMPLETED).done


def _taken(schedule: Schedule, request: Request, reply: Reply) -> Checked | None:
    """Tell the schedule of a reply; the result, unless it must be asked again."""
    is_again = reply.checked is None
    again = Request(request.url, "GET") if is_again else None
    schedule.answered(request, time.monotonic(), again=again)
    if reply.is_enough:
        schedule.leave(request)
    return reply.checked
