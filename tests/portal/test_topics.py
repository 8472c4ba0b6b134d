"""Topics, alone and put together: what they list, what they offer, how they are found."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from immunosite.core.curating import save_tag
from immunosite.core.tagging import Tag
from immunosite.portal.browsing import live_under, tally, topics_named
from immunosite.portal.combining import FEW, MOST_TAGS
from tests.factories import (
    draft_article,
    draft_term,
    make_article,
    make_reference,
    make_tag,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db


def part_of(parent: Tag, name: str) -> Tag:
    return save_tag(Tag(name=name, kind=parent.kind, parent=parent), by=publisher())


def choices(response) -> dict[str, tuple[str, int]]:
    """What a topic's page offers: name → address, promised count."""
    return {
        choice.tag.name: (choice.path, choice.count)
        for facet in response.context["facets"]
        for choice in [*facet.first, *facet.more]
    }


def listed(response) -> int:
    """How much a topic's page lists; all of it is on the first page here."""
    context = response.context
    return sum(len(context[name]) for name in ("page", "terms", "references"))


@pytest.fixture
def site():
    """Two tags of each kind that matter here, and pages that bear them."""
    melanoma = make_tag("Melanoma", "cancer type")
    effects = make_tag("Side effects", "side effect")
    treatment = make_tag("Immunotherapy", "treatment")
    inhibitors = part_of(treatment, "Inhibitors")
    cells = part_of(treatment, "Cell therapy")
    make_article("one", tags=[melanoma, effects, inhibitors])
    make_article("two", tags=[melanoma, inhibitors, cells])
    make_article("three", tags=[effects])
    make_term("Rash", tags=[effects, melanoma])
    make_reference().tags.add(melanoma)


class TestFamilies:
    def test_a_wider_topic_lists_what_its_parts_have_each_page_once(self, client, site):
        page = client.get("/topics/immunotherapy/")
        assert [article.title for article in page.context["page"]] == ["Two", "One"]
        assert [(c.name, c.total) for c in page.context["children"]] == [
            ("Cell therapy", 1), ("Inhibitors", 2),
        ]  # fmt: skip

    def test_it_counts_so_among_all_topics(self, client, site):
        (shelf,) = (
            shelf
            for shelf in client.get("/topics/").context["shelves"]
            if shelf.heading == "By treatment"
        )
        (wide,) = shelf.tags
        assert (wide.name, wide.total) == ("Immunotherapy", 2)
        assert [(c.name, c.total) for c in wide.below] == [
            ("Cell therapy", 1), ("Inhibitors", 2),
        ]  # fmt: skip

    def test_the_narrower_leads_back_to_the_wider(self, client, site):
        page = client.get("/topics/inhibitors/").text
        crumbs = page.partition('aria-label="Breadcrumb"')[2].partition("</nav>")[0]
        assert '<a href="/topics/immunotherapy/">Immunotherapy</a>' in crumbs

    def test_a_wider_tag_that_only_its_parts_make_public(self, client):
        wide = make_tag("Wide")
        assert client.get("/topics/wide/").status_code == 404
        make_article("one", tags=[part_of(wide, "Narrow")])
        assert client.get("/topics/wide/").status_code == 200


class TestCombinations:
    def test_list_what_bears_all(self, client, site):
        page = client.get("/topics/melanoma+side-effects/")
        assert [article.title for article in page.context["page"]] == ["One"]
        assert [term.title for term in page.context["terms"]] == ["Rash"]
        assert not page.context["references"]
        assert "<h1>Melanoma and Side effects</h1>" in page.text

    def test_a_wider_topic_brings_its_parts(self, client, site):
        page = client.get("/topics/immunotherapy+melanoma/")
        assert listed(page) == 2

    def test_each_of_the_chosen_can_be_taken_away(self, client, site):
        page = client.get("/topics/inhibitors+melanoma+side-effects/")
        assert [(c.tag.name, c.path) for c in page.context["chips"]] == [
            ("Inhibitors", "/topics/melanoma+side-effects/"),
            ("Melanoma", "/topics/inhibitors+side-effects/"),
            ("Side effects", "/topics/inhibitors+melanoma/"),
        ]
        assert '<span class="visually-hidden">Remove </span>Melanoma' in page.text

    def test_a_single_one_has_nothing_to_take_away(self, client, site):
        assert client.get("/topics/melanoma/").context["chips"] == []


