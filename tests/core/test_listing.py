"""The desk's list of pages, the same for articles and terms."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.publishing import withdraw
from glossary.publishing import withdraw as withdraw_term
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
ARTICLES = "/admin/articles/article/"
TERMS = "/admin/glossary/term/"
DAY = timedelta(days=1)


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def listed(client, address: str = ARTICLES, **query) -> list[str]:
    """The slugs of a list, as it orders them."""
    response = client.get(address, query)
    assert response.status_code == 200
    return [page.slug for page in response.context["cl"].result_list]


def column(client, name: str, address: str = ARTICLES) -> dict[str, object]:
    """One column of the list by slug."""
    changes = client.get(address).context["cl"]
    show = getattr(changes.model_admin, name)
    return {page.slug: show(page) for page in changes.result_list}


def make_all_states(draft, make, end) -> None:
    later = timezone.now() + DAY
    draft("draft")
    make("live")
    make("changed")
    draft("changed", "More.")
    make("soon", live_from=later)
    make("both")
    make("both", "More.", live_from=later)
    draft("both", "Even more.")
    end(make("gone").page, by=publisher(), reason="Old.")


@pytest.mark.parametrize(
    ("address", "deeds"),
    [
        (ARTICLES, (draft_article, make_article, withdraw)),
        (TERMS, (draft_term, make_term, withdraw_term)),
    ],
    ids=["articles", "terms"],
)
class TestStates:
    @pytest.fixture(autouse=True)
    def _pages(self, deeds):
        make_all_states(*deeds)

    def test_are_all_said(self, desk, address):
        assert column(desk, "state", address) == {
            "draft": "draft",
            "live": "live",
            "changed": "live, newer draft",
            "soon": "scheduled",
            "both": "live, scheduled, newer draft",
            "gone": "not public",
        }

    def test_can_be_filtered(self, desk, address):
        found = {
            state: set(listed(desk, address, state=state))
            for state in ("live", "draft", "scheduled", "off")
        }
        assert found == {
            "live": {"live", "changed", "both"},
            "draft": {"draft", "changed", "both"},
            "scheduled": {"soon", "both"},
            "off": {"draft", "soon", "gone"},
        }
        assert len(listed(desk, address, state="nonsense")) == 6


class TestProblems:
    @pytest.fixture(autouse=True)
    def _pages(self):
        draft_article("good")
        draft_article("bad", "One [@a]. Two [@b].\n\n##### Deep")
        draft_article("mended", "One [@a].")
        draft_article("mended", "One.")

    def test_are_counted_by_weight(self, desk):
        assert column(desk, "problem_count") == {
            "good": "–",
            "bad": "2 errors, 1 warning",
            "mended": "–",
        }

    @pytest.mark.parametrize(
        ("problems", "found"), [("some", {"bad"}), ("none", {"good", "mended"})]
    )
    def test_can_be_filtered(self, desk, problems, found):
        assert set(listed(desk, problems=problems)) == found


class TestTags:
    @pytest.fixture(autouse=True)
    def _pages(self):
        basics, trials = make_tag("Basics"), make_tag("Trials")
        draft_article("a", tags=[basics])
        make_article("b", tags=[basics])
        draft_article("b", tags=[trials])
        make_term("Cytokine", tags=[basics])

    @pytest.mark.parametrize(
        ("tag", "found"), [("basics", ["a"]), ("trials", ["b"]), ("no", [])]
    )
    def test_are_those_of_the_newest_revision(self, desk, tag, found):
        assert listed(desk, tag=tag) == found

    def test_of_terms_are_their_own(self, desk):
        assert listed(desk, TERMS, tag="basics") == ["cytokine"]
        assert listed(desk, TERMS, tag="trials") == []


class TestOtherColumns:
    def test_the_title_is_the_newest_or_the_address(self, desk):
        make_article("hope", title="Old")
        draft_article("hope", title="New")
        draft_article("untitled", title="")
        assert column(desk, "page_title") == {"hope": "New", "untitled": "untitled"}

    def test_citations_are_those_that_readers_see(self, desk):
        make_reference("a-1")
        make_article("hope", "One [@a-1]. Two [@a-1].")
        draft_article("hope", "One [@a-1].")
        draft_article("draft", "One [@a-1].")
        assert column(desk, "citations") == {"hope": 2, "draft": 0}

    def test_dates_are_of_the_live_and_the_newest_revision(self, desk):
        live = make_article("hope")
        draft = draft_article("hope", "More.")
        assert column(desk, "live_since") == {"hope": live.live_from}
        assert column(desk, "saved_at") == {"hope": draft.created_at}

    def test_it_can_be_ordered_by_each_that_has_an_order(self, desk):
        make_reference("a-1")
        make_article("a", "One [@a-1].", title="Z")
        make_article("b", title="Y")
        # Columns count from 0, for the list has no checkboxes.
        assert listed(desk, o="0") == ["b", "a"]
        assert listed(desk, o="-0") == ["a", "b"]
        assert listed(desk, o="4") == ["b", "a"]
        assert listed(desk, o="-4") == ["a", "b"]
