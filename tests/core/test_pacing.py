"""Whom to ask next: in turn, never two at once, never too soon."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from immunosite.core.pacing import Request, Schedule

A, B, C = ("https://a.org/1", "https://b.org/1", "https://c.org/1")


def taken(schedule: Schedule, now: float) -> list[str]:
    """All that may be asked for now."""
    urls = []
    while request := schedule.take(now):
        urls.append(request.url)
    return urls


class TestRequest:
    def test_takes_the_turn_of_its_host(self):
        assert Request("https://A.org:8000/x").host == "a.org"

    def test_of_an_address_that_can_not_be_read_has_its_own(self):
        assert Request("https://[bad/").host == ""


class TestSchedule:
    def test_asks_different_hosts_at_once_in_their_order(self):
        assert taken(Schedule([A, B, C], gap=2), 0) == [A, B, C]

    def test_asks_one_host_for_one_page_only(self):
        schedule = Schedule([A, "https://a.org/2", B], gap=2)
        assert taken(schedule, 0) == [A, B]
        assert taken(schedule, 100) == []

    def test_leaves_a_gap_after_the_answer(self):
        schedule = Schedule([A, "https://a.org/2"], gap=2)
        first = schedule.take(0)
        schedule.answered(first, 5)
        assert taken(schedule, 6.9) == []
        assert taken(schedule, 7) == ["https://a.org/2"]

    def test_tells_how_long_to_wait(self):
        schedule = Schedule([A, "https://a.org/2"], gap=2)
        assert schedule.wait(0) == 0
        first = schedule.take(0)
        assert schedule.wait(0) is None
        schedule.answered(first, 5)
        assert (schedule.wait(5.5), schedule.wait(9)) == (1.5, 0)

    def test_asks_another_way_first_and_after_the_gap(self):
        schedule = Schedule([A, "https://a.org/2"], gap=2)
        first = schedule.take(0)
        schedule.answered(first, 1, again=Request(A, "GET"))
        assert schedule.take(2) is None
        assert schedule.take(3) == Request(A, "GET")

    def test_gives_every_host_its_turn(self):
        urls = [f"https://{host}.org/{n}" for host in "ab" for n in range(3)]
        schedule, now, order = Schedule(urls, gap=0), 0.0, []
        while schedule:
            request = schedule.take(now)
            order.append(request.host[0])
            schedule.answered(request, now)
            now += 1
        assert order == ["a", "b"] * 3

    def test_leaves_a_host_alone(self):
        schedule = Schedule([A, "https://a.org/2", "https://a.org/3", B], gap=0)
        first = schedule.take(0)
        schedule.answered(first, 0)
        assert schedule.leave(first) == 2
        assert taken(schedule, 9) == [B]
        assert not schedule

    def test_of_nothing_is_over(self):
        assert not Schedule([], gap=2)
        assert Schedule([], gap=2).wait(0) is None

    @given(
        st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), max_size=30),
        st.lists(st.floats(0, 5), min_size=1, max_size=30),
    )
    def test_asks_for_everything_once_and_keeps_the_gap(self, pages, steps):
        urls = list(dict.fromkeys(f"https://{host}.org/{n}" for host, n in pages))
        schedule, now, asked = Schedule(urls, gap=2), 0.0, []
        last: dict[str, float] = {}
        turn = 0
        while schedule:
            now += schedule.wait(now) or 0.0
            while request := schedule.take(now):
                assert now - last.get(request.host, -2.0) >= 2 - 1e-9
                asked.append(request.url)
                now += steps[turn % len(steps)]
                turn += 1
                schedule.answered(request, now)
                last[request.host] = now
        assert sorted(asked) == sorted(urls)
