"""Articles in and out as Markdown files with front matter."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from articles.exchange import export_article, import_articles
from articles.models import Article, ArticleRevision
from articles.publishing import rename
from immunosite.core.audit import AuditEntry
from immunosite.core.caching import Epoch
from immunosite.core.documents import Document
from immunosite.core.intervals import State
from immunosite.core.tagging import Tag
from tests.factories import (
    draft_article,
    make_article,
    make_reference,
    make_tag,
    make_user,
    publisher,
)

pytestmark = pytest.mark.django_db


def file(body: str = "Some words.\n", **fields) -> str:
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return f"---\n{head}---\n\n{body}"


HOPE = file(slug="hope", title="Hope", summary="On hope.", tags='["topic: Basics"]')


def bring(*texts: str, by=None, **options):
    """Import texts as files named 0.md, 1.md, …"""
    files = [(f"{place}.md", text) for place, text in enumerate(texts)]
    return import_articles(files, by=by or publisher(), **options)


def only(report) -> str:
    """What is said of the one file of an import."""
    (row,) = report.rows
    return str(row)


def article(slug: str = "hope") -> Article:
    return Article.objects.get(slug=slug)


def state_of_everything() -> list:
    models = (Article, ArticleRevision, AuditEntry, Document, Epoch, Tag)
    return [list(model.objects.order_by("pk").values()) for model in models]


class TestImport:
    def test_makes_a_draft_of_each_file(self):
        report = bring(HOPE)
        assert only(report) == "0.md: created"
        revision = article().newest()
        assert (revision.title, revision.summary) == ("Hope", "On hope.")
        assert revision.body == "Some words.\n"
        assert [str(tag) for tag in revision.tags.all()] == ["Basics"]
        assert revision.state_at() is State.DRAFT
        assert revision.note == "Imported."

    def test_publishes_when_asked_to(self):
        bring(HOPE, publishing=True)
        assert article().live_revision()
        assert Document.objects.get().title == "Hope"

    def test_without_a_slug_the_title_makes_it(self):
        bring(file(title="Immunité, für alle!"))
        assert Article.objects.get().slug == "immunité-für-alle"

    def test_words_broken_over_lines_are_one_line(self):
        bring("---\nslug: hope\ntitle: |\n  Much\n    hope\n---\nWords.")
        assert article().newest().title == "Much hope"

    def test_line_ends_and_a_byte_order_mark_do_not_matter(self):
        bring(HOPE)
        again = bring("\ufeff" + HOPE.replace("\n", "\r\n"), on_existing="update")
        assert only(again) == "0.md: unchanged"

    def test_an_existing_one_is_kept_by_default(self):
        draft_article("hope", "Mine.")
        assert only(bring(HOPE)) == "0.md: kept"
        assert article().newest().body == "Mine."

    def test_or_gets_a_new_draft_beside_what_is_live(self):
        live = make_article("hope", "Mine.")
        assert only(bring(HOPE, on_existing="update")) == "0.md: updated"
        assert article().newest().number == 2
        assert article().live_revision() == live

    def test_an_address_that_it_had_formerly_is_known(self):
        rename(draft_article("hope").page, "more-hope", by=publisher())
        assert only(bring(HOPE, on_existing="update")) == "0.md: updated"
        assert Article.objects.get().newest().title == "Hope"

    def test_twice_is_as_good_as_once(self):
        bring(HOPE, publishing=True)
        before = state_of_everything()
        report = bring(HOPE, on_existing="update", publishing=True)
        assert only(report) == "0.md: unchanged"
        after = state_of_everything()
        assert after[:4] == before[:4]
        assert after[5] == before[5]

    @pytest.mark.parametrize(
        "changed",
        [
            HOPE.replace("title: Hope", "title: Hopes"),
            HOPE.replace("On hope.", "Of hope."),
            HOPE.replace("Some words.", "Other words."),
            HOPE.replace("Basics", "Trials"),
        ],
        ids=["title", "summary", "body", "tags"],
    )
    def test_any_change_of_a_file_is_noticed(self, changed):
        bring(HOPE)
        assert only(bring(changed, on_existing="update")) == "0.md: updated"

    def test_is_told_to_the_audit_in_the_name_of_who_did_it(self, author):
        bring(file(slug="hope", title="Hope"), by=author)
        assert AuditEntry.objects.get(by=author).action == "save draft"

    def test_a_dry_run_tells_all_and_leaves_nothing(self):
        publisher()
        before = state_of_everything()
        report = bring(HOPE, file(body="", slug="x"), publishing=True, dry_run=True)
        assert report.summary() == "1 created, 1 rejected"
        assert state_of_everything() == before


class TestKinds:
    ABOUT = file(slug="privacy", kind="site page", title="Privacy", summary="s")

    def test_are_articles_unless_a_file_says_otherwise(self):
        bring(HOPE, self.ABOUT)
        kinds = dict(Article.objects.values_list("slug", "kind"))
        assert kinds == {"hope": "article", "privacy": "site page"}

    def test_stay_when_a_file_does_not_say_them(self):
        bring(self.ABOUT)
        changed = file("More.", slug="privacy", title="Privacy")
        assert only(bring(changed, on_existing="update")) == "0.md: updated"
        assert article("privacy").kind == "site page"

    def test_can_not_be_changed(self):
        bring(HOPE)
        changed = HOPE.replace("title:", "kind: site page\ntitle:")
        told = only(bring(changed, on_existing="update"))
        assert "kind: This is a “article” here already." in told
        assert article().kind == "article"

    def test_go_out_and_come_back(self):
        bring(self.ABOUT)
        text = export_article(article("privacy").newest())
        Article.objects.all().delete()
        bring(text)
        assert article("privacy").kind == "site page"


class TestTags:
    def test_are_made_when_there_are_none(self):
        bring(file(slug="hope", tags='["cancer type: Melanoma", Basics]'))
        kinds = dict(Tag.objects.values_list("name", "kind"))
        assert kinds == {"Melanoma": "cancer type", "Basics": "topic"}

    def test_are_found_whatever_their_case(self):
        tag = make_tag("Melanoma", "cancer type")
        bring(file(slug="hope", tags="[MELANOMA]"))
        assert list(article().newest().tags.all()) == [tag]

    def test_who_may_make_none_can_use_what_there_is(self, author):
        make_tag("Basics")
        bring(HOPE, by=author)
        assert article().newest().tags.count() == 1

    def test_who_may_make_none_is_told_at_the_field(self, author):
        make_tag("Basic")
        told = only(bring(HOPE, by=author))
        assert "tags: There is no tag “Basics”. Did you mean “Basic”?" in told
        assert "An editor can add it." in told
        assert not Article.objects.exists()


class TestWhatIsWrong:
    """Each is told with its file, line and field; nothing of that file is stored."""

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("---\nslug: hope\n", "line 1: 0.md: rejected – The front matter has no"),
            ("---\nslug: hope\nslug: b\n---\n", "line 3: 0.md: rejected – "),
            ("---\nslug: hope\ntitle: 'a\n---\n", "line "),
            ("---\n- slug\n---\n", "line 2: 0.md: rejected – "),
            (file(slug="hope", colour="red"), "line 1: 0.md: rejected – colour: "),
            (file(slug=2015), "slug: This must be text. Put it in quotes."),
            (file(slug="hope", title="2015-01-01"), "title: This must be text."),
            (file(slug="hope", tags="Basics"), "tags: This must be a list"),
            (file(slug="hope", tags="[1]"), "tags: This must be a list"),
            (file(slug="hope", tags='["colour: red"]'), "“colour” is not a kind of"),
            (file(slug="hope", tags='["topic: "]'), "names no tag"),
            (file(slug="hope", title="x" * 201), "title: Longer than 200"),
            (file(slug="hope", summary="x" * 401), "summary: Longer than 400"),
            (file(slug="hope", kind="blog"), "kind: Known are article, site page."),
            (file("x" * 100_001, slug="hope"), "body: Longer than 100,000"),
            (file("a\0b", slug="hope"), "body: The text holds a NUL"),
            (file("a\ud83db", slug="hope"), "body: This holds a character that"),
            (file(slug="hope", title="'a\0b'"), "rejected"),
            (file(slug="not a slug"), "slug: "),
            (file(slug="x" * 121), "slug: "),
            (file(), "title: A title or a slug is needed."),
            (file(title="'?!'"), "title: A title or a slug is needed."),
            ("Only words.", "title: A title or a slug is needed."),
            ("", "title: A title or a slug is needed."),
        ],
        ids=lambda value: ascii(value)[:40],
    )
    def test_a_file_that_can_not_be_read(self, text, told):
        assert told in only(bring(text))
        assert "rejected" in only(bring(text))
        assert not Article.objects.exists()

    def test_the_others_go_on(self):
        report = bring("---\n", HOPE)
        assert report.summary() == "1 created, 1 rejected"
        assert article()

    def test_a_text_with_problems_is_a_draft_all_the_same(self):
        bring(file("Words [@nobody].", slug="hope", title="Hope"))
        assert article().newest().problems

    def test_two_files_of_one_address(self):
        report = bring(HOPE, HOPE.replace("Some", "Other"))
        assert [row.outcome for row in report.rows] == ["created", "kept"]
        assert article().newest().body == "Some words.\n"


class TestPublishingTogether:
    def linking(self, slug: str, to: str) -> str:
        body = f"See [it](article:{to})."
        return file(body, slug=slug, title=slug, summary="s")

    def test_files_may_link_each_other_in_any_order(self):
        report = bring(self.linking("a", "b"), self.linking("b", "a"), publishing=True)
        assert report.summary() == "2 created"
        assert '<a href="/articles/b/">' in article("a").live_revision().html
        assert '<a href="/articles/a/">' in article("b").live_revision().html

    def test_one_that_may_not_go_live_is_told_by_its_line_and_left_out(self):
        bad = file("One.\n\nTwo [@nobody].", slug="b", title="B", summary="s")
        report = bring(HOPE, bad, publishing=True)
        assert [str(row) for row in report.rows] == [
            "0.md: created",
            "line 9: 1.md: rejected – No reference has the key “nobody”.",
        ]
        assert bad.split("\n")[8] == "Two [@nobody]."
        assert article().live_revision()
        assert not Article.objects.filter(slug="b").exists()

    def test_what_links_only_that_one_is_left_out_too(self):
        bad = file("Words [@nobody].", slug="c", title="C", summary="s")
        report = bring(
            self.linking("a", "b"), self.linking("b", "c"), bad, publishing=True
        )
        assert report.summary() == "3 rejected"
        assert "There is no article “b”." in str(report.rows[0])
        assert not Article.objects.exists()

    def test_a_refused_change_leaves_the_live_page_as_it_was(self):
        bring(HOPE, publishing=True)
        bad = HOPE.replace("Some words.", "Words [@nobody].")
        report = bring(bad, on_existing="update", publishing=True)
        assert report.has_rejects
        assert article().newest().number == 1

    def test_what_is_missing_is_told(self):
        report = bring(file(slug="hope", title="Hope"), publishing=True)
        assert only(report) == "0.md: rejected – The summary is missing."

    def test_takes_the_right_to_publish(self, author):
        make_tag("Basics")
        with pytest.raises(PermissionDenied, match="articles.publish_article"):
            bring(HOPE, by=author, publishing=True)
        assert not Article.objects.exists()

    def test_takes_the_right_to_change(self):
        user = make_user("nobody")
        user.is_superuser = False
        user.save()
        with pytest.raises(PermissionDenied, match="articles.add_article"):
            bring(file(slug="hope"), by=user)


class TestExport:
    def test_is_a_file_that_people_can_read(self):
        tags = [make_tag("Melanoma", "cancer type"), make_tag("Basics")]
        revision = draft_article(
            "hope", "## Why\n\nHöpe.\n", title="Hope", summary="On hope.", tags=tags
        )
        assert export_article(revision) == (
            "---\n"
            "slug: hope\n"
            "kind: article\n"
            "title: Hope\n"
            "summary: On hope.\n"
            "tags:\n"
            "- 'cancer type: Melanoma'\n"
            "- 'topic: Basics'\n"
            "---\n"
            "\n"
            "## Why\n\nHöpe.\n"
        )

    def test_what_goes_out_comes_back_unchanged(self):
        make_reference()
        bring(file("Words [@larkin-2015].\n\n---\n\nMore.\n", slug="a", title="A"))
        text = export_article(article("a").newest())
        assert only(bring(text, on_existing="update")) == "0.md: unchanged"

    def test_a_draft_of_the_editor_comes_back_too(self):
        revision = draft_article("hope", "No line end")
        report = bring(export_article(revision), on_existing="update")
        assert report.counts.total() == 1
        assert article().newest().body.rstrip() == "No line end"


printable = st.characters(exclude_categories=["C", "Z"], include_characters=" ")
lines = st.text(printable, max_size=60).map(lambda text: " ".join(text.split()))


class TestRoundTrip(TestCase):
    @given(title=lines, summary=lines, body=st.lists(lines, max_size=5).map("\n".join))
    @hypothesis_settings(max_examples=40, deadline=None)
    def test_any_article_comes_back_as_it_went_out(self, title, summary, body):
        body = body.strip("\n") + "\n"
        revision = draft_article("hope", body, title=title, summary=summary)
        text = export_article(revision)
        Article.objects.all().delete()
        bring(text)
        found = article().newest()
        assert (found.title, found.summary) == (title, summary)
        assert found.body == body
