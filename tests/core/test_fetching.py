"""Asking the outside world: what is never connected to, and what a server can't do."""

from __future__ import annotations

import gzip
import ssl
import zlib
from contextlib import suppress

import pytest

from immunosite.core import fetching
from immunosite.core.connecting import resolved
from immunosite.core.fetching import (
    Failed,
    Hop,
    Network,
    Refused,
    TooLarge,
    TooSlow,
    Unreachable,
    agent,
    fetch,
)
from tests.outside import (
    AUTHORITY,
    Names,
    Rewired,
    Said,
    connections,
    drip,
    raw,
    to,
)

PUBLIC = "93.184.216.34"
PAGE = {"Content-Type": "text/html; charset=ISO-8859-1"}
# Addresses of hosts that are not of the public network, as an IP address …
LITERALS = [
    *("127.0.0.1", "127.1.2.3", "127.255.255.254", "0.0.0.0", "0.1.2.3"),
    *("10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1"),
    *("169.254.169.254", "169.254.0.1", "100.64.0.1", "100.100.100.200"),
    *("100.127.255.254", "192.0.0.1", "192.0.0.192", "192.0.2.1", "198.51.100.1"),
    *("203.0.113.1", "198.18.0.1", "198.19.255.255", "192.88.99.1", "224.0.0.1"),
    *("239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
    *("[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    *("[::ffff:10.0.0.1]", "[::ffff:169.254.169.254]", "[::ffff:8.8.8.8]"),
    *("[::127.0.0.1]", "[::7f00:1]", "[64:ff9b::7f00:1]", "[64:ff9b::8.8.8.8]"),
    *("[64:ff9b:1::a00:1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]"),
    *("[2001::1]", "[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "[2001:10::1]"),
    *("[2001:20::1]", "[2001:db8::1]", "[3fff::1]", "[fc00::1]", "[fd00:ec2::254]"),
    *("[fe80::1]", "[fe80::1%25eth0]", "[fe80::1%eth0]", "[fec0::1]", "[ff02::1]"),
    *("[100::1]", "[5f00::1]", "[4000::1]"),
]
# … as another spelling of one …
SPELLED = [
    *("2130706433", "0x7f000001", "0x7f.1", "0x7F.0.0.1", "017700000001", "0177.0.0.1"),
    *("0177.1", "127.1", "127.0.1", "127.0.0.1.", "127.0.0.01", "0", "0x0", "0.0"),
    *("00000177.0.0.1", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376"),
    *("169.254.43518", "4294967295", "4294967296", "1.2.3.4.5", "127.0.0.256"),
    *("127。0。0。1", "①②⑦.⓪.⓪.①", "１２７.０.０.１", "127.0.0.1%00.example.org"),
    *("[::ffff:0x7f.1]", "[127.0.0.1]", "[::1].example.org", "0x7f.0x0.0x0.0x1."),
]
# … or as a name that never leads outside.
LOCAL = [
    *("localhost", "localhost.", "LOCALHOST", "ｌｏｃａｌｈｏｓｔ", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ"),
    *("a.localhost", "localhost.localdomain", "printer.local", "intranet", "db"),
    *("metadata.google.internal", "router.lan", "nas.home", "1.0.0.127.in-addr.arpa"),
    *("x.onion", "x.test", "x.invalid", "lo­calhost", "local\u200bhost"),
]
NOWHERE = [
    *(f"http://{host}/" for host in (*LITERALS, *SPELLED, *LOCAL)),
    *(f"https://{host}/" for host in ("127.0.0.1", "[::1]", "localhost", "2130706433")),
    *("http://example.org@127.0.0.1/", "http://127.0.0.1@example.org/"),
    *("http://127.0.0.1:80@example.org/", "http://example.org:22#@example.org:80/"),
    *("http://127.0.0.1\\@example.org/", "http:\\\\127.0.0.1/", "http:/127.0.0.1/"),
    *("http://example.org:22/", "http://example.org:6379/", "https://example.org:25/"),
    *("http://127.0.0.1:6379/", "http://[::1]:5432/", "http://localhost:8000/"),
    *("file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:6379/_x"),
    *(
        "unix:///run/docker.sock",
        "http+unix://%2Frun%2Fdocker.sock/",
        "dict://127.0.0.1/",
    ),
    *("http://\t127.0.0.1/", "http://127.0.0.1\r\nHost: x/", " http://127.0.0.1/"),
]
# What a name server may say of a host that looks like any other.
TOLD = [
    *(literal.strip("[]") for literal in LITERALS if "%" not in literal),
    "fe80::1%eth0",
]


@pytest.fixture
def refused():
    """Whether an address is refused, and the connections that were tried for it."""

    def refused(url: str, **options) -> list:
        with connections() as tried, pytest.raises((Refused, Unreachable)):
            fetch(url, timeout=2, **options)
        return tried

    return refused


class TestNoConnection:
    """To whatever is not of the public network: not one is even tried."""

    def test_the_table_is_long(self):
        assert len({*NOWHERE}) == len(NOWHERE) >= 60
        assert len({*TOLD}) == len(TOLD) >= 40

    @pytest.mark.parametrize("url", NOWHERE, ids=ascii)
    def test_to_an_address_that_somebody_types(self, refused, url):
        names = Names({"example.org": [[PUBLIC]]})
        rewired = Rewired(port=9)
        assert refused(url, network=Network(names, rewired)) == rewired.asked == []

    @pytest.mark.parametrize("address", TOLD)
    def test_to_a_host_with_such_an_address(self, refused, address):
        names = Names({"looks.example.org": [[address]]})
        assert (
            refused("http://looks.example.org/", network=Network(resolve=names)) == []
        )
        assert names.asked == ["looks.example.org"]

    @pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.1"])
    def test_to_a_host_of_which_one_address_is_such(self, refused, address):
        names = Names({"both.example.org": [[PUBLIC, address]]})
        assert refused("http://both.example.org/", network=Network(resolve=names)) == []

    @pytest.mark.parametrize("url", NOWHERE, ids=ascii)
    def test_where_a_redirect_leads(self, outside, url):
        outside.says("/away", to(url))
        names = Names({"example.org": [["10.0.0.1"]]})
        with connections() as tried, suppress(Refused, Failed):
            fetch(f"{outside.url}/away", network=Network(resolve=names), timeout=2)
        # Some are no address, so they are read as a path of the same server.
        assert {*tried} == {("127.0.0.1", outside.port)}

    def test_to_what_the_system_s_own_resolver_finds_here(self, refused):
        def hosts_file(host, port, seconds):
            return resolved("localhost", port, seconds)

        network = Network(resolve=hosts_file)
        assert refused("http://looks.example.org/", network=network) == []

    def test_through_a_proxy_of_the_environment(self, refused, outside, monkeypatch):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, outside.url)
        assert refused("http://10.0.0.1/") == []
        outside.says("/direct", Said(b"direct"))
        assert fetch(f"{outside.url}/direct").body == b"direct"


class TestRebinding:
    """A name that is public when it is looked up, and another thing the next time."""

    def test_is_looked_up_once_and_connected_to_what_was_checked(self, outside):
        outside.says("/", Said(b"hello"))
        names = Names({"rebound.example.org": [[PUBLIC], ["127.0.0.1"]]})
        rewired = Rewired(outside.port)
        network = Network(resolve=names, backend=rewired)
        answer = fetch("http://rebound.example.org/", network=network)
        assert answer.body == b"hello"
        assert names.asked == ["rebound.example.org"]
        assert rewired.asked == [(PUBLIC, 80)]
        assert outside.asked[0][2]["Host"] == "rebound.example.org"

    def test_is_checked_anew_at_a_redirect_to_itself(self, outside):
        outside.says("/", to("http://rebound.example.org/next"))
        names = Names({"rebound.example.org": [[PUBLIC], ["127.0.0.1"]]})
        rewired = Rewired(outside.port)
        network = Network(resolve=names, backend=rewired)
        with pytest.raises(Refused):
            fetch("http://rebound.example.org/", network=network)
        assert rewired.asked == [(PUBLIC, 80)]

    def test_tries_the_other_checked_addresses_where_one_does_not_answer(self, outside):
        outside.says("/", Said(b"hello"))

        class OneIsDown(Rewired):
            def connect_tcp(self, host, port, *args, **kwargs):
                if host == "1.1.1.1":
                    self.asked.append((host, port))
                    raise fetching.httpcore2.ConnectError("refused")
                return super().connect_tcp(host, port)

        backend = OneIsDown(outside.port)
        names = Names({"two.example.org": [["1.1.1.1", PUBLIC]]})
        network = Network(resolve=names, backend=backend)
        assert fetch("http://two.example.org/", network=network).body == b"hello"
        assert backend.asked == [("1.1.1.1", 80), (PUBLIC, 80)]


class TestCertificates:
    @pytest.fixture
    def network(self, secure):
        names = Names({"good.example": [[PUBLIC]], "bad.example": [[PUBLIC]]})
        trust = ssl.create_default_context()
        AUTHORITY.configure_trust(trust)
        return Network(names, Rewired(secure.port), lambda: trust)

    def test_are_those_of_the_host_that_was_asked_for(self, secure, network):
        secure.says("/", Said(b"sealed"))
        assert fetch("https://good.example/", network=network).body == b"sealed"
        assert secure.names == ["good.example"]
        assert secure.asked[0][2]["Host"] == "good.example"

    def test_of_another_host_are_refused(self, secure, network):
        with pytest.raises(Failed, match="certificate"):
            fetch("https://bad.example/", network=network)
        assert secure.asked == []

    def test_that_nobody_vouches_for_are_refused(self, secure, network):
        with pytest.raises(Failed, match="certificate"):
            fetch(
                "https://good.example/",
                network=Network(network.resolve, network.backend),
            )
        assert secure.asked == []

    def test_a_redirect_from_https_to_http_is_not_followed(self, secure, network):
        secure.says("/", to("http://good.example/plain"))
        with pytest.raises(Refused, match="https to http"):
            fetch("https://good.example/", network=network)
        assert secure.paths() == ["/"]


class TestAnswers:
    def test_hold_status_address_headers_and_body(self, outside):
        url = outside.says("/page", Said("é".encode("latin-1"), 203, PAGE))
        answer = fetch(f"{url}?q=1#part")
        assert (answer.status, answer.url) == (203, f"{url}?q=1")
        assert (answer.body, answer.hops) == (b"\xe9", ())
        assert (answer.media_type, answer.charset) == ("text/html", "iso-8859-1")

    @pytest.mark.parametrize("status", [204, 400, 404, 410, 429, 500, 503])
    def test_of_any_status_are_answers(self, outside, status):
        url = outside.says("/", Said(b"", status))
        assert fetch(url).status == status

    def test_who_asks_says_so(self, outside, settings):
        settings.SITE_URL, settings.CONTACT_EMAIL = "https://a.org", "desk@a.org"
        fetch(outside.says("/", Said()), accept="application/json")
        method, _, headers = outside.asked[0]
        assert method == "GET"
        assert headers == {
            "Host": outside.place,
            "User-Agent": "immunosite (+https://a.org; mailto:desk@a.org)",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }

    def test_a_site_in_any_script_can_be_named(self, settings):
        settings.SITE_URL, settings.CONTACT_EMAIL = "https://bücher.example", ""
        assert agent() == "immunosite (+https://b%C3%BCcher.example)"

    def test_only_the_head_can_be_asked_for(self, outside):
        answer = fetch(outside.says("/", Said(b"body", 200, PAGE)), method="HEAD")
        assert (answer.status, answer.body) == (200, b"")
        assert answer.headers["content-length"] == "4"

    def test_nothing_else_is_done_over_there(self, outside):
        with pytest.raises(ValueError, match="POST"):
            fetch(outside.url, method="POST")
        assert outside.asked == []


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_are_followed_and_told(self, outside, status):
        first = outside.says("/first", to("second", status))
        second = outside.says("/second", to(f"{outside.url}/third?x=1#y", 301))
        outside.says("/third", Said(b"there"))
        answer = fetch(first)
        assert (answer.body, answer.url) == (b"there", f"{outside.url}/third?x=1")
        assert answer.hops == (Hop(status, first), Hop(301, second))

    def test_are_answers_where_they_are_not_to_be_followed(self, outside):
        url = outside.says("/", to("/two words"))
        answer = fetch(url, follow=False)
        assert (answer.status, answer.hops) == (302, ())
        assert answer.location == f"{outside.url}/two%20words"

    @pytest.mark.parametrize("status", [300, 304, 302])
    def test_without_an_address_are_answers(self, outside, status):
        url = outside.says("/", Said(b"", status))
        assert fetch(url).status == status

    def test_in_a_circle_end(self, outside):
        outside.says("/a", to("/b"))
        outside.says("/b", to("/a"))
        with pytest.raises(Failed, match="circle"):
            fetch(f"{outside.url}/a")
        assert outside.paths() == ["/a", "/b"]

    def test_are_followed_five_times_and_no_more(self, outside):
        for number in range(7):
            outside.says(f"/{number}", to(f"/{number + 1}"))
        outside.says("/6", Said(b"six"))
        assert fetch(f"{outside.url}/1").body == b"six"
        with pytest.raises(Failed, match="more than 5"):
            fetch(f"{outside.url}/0")

    @pytest.mark.parametrize(
        "location", ["http://[", "http://", "//", "https://a b/", "https://\xff\xfe/"]
    )
    def test_to_nonsense_are_refused(self, outside, location):
        with pytest.raises((Refused, Failed)):
            fetch(outside.says("/", to(location)), timeout=2)


class TestTime:
    def test_is_over_for_a_server_that_drips(self, outside):
        url = outside.says("/", Said(odd=drip))
        with pytest.raises(TooSlow):
            fetch(url, timeout=0.3)

    def test_is_for_all_redirects_together(self, outside):
        ticks = iter(range(1_000))
        for number in range(4):
            outside.says(f"/{number}", to(f"/{number + 1}"))
        network = Network(now=lambda: float(next(ticks)))
        with pytest.raises(TooSlow):
            fetch(f"{outside.url}/0", timeout=12, network=network)
        assert outside.paths() != ["/0", "/1", "/2", "/3", "/4"]

    def test_is_over_for_a_resolver_that_never_answers(self):
        def never(host, port, seconds):
            raise fetching.TimeOver

        with pytest.raises(TooSlow, match="in time"):
            fetch("http://example.org/", network=Network(resolve=never))


class TestSize:
    def test_may_be_just_what_was_asked_for(self, outside):
        url = outside.says("/", Said(b"x" * 1_000))
        assert len(fetch(url, max_bytes=1_000).body) == 1_000
        with pytest.raises(TooLarge) as error:
            fetch(url, max_bytes=999)
        assert error.value.answer.status == 200

    def test_of_an_endless_answer_ends(self, outside):
        def endless(handler):
            handler.send_response(200)
            handler.end_headers()
            while True:
                handler.wfile.write(b"x" * 65_536)

        with pytest.raises(TooLarge):
            fetch(outside.says("/", Said(odd=endless)))

    @pytest.mark.parametrize("layers", [1, 2])
    def test_is_that_of_the_unpacked_answer(self, outside, layers):
        bomb = gzip.compress(b"\0" * 50_000_000)
        for _ in range(layers - 1):
            bomb = gzip.compress(bomb)
        coding = ", ".join(["gzip"] * layers)
        url = outside.says("/", Said(bomb, 200, {"Content-Encoding": coding}))
        with pytest.raises(Failed):
            fetch(url)

    def test_of_headers_is_bounded(self, outside):
        url = outside.says("/", Said(b"", 200, {"X-Long": "x" * 40_000}))
        with pytest.raises(Failed, match="headers"):
            fetch(url)


class TestPacking:
    @pytest.mark.parametrize(
        ("coding", "pack"),
        [
            ("gzip", gzip.compress),
            ("X-GZip", gzip.compress),
            ("deflate", zlib.compress),
        ],
    )
    def test_is_undone_although_it_was_not_asked_for(self, outside, coding, pack):
        headers = {"Content-Encoding": coding}
        url = outside.says("/", Said(pack(b"words" * 100), 200, headers))
        assert fetch(url).body == b"words" * 100

    @pytest.mark.parametrize("coding", ["br", "zstd", "gzip"])
    def test_that_can_t_be_undone_is_said(self, outside, coding):
        url = outside.says("/", Said(b"words", 200, {"Content-Encoding": coding}))
        with pytest.raises(Failed, match="packed"):
            fetch(url)

    def test_that_ends_too_early_is_said(self, outside):
        half = gzip.compress(bytes(range(256)) * 8)[:40]
        url = outside.says("/", Said(half, 200, {"Content-Encoding": "gzip"}))
        with pytest.raises(Failed, match="too early"):
            fetch(url)


class TestNoAnswer:
    def test_from_a_host_that_is_not_known(self):
        with pytest.raises(Unreachable, match=r"nowhere\.example\.org"):
            fetch("http://nowhere.example.org/", network=Network(resolve=Names({})))

    def test_where_nobody_listens(self, outside):
        url = outside.url
        outside.close()
        with pytest.raises(Unreachable):
            fetch(url)

    @pytest.mark.parametrize(
        "bytes_",
        [
            b"",
            b"SSH-2.0-OpenSSH_9.2\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhalf",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhal",
            b"HTTP/1.1 999999 OK\r\n\r\n",
            b"\0" * 200_000,
        ],
    )
    def test_from_what_speaks_no_whole_http(self, outside, bytes_):
        with pytest.raises(Failed, match=r"broke off|HTTP"):
            fetch(outside.says("/", raw(bytes_)))
