"""What an article tells search engines."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from articles.publishing import rename
from articles.reading import live_articles
from articles.structured import medical_web_page
from tests.factories import make_article, make_tag, make_term, publisher

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
        second = make_article("hope", "More.")
        data = told()
    published, changed = (
        datetime.fromisoformat(data[name]) for name in ("datePublished", "dateModified")
    )
    assert abs(published - first.live_from) < timedelta(seconds=1)
    assert abs(changed - second.live_from) < timedelta(seconds=1)


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