class TestChoices:
    def test_have_the_counts_of_what_they_lead_to(self, client, site):
        assert choices(client.get("/topics/melanoma/")) == {
            "Cell therapy": ("/topics/cell-therapy+melanoma/", 1),
            "Immunotherapy": ("/topics/immunotherapy+melanoma/", 2),
            "Inhibitors": ("/topics/inhibitors+melanoma/", 2),
            "Side effects": ("/topics/melanoma+side-effects/", 2),
        }

    def test_a_part_takes_the_place_of_the_wider_one(self, client, site):
        page = client.get("/topics/immunotherapy+melanoma/")
        assert choices(page)["Inhibitors"] == ("/topics/inhibitors+melanoma/", 2)

    def test_a_wider_one_of_a_chosen_part_is_none(self, client, site):
        page = client.get("/topics/inhibitors+melanoma/")
        assert set(choices(page)) == {"Cell therapy", "Side effects"}

    def test_the_parts_of_a_single_one_are_offered_once(self, client, site):
        assert set(choices(client.get("/topics/immunotherapy/"))) == {
            "Melanoma", "Side effects",
        }  # fmt: skip

    def test_many_are_folded(self, client):
        tags = [make_tag(f"Topic {number}") for number in range(FEW + 5)]
        make_article("one", tags=[*tags, make_tag("Fatigue", "side effect")])
        page = client.get("/topics/fatigue/")
        (facet,) = page.context["facets"]
        assert (len(facet.first), len(facet.more)) == (FEW, 5)
        assert "<summary>5 more</summary>" in page.text

    def test_end_when_as_many_are_chosen_as_can_be(self, client):
        tags = [make_tag(f"T{number}") for number in range(MOST_TAGS + 1)]
        make_article("one", tags=tags)
        address = "+".join(tag.slug for tag in tags[:MOST_TAGS])
        assert choices(client.get(f"/topics/{address}/")) == {}
        longer = "+".join(tag.slug for tag in tags)
        assert client.get(f"/topics/{longer}/").status_code == 404


