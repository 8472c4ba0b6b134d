"""Ask the outside world over HTTP, without becoming a way into the inside.

A host is resolved once, by us; every address it has must be public; the connection is
made to one of just these. A redirect is a new address and is checked like one. Proxies
of the environment are not used: what they would connect to can't be checked.

Time and size are bounded for the whole request, whatever the server does.
RFC 9110 (HTTP), OWASP's “Server-Side Request Forgery Prevention”.
"""

from __future__ import annotations

import ipaddress
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from urllib.parse import quote

import httpcore2
from django.conf import settings

from .addresses import BadAddress, IPAddress, Target, is_public, parse
from .answers import (
    Answer,
    Failed,
    FetchError,
    Hop,
    Refused,
    TooLarge,
    TooSlow,
    Unreachable,
)
from .connecting import Pinned, Resolve, TimeOver, in_time, resolved
from .unpacking import CannotUnpack, unpacked

# Whoever asks needs these too.
__all__ = [
    "Answer",
    "Failed",
    "FetchError",
    "Hop",
    "NETWORK",
    "Network",
    "Refused",
    "TooLarge",
    "TooSlow",
    "Unreachable",
    "agent",
    "fetch",
]
MAX_HOPS = 5
MAX_HEADERS = 32 * 1024
_METHODS = frozenset(("GET", "HEAD"))


@cache
def _of_the_system() -> ssl.SSLContext:
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class Network:
    """How the outside is reached: who resolves a host, who connects to an address,
    whose certificates are trusted, and the clock in seconds."""

    resolve: Resolve = resolved
    backend: httpcore2.NetworkBackend = field(default_factory=httpcore2.SyncBackend)
    trust: Callable[[], ssl.SSLContext] = _of_the_system
    now: Callable[[], float] = time.monotonic


NETWORK = Network()


def fetch(
    url: str,
    *,
    accept: str = "*/*",
    method: str = "GET",
    max_bytes: int = 2_000_000,
    timeout: float = 10.0,
    follow: bool = True,
    network: Network = NETWORK,
) -> Answer:
    """Ask for a page of the outside world and for those that it redirects to.

    ``timeout`` are the seconds for all of it, ``max_bytes`` those of the unpacked
    body. At most MAX_HOPS redirects are followed, none from https to http. Raises
    Refused and Failed (Unreachable, TooSlow, TooLarge).
    """
    if method not in _METHODS:
        raise ValueError(f"{method} would change something over there.")
    end = network.now() + timeout
    ask = _Asking(accept, method, max_bytes, lambda: end - network.now(), network)
    target = _target(url)
    hops: list[Hop] = []
    while True:
        answer = ask.one(target, tuple(hops))
        if not (follow and answer.location):
            return answer
        hops.append(Hop(answer.status, answer.url))
        target = _next(target, answer.location, hops)


def _target(url: str) -> Target:
    try:
        return parse(url, allowed=frozenset(settings.FETCH_ALLOW))
    except BadAddress as error:
        raise Refused(str(error)) from error


def _next(target: Target, location: str, hops: list[Hop]) -> Target:
    try:
        following = _target(location)
    except Refused as error:
        raise Refused(f"It redirects to an address that is refused: {error}") from error
    if (target.scheme, following.scheme) == ("https", "http"):
        raise Refused("It redirects from https to http, which anybody could change.")
    if str(following) in {hop.url for hop in hops}:
        raise Failed("It redirects in a circle.")
    if len(hops) > MAX_HOPS:
        raise Failed(f"It redirects more than {MAX_HOPS} times.")
    return following


@dataclass(frozen=True, slots=True)
class _Asking:
    accept: str
    method: str
    max_bytes: int
    left: Callable[[], float]
    network: Network

    def one(self, target: Target, hops: tuple[Hop, ...]) -> Answer:
        with _in_words(target):
            backend = Pinned(self._addresses(target), self.left, self.network.backend)
            trust = self.network.trust()
            with httpcore2.ConnectionPool(trust, network_backend=backend) as pool:
                return self._ask(pool, target, hops)

    def _addresses(self, target: Target) -> list[IPAddress]:
        if target.literal:
            return [target.literal]
        seconds = in_time(self.left)
        try:
            found = self.network.resolve(target.host, target.port, seconds)
        except OSError as error:
            message = f"The host “{target.host}” can’t be found or reached."
            raise Unreachable(message) from error
        addresses = [ipaddress.ip_address(text) for text in found]
        is_allowed = target.place in settings.FETCH_ALLOW
        if not is_allowed and not all(map(is_public, addresses)):
            raise Refused(f"“{target.host}” is not a host of the public network.")
        return addresses

    def _ask(
        self, pool: httpcore2.ConnectionPool, target: Target, hops: tuple[Hop, ...]
    ) -> Answer:
        # Made of the parts that were checked: nothing is read a second time.
        url = httpcore2.URL(
            scheme=target.scheme,
            host=target.host,
            port=target.port,
            target=target.path,
        )
        headers: dict[bytes | str, bytes | str] = {
            "Host": target.authority,
            "User-Agent": agent(),
            "Accept": self.accept,
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        with pool.stream(self.method, url, headers=headers) as response:
            answer = Answer(
                response.status, str(target), _headers(response.headers), b"", hops
            )
            if self.method == "HEAD":
                return answer
            coding = answer.headers.get("content-encoding", "")
            body = unpacked(response.iter_stream(), coding, self.max_bytes)
        if body is None:
            message = f"The answer is larger than {self.max_bytes / 1e6:.1f} MB."
            raise TooLarge(message, answer)
        return replace(answer, body=body)


def agent() -> str:
    """Who asks, as services want to know it: the site, and whom to write to."""
    site = quote(settings.SITE_URL, safe=":/")
    contact = settings.CONTACT_EMAIL and f"; mailto:{settings.CONTACT_EMAIL}"
    return f"immunosite (+{site}{contact})"


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    if sum(len(name) + len(value) for name, value in raw) > MAX_HEADERS:
        raise Failed("The headers of the answer are too large.")
    return {name.decode("latin-1").lower(): _text(value) for name, value in raw}


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


@contextmanager
def _in_words(target: Target) -> Iterator[None]:
    try:
        yield
    except (TimeOver, httpcore2.TimeoutException) as error:
        raise TooSlow(f"“{target.host}” did not answer in time.") from error
    except httpcore2.ConnectError as error:
        if error.args and isinstance(error.args[0], ssl.SSLError):
            message = f"“{target.host}” can’t show a certificate that is trusted."
            raise Failed(message) from error
        raise Unreachable(f"“{target.host}” can’t be reached.") from error
    except CannotUnpack as error:
        raise Failed(f"The answer can’t be read. {error}") from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        raise Failed(f"“{target.host}” broke off or did not speak HTTP.") from error
