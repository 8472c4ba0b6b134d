"""Search means the same on both databases, whatever is typed into it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from immunosite.core import fulltext
from immunosite.core.documents import Document, addresses
from immunosite.core.fulltext import Entry

pytestmark = pytest.mark.django_db


def shelve(page_id, title, *, kind="articles.article", start=-1, end=None, **fields):
    now = timezone.now()
    entry = Entry(
        slugs=fields.pop("slugs", (f"p{page_id}",)),
        path=f"/{page_id}/",
        title=title,
        names=fields.pop("names", ""),
        summary=fields.pop("summary", ""),
        text=fields.pop("text", ""),
        live_from=now + timedelta(hours=start),
        live_until=end and now + timedelta(hours=end),
        revision_id=fields.pop("revision_id", page_id),
    )
    fulltext.shelve(kind, page_id, [entry])


def titles(words):
    return [document.title for document in fulltext.search(words)]


def test_a_title_counts_more_than_a_text():
    shelve(1, "Side effects", text="melanoma is named here once among many words")
    shelve(2, "Melanoma", text="a kind of cancer")
    assert titles("melanoma") == ["Melanoma", "Side effects"]


def test_every_word_must_occur():
    shelve(1, "Melanoma of the eye")
    shelve(2, "Melanoma of the skin")
    assert titles("melanoma eye") == ["Melanoma of the eye"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tumors", "tumor"),
        ("tumor", "Tumors"),
        ("the drug works", "working"),
        ("PD-1 blockade", "pd-1"),
        ("PD-1 blockade", "pd 1"),
        ("Calmette-Guérin", "guerin"),
        ("ﬁbrosis", "fibrosis"),
        ("immunotherapy", "immunoth"),
    ],
)
def test_forms_accents_hyphens_and_beginnings_are_found(text, words):
    shelve(1, "Page", text=text)
    assert titles(words) == ["Page"]


def test_names_are_searched():
    shelve(1, "T cell", names="T lymphocyte")
    assert titles("lymphocytes") == ["T cell"]


def test_what_is_scheduled_or_ended_is_not_found():
    shelve(1, "Soon melanoma", start=2)
    shelve(2, "Past melanoma", start=-5, end=-1)
    shelve(3, "Now melanoma", start=-5, end=1)
    assert titles("melanoma") == ["Now melanoma"]


def test_shelving_again_replaces_and_shelving_nothing_removes():
    shelve(1, "Old name")
    shelve(1, "New name")
    assert titles("old") == []
    assert titles("new") == ["New name"]
    fulltext.shelve("articles.article", 1, [])
    assert titles("new") == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_fulltext")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("words", ["", "   ", '"', "()", "-", "*", "🦠", "\x00"])
def test_a_query_without_a_letter_finds_nothing(words):
    shelve(1, "Melanoma")
    assert titles(words) == []


@pytest.mark.parametrize(
    "words",
    [
        '"unbalanced',
        "a OR",
        "NEAR(",
        "title:x",
        "x*",
        "a AND NOT b",
        "^x",
        "'; --",
        "a:*",
    ],
)
def test_no_input_is_syntax(words):
    shelve(1, "Melanoma")
    assert titles(words) == []


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(max_size=80))
def test_any_input_is_safe(words):
    list(fulltext.search(words))


def test_more_than_sixteen_words_are_cut():
    shelve(1, " ".join(f"word{n}" for n in range(16)))
    assert len(titles(" ".join(f"word{n}" for n in range(400)))) == 1


def test_hits_are_counted_by_kind():
    shelve(1, "Melanoma")
    shelve(2, "Melanoma", kind="glossary.term")
    shelve(3, "Uveal melanoma", kind="glossary.term")
    found = fulltext.search("melanoma")
    assert fulltext.counts_by_kind(found) == {"articles.article": 1, "glossary.term": 2}


def test_revisions_that_hold_a_phrase_are_found_before_they_are_live():
    shelve(1, "A", text="the immune\nsystem works", revision_id=11)
    shelve(2, "B", text="Immune systems", start=2, revision_id=12)
    shelve(3, "C", text="immune cells of the system", revision_id=13)
    shelve(4, "D", text="immune system", start=-5, end=-1, revision_id=14)
    shelve(5, "E", text="immune system", kind="glossary.term", revision_id=15)
    holding = fulltext.holding(["immune system", "…"], kind="articles.article")
    assert holding == {11, 12}


def test_addresses_know_former_slugs_and_only_what_is_live():
    shelve(1, "A", slugs=("now", "before"))
    shelve(2, "B", slugs=("soon",), start=2)
    wanted = {"now", "before", "soon", "never"}
    assert addresses("articles.article", wanted) == {"now": "/1/", "before": "/1/"}


def test_the_next_change_is_the_nearest_start_or_end():
    now = timezone.now()
    assert Document.objects.next_change(now) is None
    shelve(1, "A", end=3)
    shelve(2, "B", start=2)
    hours = (Document.objects.next_change(now) - now).total_seconds() / 3600
    assert round(hours) == 2


class TestBeginnings:
    def found(self, words, within=("title", "names")):
        documents = fulltext.beginning_with(words, within=within)
        return sorted(document.title for document in documents)

    def test_each_word_may_begin_one_in_the_columns_that_are_asked(self):
        shelve(1, "Combined naïve therapy", names="García", text="Melanoma")
        shelve(2, "Garden", summary="combined")
        assert self.found("gar comb") == ["Combined naïve therapy"]
        assert self.found("gar naiv") == ["Combined naïve therapy"]
        assert self.found("mela") == []
        assert self.found("gar comb", within=("title", "summary")) == ["Garden"]

    def test_of_what_is_not_live_are_not_found(self):
        shelve(1, "Soon", start=1)
        assert self.found("so") == []

    @given(st.text(max_size=60))
    @settings(
        max_examples=50,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    def test_no_input_is_syntax(self, words):
        assert isinstance(self.found(words), list)
