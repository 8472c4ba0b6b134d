"""A run of the check, from live pages over the network to what the log says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from immunosite.core import linkkeeping
from immunosite.core.linkkeeping import say_of
from immunosite.core.outsidelinks import LinkState, OutsideLink
from immunosite.portal.linkchecking import check_links
from tests.factories import draft_article, make_article, make_reference
from tests.outside import Said, to

pytestmark = pytest.mark.django_db
# Long after whatever was published just now.
MONDAY = datetime(2040, 3, 5, 8, tzinfo=UTC)
GOOD = Said(b"Words.")


def at(days: float):
    return time_machine.travel(MONDAY + timedelta(days=days), tick=False)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("check_links", "--pause", "0", *arguments, stdout=out)
    return out.getvalue()


def link_to(*urls: str) -> None:
    make_article("hope", " ".join(f"[page {n}]({url})" for n, url in enumerate(urls)))


def state() -> str:
    return OutsideLink.objects.get().state


class TestRun:
    def test_asks_for_what_is_live_and_never_for_a_draft(self, outside):
        link_to(outside.says("/live", GOOD))
        make_reference("web", URL=outside.says("/reference", GOOD))
        draft_article("draft", f"[a]({outside.says('/draft', GOOD)})")
        draft_article("hope", f"[a]({outside.says('/newer', GOOD)})")
        check_links(gap=0)
        assert sorted(outside.paths()) == ["/live", "/reference"]
        assert set(OutsideLink.objects.values_list("state", flat=True)) == {"fine"}

    def test_asks_for_one_address_once_however_many_use_it(self, outside):
        url = outside.says("/page", GOOD)
        make_article("one", f"[a]({url}#x) [b]({url})")
        make_article("two", f"[c]({url}#y)")
        check_links(gap=0)
        assert outside.paths() == ["/page"]

    def test_asks_for_the_longest_unasked_first_and_so_many_at_most(self, outside):
        urls = [outside.says(f"/{n}", GOOD) for n in range(4)]
        link_to(*urls)
        for nth in range(2):
            with at(nth):
                summary = check_links(limit=2, gap=0)
                assert (summary.due, summary.asked) == (2, 2)
        assert outside.paths() == ["/0", "/1", "/2", "/3"]

    def test_asks_again_only_after_a_week(self, outside):
        link_to(outside.says("/page", GOOD))
        asked = []
        for day in (0, 1, 6.9, 7, 8):
            with at(day):
                asked.append(check_links(gap=0).asked)
        assert asked == [1, 0, 0, 1, 0]

    def test_breaks_no_link_before_it_failed_on_two_days(self, outside):
        link_to(outside.says("/page", GOOD, Said(status=404)))
        seen = []
        for day in (0, 7, 7.2, 8):
            with at(day):
                summary = check_links(gap=0)
                seen.append((state(), len(summary.newly_broken)))
        assert seen == [
            (LinkState.FINE, 0),
            (LinkState.FAILING, 0),
            (LinkState.FAILING, 0),
            (LinkState.BROKEN, 1),
        ]
        link = OutsideLink.objects.get()
        assert link.good_at == MONDAY
        assert link.failing_since == MONDAY + timedelta(days=7)

    def test_finds_out_that_a_broken_link_is_well_again(self, outside):
        link_to(outside.says("/page", Said(status=404)))
        for day in (0, 1):
            with at(day):
                check_links(gap=0)
        assert state() == LinkState.BROKEN
        outside.says("/page", GOOD)
        with at(8):
            check_links(gap=0)
        link = OutsideLink.objects.get()
        assert (link.state, link.failing_since) == (LinkState.FINE, None)

    def test_asks_for_nothing_that_somebody_ignores(self, outside, editor):
        link_to(outside.says("/page", GOOD))
        check_links(limit=0)
        link = OutsideLink.objects.get()
        say_of(link, by=editor, archived_url="", ignored_reason="A wall.")
        assert check_links(older_than=None, gap=0).due == 0
        say_of(link, by=editor, archived_url="", ignored_reason="")
        assert check_links(gap=0).asked == 1

    def test_that_breaks_off_has_kept_what_it_knows(self, outside, monkeypatch):
        link_to(*(outside.says(f"/{n}", GOOD) for n in range(3)))
        kept = []

        def keep_two(url, checked, *, at):
            if len(kept) == 2:
                raise KeyboardInterrupt
            kept.append(url)
            return keep(url, checked, at=at)

        keep = linkkeeping.keep
        monkeypatch.setattr(linkkeeping, "keep", keep_two)
        with pytest.raises(KeyboardInterrupt):
            check_links(gap=0)
        monkeypatch.undo()
        assert OutsideLink.objects.filter(state=LinkState.FINE).count() == 2
        assert check_links(gap=0).asked == 1


class TestNetwork:
    """Addresses on ports of this machine that nobody listens at stand for hosts that
    can't be reached."""

    @pytest.fixture(autouse=True)
    def _closed(self, settings, outside):
        settings.FETCH_ALLOW += ["127.0.0.2:1", "127.0.0.3:1"]

    def test_that_is_down_breaks_no_link(self):
        link_to("http://127.0.0.2:1/", "http://127.0.0.3:1/")
        with pytest.raises(CommandError, match="None of 2 hosts answered"):
            run()
        assert set(OutsideLink.objects.values_list("checked_at", flat=True)) == {None}

    def test_is_up_when_anybody_answers(self, outside):
        gone = outside.says("/gone", Said(status=404))
        link_to("http://127.0.0.2:1/", "http://127.0.0.3:1/", gone)
        assert check_links(gap=0).asked == 3
        assert OutsideLink.objects.filter(state=LinkState.FAILING).count() == 3

    def test_is_not_doubted_for_one_host_alone(self):
        link_to("http://127.0.0.2:1/")
        assert check_links(gap=0).asked == 1
        assert "can’t be reached" in OutsideLink.objects.get().error


