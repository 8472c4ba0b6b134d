"""For a daily timer: ask whether the pages of other sites that we link are there."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from immunosite.core.linkasking import GAP
from immunosite.core.outsidelinks import LinkState
from immunosite.portal.linkchecking import (
    OLDER_THAN,
    OutOfReach,
    Summary,
    check_links,
)

# So many broken links are named.
_MOST = 20


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = -1
    if not 0 <= number <= 1_000_000:
        raise ArgumentTypeError(f"“{text}” is not a number from 0 to 1,000,000.")
    return number


def _days(text: str) -> timedelta:
    return timedelta(days=_count(text))


class Command(BaseCommand):
    help = (
        "Collect the links to other sites in live content and ask for those that were "
        "not asked lately. Broken links are no error of the command."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--limit", type=_count, metavar="N", help="Ask for so many at most."
        )
        parser.add_argument(
            "--older-than",
            type=_days,
            default=OLDER_THAN,
            metavar="DAYS",
            help=f"Ask for what was asked so long ago (default {OLDER_THAN.days}).",
        )
        parser.add_argument(
            "--all", action="store_true", help="Ask for all, whenever they were asked."
        )
        parser.add_argument(
            "--pause",
            type=_count,
            default=GAP,
            metavar="SECONDS",
            help=f"Between two requests to a host (default {GAP:g}).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            summary = check_links(
                limit=options["limit"],
                older_than=None if options["all"] else options["older_than"],
                gap=float(options["pause"]),
            )
        except OutOfReach as error:
            raise CommandError(str(error)) from error
        for line in _lines(summary):
            self.stdout.write(line)


def _lines(summary: Summary) -> Iterator[str]:
    found = summary.collected
    yield (
        f"{found.used} addresses in live content, {found.new} of them new; "
        f"{found.dropped} no longer used."
    )
    if found.too_long:
        yield f"{found.too_long} addresses are too long to be checked."
    counts = [
        f"{summary.states[state.value]} {state.label[0].lower()}{state.label[1:]}"
        for state in reversed(LinkState)
        if summary.states[state.value]
    ]
    said = ": " + "; ".join(counts) if counts else ""
    yield f"Asked for {summary.asked} of {summary.due} that were due{said}."
    if left := summary.due - summary.asked:
        yield f"{left} are left for the next time, since their hosts said “later”."
    for url in summary.newly_broken[:_MOST]:
        yield f"Broken now: {url}"
    if (more := len(summary.newly_broken) - _MOST) > 0:
        yield f"Broken now: {more} more, see the admin."
