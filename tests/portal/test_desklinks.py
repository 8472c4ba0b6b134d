"""The desk's list of links to other sites that somebody should mend."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from immunosite.core import caring
from immunosite.core.linkkeeping import say_of
from immunosite.core.outsidelinks import LinkState, OutsideLink
from immunosite.portal.deskrows import NOBODY, Wanted
from immunosite.portal.deskwork import LISTS
from immunosite.portal.linkcollecting import collect
from tests.factories import make_article, make_reference, make_term, publisher

pytestmark = pytest.mark.django_db
NEW = "https://new.example.org/"


def url(name: str) -> str:
    return f"https://{name}.example.org/page"


def found(name: str, state: str = LinkState.BROKEN, *, days: int = 1) -> None:
    """A check found the link so, so many days ago."""
    collect()
    at = timezone.now() - timedelta(days=days)
    is_bad = state in (LinkState.BROKEN, LinkState.FRONT)
    OutsideLink.objects.filter(url=url(name)).update(
        state=state,
        status=404 if state == LinkState.BROKEN else 200,
        redirected_to="" if state == LinkState.BROKEN else NEW,
        checked_at=at,
        failing_since=at if is_bad else None,
    )


def rows(user, **wanted):
    listing = LISTS["links"]
    return [listing.row(line, user) for line in listing.found(user, Wanted(**wanted))]


def names(user, **wanted) -> list[str]:
    return [row.title.split(".")[0].partition("//")[2] for row in rows(user, **wanted)]


class TestLinksToMend:
    def test_say_what_is_wrong_where_and_since_when(self, editor):
        page = make_article("hope", f"[a]({url('a')})", title="Hope").page
        caring.set_care(page, by=publisher(), owner=editor, review_due_on=None)
        make_term("Cell", f"[a]({url('a')})")
        make_reference("web", URL=url("a"))
        found("a")
        (row,) = rows(editor)
        link = OutsideLink.objects.get()
        assert (row.title, row.kind, row.what) == (
            url("a"),
            "article",
            "Not Found (404)",
        )
        assert (row.who, row.owner) == ("Hope and 2 more", "editor")
        assert (row.moment, row.is_late) == (link.failing_since, True)
        assert row.path == f"/admin/core/outsidelink/{link.pk}/change/"

    def test_are_those_that_have_failed_longest_first(self, editor):
        make_article("hope", " ".join(f"[x]({url(name)})" for name in "abcd"))
        found("a", days=2)
        found("b", LinkState.MOVED, days=5)
        found("c", LinkState.FRONT, days=9)
        found("d", LinkState.UNSURE)
        assert names(editor) == ["c", "b", "a"]
        assert [row.what for row in rows(editor)] == [
            "Leads to a front page", "Moved for good", "Not Found (404)",
        ]  # fmt: skip

    def test_may_be_of_a_reference_alone(self, editor):
        make_reference("web", URL=url("a"))
        found("a")
        (row,) = rows(editor)
        assert (row.kind, row.who, row.owner) == ("reference", "web", "")

    def test_count_an_article_and_a_term_of_one_key_as_two(self, editor):
        page = make_article("hope", f"[a]({url('a')})", title="Hope").page
        term = make_term("Cell", f"[a]({url('a')})").page
        found("a")
        term.refresh_from_db()
        OutsideLink.objects.get().uses.filter(kind="glossary.term").update(
            subject_id=page.pk
        )
        assert rows(editor)[0].who == "Hope and 1 more"

    def test_are_none_that_somebody_ignores(self, editor):
        make_article("hope", f"[a]({url('a')})")
        found("a")
        link = OutsideLink.objects.get()
        say_of(link, by=editor, archived_url="", ignored_reason="Why not.")
        assert rows(editor) == []

    def test_are_narrowed_by_kind_owner_and_words(self, editor, author):
        page = make_article("hope", f"[the law]({url('a')})").page
        caring.set_care(page, by=publisher(), owner=author, review_due_on=None)
        make_term("Cell", f"[x]({url('b')})")
        make_reference("web", URL=url("c"))
        for name in "abc":
            found(name)
        everything = sorted(names(editor))
        assert everything == ["a", "b", "c"]
        assert names(editor, kind="glossary.term") == ["b"]
        assert names(editor, kind="references.reference") == ["c"]
        assert names(editor, person=str(author.pk)) == ["a"]
        assert names(editor, person=NOBODY) == ["b"]
        assert names(author, is_mine=True) == ["a"]
        assert names(editor, is_mine=True) == []
        assert names(editor, text="The Law") == ["a"]
        assert names(editor, text="b.example") == ["b"]

    def test_are_for_those_who_may_see_the_report(self, editor, author, reviewer):
        listing = LISTS["links"]
        told = [listing.is_for(user) for user in (editor, author, reviewer)]
        assert told == [True, True, False]
