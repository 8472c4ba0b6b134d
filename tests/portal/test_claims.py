"""The desk's list of the live pages with what backs their claims."""

from __future__ import annotations

import csv
import io

import pytest

from glossary.sourcing import sourced
from references.evidencing import save_evidence, verify_evidence
from tests.factories import (
    draft_article,
    make_article,
    make_reference,
    make_term,
    make_user,
)

pytestmark = pytest.mark.django_db
PATH = "/admin/claims/"


@pytest.fixture
def pages(author, reviewer):
    """One page with two citations, of which one is verified; one with four, none of
    which has a quotation; one without any."""
    make_reference()
    two = make_article(
        "two", "It grew [@larkin-2015]. It shrank [@larkin-2015]. It fell by 5%."
    )
    found = quote(two.page, two.body, author)
    verify_evidence(two.page, found.pk, seen=found.seen, by=reviewer)
    make_article("four", " ".join(f"So is {n} [@larkin-2015]." for n in "abcd"))
    return two.page, make_article("none", "Nothing.").page


def quote(page, body, by, at=0):
    place = sourced(page, body).rows[at].supports[0].place
    return save_evidence(place, quotation="Words.", seen="", by=by)


def lines(client, query=""):
    answer = client.get(PATH + query)
    assert answer.status_code == 200
    return {
        line.title: (
            line.sums.cited, line.sums.quoted, line.sums.verified, line.sums.uncited,
        )
        for line in answer.context["lines"]
    }  # fmt: skip


class TestTheList:
    def test_counts_the_claims_of_live_articles(self, client, author, pages):
        client.force_login(author)
        assert lines(client) == {
            "Four": (4, 0, 0, 0), "None": (0, 0, 0, 0), "Two": (2, 1, 1, 1),
        }  # fmt: skip

    def test_counts_the_live_text_and_not_the_draft(self, client, author, pages):
        draft_article("two", "Nothing.")
        client.force_login(author)
        assert lines(client)["Two"] == (2, 1, 1, 1)

    def test_leaves_out_pages_about_the_site_and_what_is_not_live(self, client, author):
        make_article("about", "We are 5.", kind="site page")
        draft_article("draft")
        client.force_login(author)
        assert lines(client) == {}

    def test_shows_terms_when_asked(self, client, author, pages):
        make_term("Cell", "A cell grew by 5%.")
        client.force_login(author)
        assert lines(client, "?kind=glossary.term") == {"Cell": (0, 0, 0, 1)}

    @pytest.mark.parametrize(
        ("by", "first"),
        [("title", "Four"), ("citations", "Four"), ("bare", "Four"), ("live", "None")],
    )
    def test_is_sorted(self, client, author, pages, by, first):
        client.force_login(author)
        assert next(iter(lines(client, f"?by={by}"))) == first

    def test_is_sorted_by_what_is_to_verify(self, client, author, pages):
        _, none = pages
        found = make_article("three", "It grew [@larkin-2015].")
        quote(found.page, found.body, author)
        client.force_login(author)
        assert next(iter(lines(client, "?by=unverified"))) == "Three"

    def test_is_narrowed(self, client, author, pages):
        client.force_login(author)
        assert list(lines(client, "?q=FOU")) == ["Four"]
        assert lines(client, "?q=x") == lines(client, "?kind=nope") == {}
        assert client.get(PATH + "?page=9").status_code == 404

    def test_links_the_claims_without_a_source(self, client, author, pages):
        client.force_login(author)
        html = client.get(PATH).content.decode()
        assert (
            f"/admin/articles/article/{pages[0].pk}/claims/?of=live&amp;show=unc"
            in html
        )
        assert f'href="{PATH}">Claims</a>' in client.get("/admin/").content.decode()

    def test_costs_as_many_queries_however_many_pages(
        self, client, author, pages, django_assert_num_queries
    ):
        client.force_login(author)
        client.get(PATH)
        with django_assert_num_queries(10):
            client.get(PATH)
        for n in range(30):
            make_article(f"more-{n}", "It grew [@larkin-2015].")
        with django_assert_num_queries(10):
            client.get(PATH)


class TestTheFile:
    def test_has_every_page(self, client, author, pages):
        for n in range(30):
            make_article(f"x-{n}", "It grew [@larkin-2015].")
        client.force_login(author)
        answer = client.get(PATH + "?as=csv")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        rows = {row["Title"]: row for row in csv.DictReader(io.StringIO(text))}
        assert len(rows) == 33
        assert (rows["Two"]["Citations"], rows["Two"]["Verified"]) == ("2", "1")
        assert rows["Two"]["Claims"].endswith("/claims/?of=live")

    def test_of_nothing_known_can_not_be_made(self, client, author):
        client.force_login(author)
        assert client.get(PATH + "?as=csv&kind=nope").status_code == 400


class TestRights:
    @pytest.mark.parametrize("role", ["Author", "Medical reviewer", "Editor"])
    def test_the_staff_sees_it(self, client, role):
        client.force_login(make_user("somebody", role=role))
        assert client.get(PATH).status_code == 200

    def test_who_has_no_role_does_not(self, client):
        guest = make_user("guest", role="Author")
        guest.groups.clear()
        client.force_login(guest)
        assert client.get(PATH).status_code == 403
