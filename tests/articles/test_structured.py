"""What an article tells search engines."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from articles.publishing import publish, rename
from articles.reading import live_articles
from articles.structured import medical_web_page
from immunosite.core import workflow
from tests.factories import (
    approved,
    draft_article,
    make_article,
    make_tag,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db


def told(tags=(), words=()) -> dict:
    """The data in the script element of the one live article."""
    element = medical_web_page(live_articles().get(), tags, words)
    found = re.fullmatch(
        r'<script type="application/ld\+json">(.*)</script>', element, re.DOTALL
    )
    return json.loads(found[1])


def test_it_is_a_page_of_medicine_in_english():
    make_article("hope", title="Hope", summary="On hope.")
    data = told()
    assert data["@context"] == "https://schema.org"
    assert data["@type"] == "MedicalWebPage"
    assert (data["name"], data["description"]) == ("Hope", "On hope.")
    assert data["inLanguage"] == "en"


def test_its_address_is_whole_and_the_present_one(settings):
    settings.SITE_URL = "https://example.org"
    rename(make_article("hope").page, "immunité", by=publisher())
    assert told()["url"] == "https://example.org/articles/immunit%C3%A9/"


def test_the_day_of_publishing_stays_and_that_of_the_change_moves():
    first = make_article("hope")
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        second = make_article("hope", "More.", public_note="More is known.")
        data = told()
    published, changed = (
        datetime.fromisoformat(data[name]) for name in ("datePublished", "dateModified")
    )
    assert abs(published - first.live_from) < timedelta(seconds=1)
    assert abs(changed - second.live_from) < timedelta(seconds=1)


def test_a_change_that_readers_are_not_told_of_moves_no_day():
    make_article("hope")
    before = told()
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        make_article("hope", "A typo less.")
        assert told() == before


def test_who_reviewed_it_is_told_once_somebody_signed_it_off(reviewer):
    publish(approved(draft_article("hope")), by=publisher())
    assert not {"lastReviewed", "reviewedBy"} & set(told())
    revision = draft_article("hope", "More.")
    workflow.submit(revision, by=publisher())
    workflow.approve(revision, by=reviewer, is_sign_off=True)
    assert "reviewedBy" not in told()
    publish(revision, by=publisher())
    data = told()
    assert data["lastReviewed"] == timezone.now().date().isoformat()
    assert data["reviewedBy"] == {
        "@type": "Person", "name": "R. Viewer", "jobTitle": "a test, MD",
    }  # fmt: skip


def test_topics_are_keywords_and_words_are_defined_terms():
    make_article("hope")
    word = make_term("T cell")
    data = told(tags=[make_tag("Melanoma"), make_tag("Basics")], words=[word])
    assert data["keywords"] == ["Melanoma", "Basics"]
    assert data["mentions"] == [
        {
            "@type": "DefinedTerm",
            "name": "T cell",
            "url": "http://testserver/glossary/t-cell/",
        }
    ]


def test_what_there_is_none_of_is_left_out():
    make_article("hope")
    assert not {"keywords", "mentions"} & set(told())
