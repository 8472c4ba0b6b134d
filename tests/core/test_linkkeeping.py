"""What a check found is kept; what people say of a link, too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from immunosite.core.audit import AuditEntry
from immunosite.core.linkjudging import Checked
from immunosite.core.linkkeeping import keep, say_of
from immunosite.core.outsidelinks import LinkState, LinkUse, OutsideLink

pytestmark = pytest.mark.django_db
URL = "https://a.org/page"
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def make_link(url: str = URL, *, used: bool = True, **fields) -> OutsideLink:
    link = OutsideLink.objects.create(url=url, **fields)
    if used:
        LinkUse.objects.create(
            link=link, kind="articles.article", subject_id=1, words="here"
        )
    return link


class TestKeep:
    def test_stores_what_came(self):
        make_link()
        moved = Checked(200, redirected_to="https://b.org/page", is_permanent=True)
        link = keep(URL, moved, at=MONDAY)
        link.refresh_from_db()
        assert (link.state, link.status, link.redirected_to) == (
            LinkState.MOVED, 200, "https://b.org/page",
        )  # fmt: skip
        assert (link.checked_at, link.good_at, link.error) == (MONDAY, MONDAY, "")

    def test_goes_on_from_what_came_before(self):
        make_link()
        keep(URL, Checked(200), at=MONDAY)
        keep(URL, Checked(404), at=MONDAY + DAY)
        link = keep(URL, Checked(error="No answer."), at=MONDAY + DAY * 2)
        assert (link.state, link.status, link.error) == (
            LinkState.FAILING, None, "No answer.",
        )  # fmt: skip
        link = keep(URL, Checked(404), at=MONDAY + DAY * 3)
        assert (link.state, link.good_at, link.failing_since) == (
            LinkState.BROKEN, MONDAY, MONDAY + DAY,
        )  # fmt: skip

    def test_forgets_a_redirect_that_is_no_more(self):
        make_link(state=LinkState.MOVED, redirected_to="https://b.org/")
        assert keep(URL, Checked(200), at=MONDAY).redirected_to == ""

    def test_leaves_alone_what_people_said(self, editor):
        link = make_link()
        archived = "https://web.archive.org/a"
        say_of(link, by=editor, archived_url=archived, ignored_reason="")
        keep(URL, Checked(404), at=MONDAY)
        link.refresh_from_db()
        assert link.archived_url == archived

    def test_of_an_address_that_was_forgotten_does_nothing(self):
        assert keep(URL, Checked(200), at=MONDAY) is None
        assert not OutsideLink.objects.exists()


class TestSay:
    def test_ignores_with_a_name_a_day_and_a_reason(self, editor):
        link = make_link()
        say_of(link, by=editor, archived_url="", ignored_reason=" It wants a login. ")
        link.refresh_from_db()
        assert (link.ignored_reason, link.ignored_by) == ("It wants a login.", editor)
        assert link.ignored_at is not None
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.by) == ("ignore link", editor)
        assert entry.details["after"] == {"ignored_reason": "It wants a login."}

    def test_takes_it_back(self, editor):
        link = make_link()
        say_of(link, by=editor, archived_url="", ignored_reason="Why not.")
        say_of(link, by=editor, archived_url="", ignored_reason="")
        link.refresh_from_db()
        assert (link.ignored_reason, link.ignored_by, link.ignored_at) == (
            "",
            None,
            None,
        )
        assert AuditEntry.objects.first().action == "heed link"

    def test_keeps_who_ignored_it_when_only_the_copy_changes(
        self, editor, administrator
    ):
        link = make_link()
        say_of(link, by=editor, archived_url="", ignored_reason="Why not.")
        say_of(
            link,
            by=administrator,
            archived_url="https://b.org/",
            ignored_reason="Why not.",
        )
        link.refresh_from_db()
        assert (link.ignored_by, link.archived_url) == (editor, "https://b.org/")
        assert AuditEntry.objects.first().action == "note archived copy"

    def test_writes_nothing_when_nothing_is_new(self, editor):
        say_of(make_link(), by=editor, archived_url="", ignored_reason=" ")
        assert not AuditEntry.objects.exists()

    @pytest.mark.parametrize(
        "url", ["ftp://a.org/x", "javascript:alert(1)", "no address", "https:// /"]
    )
    def test_takes_only_web_addresses(self, editor, url):
        link = make_link()
        with pytest.raises(ValidationError) as refused:
            say_of(link, by=editor, archived_url=url, ignored_reason="")
        assert set(refused.value.message_dict) == {"archived_url"}
        link.refresh_from_db()
        assert link.archived_url == ""

    def test_refuses_a_reason_that_is_too_long(self, editor):
        with pytest.raises(ValidationError):
            say_of(make_link(), by=editor, archived_url="", ignored_reason="x" * 301)

    def test_needs_the_right(self, author):
        with pytest.raises(PermissionDenied):
            say_of(make_link(), by=author, archived_url="", ignored_reason="x")


class TestTable:
    @pytest.mark.parametrize(
        "fields",
        [
            {"state": "odd"},
            {"state": LinkState.MOVED},
            {"ignored_reason": "Nobody did it."},
            {"ignored_at": timezone.now()},
        ],
    )
    def test_refuses_what_makes_no_sense(self, fields):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_link(**fields)

    def test_holds_an_address_once(self):
        make_link()
        with pytest.raises(IntegrityError), transaction.atomic():
            make_link()


class TestDue:
    def due(self, at=MONDAY, older_than=DAY * 7) -> list[str]:
        links = OutsideLink.objects.due(at, older_than=older_than)
        return [link.url[-1] for link in links]

    def test_are_those_that_were_asked_long_ago_the_longest_first(self):
        for name, days in (("a", 7), ("b", 6), ("c", 30)):
            make_link(f"https://a.org/{name}", checked_at=MONDAY - DAY * days)
        make_link("https://a.org/d")
        assert self.due() == ["d", "c", "a"]

    def test_are_all_when_all_are_wanted(self):
        make_link("https://a.org/a", checked_at=MONDAY)
        assert self.due() == []
        assert self.due(older_than=None) == ["a"]

    def test_are_those_that_failed_on_an_earlier_day(self):
        failed = {"state": LinkState.FAILING}
        make_link("https://a.org/a", checked_at=MONDAY - DAY / 2, **failed)
        make_link("https://a.org/b", checked_at=MONDAY - DAY / 8, **failed)
        assert self.due() == ["a"]

    def test_are_none_that_nobody_uses_or_somebody_ignores(self, editor):
        make_link("https://a.org/a", used=False)
        link = make_link("https://a.org/b")
        say_of(link, by=editor, archived_url="", ignored_reason="Why not.")
        assert self.due(older_than=None) == []


class TestToMend:
    def to_mend(self) -> list[str]:
        return [link.state for link in OutsideLink.objects.to_mend().worst_first()]

    def test_are_those_that_somebody_can_do_something_about(self):
        for state in LinkState.values:
            make_link(
                f"https://a.org/{state}", state=state, redirected_to="https://b.org/"
            )
        assert self.to_mend() == [LinkState.BROKEN, LinkState.FRONT, LinkState.MOVED]

    def test_are_none_that_nobody_uses_or_somebody_ignores(self, editor):
        make_link("https://a.org/a", state=LinkState.BROKEN, used=False)
        link = make_link("https://a.org/b", state=LinkState.BROKEN)
        say_of(link, by=editor, archived_url="", ignored_reason="Why not.")
        assert self.to_mend() == []

    def test_are_none_that_moved_and_are_made_of_identifiers(self):
        moved = make_link(state=LinkState.MOVED, redirected_to="https://b.org/")
        moved.uses.update(is_mendable=False)
        assert self.to_mend() == []
        OutsideLink.objects.update(state=LinkState.BROKEN)
        assert self.to_mend() == [LinkState.BROKEN]
