"""How often one address may do something, without keeping the address.

What is kept is a keyed hash (HMAC, RFC 2104) of the address and the deed together, in
the cache and not in the database, for a day at most. The key is random, lies in the
cache too, and is new each day. So nothing can be traced to an address once the day is
over, and two deeds of one address can't be told to be of one address.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

MOST_AN_HOUR = 20
_HOUR = 60 * 60
_DAY = 24 * _HOUR
# One household or phone usually has a whole network of this size to itself (RFC 6177).
_PREFIX = 64


class TooMany(Exception):
    """An address did something more often than any reader would."""


def address_of(request: HttpRequest) -> str:
    """Where a request came from; behind a proxy what the proxy says, the last entry of
    ``X-Forwarded-For``, for the ones before it can be forged."""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    if settings.BEHIND_PROXY and _is_address(forwarded):
        return forwarded
    return request.META.get("REMOTE_ADDR", "")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_first_today(deed: str, *, address: str) -> bool:
    """Whether an address does something for the first time today.

    Every call counts towards the limit of an hour. Raises TooMany beyond
    MOST_AN_HOUR. With a cache of each process (see CACHE_URL) each process counts for
    itself.
    """
    take_turn("", address=address, most=MOST_AN_HOUR)
    return cache.add(_keyed(f"{_source(address)} {deed}"), True, timeout=_DAY)


def take_turn(deed: str, *, address: str, most: int) -> None:
    """Count that an address does something once more within this hour.

    Raises TooMany beyond ``most``.
    """
    number = int(timezone.now().timestamp()) // _HOUR
    hour = _keyed(f"{_source(address)} {deed} hour {number}")
    cache.add(hour, 0, timeout=_HOUR)
    if _incremented(hour) > most:
        raise TooMany


def _incremented(key: str) -> int:
    try:
        return cache.incr(key)
    except ValueError:
        # It ended, or the cache threw it out, since it was added.
        return 1


def _keyed(text: str) -> str:
    today = timezone.localdate().isoformat()
    name = f"throttle-key:{today}"
    key: Any = cache.get_or_set(name, secrets.token_bytes, timeout=_DAY)
    digest = hmac.new(key, text.encode(errors="replace"), hashlib.sha256).hexdigest()
    return f"throttle:{digest}"


def _source(address: str) -> str:
    """The address, or the network that an IPv6 address is changed within at will."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((int(ip), _PREFIX), strict=False))
