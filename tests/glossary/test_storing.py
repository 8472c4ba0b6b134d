"""Compiling a revision and keeping what came out of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from glossary.models import TermRevision
from glossary.relinking import rerender_stale
from glossary.storing import (
    TERMS,
    article_targets,
    compile_body,
    problems_of,
    shelve_page,
    store,
)
from immunosite.core.caching import Epoch
from immunosite.core.documents import Document
from immunosite.core.fulltext import holding
from immunosite.core.markdown import PIPELINE_VERSION, BodyRefused
from tests.factories import (
    draft_article,
    draft_term,
    make_article,
    make_reference,
    make_term,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def fresh(revision) -> TermRevision:
    return TermRevision.objects.get(pk=revision.pk)


class TestArticleTargets:
    @pytest.mark.parametrize(
        ("body", "slugs"),
        [
            ("[a](article:hope) [b](article:hope#x)", {"hope"}),
            ("[a]: article:first-steps\n[b]: <article:après_2>", {"first-steps", "après_2"}),
            ("No link.", set()),
        ],
    )  # fmt: skip
    def test_are_the_slugs_that_a_body_names(self, body, slugs):
        assert article_targets(body) == slugs


class TestCompileBody:
    def test_works_on_what_is_live_now(self):
        make_term("T cell")
        draft_term("B cell")
        make_reference("larkin-2015")
        make_article("hope")
        draft_article("draft")
        page = compile_body(
            "A T cell, a B cell [@larkin-2015]. [a](article:hope) [b](article:draft)"
        )
        assert [use.slug for use in page.mentions] == ["t-cell"]
        assert [use.key for use in page.citations] == ["larkin-2015"]
        assert [link.href for link in page.links] == ["/articles/hope/"]
        assert [problem.code for problem in page.problems] == ["link"]

    def test_is_told_whose_page_it_is_and_what_is_to_come(self):
        make_term("T cell")
        page = compile_body(
            "A T cell. [b](article:b)", own_term="t-cell", upcoming={"b"}
        )
        assert page.mentions == ()
        assert not page.has_errors

    def test_stores_nothing(self, django_assert_max_num_queries):
        make_term("T cell")
        before = TermRevision.objects.values()[0]
        with django_assert_max_num_queries(5) as asked:
            compile_body("A T cell.")
        assert {query["sql"].split()[0] for query in asked} == {"SELECT"}
        assert TermRevision.objects.values()[0] == before

    def test_asks_the_same_few_queries_of_a_long_text(
        self, django_assert_max_num_queries
    ):
        for number in range(5):
            make_term(f"Term {number}")
            make_reference(f"ref-{number}")
            make_article(f"page-{number}")
        body = " ".join(f"Term {n} [@ref-{n}] [x](article:page-{n})" for n in range(5))
        with django_assert_max_num_queries(7):
            page = compile_body(body)
        assert len(page.mentions) == len(page.citations) == len(page.links) == 5


class TestProblemsOf:
    def test_are_those_of_the_text(self):
        (problem,) = problems_of("One\n[[zzz]]")
        assert (problem.line, problem.code) == (2, "term")

    def test_of_a_text_that_can_not_be_rendered_are_why(self):
        (problem,) = problems_of("[" * 5_000)
        assert (problem.line, problem.severity) == (None, "error")
        assert "square brackets" in problem.message


class TestStore:
    BODY = "A *CAR* [@larkin-2015, p. 3].\n\n## More\n\n[x](article:hope) a CAR"

    @pytest.fixture
    def revision(self):
        make_reference("larkin-2015")
        make_reference("hodi-2010")
        make_term("Receptor", forms=[("abbreviation", "CAR")])
        make_article("hope")
        return draft_term("T cell", self.BODY)

    def test_keeps_all_that_a_page_shows(self, revision):
        store(revision, compile_body(self.BODY))
        stored = fresh(revision)
        assert '<a href="/articles/hope/">x</a>' in stored.html
        assert stored.lead == "A CAR."
        assert stored.text == "A CAR.\nMore\nx a CAR"
        assert stored.word_count == 6
        assert stored.contents == [{"level": 2, "anchor": "more", "text": "More"}]
        assert stored.problems == []
        assert stored.rendered_by == PIPELINE_VERSION

    def test_keeps_rows_of_what_it_cites_mentions_and_links(self, revision):
        store(revision, compile_body(self.BODY))
        assert [
            (row.reference.key, row.number, row.nth, row.locator, row.anchor)
            for row in revision.citations.all()
        ] == [("larkin-2015", 1, 1, "p. 3", "cite-1-1")]
        assert [
            (row.term.slug, row.words, row.anchor) for row in revision.mentions.all()
        ] == [("receptor", "CAR", "mention-receptor")]
        assert [row.slug for row in revision.links.all()] == ["hope"]

    def test_a_link_to_what_is_no_article_yet_is_kept_too(self, revision):
        body = "[x](article:later)"
        revision.body = body
        store(revision, compile_body(body))
        assert [row.slug for row in revision.links.all()] == ["later"]

    def test_the_rows_take_the_place_of_the_former_ones(self, revision):
        store(revision, compile_body(self.BODY))
        revision.body = "Said otherwise [@hodi-2010]."
        store(revision, compile_body(revision.body))
        assert [row.reference.key for row in revision.citations.all()] == ["hodi-2010"]
        assert not revision.mentions.exists()
        assert not revision.links.exists()

    def test_a_term_that_is_linked_often_is_one_row(self, revision):
        body = "[[CAR|one]] [[CAR|two]] [[CAR]]"
        store(revision, compile_body(body))
        assert [row.words for row in revision.mentions.all()] == ["one"]

    def test_what_is_too_long_for_a_row_is_cut(self, revision):
        locator = "p. " + "9" * 300
        body = f"One [@larkin-2015, {locator}] [[CAR|{'w' * 390}]]."
        store(revision, compile_body(body))
        assert revision.citations.get().locator == locator[:200]
        assert revision.mentions.get().words == "w" * 300


class TestShelvePage:
    def test_shows_search_the_current_revisions(self):
        first = make_term("T cell", "One.", forms=[("plural", "T cells")])
        make_term("T cell", "Two.", live_from=timezone.now() + DAY)
        documents = Document.objects.order_by("live_from")
        assert [doc.text for doc in documents] == ["One.", "Two."]
        assert documents[0].path == "/glossary/t-cell/"
        assert documents[0].names == "T cell · T cells"
        assert documents[0].revision_id == first.pk

    def test_a_page_holds_the_words_that_its_marks_name(self):
        make_term("T cell")
        page = make_term("Immunity", "By [[T cell|these]].")
        assert page.pk in holding({"T cell"}, kind=TERMS)

    def test_takes_off_what_is_no_longer_public(self):
        revision = make_term("T cell")
        revision.live_from = None
        revision.save()
        shelve_page(revision.page, kind=TERMS)
        assert not Document.objects.exists()

    def test_moves_the_epoch(self):
        revision = make_term("T cell")
        before = Epoch.objects.get().value
        shelve_page(revision.page, kind=TERMS)
        assert Epoch.objects.get().value == before + 1


class TestRerender:
    def test_does_no_more_than_it_is_asked_to(self):
        for title in ("Cell", "Gene", "Virus"):
            make_term(title)
        TermRevision.objects.update(rendered_by="")
        assert rerender_stale(limit=2) == 2
        assert TermRevision.objects.stale().count() == 1

    def test_leaves_out_what_can_no_longer_be_rendered(self):
        good, bad = make_term("Cell"), make_term("Gene")
        TermRevision.objects.update(rendered_by="")
        TermRevision.objects.filter(pk=bad.pk).update(body="[" * 5_000)
        with pytest.raises(BodyRefused):
            compile_body("[" * 5_000)
        assert rerender_stale() == 1
        assert TermRevision.objects.stale().get() == bad
        assert fresh(bad).html == bad.html
        assert fresh(good).rendered_by == PIPELINE_VERSION
