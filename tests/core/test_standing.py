"""A page as it stood on a date, what changed on it, and what is left of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from articles.models import Article
from articles.publishing import publish, rename, restore, save_draft, withdraw
from glossary.publishing import restore as restore_term
from glossary.publishing import withdraw as withdraw_term
from immunosite.core import workflow
from immunosite.core.publishing import PublishingRefused
from tests.factories import (
    draft_article,
    draft_term,
    make_article,
    make_tag,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db


def on(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC)


def then(day: str):
    """At noon of a day."""
    return time_machine.travel(on(day), tick=False)


@pytest.fixture
def hope():
    """An article that was published in May, changed in June and is read in July."""
    with then("2026-05-01"):
        make_term("Cell", "Old words.")
        make_article("hope", "The old cell.", title="Old hope")
    with then("2026-06-01"):
        make_term("Cell", "New words.")
        live = make_article("hope", "The new cell.", public_note="A new study.")
    draft_article("hope", "A draft.", public_note="Secret.", note="Internal.")
    with then("2026-07-01"):
        yield live.page


class TestAsItStood:
    def test_shows_the_words_and_the_definitions_of_that_day(self, client, hope):
        page = client.get("/articles/hope/?on=2026-05-20").content.decode()
        assert "Old hope" in page
        assert "Old words." in page
        assert "New words." not in page
        assert "This is how the page stood on" in page

    def test_the_day_of_a_change_shows_the_change(self, client, hope):
        response = client.get("/articles/hope/?on=2026-06-01")
        assert response.context["revision"].number == 2
        assert "May 31, 2026" in (
            client.get("/articles/hope/?on=2026-05-31").content.decode()
        )

    def test_ends_in_the_time_zone_of_the_site(self, client, hope, settings):
        with time_machine.travel(datetime(2026, 6, 20, 2, tzinfo=UTC), tick=False):
            make_article("hope", "Late.")
        number = client.get("/articles/hope/?on=2026-06-19").context["revision"].number
        assert number == 2
        settings.TIME_ZONE = "America/New_York"
        from_there = client.get("/articles/hope/?on=2026-06-19")
        assert from_there.context["revision"].body == "Late."

    def test_tells_the_dates_as_they_were(self, client, hope):
        page = client.get("/articles/hope/?on=2026-05-20").content.decode()
        assert "May 1, 2026" in page
        assert "June 1, 2026" not in page

    def test_no_search_engine_and_no_cache_keeps_it(self, client, hope):
        response = client.get("/articles/hope/?on=2026-05-20")
        page = response.content.decode()
        assert response["X-Robots-Tag"] == "noindex"
        assert '<meta name="robots" content="noindex">' in page
        assert response["Cache-Control"] == "no-store"
        assert 'rel="canonical"' in page.split("</head>")[0]
        assert "?on=" not in page.split("</head>")[0]
        assert "ld+json" not in page

    def test_the_present_page_is_kept_apart(self, client, hope):
        client.get("/articles/hope/?on=2026-05-20")
        assert "The new" in client.get("/articles/hope/").content.decode()

    def test_of_a_term(self, client, hope):
        page = client.get("/glossary/cell/?on=2026-05-20").content.decode()
        assert "Old words." in page
        assert "New words." not in page
        assert "Where this word is used" not in page

    def test_shows_nothing_that_is_yet_to_come(self, client, hope):
        make_article("hope", "To come.", live_from=on("2026-07-02"))
        today = client.get("/articles/hope/?on=2026-07-01")
        assert "To come." not in today.content.decode()

    @pytest.mark.parametrize(
        "day", ["", "x", "2026-13-01", "2026-5-1", "20260501", "²"]
    )
    def test_refuses_what_is_no_date(self, client, hope, day):
        assert client.get("/articles/hope/", {"on": day}).status_code == 400

    @pytest.mark.parametrize(
        "day", ["2026-07-02", "9999-12-31", "2026-04-30", "0001-01-01", "1990-01-01"]
    )
    def test_there_is_none_of_another_day(self, client, hope, day):
        assert client.get("/articles/hope/", {"on": day}).status_code == 404
        assert client.get("/glossary/cell/", {"on": day}).status_code == 404

    def test_a_former_address_keeps_the_day(self, client, hope):
        rename(hope, "hopes", by=publisher())
        response = client.get("/articles/hope/?on=2026-05-20")
        assert response["Location"] == "/articles/hopes/?on=2026-05-20"

    def test_what_was_withdrawn_can_not_be_read(self, client, hope):
        withdraw(hope, by=publisher(), reason="Dangerous.")
        assert client.get("/articles/hope/?on=2026-05-20").status_code == 410

    def test_nor_when_the_page_is_back(self, client, hope):
        withdraw(hope, by=publisher(), reason="Dangerous.")
        with then("2026-07-03"):
            make_article("hope", "Corrected.")
        with then("2026-07-05"):
            past = client.get("/articles/hope/?on=2026-05-20")
            assert past.status_code == 410
            assert "Old hope" not in past.content.decode()
            assert client.get("/articles/hope/?on=2026-07-04").status_code == 200
            changes = client.get("/articles/hope/history/").content.decode()
            assert "A new study." not in changes

    def test_nor_the_definition_of_a_withdrawn_word(self, client, hope):
        withdraw_term(hope.live_revision().mentions.get().term, by=publisher(),
                      reason="Wrong.")  # fmt: skip
        page = client.get("/articles/hope/?on=2026-05-20").content.decode()
        assert "Old words." not in page


class TestWhatChanged:
    def test_lists_the_notes_for_readers_the_newest_first(self, client, hope):
        make_article("hope", "A typo less.")
        page = client.get("/articles/hope/history/")
        changes = page.context["changes"]
        assert [(c.is_first, c.note) for c in changes] == [
            (False, "A new study."),
            (True, ""),
        ]
        text = page.content.decode()
        assert "/articles/hope/?on=2026-05-01" in text
        assert "/articles/hope/?on=2026-06-01" in text

    def test_of_two_on_one_day_the_last_can_be_read(self, client, hope):
        make_article("hope", "Once.", public_note="Once.")
        with time_machine.travel(datetime(2026, 7, 1, 13, tzinfo=UTC), tick=False):
            make_article("hope", "Twice.", public_note="Twice.")
            response = client.get("/articles/hope/history/")
        twice, once, *_ = response.context["changes"]
        assert (str(twice.on), once.on) == ("2026-07-01", None)

    def test_tells_nothing_internal(self, client, hope):
        text = client.get("/articles/hope/history/").content.decode()
        assert "Secret." not in text
        assert "Internal." not in text
        make_article("hope", "Later.", public_note="To come.",
                     live_from=on("2026-08-01"))  # fmt: skip
        assert "To come." not in client.get("/articles/hope/history/").content.decode()

    def test_names_who_signed_off(self, client, hope, reviewer):
        draft = draft_article("hope", "Reviewed.")
        workflow.submit(draft, by=publisher())
        workflow.approve(draft, by=reviewer, is_sign_off=True, note="For colleagues.")
        before = client.get("/articles/hope/history/").content.decode()
        assert "R. Viewer" not in before
        publish(draft, by=publisher())
        after = client.get("/articles/hope/history/").content.decode()
        assert "R. Viewer, a test, MD" in after
        assert "For colleagues." not in after

    def test_is_linked_from_the_dates(self, client, hope):
        page = client.get("/articles/hope/").content.decode()
        assert 'href="/articles/hope/history/">What changed</a>' in page
        page = client.get("/glossary/cell/").content.decode()
        assert 'href="/glossary/cell/history/">What changed</a>' in page
        assert client.get("/glossary/cell/history/").status_code == 200

    def test_of_a_page_about_the_site(self, client):
        make_article("privacy", kind="site page")
        assert client.get("/pages/privacy/history/").status_code == 200
        response = client.get("/articles/privacy/history/")
        assert response["Location"] == "/pages/privacy/history/"

    @pytest.mark.parametrize("kind", ["articles", "glossary"])
    def test_of_what_is_not_public_there_is_none(self, client, kind):
        draft_article("hope")
        draft_term("Hope")
        assert client.get(f"/{kind}/hope/history/").status_code == 404


class TestWithdrawn:
    def withdrawn(self, **how):
        make_article("other")
        make_article("hope")
        withdraw(Article.objects.get(slug="hope"), by=publisher(), reason="Old.", **how)

    def test_says_that_it_is_gone(self, client):
        self.withdrawn()
        response = client.get("/articles/hope/")
        assert response.status_code == 410
        assert "It may have been out of date." in response.content.decode()

    def test_explains(self, client):
        self.withdrawn(withdrawn_as="explained", text="The drug was <recalled>.")
        response = client.get("/articles/hope/")
        assert response.status_code == 410
        assert "The drug was &lt;recalled&gt;." in response.content.decode()

    def test_redirects_while_the_other_is_live(self, client):
        self.withdrawn(withdrawn_as="redirected", to="/articles/other/")
        for path in ("/articles/hope/", "/articles/hope/handout/"):
            response = client.get(path)
            assert (response.status_code, response["Location"]) == (
                301,
                "/articles/other/",
            )
        withdraw(Article.objects.get(slug="other"), by=publisher(), reason="Old.")
        assert client.get("/articles/hope/").status_code == 410

    def test_a_former_address_does_the_same(self, client):
        rename(make_article("hoping").page, "hope", by=publisher())
        self.withdrawn(withdrawn_as="redirected", to="/articles/other/")
        assert client.get("/articles/hoping/")["Location"] == "/articles/other/"

    def test_of_a_term(self, client):
        make_article("other")
        term = make_term("Cell").page
        withdraw_term(term, by=publisher(), reason="Old.", withdrawn_as="redirected",
                      to="/articles/other/")  # fmt: skip
        assert client.get("/glossary/cell/")["Location"] == "/articles/other/"


class TestNoLoops(TestCase):
    """Whatever is renamed, withdrawn and published again, one redirect leads to a page
    or to the end."""

    STEPS = st.lists(
        st.tuples(
            st.sampled_from(["rename", "redirect", "publish", "withdraw"]),
            st.integers(0, 2),
            st.integers(0, 5),
        ),
        max_size=10,
    )

    @settings(max_examples=25, deadline=None)
    @given(STEPS)
    def test_every_address_leads_there_at_once(self, steps):
        pages = [make_article(f"page-{n}").page for n in range(3)]
        used = {page.get_absolute_url() for page in pages}
        for step, which, other in steps:
            page = Article.objects.get(pk=pages[which].pk)
            target = Article.objects.get(pk=pages[other % 3].pk)
            try:
                if step == "rename":
                    rename(page, f"page-{other}", by=publisher())
                elif step == "publish":
                    make_article(page.slug)
                elif step == "withdraw":
                    withdraw(page, by=publisher(), reason="Old.")
                else:
                    withdraw(
                        page, by=publisher(), reason="Old.",
                        withdrawn_as="redirected", to=target.get_absolute_url(),
                    )  # fmt: skip
            except (ValidationError, PublishingRefused):
                continue
            used |= {a.get_absolute_url() for a in Article.objects.all()}
        for path in used:
            first = self.client.get(path)
            if first.status_code == 301:
                assert self.client.get(first["Location"]).status_code == 200
            else:
                assert first.status_code in (200, 410)


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)


class TestRestore(TestCase):
    """A restored draft says what the old revision said, to the byte."""

    @settings(max_examples=40, deadline=None)
    @given(WORDS, WORDS, WORDS, st.sets(st.sampled_from(["A", "B", "C"])))
    def test_of_an_article(self, title, summary, body, names):
        tags = {name: make_tag(name) for name in "ABC"}
        article = Article(slug="hope")
        fields = {"title": title, "summary": summary, "body": body}
        old = save_draft(
            article, based_on=None, by=publisher(),
            tags=[tags[name] for name in names], **fields,
        )  # fmt: skip
        draft_article("hope", "Other.", tags=[])
        restore(old, based_on=2, by=publisher())
        new = Article.objects.get().newest()
        assert new.number == 3
        assert {name: getattr(new, name) for name in fields} == fields
        assert {tag.name for tag in new.tags.all()} == names

    @settings(max_examples=40, deadline=None)
    @given(
        WORDS,
        st.lists(
            st.tuples(
                st.sampled_from(["plural", "synonym", "abbreviation"]),
                st.text("abc ", min_size=1, max_size=8),
            ),
            unique_by=lambda form: " ".join(form[1].split()),
            max_size=5,
        ),
        st.booleans(),
    )
    def test_of_a_term(self, body, forms, is_automatic):
        first = draft_term("Cell", body or "-", forms=forms, is_automatic=is_automatic)
        draft_term("Gene", "Other.", slug="cell")
        new = restore_term(first, based_on=2, by=publisher())
        old, new = (
            (r.title, r.body, r.is_automatic, list(r.forms.values_list(
                "kind", "text", "folded", "position")))
            for r in (first, new)
        )  # fmt: skip
        assert old == new
