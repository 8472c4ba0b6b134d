"""What readers see of articles, whatever door they come by."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from articles.models import Article, ArticleRevision
from articles.publishing import publish, save_draft, withdraw
from articles.reading import live_articles, live_pages, related_to
from articles.sitemaps import ArticleSitemap
from glossary.models import Term
from tests.factories import (
    approved,
    draft_article,
    make_article,
    make_tag,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def make_site_page(slug: str, title: str, **interval) -> ArticleRevision:
    revision = save_draft(
        Article(slug=slug, kind="site page"), based_on=None, by=publisher(),
        title=title, summary="On this site.", body="Some words.",
    )  # fmt: skip
    return publish(approved(revision), by=publisher(), **interval)


def slugs(revisions) -> list[str]:
    return [revision.page.slug for revision in revisions]


class TestLiveArticles:
    def test_are_those_whose_interval_holds_now(self):
        now = timezone.now()
        make_article("live")
        draft_article("live", "A draft beside it.")
        draft_article("draft")
        make_article("soon", live_from=now + DAY)
        make_article("ends", live_until=now + DAY)
        withdraw(make_article("gone").page, by=publisher(), reason="Old.")
        assert slugs(live_articles()) == ["ends", "live"]
        with time_machine.travel(now + DAY + DAY / 24):
            assert slugs(live_articles()) == ["soon", "live"]

    def test_the_newest_come_first(self):
        for slug in ("a", "b", "c"):
            make_article(slug)
        make_article("b", "A typo less.")
        make_article("a", "Updated.", public_note="More is known.")
        assert slugs(live_articles()) == ["a", "c", "b"]

    def test_are_published_when_they_first_were_live(self):
        first = make_article("hope")
        with time_machine.travel(timezone.now() + DAY):
            second = make_article("hope", "More.")
            (found,) = live_articles()
            assert found == second
            assert found.published_at == first.live_from

    def test_a_start_that_was_taken_back_does_not_count(self):
        make_article("hope", live_from=timezone.now() + DAY)
        withdraw(Article.objects.get(), by=publisher(), reason="Too early.")
        with time_machine.travel(timezone.now() + 2 * DAY):
            live = make_article("hope", "More.")
            assert live_articles().get().published_at == live.live_from

    def test_pages_about_the_site_are_none(self):
        make_article("hope")
        make_site_page("privacy", "Privacy")
        assert slugs(live_articles()) == ["hope"]
        assert slugs(live_pages()) == ["privacy", "hope"]

    def test_one_query_brings_each_with_its_page(self, django_assert_num_queries):
        make_article("a")
        make_article("b")
        with django_assert_num_queries(1):
            assert slugs(live_articles()) == ["b", "a"]


class TestSitePages:
    def test_stand_at_the_foot_of_every_page_while_they_are_live(self, client):
        make_article("hope")
        assert "/pages/privacy/" not in client.get("/").content.decode()
        page = make_site_page("privacy", "Privacy").page
        make_site_page("about", "About us")
        for address in ("/", "/articles/hope/", "/pages/privacy/"):
            foot = client.get(address).content.decode().partition("<footer")[2]
            about = foot.index('<a href="/pages/about/">About us</a>')
            assert about < foot.index('<a href="/pages/privacy/">Privacy</a>')
            assert "/articles/hope/" not in foot
        withdraw(page, by=publisher(), reason="Old.")
        assert "/pages/privacy/" not in client.get("/").content.decode()

    def test_come_to_the_foot_and_leave_it_by_the_clock(self, client):
        start = timezone.now() + DAY
        make_site_page("privacy", "Privacy", live_from=start, live_until=start + DAY)
        for passed, shows in [(-DAY, False), (DAY / 2, True), (2 * DAY, False)]:
            with time_machine.travel(start + passed):
                page = client.get("/").content.decode()
            assert ("/pages/privacy/" in page) == shows

    def test_are_reached_by_no_second_address(self, client):
        make_article("hope")
        make_site_page("privacy", "Privacy")
        for given, right in [
            ("/articles/privacy/", "/pages/privacy/"),
            ("/pages/hope/", "/articles/hope/"),
        ]:
            response = client.get(given)
            assert (response.status_code, response["Location"]) == (301, right)

    def test_are_on_the_map_of_the_site(self):
        make_site_page("privacy", "Privacy")
        sitemap = ArticleSitemap()
        assert [sitemap.location(item) for item in sitemap.items()] == [
            "/pages/privacy/"
        ]


class TestRelatedTo:
    def related(self, revision) -> list[str]:
        found = related_to(
            revision,
            tags=list(revision.tags.all()),
            terms=list(revision.mentions.values_list("term", flat=True)),
        )
        return slugs(found)

    def test_a_tag_weighs_as_much_as_three_terms(self):
        tag = make_tag("Basics")
        words = [f"Word{number}" for number in range(4)]
        for word in words:
            make_term(word)
        make_article("three-terms", "Word0 Word1 Word2.")
        make_article("a-tag", "Nothing else.", tags=[tag])
        make_article("tag-and-term", "Word3.", tags=[tag])
        make_article("four-terms", " ".join(words))
        own = make_article("own", " ".join(words), tags=[tag])
        assert self.related(own) == [
            "four-terms", "tag-and-term", "a-tag", "three-terms",
        ]  # fmt: skip

    def test_nothing_in_common_is_not_related(self):
        make_article("other")
        assert self.related(make_article("own")) == []

    def test_nothing_that_is_not_live_is_named(self):
        tag = make_tag("Basics")
        draft_article("draft", tags=[tag])
        make_article("soon", tags=[tag], live_from=timezone.now() + DAY)
        assert self.related(make_article("own", tags=[tag])) == []

    def test_what_an_older_revision_shared_does_not_count(self):
        tag = make_tag("Basics")
        make_article("other", tags=[tag])
        make_article("other", "Another text.")
        assert self.related(make_article("own", tags=[tag])) == []

    def test_at_most_four_are_named(self):
        tag = make_tag("Basics")
        for number in range(6):
            make_article(f"a{number}", tags=[tag])
        assert len(self.related(make_article("own", tags=[tag]))) == 4

    def test_several_tags_and_terms_are_each_counted_once(self):
        one, two = make_tag("One"), make_tag("Two")
        make_term("Cytokine")
        make_article("both", "A cytokine, a cytokine.", tags=[one, two])
        own = make_article("own", "A cytokine.", tags=[one, two])
        (found,) = related_to(own, tags=[one, two], terms=Term.objects.all())
        assert found.closeness == 7
