"""The snapshot of the live terms that rendering works on."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from glossary.models import TermRevision
from glossary.publishing import withdraw
from glossary.vocabulary import load_vocabulary, words_of
from glossary.wording import Form
from immunosite.core.tagging import Tag
from tests.factories import draft_term, make_tag, make_term, publisher

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def slugs() -> list[str]:
    return [entry.slug for entry in load_vocabulary().entries]


class TestLoadVocabulary:
    def test_of_an_empty_site_is_empty(self):
        assert load_vocabulary().entries == ()

    def test_holds_every_live_term_with_all_its_forms(self):
        make_term("T cell", forms=[("plural", "T cells"), ("synonym", "T lymphocyte")])
        (entry,) = load_vocabulary().entries
        assert (entry.slug, entry.headword) == ("t-cell", "T cell")
        assert entry.is_automatic
        assert entry.forms == (
            Form("T cell", "headword"),
            Form("T cells", "plural"),
            Form("T lymphocyte", "synonym"),
        )

    def test_knows_what_links_only_explicitly(self):
        make_term("Trial", is_automatic=False)
        vocabulary = load_vocabulary()
        assert not list(vocabulary.find("A trial."))
        assert vocabulary.by_name("trial").slug == "trial"

    def test_holds_no_draft(self):
        draft_term("Draft")
        make_term("Cell")
        draft_term("Cell", forms=[("synonym", "secret")])
        (entry,) = load_vocabulary().entries
        assert [form.text for form in entry.forms] == ["Cell"]

    def test_holds_nothing_that_is_withdrawn(self):
        term = make_term("Cell").page
        withdraw(term, by=publisher(), reason="No.")
        assert slugs() == []

    def test_follows_the_clock(self):
        make_term("Cell", live_from=timezone.now() + DAY)
        make_term("Gene", live_until=timezone.now() + DAY)
        assert slugs() == ["gene"]
        with time_machine.travel(timezone.now() + 2 * DAY):
            assert slugs() == ["cell"]

    def test_shows_a_change_at_once(self):
        make_term("Cell")
        before = load_vocabulary()
        make_term("Cell", forms=[("plural", "cells")])
        after = load_vocabulary()
        assert after.version != before.version
        assert [form.text for form in before.entries[0].forms] == ["Cell"]
        assert [form.text for form in after.entries[0].forms] == ["Cell", "cells"]

    def test_shows_another_slug_though_the_revision_is_the_same(self):
        term = make_term("Cell").page
        load_vocabulary()
        term.slug = "a-cell"
        term.save()
        assert slugs() == ["a-cell"]

    def test_asks_three_queries_after_a_change_and_then_two(
        self, django_assert_num_queries
    ):
        for title in ("Cell", "Gene", "Virus"):
            make_term(title)
        with transaction.atomic():
            TermRevision.objects.filter(title="Cell").update(live_until=timezone.now())
        with django_assert_num_queries(3):
            first = load_vocabulary()
        with django_assert_num_queries(2):
            assert load_vocabulary() is first

    def test_knows_the_topics_of_shared_words_as_they_are(self):
        tag = make_tag("Rays")
        sense = Form("RT", "abbreviation", is_sense=True)
        make_term("Radiation therapy", forms=[sense], tags=[tag])
        make_term("Dose", tags=[tag])
        topics = {each.slug: each.topics for each in load_vocabulary().entries}
        assert topics == {"radiation-therapy": {"rays"}, "dose": frozenset()}
        Tag.objects.update(slug="beams")
        (_, entry) = load_vocabulary().entries
        assert entry.topics == {"beams"}

    def test_asks_one_query_more_where_words_are_shared(
        self, django_assert_num_queries
    ):
        make_term("Dose", forms=[Form("RT", "abbreviation", is_sense=True)])
        first = load_vocabulary()
        with django_assert_num_queries(3):
            assert load_vocabulary() is first

    def test_forgets_what_was_rolled_back(self):
        """SQLite gives the keys of rows that were rolled back to others."""
        with transaction.atomic():
            make_term("Cell", slug="cell", forms=[("synonym", "first")])
            load_vocabulary()
            transaction.set_rollback(True)
        make_term("Cell", slug="cell", forms=[("synonym", "second")])
        (entry,) = load_vocabulary().entries
        assert [form.text for form in entry.forms] == ["Cell", "second"]


class TestWordsOf:
    def test_are_the_forms_and_the_slug_which_is_a_name_too(self):
        revision = draft_term("T cell", forms=[("plural", "T cells")])
        words = words_of([revision])
        assert {row[:2] for row in words} == {
            ("T cell", "t-cell"),
            ("T cells", "t-cell"),
            ("t-cell", "t-cell"),
        }

    def test_do_not_change_with_the_definition(self):
        first = draft_term("T cell", "One.")
        second = draft_term("T cell", "Two.")
        assert words_of([first]) == words_of([second])

    @pytest.mark.parametrize(
        "fields",
        [{"is_automatic": False}, {"forms": [("plural", "T cells")]}],
    )
    def test_do_with_whatever_a_page_could_show(self, fields):
        first = draft_term("T cell")
        second = draft_term("T cell", **fields)
        assert words_of([first]) != words_of([second])

    def test_of_nothing_are_none(self):
        assert words_of([]) == set()
