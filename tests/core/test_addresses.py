"""Which addresses may be asked, however they are spelled."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosite.core.addresses import BadAddress, is_public, parse


class TestParsing:
    @pytest.mark.parametrize(
        ("url", "host", "port", "path"),
        [
            ("https://example.org", "example.org", 443, "/"),
            ("HTTP://Example.ORG/A?b=c#d", "example.org", 80, "/A?b=c"),
            ("https://example.org.:443/", "example.org", 443, "/"),
            ("https://example.org:/x", "example.org", 443, "/x"),
            ("https://bücher.example.com/ü?q=ü", "xn--bcher-kva.example.com", 443,
             "/%C3%BC?q=%C3%BC"),
            ("https://example.org/a%20b%2Fc", "example.org", 443, "/a%20b%2Fc"),
            ("https://example.org/(SICI)1097<1::AID>3.0", "example.org", 443,
             "/(SICI)1097%3C1::AID%3E3.0"),
            ("http://93.184.216.34/", "93.184.216.34", 80, "/"),
            ("http://[2606:4700:0::1111]/", "2606:4700::1111", 80, "/"),
            ("https://ｅｘａｍｐｌｅ．org/", "example.org", 443, "/"),
        ],
    )  # fmt: skip
    def test_reads_the_parts(self, url, host, port, path):
        target = parse(url)
        assert (target.host, target.port, target.path) == (host, port, path)

    @pytest.mark.parametrize(
        "url",
        ["", "example.org", "//example.org/", "ftp://example.org/", "file:///etc/passwd",
         "gopher://example.org/", "javascript:alert(1)", "data:text/html,x", "https://",
         "https:///path", "https:example.org", "https://exa mple.org/",
         "https://example.org/a b", "https://example.org/\n", "https://example.org\\@x.org/",
         "https://user@example.org/", "https://user:secret@example.org/", "https://@example.org",
         "https://example.org:99999/", "https://example.org:8080/", "https://example.org:80/",
         "https://example.org:0/", "https://example.org:²/", "https://example.org:4_43/",
         "https://a:1:2/", "https://[::1", "https://[2606:4700::1111]x.org/",
         "https://-a.example.org/", "https://a..example.org/", "https://.example.org/",
         "https://" + "a" * 64 + ".org/", "https://example.org/" + "a" * 2_000,
         "https://exam%70le.org/", "https://example.org%2f/", "https://example.org\u2028/",
         "https://xn--\u00df.org:443@/", "https://a\u2100b.example.org/"],
    )  # fmt: skip
    def test_refuses_what_is_no_plain_web_address(self, url):
        with pytest.raises(BadAddress):
            parse(url)

    def test_a_place_that_is_allowed_may_have_any_port(self):
        allowed = frozenset(["127.0.0.1:8080", "[::1]:81", "mirror:8081"])
        assert parse("http://127.0.0.1:8080/", allowed=allowed).port == 8080
        assert parse("http://[0::1]:81/", allowed=allowed).host == "::1"
        assert parse("http://mirror:8081/x", allowed=allowed).path == "/x"
        with pytest.raises(BadAddress):
            parse("http://127.0.0.1:8081/", allowed=allowed)

    def test_the_host_header_names_only_an_unusual_port(self):
        allowed = frozenset(["[::1]:81"])
        assert parse("https://example.org:443/").authority == "example.org"
        assert parse("http://[::1]:81/", allowed=allowed).authority == "[::1]:81"

    @given(st.text(max_size=60))
    def test_reads_or_refuses_whatever_is_typed(self, text):
        for url in (text, f"https://{text}", f"https://example.org/{text}"):
            try:
                target = parse(url)
            except BadAddress:
                continue
            assert parse(str(target)) == target


class TestPublic:
    @pytest.mark.parametrize(
        "address",
        ["93.184.216.34", "1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "192.169.0.1",
         "100.63.255.255", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001:801::200e"],
    )  # fmt: skip
    def test_are_the_hosts_of_the_network(self, address):
        assert is_public(ipaddress.ip_address(address))

    @given(st.ip_addresses(v=4))
    def test_one_within_another_is_never(self, address):
        number = int(address)
        for hidden in (
            ipaddress.IPv6Address(number),  # IPv4-compatible
            ipaddress.IPv6Address((0xFFFF << 32) | number),  # mapped
            ipaddress.IPv6Address((0x64FF9B << 96) | number),  # NAT64
            ipaddress.IPv6Address((0x2002 << 112) | (number << 80)),  # 6to4
            ipaddress.IPv6Address((0x20010000 << 96) | number),  # Teredo
        ):
            assert not is_public(hidden)

    @given(st.ip_addresses())
    def test_none_is_that_python_calls_special(self, address):
        special = (
            address.is_private, address.is_loopback, address.is_link_local,
            address.is_multicast, address.is_reserved, address.is_unspecified,
        )  # fmt: skip
        assert not (is_public(address) and any(special))