class TestAddresses:
    @pytest.mark.parametrize(
        ("given", "canonical"),
        [
            ("side-effects+melanoma", "melanoma+side-effects"),
            ("melanoma+melanoma", "melanoma"),
            ("melanoma+", "melanoma"),
            ("+melanoma++side-effects", "melanoma+side-effects"),
            ("melanoma%2Bside-effects+melanoma", "melanoma+side-effects"),
            ("melanoma%20side-effects", "melanoma+side-effects"),
            ("Melanoma", "melanoma"),
            ("mm+side-effects", "melanoma+side-effects"),
            ("MM+melanoma", "melanoma"),
            ("immunotherapy+inhibitors", "inhibitors"),
            ("melanoma+" * 19 + "side-effects", "melanoma+side-effects"),
        ],
    )
    def test_there_is_one(self, client, site, given, canonical):
        melanoma = Tag.objects.get(name="Melanoma")
        save_tag(melanoma, by=publisher(), aliases=["MM"])
        answer = client.get(f"/topics/{given}/")
        assert (answer.status_code, answer["Location"]) == (
            301, f"/topics/{canonical}/",
        )  # fmt: skip
        page = client.get(answer["Location"])
        assert page.status_code == 200
        canon = f'<link rel="canonical" href="http://testserver/topics/{canonical}/">'
        assert canon in page.text

    @pytest.mark.parametrize(
        "given", ["nowhere", "melanoma+nowhere", "+", "%20", "melanoma+a%00b",
                  "+".join(f"t{number}" for number in range(30))]
    )  # fmt: skip
    def test_others_lead_nowhere(self, client, site, given):
        assert client.get(f"/topics/{given}/").status_code == 404

    def test_of_what_is_not_public_nothing_is_told(self, client, site):
        hidden = make_tag("Hidden")
        save_tag(hidden, by=publisher(), aliases=["Secret"])
        draft_article("draft", tags=[hidden])
        for address in (
            "hidden", "secret", "Hidden", "hidden+melanoma", "melanoma+hidden",
            "melanoma+secret",
        ):  # fmt: skip
            answer = client.get(f"/topics/{address}/")
            nowhere = client.get("/topics/nowhere/")
            assert answer.status_code == 404, address
            assert answer.text == nowhere.text.replace("nowhere", address)

    def test_letters_of_any_language(self, client):
        make_article("one", tags=[make_tag("Ärzte"), make_tag("Basics")])
        answer = client.get("/topics/ärzte+basics/")
        assert answer["Location"] == "/topics/basics+%C3%A4rzte/"
        assert client.get(answer["Location"]).status_code == 200

    def test_what_has_nothing_in_common_offers_less(self, client, site):
        make_article(
            "four", tags=[make_tag("Basics"), Tag.objects.get(slug="melanoma")]
        )
        answer = client.get("/topics/basics+melanoma+side-effects/")
        assert answer.status_code == 404
        assert 'content="noindex"' in answer.text
        assert [(rest.path, count) for rest, count in answer.context["ways_out"]] == [
            ("/topics/melanoma+side-effects/", 2), ("/topics/basics+melanoma/", 1),
        ]  # fmt: skip

    def test_and_each_alone_when_no_two_go_together(self, client):
        for name in ("A", "B", "C"):
            make_article(f"about-{name.lower()}", tags=[make_tag(name)])
        ways = client.get("/topics/a+b+c/").context["ways_out"]
        assert [rest.path for rest, _ in ways] == [
            "/topics/a/", "/topics/b/", "/topics/c/",
        ]  # fmt: skip


class TestSearchEngines:
    def test_are_told_to_leave_three_and_more(self, client, site):
        robots = '<meta name="robots" content="noindex">'
        assert robots in client.get("/topics/inhibitors+melanoma+side-effects/").text
        pair = client.get("/topics/melanoma+side-effects/").text
        assert robots not in pair
        assert 'href="/topics/inhibitors+melanoma+side-effects/" rel="nofollow"' in pair

    def test_the_map_has_singles_and_the_pairs_that_two_articles_bear(
        self, client, site
    ):
        space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
        tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
        paths = [node.text or "" for node in tree.iter(f"{space}loc")]
        found = [path.partition("/topics/")[2] for path in paths if "/topics/" in path]
        # Of a cancer type only with a treatment or a side effect; one article of
        # melanoma is about side effects, so that pair is not worth it.
        assert sorted(found) == [
            "", "cell-therapy/", "immunotherapy/", "inhibitors+melanoma/", "inhibitors/",
            "melanoma/", "side-effects/",
        ]  # fmt: skip


class TestQueries:
    @pytest.mark.parametrize(
        ("address", "most"),
        [("melanoma", 12), ("melanoma+side-effects", 12), ("basics+melanoma", 12)],
    )
    def test_do_not_grow_with_the_tags(
        self, client, site, django_assert_max_num_queries, address, most
    ):
        make_article("four", tags=[make_tag("Basics")])
        tags = [make_tag(f"Topic {number}") for number in range(30)]
        melanoma = Tag.objects.get(slug="melanoma")
        for number in range(6):
            make_article(f"a{number}", tags=[melanoma, *tags])
            make_term(f"Word {number}", tags=[melanoma, *tags])
        cache.clear()
        with django_assert_max_num_queries(most):
            client.get(f"/topics/{address}/")

    def test_a_kept_page_costs_one(self, client, site, django_assert_num_queries):
        client.get("/topics/melanoma+side-effects/")
        with django_assert_num_queries(1):
            client.get("/topics/melanoma+side-effects/")

    def test_a_kept_page_is_gone_when_a_tag_changes(self, client, site):
        assert "Melanoma" in client.get("/topics/melanoma/").text
        tag = Tag.objects.get(slug="melanoma")
        tag.name = "Skin cancer"
        save_tag(tag, by=publisher())
        assert "<h1>Skin cancer</h1>" in client.get("/topics/melanoma/").text


