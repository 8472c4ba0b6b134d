"""Only what changed is stored anew: just what a full rebuild would change."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.models import ArticleRevision
from articles.relinking import rendered_now
from glossary.models import Term
from glossary.publishing import rename, withdraw
from glossary.relinking import rendered_now as term_rendered_now
from glossary.storing import is_stored
from glossary.wording import Form
from immunosite.core.documents import Document
from tests.factories import make_article, make_tag, make_term, publisher

pytestmark = pytest.mark.django_db

SENSE = Form("RT", "abbreviation", is_sense=True)
BODIES = {
    "plain": "A T cell kills.",
    "plural": "T cells kill.",
    "twice": "A T cell. A T cell.",
    "heading": "## T cell\n\nNothing more.",
    "code": "`T cell`",
    "quotation": "> T cell",
    "link": "[T cell](https://example.org/)",
    "marked": "These [[T cell|cells]] kill.",
    "never": "No [[!T cell]] here.",
    "longer": "A memory T cell remembers.",
    "glued": "A non-T cell.",
    "stem": "One cell, a T.",
    "other": "Nothing of it.",
}


def stored() -> dict[str, int]:
    """Slug → key of the shelf's document: another key, when a page was stored anew."""
    rows = Document.objects.filter(kind="articles.article")
    return dict(rows.values_list("path", "pk"))


def outdated() -> set[str]:
    """The addresses of the pages that a full rebuild would change."""
    live = ArticleRevision.objects.live().select_related("page")
    return {
        revision.page.get_absolute_url()
        for revision in live
        if not is_stored(revision, rendered_now(revision))
    }


@pytest.fixture
def site():
    make_term("Memory T cell")
    for slug, body in BODIES.items():
        # The mark leads nowhere yet.
        make_article(slug, body.replace("[[T cell|cells]]", "cells"))


def differences(deed) -> tuple[set[str], set[str]]:
    """The addresses that a deed stored anew; those whose rendering it changed, as a
    rebuild of the whole site tells."""
    was = {rev.pk: rev for rev in ArticleRevision.objects.live()}
    rows = {pk: _rows(rev) for pk, rev in was.items()}
    keys = stored()
    deed()
    anew = {path for path, key in stored().items() if keys.get(path) != key}
    changed = set()
    for revision in ArticleRevision.objects.live().select_related("page"):
        rendered = rendered_now(revision)
        is_same = was[revision.pk].html == rendered.html and rows[revision.pk] == {
            use.slug for use in rendered.mentions
        }
        if not is_same:
            changed.add(revision.page.get_absolute_url())
    return anew, changed


def _rows(revision) -> set[str]:
    return set(revision.mentions.values_list("term__slug", flat=True))


def paths(*slugs: str) -> set[str]:
    return {f"/articles/{slug}/" for slug in slugs}


class TestATermThatBegins:
    def test_changes_just_the_pages_that_link_it(self, site):
        anew, changed = differences(
            lambda: make_term("T cell", forms=[("plural", "T cells")])
        )
        assert anew == changed == paths("plain", "plural", "twice")
        assert outdated() == set()


class TestATermThatEnds:
    def test_changes_just_the_pages_that_linked_it(self, site):
        term = make_term("T cell", forms=[("plural", "T cells")]).page
        make_article("later", "These [[T cell|cells]] kill.")
        anew, changed = differences(
            lambda: withdraw(term, by=publisher(), reason="A test.")
        )
        assert anew == changed == paths("plain", "plural", "twice", "later")
        assert outdated() == set()


class TestAFormThatComesAndGoes:
    def test_changes_just_the_pages_that_hold_it(self, site):
        make_term("T cell", forms=[("plural", "T cells")])
        anew, changed = differences(lambda: make_term("T cell"))
        assert anew == changed == paths("plural")

    def test_a_better_definition_changes_no_page(self, site):
        make_term("T cell")
        anew, changed = differences(lambda: make_term("T cell", "Said better."))
        assert anew == changed == set()


class TestARename:
    def test_changes_the_pages_that_link_it_and_no_other(self, site):
        term = make_term("T cell").page
        anew, changed = differences(lambda: rename(term, "t-lymph", by=publisher()))
        assert anew == changed == paths("plain", "twice")
        assert outdated() == set()


class TestSenses:
    def test_a_second_meaning_changes_the_pages_that_use_the_word(self, site):
        tag = make_tag("Radiation", "treatment")
        make_article("open", "An RT.")
        make_article("told", "An RT.", tags=[tag])
        make_term("Radiation therapy", forms=[SENSE], tags=[tag])
        anew, changed = differences(lambda: make_term("Reaction time", forms=[SENSE]))
        assert anew == changed == paths("open")


WORDS = ["T cell", "T cells", "cell", "kill", "memory"]


def give(title: str | None) -> None:
    """Give one term this headword, or withdraw it."""
    if title:
        make_term(title, slug="drawn")
    elif (term := Term.objects.filter(slug="drawn").first()) and term.live_revision():
        withdraw(term, by=publisher(), reason="A test.")


class TestAnySite:
    @settings(
        max_examples=8,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.lists(st.sampled_from([*WORDS, None]), min_size=1, max_size=4))
    def test_what_is_stored_anew_is_what_a_rebuild_would_change(self, site, titles):
        for title in titles:
            anew, changed = differences(lambda title=title: give(title))
            assert anew == changed
        assert outdated() == set()
        for revision in Term.objects.get(slug="memory-t-cell").revisions.live():
            assert is_stored(revision, term_rendered_now(revision))
