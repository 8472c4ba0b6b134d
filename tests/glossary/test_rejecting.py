"""Words that a page never links by itself: who may say so, and what it does at once."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

import articles.publishing
import glossary.publishing
from articles.checking import checklist_of
from articles.models import ArticleRevision
from articles.relinking import rendered_now
from glossary.models import NeverHere
from glossary.rejecting import accept_words, may_decide, reject_words
from glossary.storing import is_stored
from immunosite.core.audit import AuditEntry
from immunosite.core.caching import Epoch
from immunosite.core.publishing import AT_ONCE
from tests.factories import (
    draft_article,
    draft_term,
    make_article,
    make_term,
    publisher,
)

pytestmark = pytest.mark.django_db
ARTICLE = "articles.article"


@pytest.fixture
def term():
    return make_term("T cell", forms=[("plural", "T cells")]).page


def word(revision, text="t cell"):
    return revision.page._meta.label_lower, revision.page_id, text


def reject(*revisions, by=None, **more):
    return reject_words(
        [word(each) for each in revisions], by=by or publisher(), **more
    )


def links(revision) -> list[str]:
    revision.refresh_from_db()
    return list(revision.mentions.values_list("words", flat=True))


class TestReject:
    def test_takes_the_link_off_a_public_page_at_once(self, client, term):
        live = make_article("one", "A T cell.")
        assert "#word-t-cell" in client.get("/articles/one/").content.decode()
        assert reject(live) == 1
        assert links(live) == []
        assert "#word-t-cell" not in client.get("/articles/one/").content.decode()

    def test_leaves_the_link_to_other_words_of_the_term(self, term):
        live = make_article("one", "A T cell. Some T cells.")
        reject(live)
        assert links(live) == ["T cells"]

    def test_and_what_is_marked_in_the_text(self, term):
        live = make_article("one", "A [[T cell]].")
        reject(live)
        assert links(live) == ["T cell"]

    def test_survives_edits_of_other_passages(self, term):
        reject(make_article("one", "A T cell."))
        edited = make_article("one", "First this. A T cell.")
        assert links(edited) == []

    def test_counts_in_drafts_too(self, term):
        draft = draft_article("one", "A T cell.")
        assert "never linked" not in str(checklist_of(draft))
        reject(draft)
        assert rendered_now(draft).mentions == ()

    def test_concerns_definitions_as_well(self, term):
        live = make_term("Killer", "A T cell that kills.")
        reject(live)
        assert links(live) == []

    def test_leaves_other_pages_alone(self, term):
        one, two = make_article("one", "A T cell."), make_article("two", "A T cell.")
        reject(one)
        assert links(two) == ["T cell"]

    def test_does_it_at_once_whatever_else_waits(self, term):
        live = make_article("one", "A T cell.")
        for number in range(AT_ONCE + 1):
            make_article(f"a-{number}", "Words.")
        ArticleRevision.objects.exclude(pk=live.pk).update(rendered_by="")
        reject(live)
        assert links(live) == []

    def test_leaves_many_to_the_command(self, term):
        lives = [make_article(f"a-{n}", "A T cell.") for n in range(AT_ONCE + 1)]
        assert reject(*lives, term=term) == AT_ONCE + 1
        assert ArticleRevision.objects.stale().count() == AT_ONCE + 1
        assert links(lives[0]) == ["T cell"]

    def test_twice_is_once(self, term):
        live = make_article("one", "A T cell.")
        assert [reject(live), reject(live)] == [1, 0]
        assert NeverHere.objects.count() == 1

    def test_moves_the_epoch_where_readers_see_it(self, term):
        live, draft = make_article("one", "A T cell."), draft_article("two", "T cell.")
        before = Epoch.objects.get().value
        reject(draft)
        assert Epoch.objects.get().value == before
        reject(live)
        assert Epoch.objects.get().value > before

    def test_is_recorded_about_each_page(self, term):
        live = make_article("one", "A T cell.")
        reject(live, term=term)
        entry = AuditEntry.objects.get(action="reject words")
        assert (entry.subject_type, entry.subject_id) == (ARTICLE, live.page_id)
        assert entry.details == {"words": ["t cell"], "term": "T cell"}

    def test_and_about_the_term_when_there_are_many(self, term):
        drafts = [draft_article(f"a-{n}", "A T cell.") for n in range(AT_ONCE + 1)]
        reject(*drafts, term=term)
        entry = AuditEntry.objects.get(action="reject words")
        assert (entry.subject_id, len(entry.details["pages"])) == (term.pk, AT_ONCE + 1)


class TestAccept:
    def test_gives_the_link_back(self, term):
        live = make_article("one", "A T cell.")
        reject(live)
        assert accept_words([word(live)], by=publisher()) == 1
        assert links(live) == ["T cell"]
        assert is_stored(live, rendered_now(live))
        assert AuditEntry.objects.filter(action="accept words").count() == 1

    def test_what_was_not_rejected_changes_nothing(self, term):
        live = make_article("one", "A T cell.")
        assert accept_words([word(live)], by=publisher()) == 0
        assert not AuditEntry.objects.filter(action="accept words").exists()


class TestRights:
    def test_a_draft_takes_the_right_to_change_the_page(self, author, reviewer):
        draft = draft_article("one", "A T cell.")
        assert reject(draft, by=author) == 1
        with pytest.raises(PermissionDenied):
            accept_words([word(draft)], by=reviewer)

    def test_a_public_page_takes_the_right_to_publish(self, author, editor):
        live = make_article("one", "A T cell.")
        with pytest.raises(PermissionDenied):
            reject(live, by=author)
        assert not NeverHere.objects.exists()
        assert reject(live, by=editor) == 1

    def test_one_public_page_among_drafts_stops_it_all(self, author):
        live, draft = make_article("one", "Words."), draft_article("two")
        with pytest.raises(PermissionDenied):
            reject(draft, live, by=author)
        assert not NeverHere.objects.exists()

    @pytest.mark.parametrize(("role", "may"), [("author", False), ("editor", True)])
    def test_the_desk_knows_it(self, role, may, request):
        user = request.getfixturevalue(role)
        assert may_decide(user, ARTICLE, is_public=True) is may


class TestBadInput:
    @pytest.mark.parametrize("text", ["", "T cell", "t  cell", "!!!", "x" * 601])
    def test_what_is_no_folded_word(self, text):
        with pytest.raises(ValidationError, match="no word"):
            reject_words([word(draft_article("one"), text)], by=publisher())

    @pytest.mark.parametrize(
        ("kind", "pk"), [(ARTICLE, 999), ("core.tag", 1), ("no.kind", 1), ("", 1)]
    )
    def test_a_page_that_is_not_there(self, kind, pk):
        with pytest.raises(ValidationError):
            reject_words([(kind, pk, "t cell")], by=publisher())


class TestADiscardedPage:
    @pytest.mark.parametrize(
        ("make", "deeds"),
        [(draft_article, articles.publishing), (draft_term, glossary.publishing)],
    )
    def test_takes_its_rejections_with_it(self, make, deeds):
        draft, other = make("One"), draft_article("other")
        reject(draft, other)
        deeds.discard(draft.page, by=publisher())
        assert [row.page_id for row in NeverHere.objects.all()] == [other.page_id]
