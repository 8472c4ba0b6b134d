"""What the outside world answers, and why it does not. See :mod:`immunosite.core.fetching`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from urllib.parse import urljoin

_REDIRECTS = frozenset((301, 302, 303, 307, 308))


class FetchError(Exception):
    """There is no answer; says why in plain words."""


class Refused(FetchError):
    """The address, or one that it redirects to, may not be asked."""


class Failed(FetchError):
    """The address may be asked, but no whole answer came."""


class Unreachable(Failed):
    """No connection: the name isn't known, nobody listens, or there is no network."""


class TooSlow(Failed):
    """The answer was not there when the time was over."""


@dataclass(frozen=True, slots=True)
class Hop:
    """A redirect on the way: its status, and the address that sent us on."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said, of any status. ``url`` is the one that answered at last;
    ``headers`` have names in lower case; ``body`` is unpacked, empty for HEAD."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    hops: tuple[Hop, ...] = ()

    @property
    def media_type(self) -> str:
        """``text/html`` of ``Text/HTML; charset=x``; empty when there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """The charset that the server names; empty when it names none."""
        message = Message()
        message["content-type"] = self.headers.get("content-type", "")
        return message.get_content_charset("") or ""

    @property
    def location(self) -> str:
        """Where a redirect that was not followed leads; empty for other answers."""
        to = self.headers.get("location", "").strip().replace(" ", "%20")
        if self.status not in _REDIRECTS or not to:
            return ""
        try:
            return urljoin(self.url, to)
        except ValueError:
            return to


class TooLarge(Failed):
    """The answer is larger than asked for; ``answer`` is it without its body."""

    def __init__(self, message: str, answer: Answer) -> None:
        super().__init__(message)
        self.answer = answer
