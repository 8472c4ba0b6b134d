"""Whom to ask next, so that no host is asked twice at once or too soon. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """An address to ask for, and how: HEAD first, GET when that told nothing."""

    url: str
    method: str = "HEAD"

    @property
    def host(self) -> str:
        """Whose turn it takes."""
        try:
            return (urlsplit(self.url).hostname or "").lower()
        except ValueError:
            return ""


@dataclass(slots=True)
class _Host:
    waiting: deque[Request] = field(default_factory=deque)
    ready_at: float = 0.0
    is_busy: bool = False


class Schedule:
    """Requests in their order, but each host only when ``gap`` seconds have passed
    since its last answer. Moments are seconds of any clock."""

    def __init__(self, urls: Iterable[str], *, gap: float) -> None:
        self._gap = gap
        self._hosts: dict[str, _Host] = {}
        for request in map(Request, urls):
            self._hosts.setdefault(request.host, _Host()).waiting.append(request)

    def __bool__(self) -> bool:
        """Whether anything waits still."""
        return any(host.waiting for host in self._hosts.values())

    def take(self, now: float) -> Request | None:
        """A request that may be sent now, or None."""
        for name, host in self._hosts.items():
            if host.waiting and not host.is_busy and host.ready_at <= now:
                host.is_busy = True
                # Last in the row from now on, so that all hosts get their turns.
                self._hosts[name] = self._hosts.pop(name)
                return host.waiting.popleft()
        return None

    def wait(self, now: float) -> float | None:
        """Seconds until :meth:`take` may give one; None when only an answer can help."""
        moments = [
            host.ready_at
            for host in self._hosts.values()
            if host.waiting and not host.is_busy
        ]
        return max(min(moments) - now, 0.0) if moments else None

    def answered(
        self, request: Request, now: float, *, again: Request | None = None
    ) -> None:
        """An answer came; ``again`` is to be asked for next at that host."""
        host = self._hosts[request.host]
        host.is_busy, host.ready_at = False, now + self._gap
        if again is not None:
            host.waiting.appendleft(again)

    def leave(self, request: Request) -> int:
        """Ask the request's host for nothing more; return how many requests that are."""
        host = self._hosts[request.host]
        count = len(host.waiting)
        host.waiting.clear()
        return count
