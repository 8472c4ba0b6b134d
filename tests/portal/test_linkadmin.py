"""The report on links to other sites: list, filters, one link, mending, export."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.utils import timezone

from articles.models import Article
from immunosite.core.audit import AuditEntry
from immunosite.core.linkkeeping import say_of
from immunosite.core.outsidelinks import LinkState, LinkUse, OutsideLink
from immunosite.portal.linkcollecting import collect
from references.models import Reference
from tests.factories import draft_article, make_article, make_reference, make_term

pytestmark = pytest.mark.django_db
LIST = "/admin/core/outsidelink/"
NEW = "https://new.example.org/page"


def url(name: str) -> str:
    return f"https://{name}.example.org/page"


def make_links(*states: str) -> dict[str, OutsideLink]:
    """An article that links a page in each of the states."""
    body = " ".join(f"[to {state}]({url(state)})" for state in states)
    make_article("hope", body, title="Hope & more")
    collect()
    now = timezone.now()
    for state in states:
        to = NEW if state in (LinkState.MOVED, LinkState.FRONT) else ""
        status = 404 if state in (LinkState.BROKEN, LinkState.FAILING) else 200
        OutsideLink.objects.filter(url=url(state)).update(
            state=state, redirected_to=to, status=status, checked_at=now
        )
    return {link.state: link for link in OutsideLink.objects.all()}


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


class TestList:
    def urls(self, client, query: str = "") -> list[str]:
        page = client.get(f"{LIST}{query}")
        return [link.url for link in page.context["cl"].result_list]

    def test_has_the_worst_first(self, desk):
        make_links(*reversed(LinkState.values))
        assert self.urls(desk) == [url(state) for state in LinkState.values]

    def test_says_where_each_stands_and_is_used(self, desk):
        make_links(LinkState.BROKEN, LinkState.MOVED)
        make_term("Cell", f"[a]({url('broken')})")
        collect()
        said = words(desk.get(LIST))
        assert "Broken: Not Found (404)" in said
        assert "Hope &amp; more and 1 more" in said
        assert "Moved for good" in said
        assert f"Moved for good → {NEW}" in said

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("?state=mend", ["broken", "front", "moved"]),
            ("?state=broken", ["broken"]),
            ("?state=unsure", ["unsure"]),
            ("?state=ignored", ["fine"]),
            ("?state=fine", []),
            ("?kind=articles.article&state=new", ["new"]),
            ("?kind=glossary.term", []),
            ("?q=to+broken", ["broken"]),
            ("?q=moved.example", ["moved"]),
            ("?state=nonsense&kind=odd&q=front", ["front"]),
        ],
    )
    def test_is_filtered_and_searched(self, desk, editor, query, found):
        links = make_links(*LinkState.values)
        say_of(links["fine"], by=editor, archived_url="", ignored_reason="Why not.")
        assert self.urls(desk, query) == [url(name) for name in found]

    def test_can_be_sorted(self, desk):
        make_links(*LinkState.values)
        for column in range(1, 6):
            assert len(self.urls(desk, f"?o={column}")) == len(LinkState.values)

    def test_asks_the_database_no_more_for_more_links(
        self, desk, django_assert_max_num_queries
    ):
        body = " ".join(f"[{n}](https://a.example.org/{n})" for n in range(30))
        make_article("many", body)
        make_reference("web", URL="https://a.example.org/1")
        collect()
        with django_assert_max_num_queries(12):
            assert len(self.urls(desk)) == 30

    def test_says_that_there_is_nothing(self, desk):
        assert "Nothing here yet." in words(desk.get(LIST))

    def test_is_open_for_authors_and_nobody_without_the_right(
        self, client, author, reviewer
    ):
        client.force_login(author)
        assert client.get(LIST).status_code == 200
        client.force_login(reviewer)
        assert client.get(LIST).status_code == 403


class TestLink:
    def page(self, client, link):
        return client.get(f"{LIST}{link.pk}/change/")

    def test_tells_all_that_is_known(self, desk):
        link = make_links(LinkState.BROKEN)["broken"]
        said = words(self.page(desk, link))
        assert "Broken: Not Found (404)" in said
        assert "Hope &amp; more Article to broken" in said
        assert "Nothing is known that could replace it." in said

    def test_offers_the_new_address_of_a_page_that_moved(self, desk):
        page = self.page(desk, make_links(LinkState.MOVED)["moved"])
        assert "Write it into a draft of “Hope &amp; more”" in words(page)
        assert f'<input type="hidden" name="address" value="{NEW}">' in (
            page.content.decode()
        )

    def test_offers_no_front_page(self, desk):
        said = words(self.page(desk, make_links(LinkState.FRONT)["front"]))
        assert "The page is probably gone" in said
        assert "Write it" not in said

    def test_shows_a_redirect_for_now_and_offers_it_not(self, desk):
        link = make_links(LinkState.FINE)["fine"]
        OutsideLink.objects.update(redirected_to=NEW)
        said = words(self.page(desk, link))
        assert NEW in said
        assert "Write it" not in said

    def test_tells_of_drafts(self, desk):
        link = make_links(LinkState.MOVED)["moved"]
        draft_article("hope", f"[to moved]({NEW})")
        said = words(self.page(desk, link))
        assert "Draft 2 (draft) no longer has it" in said
        assert "Write it" not in said

    def test_offers_an_author_who_may_not_change_it_the_drafts_all_the_same(
        self, client, author
    ):
        link = make_links(LinkState.MOVED)["moved"]
        client.force_login(author)
        page = self.page(client, link)
        assert "Write it into a draft" in words(page)
        assert b'name="ignored_reason"' not in page.content
        assert "Archived copy" not in words(page)

    def test_that_nothing_uses_says_so(self, desk):
        link = make_links(LinkState.MOVED)["moved"]
        LinkUse.objects.all().delete()
        assert "Nothing live uses it now." in words(self.page(desk, link))

    def test_can_be_neither_added_nor_deleted(self, client, administrator):
        link = make_links(LinkState.MOVED)["moved"]
        client.force_login(administrator)
        assert client.post(f"{LIST}add/").status_code == 403
        assert (
            client.post(f"{LIST}{link.pk}/delete/", {"post": "yes"}).status_code == 403
        )
        assert OutsideLink.objects.count() == 1


class TestSaying:
    def send(self, client, link, **typed):
        given = {"archived_url": "", "ignored_reason": "", **typed}
        return client.post(f"{LIST}{link.pk}/change/", given)

    def test_ignores_and_takes_back(self, desk, editor):
        link = make_links(LinkState.BROKEN)["broken"]
        self.send(desk, link, ignored_reason="It wants a login.")
        link.refresh_from_db()
        assert (link.ignored_reason, link.ignored_by) == ("It wants a login.", editor)
        assert "Ignored: It wants a login." in words(
            desk.get(f"{LIST}{link.pk}/change/")
        )
        self.send(desk, link)
        link.refresh_from_db()
        assert (link.ignored_reason, link.ignored_by) == ("", None)
        actions = AuditEntry.objects.filter(subject_type="core.outsidelink")
        assert [entry.action for entry in actions] == ["heed link", "ignore link"]

    def test_keeps_a_copy_which_is_then_offered(self, desk):
        link = make_links(LinkState.BROKEN)["broken"]
        self.send(desk, link, archived_url="https://web.archive.org/web/2020/x")
        said = words(desk.get(f"{LIST}{link.pk}/change/"))
        assert (
            "A copy of the page is kept at https://web.archive.org/web/2020/x" in said
        )
        assert "Write it into a draft" in said

    def test_completes_an_address_without_a_scheme(self, desk):
        link = make_links(LinkState.BROKEN)["broken"]
        self.send(desk, link, archived_url="web.archive.org/x")
        link.refresh_from_db()
        assert link.archived_url == "https://web.archive.org/x"

    @pytest.mark.parametrize("typed", ["ftp://a.org/x", "javascript:alert(1)", "no no"])
    def test_says_at_the_field_what_is_no_address(self, desk, typed):
        link = make_links(LinkState.BROKEN)["broken"]
        page = self.send(desk, link, archived_url=typed, ignored_reason="Kept.")
        form = page.context["adminform"].form
        assert set(form.errors) == {"archived_url"}
        assert form["ignored_reason"].value() == "Kept."
        link.refresh_from_db()
        assert (link.archived_url, link.ignored_reason) == ("", "")

    def test_changes_nothing_else_whatever_is_sent(self, desk):
        link = make_links(LinkState.BROKEN)["broken"]
        forged = {"url": "https://forged.org/", "state": "fine", "redirected_to": NEW}
        self.send(desk, link, ignored_by="1", **forged)
        link.refresh_from_db()
        assert (link.url, link.state) == (url("broken"), LinkState.BROKEN)
        assert (link.redirected_to, link.ignored_by) == ("", None)

    def test_is_for_editors(self, client, author):
        link = make_links(LinkState.BROKEN)["broken"]
        client.force_login(author)
        assert self.send(client, link, ignored_reason="x").status_code == 403


class TestMending:
    def send(self, client, link, **typed):
        given = {"to": "redirect", "address": NEW, "place": "", **typed}
        return client.post(f"{LIST}{link.pk}/mend/", given, follow=True)

    def newest(self):
        return Article.objects.get().newest()

    def test_writes_a_draft_at_one_click_and_leads_to_it(self, desk, editor):
        link = make_links(LinkState.MOVED)["moved"]
        page = self.send(desk, link, place=f"articles.article:{self.newest().page_id}")
        newest = self.newest()
        assert (newest.number, newest.body) == (2, f"[to moved]({NEW})")
        assert (newest.created_by, newest.live_from) == (editor, None)
        path = f"/admin/articles/article/{newest.page_id}/change/"
        assert f'<a href="{path}">Hope &amp; more</a>: Draft 2' in page.content.decode()

    def test_writes_the_copy(self, desk, editor):
        link = make_links(LinkState.BROKEN)["broken"]
        copy = "https://web.archive.org/web/2020/x"
        say_of(link, by=editor, archived_url=copy, ignored_reason="")
        self.send(desk, link, to="archive", address=copy)
        assert self.newest().body == f"[to broken]({copy})"

    def test_changes_a_reference_only_when_it_is_named(self, desk):
        reference = make_reference("web", URL=url("moved"))
        link = make_links(LinkState.MOVED)["moved"]
        self.send(desk, link)
        assert Reference.objects.get().csl["URL"] == url("moved")
        self.send(desk, link, place=f"references.reference:{reference.pk}")
        assert Reference.objects.get().csl["URL"] == NEW
        assert "Change the reference" not in words(desk.get(f"{LIST}{link.pk}/change/"))

    @pytest.mark.parametrize(
        "typed",
        [
            {"address": "https://evil.example.org/"}, {"address": ""}, {"to": "archive"},
            {"to": "nonsense"}, {"to": "", "address": ""},
        ],
    )  # fmt: skip
    def test_writes_no_other_address_than_was_shown(self, desk, typed):
        page = self.send(desk, make_links(LinkState.MOVED)["moved"], **typed)
        assert "The new address has changed since." in words(page)
        assert self.newest().number == 1

    @pytest.mark.parametrize(
        "state", [LinkState.FRONT, LinkState.FINE, LinkState.BROKEN]
    )
    def test_writes_no_redirect_that_is_not_for_good(self, desk, state):
        link = make_links(state)[state]
        OutsideLink.objects.update(redirected_to=NEW)
        self.send(desk, link)
        assert self.newest().number == 1

    def test_says_why_it_was_not_done(self, client, author):
        link = make_links(LinkState.MOVED)["moved"]
        draft_article("hope", f"![x][r] [a][r]\n\n[r]: {url('moved')}")
        client.force_login(author)
        page = self.send(client, link)
        assert "Not done in" in words(page)
        assert "only a person can change" in words(page)

    def test_says_that_there_is_nothing_to_do(self, desk):
        link = make_links(LinkState.MOVED)["moved"]
        draft_article("hope", "Words.")
        assert "There is nothing to do" in words(self.send(desk, link))

    def test_is_not_done_by_following_a_link(self, desk):
        link = make_links(LinkState.MOVED)["moved"]
        assert desk.get(f"{LIST}{link.pk}/mend/").status_code == 405

    def test_of_nothing_is_not_found(self, desk):
        assert desk.post(f"{LIST}999/mend/").status_code == 404


class TestExport:
    def export(self, client, query: str = "") -> list[list[str]]:
        response = client.get(f"{LIST}export/{query}")
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert "no-store" in response["Cache-Control"]
        text = b"".join(response.streaming_content).decode()
        return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))

    def test_has_a_line_for_each_use(self, desk):
        make_links(LinkState.BROKEN)
        make_term("Cell", f"[a]({url('broken')}) [b]({url('broken')})")
        collect()
        heading, *lines = self.export(desk)
        assert heading[:3] == ["address", "state", "status"]
        assert [line[:3] for line in lines] == [
            [url("broken"), "Broken: Not Found (404)", "404"]
        ] * 3
        assert [line[9:12] for line in lines] == [
            ["Hope & more", "article", "to broken"],
            ["Cell", "term", "a"],
            ["Cell", "term", "b"],
        ]
        assert lines[0][12].endswith("/change/")

    def test_has_what_nothing_uses(self, desk, editor):
        link = make_links(LinkState.BROKEN)["broken"]
        say_of(link, by=editor, archived_url="https://w.org/", ignored_reason="")
        LinkUse.objects.all().delete()
        _, line = self.export(desk)
        assert (line[0], line[7], line[9]) == (url("broken"), "https://w.org/", "")

    def test_follows_the_filters(self, desk):
        make_links(*LinkState.values)
        _, *lines = self.export(desk, "?state=mend&q=moved")
        assert [line[0] for line in lines] == [url("moved")]
        response = desk.get(f"{LIST}?state=mend")
        assert b'href="/admin/core/outsidelink/export/?state=mend"' in response.content

    def test_runs_no_formula(self, desk):
        make_article("hope", f"[=HYPERLINK(1)]({url('a')})")
        collect()
        _, line = self.export(desk)
        assert line[11] == "'=HYPERLINK(1)"
