"""How often one address may do something, and that its address is not kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import RequestFactory

from immunosite.core.throttling import (
    MOST_AN_HOUR,
    TooMany,
    address_of,
    is_first_today,
)

HOME = "192.0.2.1"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def everything_kept() -> str:
    """All that the memory cache holds, keys and values."""
    return repr(cache._cache)


class TestIsFirstToday:
    def test_once_for_each_deed(self, clock):
        assert is_first_today("a", address=HOME)
        assert not is_first_today("a", address=HOME)
        assert is_first_today("b", address=HOME)

    def test_once_for_each_address(self, clock):
        assert is_first_today("a", address=HOME)
        assert is_first_today("a", address="192.0.2.2")

    def test_again_on_the_next_day(self, clock):
        assert is_first_today("a", address=HOME)
        clock.shift(timedelta(hours=11))
        assert not is_first_today("a", address=HOME)
        clock.shift(timedelta(hours=1))
        assert is_first_today("a", address=HOME)

    @pytest.mark.parametrize("same", ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"])
    def test_a_network_of_ipv6_counts_as_one(self, clock, same):
        assert is_first_today("a", address="2001:db8:1:2:3::4")
        assert not is_first_today("a", address=same)
        assert is_first_today("a", address="2001:db8:1:3::1")

    def test_an_ipv4_address_in_an_ipv6_coat_is_the_same(self, clock):
        assert is_first_today("a", address=HOME)
        assert not is_first_today("a", address=f"::ffff:{HOME}")
        assert is_first_today("a", address="::ffff:192.0.2.9")

    @pytest.mark.parametrize("odd", ["", "unknown", "192.0.2.1:443", "\ud800"])
    def test_what_is_no_address_counts_as_it_is(self, clock, odd):
        assert is_first_today("a", address=odd)
        assert not is_first_today("a", address=odd)


class TestTheHour:
    def test_ends_with_a_refusal(self, clock):
        for number in range(MOST_AN_HOUR):
            assert is_first_today(f"deed {number}", address=HOME)
        with pytest.raises(TooMany):
            is_first_today("another", address=HOME)

    def test_counts_repetitions_too(self, clock):
        for _ in range(MOST_AN_HOUR):
            is_first_today("a", address=HOME)
        with pytest.raises(TooMany):
            is_first_today("a", address=HOME)

    def test_another_address_is_free(self, clock):
        for _ in range(MOST_AN_HOUR):
            is_first_today("a", address=HOME)
        assert is_first_today("a", address="192.0.2.2")

    def test_the_next_hour_is_free(self, clock):
        for _ in range(MOST_AN_HOUR):
            is_first_today("a", address=HOME)
        clock.shift(timedelta(hours=1))
        assert is_first_today("b", address=HOME)

    def test_a_refused_deed_was_not_done(self, clock):
        for _ in range(MOST_AN_HOUR):
            is_first_today("a", address=HOME)
        with pytest.raises(TooMany):
            is_first_today("b", address=HOME)
        clock.shift(timedelta(hours=1))
        assert is_first_today("b", address=HOME)


class TestWhatIsKept:
    def test_neither_the_address_nor_the_deed(self, clock):
        is_first_today("answer on melanoma", address=HOME)
        kept = everything_kept()
        assert "throttle" in kept
        assert HOME not in kept
        assert "melanoma" not in kept

    def test_the_hash_of_one_deed_is_another_each_day(self, clock):
        is_first_today("a", address=HOME)
        today = set(cache._cache)
        clock.shift(timedelta(days=1))
        is_first_today("a", address=HOME)
        assert len(set(cache._cache) - today) == len(today)

    def test_the_key_is_random(self, clock):
        is_first_today("a", address=HOME)
        first = set(cache._cache)
        cache.clear()
        is_first_today("a", address=HOME)
        of_key = {name for name in first if "throttle-key" in name}
        assert first & set(cache._cache) == of_key

    def test_nothing_is_kept_for_more_than_a_day(self, clock):
        is_first_today("a", address=HOME)
        ends = cache._expire_info.values()
        assert all(end <= (NOON + timedelta(days=1)).timestamp() for end in ends)


class TestAddressOf:
    def request(self, forwarded: str | None):
        headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
        return RequestFactory().get("/", headers=headers, REMOTE_ADDR=HOME)

    def test_without_a_proxy_its_header_is_not_believed(self):
        assert address_of(self.request("203.0.113.9")) == HOME

    @pytest.mark.parametrize(
        ("forwarded", "address"),
        [
            ("203.0.113.9", "203.0.113.9"),
            ("10.9.9.9, 203.0.113.9", "203.0.113.9"),
            ("forged,203.0.113.9 ", "203.0.113.9"),
            (None, HOME),
            ("", HOME),
        ],
    )
    def test_behind_one_its_own_entry_is(self, settings, forwarded, address):
        settings.BEHIND_PROXY = True
        assert address_of(self.request(forwarded)) == address
