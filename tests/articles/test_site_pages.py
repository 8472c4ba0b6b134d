"""Pages about the site: articles of another kind, at other addresses."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.exchange import export_article, import_articles
from articles.models import Article
from articles.publishing import withdraw
from tests.factories import draft_article, make_article, publisher

pytestmark = pytest.mark.django_db
FILE = """\
---
slug: privacy
kind: site page
title: Privacy
summary: What we keep.
tags: []
---

Nothing.
"""


@pytest.fixture
def privacy(db):
    return make_article(
        "privacy", "We keep nothing.", title="Your privacy", kind="site page"
    )


class TestAddress:
    def test_is_its_own(self, client, privacy):
        assert privacy.page.get_absolute_url() == "/pages/privacy/"
        html = client.get("/pages/privacy/").content.decode()
        assert "We keep nothing." in html

    def test_of_the_other_kind_leads_there(self, client, privacy):
        make_article("hope")
        assert client.get("/articles/privacy/").headers["Location"] == "/pages/privacy/"
        assert client.get("/pages/hope/").headers["Location"] == "/articles/hope/"

    def test_can_be_linked_from_articles(self, client, privacy):
        make_article("hope", "See [this](article:privacy).")
        html = client.get("/articles/hope/").content.decode()
        assert '<a href="/pages/privacy/">this</a>' in html


class TestFoot:
    def test_links_every_live_one_on_every_page(self, client, privacy):
        make_article("about", title="About us", kind="site page")
        draft_article("secret", title="Secret", kind="site page")
        html = client.get("/glossary/").content.decode()
        assert html.index("About us") < html.index("Your privacy")
        assert "Secret" not in html

    def test_forgets_one_that_is_withdrawn(self, client, privacy):
        assert "Your privacy" in client.get("/glossary/").content.decode()
        withdraw(privacy.page, by=publisher(), reason="Old.")
        assert "Your privacy" not in client.get("/glossary/").content.decode()

    def test_is_the_same_for_staff(self, client, privacy, administrator):
        client.force_login(administrator)
        assert "Your privacy" in client.get("/glossary/").content.decode()

    def test_costs_no_query(self, client, django_assert_num_queries):
        with CaptureQueriesContext(connection) as without:
            client.get("/glossary/")
        make_article("privacy", "Nothing.", title="Your privacy", kind="site page")
        with django_assert_num_queries(len(without)):
            html = client.get("/glossary/").content.decode()
        assert "Your privacy" in html

    def test_links_one_only_while_it_is_live(self, client):
        now = timezone.now()
        begins, ends = now + timedelta(hours=1), now + timedelta(hours=2)
        make_article(
            "about", title="About us", kind="site page", live_from=begins,
            live_until=ends,
        )  # fmt: skip
        shown = []
        for hours in (0, 1.5, 2.5):
            with time_machine.travel(now + timedelta(hours=hours)):
                shown.append("About us" in client.get("/glossary/").content.decode())
        assert shown == [False, True, False]

    def test_asks_nothing_on_an_error_page(self, client, privacy):
        assert "Your privacy" not in client.get("/never/").content.decode()


class TestLists:
    @pytest.mark.parametrize("address", ["/", "/articles/", "/feed.atom", "/handout/"])
    def test_hold_no_page_about_the_site(self, client, privacy, address):
        html = client.get(address).content.decode()
        assert "We keep nothing." not in html
        assert html.count("Your privacy") <= 1  # at the foot

    def test_sitemap_and_search_hold_it(self, client, privacy):
        assert "/pages/privacy/" in client.get("/sitemap.xml").content.decode()
        found = client.get("/search/?q=nothing").content.decode()
        assert "/pages/privacy/" in found


class TestGate:
    def test_asks_no_sources_of_it(self, privacy):
        privacy.refresh_from_db()
        assert privacy.problems == []


class TestDatabase:
    def test_refuses_an_unknown_kind(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            Article.objects.create(slug="x", kind="poem")


class TestExchange:
    def test_brings_the_kind_in_and_out(self):
        report = import_articles([("p.md", FILE)], by=publisher(), publishing=True)
        assert "created" in report.summary()
        page = Article.objects.get(slug="privacy")
        assert page.kind == "site page"
        assert export_article(page.newest()) == FILE

    def test_refuses_an_unknown_kind(self):
        text = FILE.replace("site page", "poem")
        report = import_articles([("p.md", text)], by=publisher())
        assert "kind" in "\n".join(report.as_lines())
        assert not Article.objects.exists()

    def test_does_not_change_a_kind(self, privacy):
        text = FILE.replace("site page", "article")
        report = import_articles([("p.md", text)], by=publisher(), on_existing="update")
        assert "kind" in "\n".join(report.as_lines())