class TestCommand:
    def test_tells_the_log_what_it_found(self, outside):
        outside.says("/new", GOOD)
        link_to(
            outside.says("/good", GOOD),
            outside.says("/old", to("/new", 301)),
            outside.says("/wall", Said(status=403)),
            outside.says("/gone", Said(status=410)),
        )
        with at(0):
            assert run().splitlines() == [
                "4 addresses in live content, 4 of them new; 0 no longer used.",
                "Asked for 4 of 4 that were due: 1 fine; 1 can’t be checked; "
                "1 failed, to be asked again; 1 moved for good.",
            ]
        with at(1):
            assert run().splitlines() == [
                "4 addresses in live content, 0 of them new; 0 no longer used.",
                "Asked for 1 of 1 that were due: 1 broken.",
                f"Broken now: {outside.url}/gone",
            ]

    def test_has_little_to_tell_of_an_empty_site(self):
        assert run().splitlines()[1] == "Asked for 0 of 0 that were due."

    def test_tells_what_it_left_since_a_host_said_later(self, outside):
        busy = outside.says("/0", Said(status=429))
        link_to(busy, outside.says("/1", GOOD), outside.says("/2", GOOD))
        lines = run().splitlines()
        assert lines[1] == "Asked for 1 of 3 that were due: 1 can’t be checked."
        assert lines[2].startswith("2 are left for the next time")

    def test_tells_of_addresses_that_are_too_long(self):
        link_to(f"https://a.example.org/{'x' * 1_500}")
        assert "1 addresses are too long to be checked." in run()

    def test_can_ask_for_all_or_for_older_or_for_few(self, outside):
        link_to(*(outside.says(f"/{n}", GOOD) for n in range(3)))
        with at(0):
            assert "Asked for 2 of 2" in run("--limit", "2")
            assert "Asked for 1 of 1" in run()
            assert "Asked for 3 of 3" in run("--all")
        with at(2):
            assert "Asked for 0 of 0" in run("--older-than", "3")
            assert "Asked for 3 of 3" in run("--older-than", "2")

    @pytest.mark.parametrize("option", ["--limit", "--older-than", "--pause"])
    @pytest.mark.parametrize("value", ["-1", "x", "99999999"])
    def test_refuses_odd_numbers(self, option, value):
        with pytest.raises(CommandError, match="is not a number from 0"):
            run(f"{option}={value}")
