"""Asking services of others: their pace, and trying again."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from immunosite.core.fetching import Answer, Failed, Network, TooSlow, Unreachable
from immunosite.core.polite import Service, ask, retry_after, turn
from tests.outside import Names, Patience, Said, raw

QUICK = Service("quick", 0.01)
SLOW = Service("slow", 0.5)
ALONE = Service("alone", 0.01, is_alone=True)


def later(status: int = 503, wait: str = "") -> Said:
    return Said(b"", status, {"Retry-After": wait} if wait else {})


@pytest.fixture
def patience():
    return Patience()


class TestTryingAgain:
    @pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
    def test_is_done_after_a_while(self, outside, patience, status):
        url = outside.says("/", later(status), later(status), Said(b"now"))
        answer = ask(url, QUICK, clock=patience.clock)
        assert answer.body == b"now"
        assert len(outside.asked) == 3
        assert 1.5 <= patience.waited < 2

    @pytest.mark.parametrize("status", [200, 301, 400, 403, 404, 410, 501])
    def test_is_not_done_for_an_answer_that_is_one(self, outside, patience, status):
        url = outside.says("/", later(status), Said(b"another"))
        assert ask(url, QUICK, clock=patience.clock).status == status
        assert len(outside.asked) == 1

    def test_ends_with_the_last_answer(self, outside, patience):
        url = outside.says("/", later(500))
        assert ask(url, QUICK, clock=patience.clock).status == 500
        assert len(outside.asked) == 3

    def test_is_done_for_a_connection_that_breaks_off(self, outside, patience):
        url = outside.says("/", raw(b""), Said(b"now"))
        assert ask(url, QUICK, clock=patience.clock).body == b"now"

    def test_ends_with_the_last_failure(self, patience):
        names = Names({})
        with pytest.raises(Unreachable):
            ask("http://gone.example.org/", QUICK, clock=patience.clock,
                network=Network(resolve=names))  # fmt: skip
        assert len(names.asked) == 3

    def test_is_not_done_for_an_address_that_is_refused(self, patience):
        with pytest.raises(Exception, match="public"):
            ask("http://10.0.0.1/", QUICK, clock=patience.clock)
        assert patience.waited == 0

    def test_waits_as_long_as_the_service_says(self, outside, patience):
        url = outside.says("/", later(429, "3"), Said(b"now"))
        assert ask(url, QUICK, clock=patience.clock).body == b"now"
        assert 3 <= patience.waited < 3.2

    @pytest.mark.parametrize("wait", ["11", "3600", "9" * 30,
                                      "Fri, 01 Jan 2100 00:00:00 GMT"])  # fmt: skip
    def test_is_given_up_when_that_is_longer_than_there_is(
        self, outside, patience, wait
    ):
        url = outside.says("/", later(429, wait), Said(b"too late"))
        answer = ask(url, QUICK, seconds=10, clock=patience.clock)
        assert answer.status == 429
        assert patience.waited == 0

    @pytest.mark.parametrize("wait", ["soon", "-5", "1.5", "\xb2", "Mon, 99 Xyz 2020"])
    def test_does_not_mind_nonsense(self, outside, patience, wait):
        url = outside.says("/", later(503, wait), Said(b"now"))
        assert ask(url, QUICK, clock=patience.clock).body == b"now"


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("text", "seconds"),
        [("0", 0), ("120", 120), ("Thu, 01 Jan 1970 00:01:00 GMT", 30),
         ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("", None), ("soon", None)],
    )  # fmt: skip
    def test_is_seconds_or_a_date(self, text, seconds):
        answer = Answer(503, "http://a.org/", {"retry-after": text}, b"")
        assert retry_after(answer, now=30.0) == seconds


class TestPace:
    @given(st.lists(st.floats(0, 0.4), min_size=10, max_size=30))
    def test_is_never_faster_than_the_service_wants(self, pauses):
        cache.clear()
        patience, times = Patience(), []
        for pause in pauses:
            patience.at += pause
            with turn(SLOW, until=patience.at + 60, clock=patience.clock):
                times.append(patience.at)
        for start in times:
            assert sum(start <= time < start + 1 for time in times) <= 3

    def test_of_one_service_is_not_that_of_another(self, patience):
        for service in (SLOW, QUICK):
            with turn(service, until=patience.at, clock=patience.clock):
                pass
        assert patience.waited == 0

    def test_is_not_waited_for_longer_than_there_is_time(self, patience):
        with turn(SLOW, until=patience.at, clock=patience.clock):
            pass
        with pytest.raises(TooSlow):
            with turn(SLOW, until=patience.at + 0.1, clock=patience.clock):
                pytest.fail("It had no turn.")

    def test_lets_only_one_at_a_time_ask_a_service_that_wants_it(self, patience):
        with turn(ALONE, until=patience.at + 5, clock=patience.clock):
            patience.at += 1
            with pytest.raises(TooSlow):
                with turn(ALONE, until=patience.at + 1, clock=patience.clock):
                    pytest.fail("There are two.")
        with turn(ALONE, until=patience.at + 1, clock=patience.clock):
            pass

    def test_frees_the_service_whatever_happens(self, outside, patience):
        with pytest.raises(Failed):
            ask(outside.says("/", raw(b"?")), ALONE, attempts=1, clock=patience.clock)
        patience.at += 1
        with turn(ALONE, until=patience.at, clock=patience.clock):
            pass
