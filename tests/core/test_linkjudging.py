"""What answers say of a link: day by day, and never in a hurry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from immunosite.core.linkjudging import (
    Checked,
    Standing,
    Verdict,
    in_words,
    judged,
    said,
    verdict,
)
from immunosite.core.outsidelinks import LinkState, OutsideLink

URL = "https://a.org/page"
MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def after(*answers: tuple[timedelta, Verdict]) -> Standing:
    """Where a link stands after answers, each so long after the first morning."""
    standing = Standing()
    for later, found in answers:
        standing = judged(standing, found, at=MORNING + later)
    return standing


def states(*answers: tuple[timedelta, Verdict]) -> list[str]:
    return [after(*answers[: n + 1]).state for n in range(len(answers))]


class TestVerdict:
    @pytest.mark.parametrize("status", [200, 203, 204, 206, 302, 304])
    def test_is_good(self, status):
        assert verdict(URL, Checked(status)) == Verdict.GOOD

    @pytest.mark.parametrize("status", [400, 404, 410, 418, 422])
    def test_is_that_nothing_is_there(self, status):
        assert verdict(URL, Checked(status)) == Verdict.MISSING

    @pytest.mark.parametrize("status", [408, 425, 500, 502, 503, 504, 520])
    def test_is_trouble(self, status):
        assert verdict(URL, Checked(status)) == Verdict.TROUBLE

    def test_is_trouble_without_an_answer(self):
        assert verdict(URL, Checked(error="No.")) == Verdict.TROUBLE

    @pytest.mark.parametrize("status", [401, 402, 403, 405, 429, 451, 501, 999])
    def test_is_that_programs_are_not_let_in(self, status):
        assert verdict(URL, Checked(status)) == Verdict.WALL

    def test_is_that_we_may_not_ask(self):
        assert verdict(URL, Checked(error="No.", is_refused=True)) == Verdict.WALL

    def test_is_moved_only_when_every_redirect_was_for_good(self):
        to = "https://b.org/page"
        good = Checked(200, redirected_to=to, is_permanent=True)
        assert verdict(URL, good) == Verdict.MOVED
        for_now = Checked(200, redirected_to=to)
        assert verdict(URL, for_now) == Verdict.GOOD

    @pytest.mark.parametrize(
        "to",
        [
            "https://a.org/", "https://a.org", "https://b.org/en/", "https://a.org/en-us",
            "https://a.org/index.html", "https://a.org/de/home", "https://a.org/default.aspx",
        ],
    )  # fmt: skip
    def test_is_that_a_page_was_lost_to_a_front_page(self, to):
        lost = Checked(200, redirected_to=to, is_permanent=True)
        assert verdict(URL, lost) == Verdict.FRONT

    @pytest.mark.parametrize("to", ["https://a.org/?p=7", "https://a.org/en/page"])
    def test_is_not_that_for_any_other_page(self, to):
        moved = Checked(200, redirected_to=to, is_permanent=True)
        assert verdict(URL, moved) == Verdict.MOVED

    def test_is_that_a_front_page_moved(self):
        moved = Checked(200, redirected_to="https://a.org/", is_permanent=True)
        assert verdict("http://a.org/", moved) == Verdict.MOVED

    def test_minds_where_it_ended_only_when_something_is_there(self):
        gone = Checked(404, redirected_to="https://b.org/x", is_permanent=True)
        assert verdict(URL, gone) == Verdict.MISSING


class TestStanding:
    def test_is_fine_at_once(self):
        now = after((HOUR * 0, Verdict.GOOD))
        assert now == Standing(LinkState.FINE, good_at=MORNING)

    def test_is_not_broken_by_one_day(self):
        missing = [(HOUR * hours, Verdict.MISSING) for hours in (0, 1, 15)]
        assert states(*missing) == [LinkState.FAILING] * 3

    def test_is_broken_when_it_fails_on_another_day(self):
        answers = ((HOUR * 15, Verdict.MISSING), (DAY, Verdict.MISSING))
        assert states(*answers) == [LinkState.FAILING, LinkState.BROKEN]

    def test_keeps_when_it_began_to_fail_and_when_it_was_good(self):
        now = after(
            (HOUR * 0, Verdict.GOOD), (DAY, Verdict.MISSING), (DAY * 2, Verdict.MISSING)
        )
        assert now == Standing(
            LinkState.BROKEN, good_at=MORNING, failing_since=MORNING + DAY
        )

    def test_is_not_broken_by_a_week_with_trouble(self):
        trouble = [(DAY * days, Verdict.TROUBLE) for days in range(9)]
        assert states(*trouble) == [LinkState.FAILING] * 7 + [LinkState.BROKEN] * 2

    def test_counts_trouble_and_absence_as_failing_on_two_days(self):
        answers = ((HOUR * 0, Verdict.TROUBLE), (DAY, Verdict.MISSING))
        assert after(*answers).state == LinkState.BROKEN

    def test_stays_broken_through_trouble(self):
        missing = ((HOUR * 0, Verdict.MISSING), (DAY, Verdict.MISSING))
        assert after(*missing, (DAY * 2, Verdict.TROUBLE)).state == LinkState.BROKEN

    def test_begins_anew_after_a_good_answer(self):
        answers = (
            (HOUR * 0, Verdict.MISSING),
            (DAY, Verdict.GOOD),
            (DAY * 2, Verdict.MISSING),
        )
        now = after(*answers)
        assert (now.state, now.failing_since) == (LinkState.FAILING, MORNING + DAY * 2)

    def test_of_what_can_not_be_checked_forgets_nothing(self):
        answers = (
            (HOUR * 0, Verdict.GOOD),
            (DAY, Verdict.MISSING),
            (DAY * 2, Verdict.WALL),
        )
        now = after(*answers)
        assert now == Standing(LinkState.UNSURE, MORNING, MORNING + DAY)
        later = after(*answers, (DAY * 3, Verdict.MISSING))
        assert later.state == LinkState.BROKEN

    def test_is_never_broken_by_walls_alone(self):
        walls = [(DAY * days, Verdict.WALL) for days in range(30)]
        assert set(states(*walls)) == {LinkState.UNSURE}

    def test_of_a_lost_page_says_since_when(self):
        now = after(
            (HOUR * 0, Verdict.GOOD), (DAY, Verdict.FRONT), (DAY * 2, Verdict.FRONT)
        )
        assert now == Standing(LinkState.FRONT, MORNING, MORNING + DAY)

    def test_counts_the_days_of_the_site(self, settings):
        settings.TIME_ZONE = "Asia/Tokyo"
        # 23:30 and 00:30 in Tokyo.
        late = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
        first = judged(Standing(), Verdict.MISSING, at=late)
        assert judged(first, Verdict.MISSING, at=late + HOUR).state == LinkState.BROKEN


class TestWords:
    @pytest.mark.parametrize(
        ("status", "error", "words"),
        [
            (200, "", ""),
            (404, "", "Not Found (404)"),
            (410, "", "Gone (410)"),
            (403, "", "it refuses programs (403)"),
            (999, "", "it refuses programs (999)"),
            (523, "", "status 523"),
            (None, "“a.org” can’t be reached.", "“a.org” can’t be reached"),
            (None, "", ""),
        ],
    )
    def test_say_what_came(self, status, error, words):
        assert in_words(status, error) == words

    def test_say_where_it_stands_and_why(self):
        link = OutsideLink(url=URL, state=LinkState.BROKEN, status=404)
        assert said(link) == "Broken: Not Found (404)"

    def test_say_that_a_good_page_is_sent_on(self):
        link = OutsideLink(
            url=URL, state=LinkState.FINE, status=200, redirected_to="https://b.org/"
        )
        assert said(link) == "Fine, sent on for the time being"

    def test_say_first_that_it_is_ignored(self):
        link = OutsideLink(
            url=URL, state=LinkState.BROKEN, ignored_reason="A draft law."
        )
        assert said(link) == "Ignored: A draft law."
