"""Which addresses of the outside world this site may connect to. Pure.

Addresses come from people and from other sites' redirects, so each is read strictly
and only once: what is checked here is what :mod:`immunosite.core.fetching` connects to.
RFC 3986 (URI), RFC 5890 (IDNA), and the special-purpose registries of RFC 6890:
https://www.iana.org/assignments/iana-ipv4-special-registry/
https://www.iana.org/assignments/iana-ipv6-special-registry/
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import idna

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
MOST = 2_000
_PORTS = {"http": 80, "https": 443}
_UNWRITABLE = re.compile(r"[\x00-\x20\x7f-\xa0\\\ud800-\udfff]")
_NETLOC = re.compile(
    r"\A(?:\[(?P<ipv6>[^\[\]]+)\]|(?P<name>[^\[\]:]+))(?::(?P<port>[0-9]{0,5}))?\Z"
)
_LABEL = re.compile(r"\A(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")
# What inet_aton would take for a part of an IPv4 address: 10, 012, 0x7f.
_NUMBER = re.compile(r"\A(?:[0-9]+|0x[0-9a-f]*)\Z")
_SAFE = "!#$%&'()*+,/:;=?@[]~"
# RFC 6761, 6762, 7686, 8375: names that never lead to the public network.
_LOCAL_NAMES = frozenset(
    "localhost local internal localdomain onion arpa test invalid home lan".split()
)
# Where a router or a cloud translates, delegates or answers itself. Python's is_global
# calls some of them global, according to its version.
_NOT_PUBLIC = [
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "168.63.129.16/32",  # where Azure answers its machines
        "169.254.0.0/16",
        "192.0.0.0/24",
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",
        "2001::/23",  # Teredo, ORCHID and other protocols
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation, RFC 9637
    )
]
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")


class BadAddress(ValueError):
    """The text is no address that may be asked; says why in a user's words."""


@dataclass(frozen=True, slots=True)
class Target:
    """A web address, taken apart. ``host`` is ASCII, in lower case, an IPv6 address
    without its brackets; ``path`` begins with a slash and holds the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def literal(self) -> IPAddress | None:
        """The host, when it is an IP address."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None

    @property
    def place(self) -> str:
        """host:port as FETCH_ALLOW names it."""
        return f"{self._bracketed}:{self.port}"

    @property
    def authority(self) -> str:
        """The value of the Host header (RFC 9110, 7.2)."""
        usual = self.port == _PORTS[self.scheme]
        return self._bracketed if usual else self.place

    @property
    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def parse(url: str, *, allowed: frozenset[str] = frozenset()) -> Target:
    """The parts of an address that may be asked; a fragment is left off.

    ``allowed`` holds ``host:port`` that may be of any kind and port. Raises BadAddress.
    """
    if len(url) > MOST:
        raise BadAddress(f"The address is longer than {MOST:,} characters.")
    if _UNWRITABLE.search(url):
        raise BadAddress("The address holds a space or a sign that none may hold.")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise BadAddress("This is not a web address.") from None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not parts.netloc:
        raise BadAddress("A web address starts with https:// or http://.")
    if "@" in parts.netloc:
        raise BadAddress("The address holds a user name or a password.")
    place = _NETLOC.match(parts.netloc)
    if place is None:
        raise BadAddress(f"“{parts.netloc[:60]}” is not a name of a host.")
    host = _ipv6(place["ipv6"]) if place["ipv6"] else _host(place["name"])
    port = int(place["port"] or _PORTS[scheme])
    path = quote(parts.path or "/", safe=_SAFE)
    query = "?" + quote(parts.query, safe=_SAFE) if parts.query else ""
    target = Target(scheme, host, port, path + query)
    if target.place not in allowed:
        _refuse_special(target)
    return target


def _refuse_special(target: Target) -> None:
    if target.port != _PORTS[target.scheme]:
        raise BadAddress(f"Port {target.port} is not one that web pages are read from.")
    if literal := target.literal:
        if not is_public(literal):
            raise BadAddress(f"{target.host} is not an address of the public network.")
        return
    *before, last = target.host.split(".")
    if not before or last in _LOCAL_NAMES:
        raise BadAddress(f"“{target.host}” is not a name of the public network.")


def _host(text: str) -> str:
    try:
        ascii_host = text if text.isascii() else idna.encode(text, uts46=True).decode()
    except UnicodeError:
        raise BadAddress(f"“{text[:60]}” is not a name of a host.") from None
    host = ascii_host.lower().removesuffix(".")
    labels = host.split(".")
    if len(host) > 253 or not all(map(_LABEL.match, labels)):
        raise BadAddress(f"“{text[:60]}” is not a name of a host.")
    if _NUMBER.match(labels[-1]):
        # Else the system would read 0x7f.1, 017700000001 or 2130706433 its own way.
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError:
            raise BadAddress(f"“{text[:60]}” is not a name of a host.") from None
    return host


def _ipv6(text: str) -> str:
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        raise BadAddress(f"“{text[:60]}” is not an IPv6 address.") from None
    if address.scope_id:
        raise BadAddress("An address with a zone leads to this machine's network.")
    return str(address)


def is_public(address: IPAddress) -> bool:
    """Whether an address is of one host of the public network, and is written as such:
    none of those that hide another (mapped, 6to4, Teredo, NAT64)."""
    if any(address in network for network in _NOT_PUBLIC):
        return False
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return address.version == 4 or address in _GLOBAL_UNICAST
