"""The deeds on an article: who may do them, what they change, what they leave alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from articles.models import Article, ArticleLink, ArticleRevision, FormerSlug
from articles.publishing import (
    discard,
    publish,
    rename,
    restore,
    save_draft,
    try_on,
    withdraw,
)
from articles.relinking import announce, rerender_stale
from glossary.publishing import withdraw as withdraw_term
from immunosite.core import markdown
from immunosite.core.audit import AuditEntry
from immunosite.core.caching import Epoch
from immunosite.core.documents import Document
from immunosite.core.intervals import State
from immunosite.core.publishing import AT_ONCE, EditConflict, PublishingRefused
from immunosite.core.workflow import request_changes
from tests.factories import (
    approved,
    colleague,
    draft_article,
    make_article,
    make_reference,
    make_tag,
    make_term,
    make_user,
    publisher,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FIELDS = {"title": "Hope", "summary": "On hope.", "body": "Some hope."}


@pytest.fixture
def reader_only(db):
    """Staff without any right."""
    user = make_user("nobody")
    user.is_superuser = False
    user.save()
    return user


def epoch() -> int:
    return Epoch.objects.get().value


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def messages(refused) -> list[str]:
    return [problem.message for problem in refused.value.problems]


def fresh(revision) -> ArticleRevision:
    return ArticleRevision.objects.get(pk=revision.pk)


class TestSaveDraft:
    def test_creates_an_article_with_its_first_revision(self, author):
        tag = make_tag("Melanoma", "cancer type")
        article = Article(slug="hope")
        revision = save_draft(article, based_on=None, by=author, tags=[tag], **FIELDS)
        assert article.pk
        assert (revision.number, revision.created_by) == (1, author)
        assert (revision.title, revision.summary) == ("Hope", "On hope.")
        assert list(revision.tags.all()) == [tag]
        assert revision.state_at() is State.DRAFT

    def test_may_be_incomplete(self, author):
        revision = save_draft(
            Article(slug="empty"), based_on=None, by=author, title="", summary="",
            body="",
        )  # fmt: skip
        assert revision.pk

    def test_appends_and_never_overwrites(self, author):
        first = draft_article("hope", "One.")
        second = save_draft(
            first.page, based_on=1, by=author, **{**FIELDS, "body": "Two."}
        )
        assert (second.number, second.based_on) == (2, first)
        assert fresh(first).body == "One."

    def test_is_written_into_the_audit(self, author):
        save_draft(Article(slug="hope"), based_on=None, by=author, **FIELDS)
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.by) == ("save draft", author)
        assert entry.details["revision"] == 1
        assert entry.details["before"] == {}
        assert entry.details["after"]["title"] == FIELDS["title"]

    def test_moves_nothing_that_readers_see(self, author):
        live = make_article("hope")
        before = epoch()
        save_draft(live.page, based_on=1, by=author, **FIELDS)
        assert epoch() == before
        assert live.page.live_revision() == live

    def test_notes_the_problems_of_the_text(self, author):
        revision = draft_article("hope", "One.\n\nTwo [@nobody].")
        (problem,) = revision.problems
        assert (problem["line"], problem["severity"]) == (3, "error")
        assert "nobody" in problem["message"]

    def test_keeps_a_text_that_can_not_be_rendered(self, author):
        revision = draft_article("hope", "[" * 5000)
        assert "square brackets" in revision.problems[0]["message"]

    def test_needs_the_right_to_add(self, reader_only):
        with pytest.raises(PermissionDenied, match="articles.add_article"):
            save_draft(Article(slug="hope"), based_on=None, by=reader_only, **FIELDS)
        assert not Article.objects.exists()

    def test_needs_the_right_to_change(self, reader_only):
        article = draft_article("hope").page
        with pytest.raises(PermissionDenied, match="articles.change_article"):
            save_draft(article, based_on=1, by=reader_only, **FIELDS)
        assert article.newest().number == 1

    @pytest.mark.parametrize("based_on", [None, 1, 3])
    def test_refuses_to_go_over_what_somebody_else_saved(self, author, based_on):
        draft_article("hope")
        newest = draft_article("hope", "Theirs.")
        with pytest.raises(EditConflict) as conflict:
            save_draft(newest.page, based_on=based_on, by=author, **FIELDS)
        assert conflict.value.newest == newest
        assert "publisher saved revision 2" in str(conflict.value)
        assert newest.page.revisions.count() == 2
        assert "save draft" in actions()[-1]
        assert AuditEntry.objects.filter(by=author).count() == 0

    @pytest.mark.parametrize("slug", ["hope", "Not a slug", "", "x" * 121, "a\0b"])
    def test_refuses_an_address_that_is_taken_or_none(self, author, slug):
        draft_article("hope")
        with pytest.raises(ValidationError) as error:
            save_draft(Article(slug=slug), based_on=None, by=author, **FIELDS)
        assert set(error.value.error_dict) == {"slug"}
        assert Article.objects.count() == 1

    def test_refuses_an_address_that_redirects_elsewhere(self, author):
        article = draft_article("hope").page
        rename(article, "more-hope", by=publisher())
        with pytest.raises(ValidationError, match="redirects to “Hope”"):
            save_draft(Article(slug="hope"), based_on=None, by=author, **FIELDS)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("title", "x" * 201),
            ("title", "half of \ud83d"),
            ("note", "x" * 301),
            ("title", "a\0b"),
            ("summary", "a\0b"),
            ("body", "a\0b"),
        ],
    )
    def test_refuses_what_the_database_can_not_hold(self, author, field, value):
        given = {**FIELDS, field: value}
        with pytest.raises(ValidationError) as error:
            save_draft(Article(slug="hope"), based_on=None, by=author, **given)
        assert set(error.value.error_dict) == {field}
        assert not Article.objects.exists()


class TestPublish:
    def test_makes_the_revision_live_from_now_on(self):
        revision = approved(draft_article("hope", "## Why\n\nSome hope."))
        before = timezone.now()
        publish(revision, by=publisher())
        live = revision.page.live_revision()
        assert live == revision
        assert before <= live.live_from <= timezone.now()
        assert live.live_until is None
        assert '<h2 id="why">Why</h2>' in live.html
        assert live.contents == [{"level": 2, "anchor": "why", "text": "Why"}]
        assert live.rendered_by == markdown.PIPELINE_VERSION

    def test_stores_what_it_cites_mentions_and_links(self):
        reference, term = make_reference(), make_term("Cytokine")
        make_article("other")
        live = make_article(
            "hope", "A cytokine [@larkin-2015, p. 3]. See [it](article:other)."
        )
        (citation,) = live.citations.all()
        assert (citation.reference, citation.number) == (reference, 1)
        assert citation.locator == "p. 3"
        (mention,) = live.mentions.all()
        assert (mention.term, mention.words) == (term.page, "cytokine")
        assert [str(link) for link in live.links.all()] == ["other"]

    def test_puts_it_on_the_shelf(self):
        live = make_article("hope", "Rabbits.")
        document = Document.objects.get()
        assert (document.path, document.revision_id) == ("/articles/hope/", live.pk)
        assert document.live_from == live.live_from

    def test_closes_the_interval_of_its_predecessor(self):
        first = make_article("hope", "One.")
        second = make_article("hope", "Two.")
        assert fresh(first).live_until == second.live_from
        assert fresh(first).state_at() is State.ENDED
        assert Document.objects.get().revision_id == second.pk

    def test_is_written_into_the_audit(self, editor):
        publish(approved(draft_article("hope")), by=editor)
        entry = AuditEntry.objects.get(by=editor)
        assert (entry.action, entry.subject) == ("publish", "Hope")
        assert entry.details["revision"] == 1

    def test_moves_the_epoch(self):
        revision = approved(draft_article("hope"))
        before = epoch()
        publish(revision, by=publisher())
        assert epoch() > before

    def test_needs_the_right_to_publish(self, author):
        revision = approved(draft_article("hope"))
        with pytest.raises(PermissionDenied, match="articles.publish_article"):
            publish(revision, by=author)
        assert fresh(revision).state_at() is State.DRAFT

    def test_takes_only_the_newest_revision(self):
        old = approved(draft_article("hope", "One."))
        newest = draft_article("hope", "Two.")
        with pytest.raises(EditConflict) as conflict:
            publish(old, by=publisher())
        assert conflict.value.newest == newest
        assert not old.page.live_revision()

    def test_takes_no_revision_twice(self):
        live = publish(approved(draft_article("hope")), by=publisher())
        with pytest.raises(PublishingRefused, match="published before"):
            publish(live, by=publisher())

    def test_sees_that_another_has_published_it_meanwhile(self):
        seen_before = approved(draft_article("hope"))
        publish(fresh(seen_before), by=publisher())
        with pytest.raises(PublishingRefused, match="published before"):
            publish(seen_before, by=publisher())

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_takes_only_what_somebody_else_approved(self, reason):
        live = make_article("hope", "One.")
        draft = draft_article("hope", "Two.")
        with pytest.raises(PublishingRefused, match="Revision 2 is not approved"):
            publish(draft, by=publisher(), forced_reason=reason)
        assert live.page.live_revision() == live
        assert (fresh(draft).html, fresh(draft).forced_reason) == ("", "")

    def test_or_a_reason_that_stays_with_it(self):
        draft = draft_article("hope")
        publish(draft, by=publisher(), forced_reason="A drug was recalled.")
        assert fresh(draft).forced_reason == "A drug was recalled."
        details = AuditEntry.objects.get(action="publish").details
        assert details["forced_reason"] == "A drug was recalled."

    def test_what_was_approved_needs_none_and_bears_no_mark(self):
        draft = approved(draft_article("hope"))
        publish(draft, by=publisher(), forced_reason="Just to be sure.")
        assert fresh(draft).forced_reason == ""

    def test_an_approval_is_of_one_revision(self):
        approved(draft_article("hope", "One."))
        draft = draft_article("hope", "One. And more.")
        with pytest.raises(PublishingRefused, match="Revision 2 is not approved"):
            publish(draft, by=publisher())

    def test_sees_that_its_approval_was_taken_back_meanwhile(self):
        seen_before = approved(draft_article("hope"))
        request_changes(fresh(seen_before), by=colleague(), note="One thing more.")
        with pytest.raises(PublishingRefused, match="changes requested"):
            publish(seen_before, by=publisher())

    def test_says_all_that_is_missing(self):
        revision = draft_article("hope", " ", title="", summary="\n")
        with pytest.raises(PublishingRefused) as refused:
            publish(revision, by=publisher())
        assert messages(refused) == [
            "The title is missing.",
            "The summary is missing.",
            "The body is missing.",
        ]

    def test_says_what_is_wrong_with_the_text_by_line(self):
        revision = draft_article("hope", "One [@no].\n\n[Two](article:no).\n\n[[no]]")
        with pytest.raises(PublishingRefused) as refused:
            publish(revision, by=publisher())
        assert [problem.line for problem in refused.value.problems] == [1, 3, 5]
        assert all(p.severity == "error" for p in refused.value.problems)

    def test_a_warning_does_not_keep_it_back(self):
        draft_article("later")
        live = make_article("hope", "See [it](article:later).")
        assert [problem["severity"] for problem in live.problems] == ["warning"]

    def test_refuses_a_text_that_can_not_be_rendered(self):
        revision = draft_article("hope", "[" * 5000)
        with pytest.raises(PublishingRefused, match="square brackets"):
            publish(revision, by=publisher())

    def test_a_refusal_changes_nothing(self):
        live = make_article("hope", "One.")
        draft = draft_article("hope", "Two [@no].")
        before, entries = epoch(), AuditEntry.objects.count()
        with pytest.raises(PublishingRefused):
            publish(draft, by=publisher())
        assert live.page.live_revision() == live
        assert fresh(live).live_until is None
        assert fresh(draft).html == ""
        assert (epoch(), AuditEntry.objects.count()) == (before, entries)

    def test_all_of_it_or_nothing_is_done(self, monkeypatch):
        revision = approved(draft_article("hope"))

        def fail(*args, **kwargs):
            raise RuntimeError("the power went off")

        monkeypatch.setattr("articles.publishing.shelve_page", fail)
        with pytest.raises(RuntimeError):
            publish(revision, by=publisher())
        assert fresh(revision).state_at() is State.DRAFT
        assert fresh(revision).html == ""
        assert "publish" not in actions()
        assert not Document.objects.exists()


class TestSchedule:
    def test_goes_live_and_ends_by_the_clock_alone(self):
        start, end = timezone.now() + DAY, timezone.now() + 2 * DAY
        revision = make_article("hope", live_from=start, live_until=end)
        article = revision.page
        second = timedelta(seconds=1)
        assert revision.state_at() is State.SCHEDULED
        assert article.live_revision() is None
        assert article.live_revision(start - second) is None
        assert article.live_revision(start) == revision
        assert article.live_revision(end - second) == revision
        assert article.live_revision(end) is None
        assert revision.state_at(end) is State.ENDED

    def test_is_told_apart_in_the_audit(self):
        make_article("hope", live_from=timezone.now() + DAY)
        assert actions()[-1] == "schedule"

    def test_what_is_live_stays_until_its_successor_starts(self):
        now = make_article("hope", "Now.")
        start = timezone.now() + DAY
        later = make_article("hope", "Later.", live_from=start)
        article = now.page
        assert article.live_revision() == now
        assert fresh(now).live_until == start
        assert article.live_revision(start) == later

    def test_what_is_published_before_a_scheduled_one_ends_where_that_starts(self):
        start = timezone.now() + DAY
        later = make_article("hope", "Later.", live_from=start)
        now = make_article("hope", "Now.", live_until=start + DAY)
        assert fresh(now).live_until == start
        assert fresh(later).live_from == start

    def test_an_earlier_end_is_kept(self):
        start = timezone.now() + 2 * DAY
        make_article("hope", "Later.", live_from=start)
        end = timezone.now() + DAY
        assert fresh(make_article("hope", "Now.", live_until=end)).live_until == end

    def test_the_same_start_takes_the_place_of_the_other(self):
        start = timezone.now() + DAY
        first = make_article("hope", "One.", live_from=start)
        second = make_article("hope", "Two.", live_from=start)
        assert fresh(first).state_at() is State.DRAFT
        assert first.page.live_revision(start) == second

    def test_a_page_can_be_shown_as_it_stood(self):
        first = make_article("hope", "One.")
        with time_machine.travel(timezone.now() + DAY):
            second = make_article("hope", "Two.")
            assert first.page.live_revision(timezone.now() - DAY / 2) == first
            assert first.page.live_revision() == second

    @pytest.mark.parametrize(
        ("start", "end", "why"),
        [
            (-DAY, None, "in the past"),
            (None, -DAY, "after the start"),
            (DAY, DAY, "after the start"),
            (2 * DAY, DAY, "after the start"),
        ],
    )
    def test_refuses_an_interval_that_makes_no_sense(self, start, end, why):
        now = timezone.now()
        revision = approved(draft_article("hope"))
        interval = {
            "live_from": start and now + start,
            "live_until": end and now + end,
        }
        with pytest.raises(PublishingRefused, match=why):
            publish(revision, by=publisher(), **interval)
        assert fresh(revision).state_at() is State.DRAFT


class TestWithdraw:
    def test_ends_what_is_live_now(self, editor):
        live = make_article("hope")
        withdraw(live.page, by=editor, reason="Out of date.")
        assert live.page.live_revision() is None
        assert fresh(live).state_at() is State.ENDED
        assert live.page.last_public() == live
        assert not Document.objects.exists()
        entry = AuditEntry.objects.get(by=editor)
        assert entry.action == "withdraw"
        assert (entry.details["reason"], entry.details["revisions"]) == (
            "Out of date.", [1],
        )  # fmt: skip

    def test_unschedules_what_was_to_come(self):
        make_article("hope", "Now.")
        later = make_article("hope", "Later.", live_from=timezone.now() + DAY)
        withdraw(later.page, by=publisher(), reason="No.")
        assert fresh(later).state_at() is State.DRAFT
        assert later.page.live_revision(timezone.now() + 2 * DAY) is None

    def test_moves_the_epoch(self):
        article = make_article("hope").page
        before = epoch()
        withdraw(article, by=publisher(), reason="No.")
        assert epoch() > before

    def test_needs_the_right_to_publish(self, author):
        live = make_article("hope")
        with pytest.raises(PermissionDenied):
            withdraw(live.page, by=author, reason="No.")
        assert live.page.live_revision() == live

    def test_refuses_when_nothing_is_public(self):
        article = draft_article("hope").page
        with pytest.raises(PublishingRefused, match="not public"):
            withdraw(article, by=publisher(), reason="No.")
        assert "withdraw" not in actions()

    def test_what_is_withdrawn_can_be_published_again(self):
        article = make_article("hope", "One.").page
        withdraw(article, by=publisher(), reason="No.")
        again = make_article("hope", "Two.")
        assert article.live_revision() == again

    def test_pages_that_link_it_lose_the_link_and_get_it_back(self):
        article = make_article("other").page
        linking = make_article("hope", "See [that page](article:other).")
        assert '<a href="/articles/other/">that page</a>' in fresh(linking).html
        withdraw(article, by=publisher(), reason="No.")
        assert "/articles/other/" not in fresh(linking).html
        assert "that page" in fresh(linking).html
        make_article("other")
        assert '<a href="/articles/other/">that page</a>' in fresh(linking).html


class TestRestore:
    def test_makes_a_draft_that_says_what_the_old_one_said(self, author):
        tag = make_tag("Melanoma")
        old = make_article("hope", "One.", title="Old", summary="Short.", tags=[tag])
        make_article("hope", "Two.")
        draft = restore(old, based_on=2, by=author)
        assert (draft.number, draft.state_at()) == (3, State.DRAFT)
        assert (draft.title, draft.summary, draft.body) == ("Old", "Short.", "One.")
        assert list(draft.tags.all()) == [tag]
        assert draft.note == "Restored from revision 1."
        assert draft.created_by == author

    def test_does_not_go_over_what_somebody_else_saved(self, author):
        old = draft_article("hope", "One.")
        draft_article("hope", "Two.")
        with pytest.raises(EditConflict):
            restore(old, based_on=1, by=author)

    def test_needs_the_right_to_change(self, reader_only):
        old = draft_article("hope")
        with pytest.raises(PermissionDenied):
            restore(old, based_on=1, by=reader_only)


class TestRename:
    def test_the_former_address_is_kept_for_good(self, editor):
        article = make_article("hope").page
        rename(article, "more-hope", by=editor)
        rename(article, "most-hope", by=editor)
        assert article.get_absolute_url() == "/articles/most-hope/"
        assert article.all_slugs() == {"hope", "more-hope", "most-hope"}
        assert Document.objects.get().path == "/articles/most-hope/"
        entry = AuditEntry.objects.filter(by=editor).first()
        assert entry.details == {
            "before": {"slug": "more-hope"},
            "after": {"slug": "most-hope"},
        }

    def test_the_way_back(self):
        article = make_article("hope").page
        rename(article, "more-hope", by=publisher())
        rename(article, "hope", by=publisher())
        assert list(FormerSlug.objects.values_list("slug", flat=True)) == ["more-hope"]

    def test_links_to_the_old_and_the_new_address_lead_on(self):
        article = make_article("other").page
        linking = make_article("hope", "See [it](article:other).")
        rename(article, "another", by=publisher())
        assert '<a href="/articles/another/">it</a>' in fresh(linking).html

    def test_no_change_is_no_deed(self):
        article = make_article("hope").page
        before, entries = epoch(), AuditEntry.objects.count()
        rename(article, "hope", by=publisher())
        assert (epoch(), AuditEntry.objects.count()) == (before, entries)

    def test_a_public_address_takes_the_right_to_publish(self, author):
        article = make_article("hope").page
        with pytest.raises(PermissionDenied, match="publish_article"):
            rename(article, "x", by=author)
        draft = draft_article("draft").page
        rename(draft, "other-draft", by=author)
        assert Article.objects.filter(slug="other-draft").exists()

    def test_refuses_the_address_of_another_now_or_formerly(self):
        other = draft_article("taken").page
        rename(other, "taken-too", by=publisher())
        for slug in ("taken", "taken-too", "no slug"):
            article = Article.objects.filter(slug="hope").first()
            article = article or draft_article("hope").page
            with pytest.raises(ValidationError) as error:
                rename(article, slug, by=publisher())
            assert set(error.value.error_dict) == {"slug"}
            assert Article.objects.filter(slug="hope").exists()


class TestDiscard:
    def test_deletes_what_was_never_public_with_all_its_drafts(self, editor):
        draft_article("hope")
        article = draft_article("hope", "Two.").page
        discard(article, by=editor)
        assert not Article.objects.exists()
        assert not ArticleRevision.objects.exists()
        entry = AuditEntry.objects.get(by=editor)
        assert (entry.action, entry.subject) == ("delete", "Hope")
        assert entry.details["before"].keys() == {"slug", "revision 1", "revision 2"}

    def test_refuses_what_was_public_or_will_be(self):
        was = make_article("was").page
        withdraw(was, by=publisher(), reason="No.")
        soon = make_article("soon", live_from=timezone.now() + DAY).page
        for article in (was, soon, make_article("live").page):
            with pytest.raises(PublishingRefused, match="Withdraw it instead"):
                discard(article, by=publisher())
        assert Article.objects.count() == 3

    def test_needs_the_right_to_delete(self, author):
        article = draft_article("hope").page
        with pytest.raises(PermissionDenied):
            discard(article, by=author)
        assert Article.objects.exists()


class TestRelinking:
    """A change of the glossary compiles again just the articles that it concerns."""

    @pytest.fixture
    def pages(self):
        return make_article("on-cells", "All about T cells."), make_article("on-mice")

    def untouched(self, *revisions) -> dict[int, str]:
        """Mark what these pages hold, so that compiling them again would show."""
        for revision in revisions:
            ArticleRevision.objects.filter(pk=revision.pk).update(html="untouched")
        return {revision.pk: "untouched" for revision in revisions}

    def html_of(self, *revisions) -> dict[int, str]:
        return {revision.pk: fresh(revision).html for revision in revisions}

    def test_a_new_term_is_linked_where_it_stands(self, pages):
        cells, mice = pages
        marked = self.untouched(mice)
        make_term("T cell", forms=[("plural", "T cells")])
        assert 'href="#word-t-cell"' in fresh(cells).html
        assert [m.words for m in cells.mentions.all()] == ["T cells"]
        assert self.html_of(mice) == marked

    def test_another_form_links_or_frees_just_its_own_words(self, pages):
        cells, mice = pages
        make_term("T cell", forms=[("plural", "T cells")])
        make_term("T cell")
        assert "word-t-cell" not in fresh(cells).html
        assert not cells.mentions.exists()

    def test_a_corrected_definition_touches_no_article(self, pages):
        make_term("T cell", forms=[("plural", "T cells")])
        marked = self.untouched(*pages)
        make_term("T cell", "Said better.", forms=[("plural", "T cells")])
        assert self.html_of(*pages) == marked
        assert not ArticleRevision.objects.stale().exists()

    def test_a_term_no_longer_linked_automatically_frees_its_words(self, pages):
        cells, _ = pages
        make_term("T cell", forms=[("plural", "T cells")])
        make_term("T cell", forms=[("plural", "T cells")], is_automatic=False)
        assert "word-t-cell" not in fresh(cells).html

    def test_drafts_are_not_compiled(self):
        draft = draft_article("draft", "T cells.")
        make_term("T cell", forms=[("plural", "T cells")])
        assert fresh(draft).html == ""

    def test_a_scheduled_article_is_linked_too(self):
        soon = make_article("soon", "T cells.", live_from=timezone.now() + DAY)
        make_term("T cell", forms=[("plural", "T cells")])
        assert "word-t-cell" in fresh(soon).html

    def test_a_publish_touches_only_the_pages_that_link_it(self):
        draft_article("other")
        linking = make_article("hope", "See [it](article:other).")
        rest = make_article("rest")
        marked = self.untouched(rest)
        make_article("other")
        assert "/articles/other/" in fresh(linking).html
        assert self.html_of(rest) == marked

    def test_a_new_text_of_a_live_page_touches_no_page_that_links_it(self):
        make_article("other")
        linking = make_article("hope", "See [it](article:other).")
        marked = self.untouched(linking)
        make_article("other", "Other words.")
        assert self.html_of(linking) == marked

    def test_an_explicit_mark_is_told_when_its_term_is_gone(self, pages):
        term = make_term("Placebo").page
        live = make_article("trial", "A [[placebo|sugar pill]].")
        assert "word-placebo" in fresh(live).html
        withdraw_term(term, by=publisher(), reason="No.")
        assert "word-placebo" not in fresh(live).html
        assert "sugar pill" in fresh(live).html
        assert "placebo" in fresh(live).problems[0]["message"]

    def test_many_wait_for_the_command(self):
        pages = [make_article(f"a{n}", "T cell.") for n in range(AT_ONCE + 1)]
        make_term("T cell")
        assert ArticleRevision.objects.stale().count() == AT_ONCE + 1
        assert rerender_stale(limit=3) == 3
        assert rerender_stale() == AT_ONCE - 2
        assert rerender_stale() == 0
        assert all("word-t-cell" in fresh(page).html for page in pages)


class TestStale:
    def test_a_new_pipeline_makes_all_that_is_public_stale(self, monkeypatch):
        make_article("live")
        make_article("soon", live_from=timezone.now() + DAY)
        draft_article("draft")
        withdraw(make_article("gone").page, by=publisher(), reason="No.")
        assert not ArticleRevision.objects.stale().exists()
        monkeypatch.setattr("immunosite.core.intervals.PIPELINE_VERSION", "next")
        monkeypatch.setattr("glossary.storing.PIPELINE_VERSION", "next")
        stale = ArticleRevision.objects.stale()
        assert set(stale.values_list("page__slug", flat=True)) == {"live", "soon"}
        assert rerender_stale() == 2
        assert not ArticleRevision.objects.stale().exists()

    def test_what_can_no_longer_be_rendered_keeps_its_last_rendering(self):
        live = make_article("hope")
        html = fresh(live).html
        ArticleRevision.objects.update(body="[" * 5000, rendered_by="")
        assert rerender_stale() == 0
        assert fresh(live).html == html
        assert ArticleRevision.objects.stale().get() == live

    def test_compiling_again_moves_the_epoch(self):
        make_article("hope")
        ArticleRevision.objects.update(rendered_by="", html="<p>Old.</p>")
        before = epoch()
        rerender_stale()
        assert epoch() > before

    def test_what_comes_out_the_same_moves_nothing(self):
        make_article("hope")
        ArticleRevision.objects.update(rendered_by="")
        before = epoch()
        assert rerender_stale() == 1
        assert epoch() == before
        assert not ArticleRevision.objects.stale().exists()


class TestAnnounce:
    """What begins or ends by the clock is told to the pages that link it."""

    def test_a_scheduled_article_is_linked_once_it_is_live(self):
        start = timezone.now() + DAY
        make_article("other", live_from=start)
        linking = make_article("hope", "See [it](article:other).")
        assert "/articles/other/" not in fresh(linking).html
        assert announce() == 0
        with time_machine.travel(start + DAY):
            assert announce() == 1
            assert "/articles/other/" in fresh(linking).html
            assert announce() == 0

    def test_an_ended_article_is_linked_no_more(self):
        end = timezone.now() + DAY
        make_article("other", live_until=end)
        linking = make_article("hope", "See [it](article:other).")
        with time_machine.travel(end + DAY):
            assert announce() == 1
            assert "/articles/other/" not in fresh(linking).html
            assert announce() == 0

    def test_a_scheduled_successor_changes_no_link(self):
        make_article("other", "Now.")
        start = timezone.now() + DAY
        make_article("other", "Later.", live_from=start)
        linking = make_article("hope", "See [it](article:other).")
        ArticleRevision.objects.filter(pk=linking.pk).update(html="untouched")
        with time_machine.travel(start + DAY):
            assert announce() == 2
        assert fresh(linking).html == "untouched"

    def test_an_import_tells_once_at_its_end(self):
        draft_article("other")
        linking = make_article("hope", "See [it](article:other).")
        other = approved(Article.objects.get(slug="other").newest())
        publish(other, by=publisher(), announcing=False)
        assert "/articles/other/" not in fresh(linking).html
        announce()
        assert "/articles/other/" in fresh(linking).html


class TestTryOn:
    def test_shows_a_draft_as_if_it_were_live_and_leaves_nothing(self):
        live = make_article("hope", "Now.")
        make_article("hope", "Later.", live_from=timezone.now() + DAY)
        draft = draft_article("hope", "Draft with [a link](article:hope).")
        before = list(ArticleRevision.objects.order_by("pk").values())
        with transaction.atomic():
            try_on(draft)
            assert live.page.live_revision() == draft
            assert "Draft" in fresh(draft).html
            transaction.set_rollback(True)
        assert list(ArticleRevision.objects.order_by("pk").values()) == before
        assert not ArticleLink.objects.exists()

    def test_an_old_revision_can_be_looked_at_too(self):
        old = make_article("hope", "Old.")
        make_article("hope", "New.")
        with transaction.atomic():
            try_on(fresh(old))
            assert old.page.live_revision() == old
            transaction.set_rollback(True)
