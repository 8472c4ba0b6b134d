"""The outside world, as far as tests need it: a server on this machine that says what
it is told to, and a record of every connection that was tried."""

from __future__ import annotations

import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpcore2
import pytest
import trustme

from immunosite.core.polite import Clock

# Nobody but a test trusts it; its key is made anew each time.
AUTHORITY = trustme.CA()
_watched: list[Any] | None = None


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _watched is not None and event in ("socket.connect", "socket.sendto"):
        _watched.append(arguments[1])


sys.addaudithook(_hook)


@contextmanager
def connections() -> Iterator[list[Any]]:
    """The addresses that any socket of this process connects to meanwhile."""
    global _watched
    _watched = found = []
    try:
        yield found
    finally:
        _watched = None


@dataclass
class Said:
    """One answer of the server; ``odd`` says it instead."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    odd: Callable[[BaseHTTPRequestHandler], None] | None = None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any

    def do_GET(self) -> None:
        outside: Outside = self.server.outside
        outside.asked.append((self.command, self.path, dict(self.headers)))
        answers = outside.answers.get(self.path.partition("?")[0])
        if not answers:
            said = Said(b"Not here.", 404, {"Content-Type": "text/plain"})
        else:
            said = answers.pop(0) if len(answers) > 1 else answers[0]
        self.close_connection = True
        try:
            if said.odd:
                return said.odd(self)
            self.send_response(said.status)
            for name, value in {
                "Content-Length": str(len(said.body)),
                **said.headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said.body)
        except OSError:
            pass  # Whoever asked did not wait for the end.

    do_HEAD = do_GET

    def log_message(self, *args: Any) -> None:
        pass


class Outside:
    """A server that answers by path, and says nothing else. Several answers for one
    path are given one after the other, the last one again and again."""

    def __init__(self, *, tls: bool = False) -> None:
        self.answers: dict[str, list[Said]] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.names: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.outside = self  # type: ignore[attr-defined]
        self.port: int = self._server.server_address[1]
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            AUTHORITY.issue_cert("good.example").configure_cert(context)
            context.sni_callback = lambda _, name, __: self.names.append(str(name))
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
            self._server.handle_error = lambda *args: None  # type: ignore[method-assign]
        threading.Thread(target=self._server.serve_forever, args=(0.02,)).start()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.place}"

    def says(self, path: str, *answers: Said) -> str:
        """Prepare the answers of a path; its address."""
        self.answers[path] = list(answers)
        return self.url + path

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass
class Rewired(httpcore2.NetworkBackend):
    """Reaches a server of this machine where a public address is asked for, and notes
    what was asked for."""

    port: int
    asked: list[tuple[str, int]] = field(default_factory=list)

    def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        self.asked.append((host, port))
        return httpcore2.SyncBackend().connect_tcp("127.0.0.1", self.port, timeout=5)


@dataclass
class Names:
    """A resolver: the addresses of each host, one list for each time it is asked."""

    known: dict[str, list[list[str]]]
    asked: list[str] = field(default_factory=list)

    def __call__(self, host: str, port: int, seconds: float) -> list[str]:
        self.asked.append(host)
        answers = self.known.get(host)
        if not answers:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return answers.pop(0) if len(answers) > 1 else answers[0]


@dataclass
class Patience:
    """A clock that is not waited for."""

    at: float = 1_000_000.0
    waits: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.at += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.at, self.sleep)

    @property
    def waited(self) -> float:
        return sum(self.waits)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """A byte every twentieth of a second, for as long as somebody reads."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(400):
        handler.wfile.write(b".")
        handler.wfile.flush()
        time.sleep(0.05)


def raw(data: bytes) -> Said:
    """Bytes as they are, be they HTTP or not, and then the end."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(data)

    return Said(odd=send)


def to(url: str, status: int = 302) -> Said:
    """A redirect."""
    return Said(status=status, headers={"Location": url})


@pytest.fixture
def outside(settings):
    """The server, which may be asked, as doi.org, NCBI and Crossref too."""
    server = Outside()
    settings.FETCH_ALLOW = [server.place]
    settings.DOI_URL = f"{server.url}/doi"
    settings.NCBI_URL = f"{server.url}/ncbi"
    settings.CROSSREF_URL = f"{server.url}/crossref"
    yield server
    server.close()


@pytest.fixture
def secure():
    """The same with TLS, as good.example."""
    server = Outside(tls=True)
    yield server
    server.close()
