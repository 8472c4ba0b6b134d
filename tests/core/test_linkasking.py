"""Asking other sites for their pages, against a server of this machine."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from types import SimpleNamespace

import pytest

from immunosite.core import linkasking
from immunosite.core.linkasking import GAP, answers, ask
from immunosite.core.linkjudging import Checked
from immunosite.core.pacing import Request
from tests.outside import Patience, Said, connections, drip, raw, to


def checked(url: str) -> Checked:
    """What comes of an address in the end."""
    (found,) = answers([url], gap=0)
    assert found[0] == url
    return found[1]


def only_get(said: Said) -> Said:
    """Answers GET only; HEAD is not allowed."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        status = 405 if handler.command == "HEAD" else said.status
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(said.body)))
        handler.end_headers()
        if handler.command == "GET":
            handler.wfile.write(said.body)

    return Said(odd=send)


class TestAnswers:
    def test_of_a_page_that_is_there_cost_one_short_request(self, outside):
        url = outside.says("/page", Said(b"Words."))
        assert checked(url) == Checked(200)
        ((method, _, headers),) = outside.asked
        assert method == "HEAD"
        assert headers["User-Agent"].startswith("immunosite (+")

    @pytest.mark.parametrize("status", [404, 410, 500, 503, 403, 999])
    def test_that_are_bad_are_asked_for_twice(self, outside, status):
        url = outside.says("/page", Said(status=status))
        assert checked(url) == Checked(status)
        assert [method for method, *_ in outside.asked] == ["HEAD", "GET"]

    @pytest.mark.parametrize("status", [200, 404])
    def test_of_a_server_without_head_are_those_to_get(self, outside, status):
        url = outside.says("/page", only_get(Said(b"Words.", status)))
        assert checked(url) == Checked(status)

    def test_of_a_server_that_breaks_off_at_head_are_those_to_get(self, outside):
        url = outside.says("/page", raw(b""), Said(b"Words."))
        assert checked(url) == Checked(200)

    def test_tell_where_a_page_has_moved_for_good(self, outside):
        new = outside.says("/new", Said(b"Words."))
        outside.says("/middle", to(new, 308))
        old = outside.says("/old", to("/middle", 301))
        assert checked(old) == Checked(200, redirected_to=new, is_permanent=True)

    @pytest.mark.parametrize("statuses", [(302,), (301, 302), (307, 308), (303,)])
    def test_tell_that_a_page_is_elsewhere_for_now(self, outside, statuses):
        new = outside.says("/new", Said(b"Words."))
        for nth, status in enumerate(statuses):
            last = nth + 1 == len(statuses)
            outside.says(f"/{nth}", to("/new" if last else f"/{nth + 1}", status))
        assert checked(f"{outside.url}/0") == Checked(200, redirected_to=new)

    def test_tell_that_what_a_page_leads_to_is_gone(self, outside):
        old = outside.says("/old", to("/gone", 301))
        found = checked(old)
        assert (found.status, found.redirected_to) == (404, f"{outside.url}/gone")

    def test_do_not_keep_an_address_that_is_too_long(self, outside):
        outside.says("/new", Said(b"Words."))
        old = outside.says("/old", to("/new?" + "x" * 1_500, 301))
        assert checked(old).redirected_to == ""

    @pytest.mark.parametrize(
        "private", ["http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/meta"]
    )
    def test_never_come_from_within(self, outside, private):
        old = outside.says("/old", to(private, 301))
        with connections() as made:
            found = checked(old)
        assert (found.status, found.is_refused) == (None, True)
        assert "refused" in found.error
        assert {address[1] for address in made if isinstance(address, tuple)} == {
            outside.port
        }

    def test_tell_why_none_came(self, outside):
        found = checked("https://[nonsense/")
        assert (found.status, found.is_refused) == (None, True)
        assert found.error == "This is not a web address."
        circle = outside.says("/circle", to("/circle"))
        assert checked(circle) == Checked(error="It redirects in a circle.")

    def test_that_take_too_long_are_none(self, outside, monkeypatch):
        monkeypatch.setattr(linkasking, "_SECONDS", 0.3)
        url = outside.says("/slow", only_get(Said()), Said(odd=drip))
        assert checked(url) == Checked(error="“127.0.0.1” did not answer in time.")

    def test_that_are_large_are_good_ones(self, outside):
        def large(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(405 if handler.command == "HEAD" else 200)
            handler.end_headers()
            if handler.command == "GET":
                handler.wfile.write(b"x" * 1_000_000)

        assert checked(outside.says("/book.pdf", Said(odd=large))) == Checked(200)

    def test_of_a_doi_come_from_its_registry_only(self, outside):
        outside.says("/publisher", Said(status=403))
        url = outside.says("/doi/10.1000/1", to("/publisher"))
        assert checked(url) == Checked(302)
        assert outside.paths() == ["/doi/10.1000/1"]
        unknown = outside.says("/doi/10.1000/2", Said(status=404))
        assert checked(unknown) == Checked(404)


class TestManners:
    def test_a_host_that_says_later_is_left_alone(self, outside):
        busy = outside.says("/1", Said(status=429))
        outside.says("/2", Said(b"Words."))
        found = list(answers([busy, f"{outside.url}/2"], gap=0))
        assert found == [(busy, Checked(429))]
        assert outside.paths() == ["/1"]

    def test_also_when_it_says_how_much_later(self, outside):
        url = outside.says("/1", Said(status=503, headers={"Retry-After": "120"}))
        assert ask(Request(url)).is_enough
        assert not ask(Request(outside.says("/2", Said(status=503)))).is_enough

    def test_one_host_is_asked_with_a_gap(self, outside, monkeypatch):
        patience = Patience()
        clock = SimpleNamespace(monotonic=lambda: patience.at, sleep=patience.sleep)
        monkeypatch.setattr(linkasking, "time", clock)
        urls = [outside.says(f"/{n}", Said(b"Words.")) for n in range(3)]
        assert len(list(answers(urls))) == 3
        assert patience.waits == [GAP, GAP]

    def test_what_has_come_is_given_before_the_rest_is_asked(self, outside):
        urls = [outside.says(f"/{n}", Said(b"Words.")) for n in range(3)]
        running = answers(urls, gap=0)
        assert next(running) == (urls[0], Checked(200))
        running.close()
        assert len(outside.asked) < 3

    def test_nothing_is_asked_of_nobody(self):
        assert list(answers([])) == []
