"""Resolving once, and connecting to nothing else."""

from __future__ import annotations

import ipaddress

import pytest

from immunosite.core.connecting import Pinned, TimeOver, resolved
from tests.outside import Rewired


class TestResolving:
    def test_finds_the_addresses_of_a_host_once_each(self):
        found = resolved("localhost", 80, 5.0)
        assert {*found} <= {"127.0.0.1", "::1"}
        assert len({*found}) == len(found) >= 1

    @pytest.mark.parametrize("host", ["a" * 64 + ".example.org", ".", "a..example.org"])
    def test_says_that_a_host_is_none(self, host):
        with pytest.raises(OSError):
            resolved(host, 80, 5.0)


class TestPinned:
    ADDRESS = ipaddress.ip_address("93.184.216.34")

    def test_connects_to_its_address_whatever_it_is_told(self, outside):
        backend = Rewired(outside.port)
        stream = Pinned([self.ADDRESS], lambda: 5.0, backend).connect_tcp(
            "evil.org", 80
        )
        stream.close()
        assert backend.asked == [("93.184.216.34", 80)]

    def test_does_not_connect_when_the_time_is_over(self):
        backend = Rewired(9)
        with pytest.raises(TimeOver):
            Pinned([self.ADDRESS], lambda: 0.0, backend).connect_tcp("example.org", 80)
        assert backend.asked == []

    def test_connects_to_no_file(self):
        with pytest.raises(Exception, match="network"):
            Pinned([self.ADDRESS], lambda: 5.0, Rewired(9)).connect_unix_socket(
                "/run/x"
            )
