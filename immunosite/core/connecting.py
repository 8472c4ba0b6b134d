"""Connections to addresses that were checked before, and to no others."""

from __future__ import annotations

import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from typing import Any

import httpcore2

from .addresses import IPAddress

# (host, port, seconds) → the IP addresses of a host as text. Raises OSError.
Resolve = Callable[[str, int, float], list[str]]


class TimeOver(Exception):
    """The time for the whole request is over."""


def resolved(host: str, port: int, seconds: float) -> list[str]:
    """All addresses of a host, in the system's order (RFC 6724).

    The system's own resolver knows no time limit, so it is asked by a thread that
    nobody waits for longer. Raises OSError, and TimeOver.
    """
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(row[4][0]) for row in rows)))
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(str(error)))

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=max(seconds, 0.001))
    except queue.Empty:
        raise TimeOver from None
    if isinstance(answer, OSError):
        raise answer
    return answer


class Pinned(httpcore2.NetworkBackend):
    """Connects to ``addresses`` only, whatever host it is told, and stops everything
    when ``left`` (the seconds that are left) is no more than 0."""

    def __init__(
        self,
        addresses: Iterable[IPAddress],
        left: Callable[[], float],
        backend: httpcore2.NetworkBackend,
    ) -> None:
        self._addresses = list(addresses)
        self._left = left
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore2.NetworkStream:
        """The first of the addresses that answers; none may use up all the time."""
        error: Exception = httpcore2.ConnectError("no address")
        for waiting, address in zip(
            range(len(self._addresses), 0, -1), self._addresses, strict=True
        ):
            seconds = in_time(self._left) / waiting
            try:
                # A number, which the system doesn't look up.
                stream = self._backend.connect_tcp(str(address), port, seconds)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as failure:
                error = failure
            else:
                return _InTime(stream, self._left)
        raise error

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> Any:
        raise httpcore2.ConnectError("Only the network is asked.")


class _InTime(httpcore2.NetworkStream):
    """A stream whose every step has only what is left of the time of the whole."""

    def __init__(
        self, stream: httpcore2.NetworkStream, left: Callable[[], float]
    ) -> None:
        self._stream = stream
        self._left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, in_time(self._left))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, in_time(self._left))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        seconds = in_time(self._left)
        stream = self._stream.start_tls(ssl_context, server_hostname, seconds)
        return _InTime(stream, self._left)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def in_time(left: Callable[[], float]) -> float:
    """The seconds that are left. Raises TimeOver when there are none."""
    seconds = left()
    if seconds <= 0:
        raise TimeOver
    return seconds
