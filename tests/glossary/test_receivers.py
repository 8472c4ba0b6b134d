"""A topic that is merged, parted or deleted chooses other meanings, and pages hear of it."""

from __future__ import annotations

import pytest

import articles.relinking
import glossary.relinking
from articles.models import ArticleRevision
from glossary.models import TermRevision
from glossary.wording import Form
from immunosite.core.curating import delete_tag, save_tag
from immunosite.core.documents import Document
from immunosite.core.merging import merge_tags
from immunosite.core.unmerging import undo_tag_merge
from tests.factories import draft_article, make_article, make_tag, make_term, publisher

pytestmark = pytest.mark.django_db
CHOICE = "/glossary/meanings/rt"


def sense(title: str, **fields):
    return make_term(
        title, forms=[Form("RT", "abbreviation", is_sense=True)], **fields
    ).page


@pytest.fixture
def tags():
    names = ("Rays", "Radiation", "Nerves", "Other")
    return {name: make_tag(name) for name in names}


@pytest.fixture
def site(tags):
    """A word of two meanings in an article and a definition that bear the topic of one,
    and in pages that are none of its business."""
    sense("Radiation therapy", tags=[tags["Radiation"]])
    sense("Reaction time", tags=[tags["Nerves"]])
    make_article("told", "An RT.", tags=[tags["Radiation"]])
    make_term("Dose", "Of an RT.", tags=[tags["Radiation"]])
    make_article("near", "An RT.", tags=[tags["Rays"]])
    make_article("open", "An RT.")
    make_article("others", "An RT.", tags=[tags["Other"]])
    make_article("without", "Nothing.", tags=[tags["Radiation"]])


def leads() -> dict[str, str]:
    """Title of a page → where its RT leads."""
    found = {}
    for model in (ArticleRevision, TermRevision):
        for revision in model.objects.live():
            for slug in ("radiation-therapy", "reaction-time"):
                if f'href="#word-{slug}"' in revision.html:
                    found[revision.title] = slug
            if CHOICE in revision.html:
                found[revision.title] = "choice"
    return found


def stale() -> set[str]:
    return {
        revision.title
        for model in (ArticleRevision, TermRevision)
        for revision in model.objects.stale()
    }


def rerender() -> None:
    glossary.relinking.rerender_stale()
    articles.relinking.rerender_stale()


@pytest.fixture
def late(monkeypatch):
    """Nothing is compiled at once, so that what is stale can be seen."""
    monkeypatch.setattr(glossary.relinking, "AT_ONCE", -1)
    monkeypatch.setattr(articles.relinking, "AT_ONCE", -1)


BEFORE = {
    "Told": "radiation-therapy", "Dose": "radiation-therapy",
    "Near": "choice", "Open": "choice", "Others": "choice",
}  # fmt: skip

# A term's page holds its own words.
ITSELF = "Radiation therapy"


class TestAMerge:
    def test_lets_the_survivor_choose(self, site, tags):
        assert leads() == BEFORE
        merge_tags(tags["Rays"], tags["Radiation"], by=publisher(), reason="Same.")
        assert leads() == {**BEFORE, "Near": "radiation-therapy"}

    def test_of_the_topics_of_both_meanings_leaves_the_choice_to_readers(
        self, site, tags
    ):
        merge_tags(tags["Nerves"], tags["Radiation"], by=publisher(), reason="Same.")
        assert leads() == dict.fromkeys(BEFORE, "choice")

    def test_makes_just_the_pages_stale_that_bear_the_tag_and_hold_the_word(
        self, site, tags, late
    ):
        merge_tags(tags["Rays"], tags["Radiation"], by=publisher(), reason="Same.")
        assert stale() == {"Told", "Dose", "Near", ITSELF}
        rerender()
        assert leads()["Near"] == "radiation-therapy"
        assert stale() == set()

    def test_of_topics_that_choose_nothing_makes_nothing_stale(self, site, tags, late):
        merge_tags(tags["Rays"], tags["Other"], by=publisher(), reason="Same.")
        assert stale() == set()

    def test_that_changes_no_link_stores_nothing_anew(self, site, tags):
        keys = set(Document.objects.values_list("pk", flat=True))
        merge_tags(tags["Radiation"], tags["Other"], by=publisher(), reason="Same.")
        anew = Document.objects.exclude(pk__in=keys)
        assert {document.title for document in anew} == {"Others"}

    def test_keeps_drafts_as_they_are(self, site, tags, late):
        draft_article("draft", "An RT.", tags=[tags["Radiation"]])
        merge_tags(tags["Rays"], tags["Radiation"], by=publisher(), reason="Same.")
        assert "Draft" not in stale()


class TestAMergeUndone:
    def test_chooses_as_before(self, site, tags):
        merge = merge_tags(
            tags["Rays"], tags["Radiation"], by=publisher(), reason="Same."
        )
        undo_tag_merge(merge, by=publisher())
        assert leads() == BEFORE

    def test_makes_just_the_pages_stale_that_bear_either(self, site, tags, late):
        merge = merge_tags(
            tags["Rays"], tags["Radiation"], by=publisher(), reason="Same."
        )
        rerender()
        undo_tag_merge(merge, by=publisher())
        assert stale() == {"Told", "Dose", "Near", ITSELF}
        rerender()
        assert leads() == BEFORE


class TestADeletedTag:
    def test_chooses_nothing_any_more(self, site, tags):
        delete_tag(tags["Radiation"], by=publisher())
        assert leads() == dict.fromkeys(BEFORE, "choice")

    def test_makes_just_the_pages_stale_that_bore_it_and_hold_the_word(
        self, site, tags, late
    ):
        delete_tag(tags["Radiation"], by=publisher())
        assert stale() == {"Told", "Dose", ITSELF}


class TestAnotherAddressOfATag:
    def test_changes_no_choice(self, site, tags, late):
        tags["Radiation"].slug = "rays-of-light"
        save_tag(tags["Radiation"], by=publisher())
        assert stale() == set()
        ArticleRevision.objects.live().update(rendered_by="")
        TermRevision.objects.live().update(rendered_by="")
        rerender()
        assert leads() == BEFORE


def test_what_is_much_waits_for_the_command(site, tags, monkeypatch):
    monkeypatch.setattr(articles.relinking, "AT_ONCE", 1)
    merge_tags(tags["Rays"], tags["Radiation"], by=publisher(), reason="Same.")
    assert stale() == {"Told", "Near"}
    rerender()
    assert leads()["Near"] == "radiation-therapy"