class TestNames:
    """The search finds topics by their names and aliases."""

    def test_an_alias_finds_its_topic_at_the_top(self, client, site):
        tag = Tag.objects.get(slug="inhibitors")
        save_tag(tag, by=publisher(), aliases=["PD1 drugs"])
        page = client.get("/search/", {"q": "pd1 drug"})
        assert page.context["topics"] == [(tag, "PD1 drugs")]
        assert '<a href="/topics/inhibitors/">Inhibitors (PD1 drugs)' in page.text
        assert "No page holds these words, but a topic above has this name" in page.text

    @pytest.mark.parametrize("words", ["inhibitor", "INHIB", "Inhibitors"])
    def test_its_name_finds_it_too(self, site, words):
        assert [(tag.name, alias) for tag, alias in topics_named(words)] == [
            ("Inhibitors", "")
        ]

    def test_all_words_must_be_there(self, site):
        assert [tag.name for tag, _ in topics_named("cell therapy")] == ["Cell therapy"]
        assert topics_named("cell effects") == []
        assert topics_named("!") == []

    def test_the_alias_that_says_it_best_counts(self, site):
        tag = Tag.objects.get(slug="inhibitors")
        names = ["Inhibitors of seven kinds", "Brakes off a cell", "brakes"]
        save_tag(tag, by=publisher(), aliases=names)
        assert topics_named("brakes") == [(tag, "brakes")]
        assert topics_named("inhibitors") == [(tag, "")]

    def test_the_very_name_comes_first(self):
        tags = [make_tag("Lung cancer and more"), make_tag("Lung cancer")]
        make_article("one", tags=tags)
        assert [tag for tag, _ in topics_named("lung cancer")] == tags[::-1]

    def test_the_count_is_that_of_its_page(self, client, site):
        ((tag, _),) = topics_named("immunotherapy")
        assert tag.total == listed(client.get("/topics/immunotherapy/"))

    def test_what_is_not_public_is_not_found(self, client):
        hidden = make_tag("Hidden")
        save_tag(hidden, by=publisher(), aliases=["Secret"])
        draft_article("draft", tags=[hidden])
        draft_term("Cell", tags=[hidden])
        make_article("soon", tags=[hidden], live_from=timezone.now() + timedelta(1))
        for words in ("hidden", "secret"):
            assert client.get("/search/", {"q": words}).context["topics"] == []


BORNE = st.lists(st.frozensets(st.integers(0, 4)), min_size=7, max_size=7)


class TestPromises(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.tags = [make_tag(f"T{number}") for number in range(5)]
        cls.things = [
            *(make_article(f"article-{number}") for number in range(3)),
            *(make_term(f"Word {number}") for number in range(2)),
            draft_article("draft"),
            make_reference(),
        ]

    @given(BORNE, st.frozensets(st.sampled_from([(0, 1), (2, 3)])), st.data())
    @hypothesis_settings(max_examples=10, deadline=None)
    def test_whatever_is_offered_leads_to_a_page_with_just_so_much(
        self, borne, families, data
    ):
        for parent, child in families:
            Tag.objects.filter(pk=self.tags[child].pk).update(parent=self.tags[parent])
        for thing, numbers in zip(self.things, borne, strict=True):
            thing.tags.set([self.tags[number] for number in numbers])
        counts = tally(live_under())
        starts = [
            (tag.get_absolute_url(), counts[tag.pk].total)
            for tag in self.tags
            if tag.pk in counts
        ]
        # Some way from a topic to where nothing more is offered.
        client = Client()
        path, count = data.draw(st.sampled_from(starts or [("", None)]))
        while count is not None:
            cache.clear()  # a kept page tells no context
            answer = client.get(path)
            assert (answer.status_code, listed(answer)) == (200, count), path
            assert count > 0
            for chip in answer.context["chips"]:
                assert client.get(chip.path).status_code == 200
            offered = sorted(choices(answer).values())
            path, count = data.draw(st.sampled_from(offered or [("", None)]))
