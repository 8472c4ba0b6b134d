"""The shelf: what readers can find, under which addresses, who uses what."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.publishing import rename, withdraw
from glossary.models import MentionBase
from immunosite.core.documents import Document, addresses, pages_that_use
from references.models import CitationBase
from tests.factories import (
    draft_article,
    make_article,
    make_reference,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ARTICLES = "articles.article"


class TestShelf:
    def test_holds_everything_public_once(self):
        make_reference()
        make_term("Cytokine")
        make_article("hope", "One.")
        make_article("hope", "Two.")
        draft_article("hope", "Three.")
        draft_article("draft")
        found = Document.objects.live().order_by("path").values_list("path", flat=True)
        assert list(found) == [
            "/articles/hope/", "/glossary/cytokine/", "/references/larkin-2015/",
        ]  # fmt: skip

    def test_what_is_scheduled_lies_there_and_is_not_live(self):
        start = timezone.now() + DAY
        make_article("hope", "Now.")
        make_article("hope", "Later.", live_from=start)
        assert Document.objects.count() == 2
        assert Document.objects.live().get().text == "Now."
        assert Document.objects.live(start).get().text == "Later."
        assert Document.objects.next_change(timezone.now()) == start
        assert Document.objects.next_change(start) is None

    def test_what_is_withdrawn_is_taken_off(self):
        article = make_article("hope").page
        withdraw(article, by=publisher(), reason="Old.")
        assert not Document.objects.exists()

    def test_an_interval_ends_after_its_start(self):
        now = timezone.now()
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.create(
                kind=ARTICLES, page_id=1, title="x", live_from=now, live_until=now
            )


class TestAddresses:
    def test_lead_from_slugs_to_paths(self):
        make_article("hope")
        make_article("immunité")
        assert addresses(ARTICLES, {"hope", "immunité", "no"}) == {
            "hope": "/articles/hope/",
            "immunité": "/articles/immunit%C3%A9/",
        }

    def test_former_slugs_lead_to_the_present_path(self):
        rename(make_article("hope").page, "more-hope", by=publisher())
        path = "/articles/more-hope/"
        found = addresses(ARTICLES, {"hope", "more-hope"})
        assert found == {"hope": path, "more-hope": path}

    def test_lead_nowhere_but_to_what_is_live(self):
        now = timezone.now()
        draft_article("draft")
        make_article("soon", live_from=now + DAY)
        make_article("ends", live_until=now + DAY)
        slugs = {"draft", "soon", "ends"}
        assert set(addresses(ARTICLES, slugs)) == {"ends"}
        with time_machine.travel(now + DAY + DAY / 24):
            assert set(addresses(ARTICLES, slugs)) == {"soon"}

    def test_are_those_of_one_kind(self):
        make_term("Hope")
        assert addresses(ARTICLES, {"hope"}) == {}

    def test_of_no_slug_ask_nothing(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert addresses(ARTICLES, set()) == {}


class TestPagesThatUse:
    def cites(self, reference) -> list[str]:
        return [str(document) for document in pages_that_use(reference, CitationBase)]

    def test_are_of_every_kind_by_title(self):
        reference = make_reference()
        make_term("Cytokine", "A protein [@larkin-2015].")
        make_article("b", "Words [@larkin-2015].", title="B")
        make_article("a", "Words [@larkin-2015]. Again [@larkin-2015].", title="A")
        make_article("c", "Words.")
        assert self.cites(reference) == ["A", "B", "Cytokine"]

    def test_count_only_while_what_is_live_uses_it(self):
        reference = make_reference()
        make_article("hope", "Words [@larkin-2015].")
        make_article("hope", "Words.")
        draft_article("hope", "Words [@larkin-2015].")
        start = timezone.now() + DAY
        make_article("soon", "Words [@larkin-2015].", live_from=start)
        assert self.cites(reference) == []
        with time_machine.travel(start + DAY):
            assert self.cites(reference) == ["Soon"]

    def test_are_found_for_mentions_alike(self):
        term = make_term("Cytokine").page
        make_article("hope", "A cytokine.")
        found = pages_that_use(term, MentionBase)
        assert [document.path for document in found] == ["/articles/hope/"]
        assert not pages_that_use(term, CitationBase)

    def test_take_one_query(self, django_assert_num_queries):
        reference = make_reference()
        make_article("hope", "Words [@larkin-2015].")
        with django_assert_num_queries(1):
            assert self.cites(reference) == ["Hope"]
