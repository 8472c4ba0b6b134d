"""render, rerender_stale and exchange_articles on the command line."""

from __future__ import annotations

import io
import os
import sys
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.models import Article, ArticleRevision
from glossary.models import TermRevision
from immunosite.core.audit import AuditEntry
from references.curating import save_reference
from references.models import Reference
from tests.factories import (
    draft_article,
    make_article,
    make_reference,
    make_term,
    make_user,
    publisher,
)

pytestmark = pytest.mark.django_db
HOPE = "---\nslug: hope\ntitle: Hope\nsummary: On hope.\n---\n\nSome words.\n"


def run(*arguments) -> str:
    out = StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue()


def ended(*arguments) -> tuple[int, str]:
    """The exit code of a command that ends with an error, and what it said."""
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(*map(str, arguments), stdout=out)
    return ended.value.code, out.getvalue()


@pytest.fixture
def typed(monkeypatch):
    """Set what the command reads from standard input."""

    def give(text: str | bytes) -> None:
        content = text.encode() if isinstance(text, str) else text
        stream = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8")
        monkeypatch.setattr(sys, "stdin", stream)

    return give


class TestRender:
    def test_prints_what_publishing_would_store(self, typed):
        make_reference()
        make_term("Cytokine")
        make_article("other")
        body = "## Why\n\nA cytokine [@larkin-2015]. See [it](article:other)."
        typed(body)
        assert run("render").rstrip() == make_article("hope", body).html.rstrip()

    def test_stores_nothing(self, typed):
        typed(HOPE)
        run("render")
        assert not ArticleRevision.objects.exists()

    def test_skips_front_matter(self, typed):
        typed(HOPE)
        assert run("render") == "<p>Some words.</p>\n"

    def test_an_empty_text_is_an_empty_page(self, typed):
        typed("")
        assert run("render").strip() == ""

    def test_ends_with_an_error_when_the_text_has_one(self, typed):
        typed("Words [@nobody].")
        code, said = ended("render")
        assert code == 1
        assert "?nobody" in said

    def test_a_warning_is_no_error(self, typed):
        draft_article("later")
        typed("See [it](article:later).")
        assert run("render", "--problems").startswith("warning: line 1: ")

    def test_lists_problems_by_the_line_of_the_file(self, typed):
        typed(HOPE + "\nTwo [@nobody].\n\n##### Deep")
        assert ended("render", "--problems") == (
            1,
            "error: line 9: No reference has the key “nobody”.\n"
            "warning: line 11: A heading level is skipped: “#####” follows “#”. "
            "Use “##”.\n",
        )

    def test_lists_nothing_of_a_good_text(self, typed):
        typed(HOPE)
        assert run("render", "--problems") == ""

    def test_lists_the_checklist_by_the_line_of_the_file(self, typed):
        typed(HOPE + "\nTwo [@nobody].")
        code, said = ended("render", "--checklist")
        assert code == 1
        assert said.startswith(
            "blocking: Citations lead to references\n"
            "  line 9: No reference has the key “nobody”.\n"
        )
        assert "\nok: Title\n" in said

    def test_shows_the_page_of_a_term(self, typed):
        make_term("Cytokine")
        typed("A cytokine.")
        assert "#word-cytokine" in run("render")
        typed("A cytokine.")
        assert "#word-cytokine" not in run("render", "--term", "cytokine")

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (b"[" * 5000, "square brackets"),
            (b"x" * 100_001, "100,001 characters"),
            (b"Words \xff", r"Not UTF-8 \(byte 6\)"),
            (b"---\nslug: a\n", "line 1: The front matter has no"),
            (b"---\na: 1\na: 2\n---\n", "line 3: "),
        ],
        ids=["tangled", "too long", "no text", "no end", "twice"],
    )
    def test_what_can_not_be_rendered_is_told_in_a_line(self, typed, content, told):
        typed(content)
        with pytest.raises(CommandError, match=told):
            run("render")

    def test_bytes_that_the_system_let_through_are_told_too(self, typed, monkeypatch):
        broken = io.TextIOWrapper(io.BytesIO(b"\xff"), "utf-8", "surrogateescape")
        monkeypatch.setattr(sys, "stdin", broken)
        with pytest.raises(CommandError, match="not Unicode"):
            run("render")


class TestRerenderStale:
    def test_says_what_it_did(self):
        assert run("rerender_stale") == (
            "Compiled again: 0 terms, 0 articles, 0 references.\n"
        )

    def test_compiles_all_that_is_out_of_date(self):
        reference = make_reference()
        make_term("Cytokine")
        make_article("hope")
        for model in (TermRevision, ArticleRevision):
            model.objects.update(rendered_by="", html="old")
        Reference.objects.filter(pk=reference.pk).update(entry_by="", entry="old")
        assert run("rerender_stale") == (
            "Compiled again: 1 terms, 1 articles, 1 references.\n"
        )
        assert not ArticleRevision.objects.filter(html="old").exists()
        assert "0 terms, 0 articles, 0 references" in run("rerender_stale")

    def test_can_be_told_how_much(self):
        for number in range(3):
            make_article(f"page-{number}")
        ArticleRevision.objects.update(rendered_by="")
        assert "2 articles" in run("rerender_stale", "--limit", 2)
        assert "1 articles" in run("rerender_stale", "--limit", 2)

    def test_tells_the_pages_that_link_what_began_by_the_clock(self):
        start = timezone.now() + timedelta(days=1)
        make_article("other", live_from=start)
        linking = make_article("hope", "See [it](article:other).")
        with time_machine.travel(start + timedelta(hours=1)):
            run("rerender_stale")
        linking.refresh_from_db()
        assert 'href="/articles/other/"' in linking.html

    def test_and_those_that_hold_a_word_that_began_by_the_clock(self):
        start = timezone.now() + timedelta(days=1)
        make_term("Cytokine", live_from=start)
        holding = make_article("hope", "A cytokine.")
        with time_machine.travel(start + timedelta(hours=1)):
            run("rerender_stale")
        holding.refresh_from_db()
        assert "#word-cytokine" in holding.html


class TestExchangeImport:
    @pytest.fixture
    def file_of(self, tmp_path):
        def write(text: str = HOPE, name: str = "hope.md"):
            path = tmp_path / name
            path.write_text(text)
            return path

        return write

    def test_saves_drafts(self, administrator, file_of):
        said = run("exchange_articles", "import", file_of())
        assert said == "articles: 1 created\n"
        assert Article.objects.get().live_revision() is None

    def test_or_publishes_at_once(self, administrator, file_of):
        run("exchange_articles", "import", file_of(), "--publish")
        assert Article.objects.get().live_revision().title == "Hope"

    def test_updates_what_is_there_unless_told_to_keep_it(self, administrator, file_of):
        draft_article("hope", "Mine.")
        keep = ("--on-existing", "keep")
        assert "1 kept" in run("exchange_articles", "import", file_of(), *keep)
        assert Article.objects.get().newest().body == "Mine."
        assert "1 updated" in run("exchange_articles", "import", file_of())
        assert Article.objects.get().newest().body == "Some words.\n"

    def test_a_dry_run_stores_nothing(self, administrator, file_of):
        said = run("exchange_articles", "import", file_of(), "--dry-run")
        assert "1 created" in said
        assert not Article.objects.exists()

    def test_names_the_file_the_line_and_the_field_and_ends_with_an_error(
        self, administrator, file_of
    ):
        bad = file_of("---\nslug: b\ncolour: red\n---\n", "bad.md")
        code, said = ended("exchange_articles", "import", file_of(), bad)
        assert code == 1
        assert said == (
            "articles: 1 created, 1 rejected\n"
            f"  line 1: {bad}: rejected – colour: Unknown field. "
            "Known are slug, kind, title, summary, tags.\n"
        )
        assert Article.objects.get().slug == "hope"

    def test_in_the_name_of_whom_it_was_asked(self, administrator, author, file_of):
        run("exchange_articles", "import", file_of(), "--as", "author")
        assert AuditEntry.objects.get(action="save draft").by == author

    def test_who_may_not_publish_is_told_and_nothing_is_stored(
        self, administrator, author, file_of
    ):
        options = ("--as", "author", "--publish")
        with pytest.raises(CommandError, match="publish_article"):
            run("exchange_articles", "import", file_of(), *options)
        assert not Article.objects.exists()

    def test_nobody_whose_account_was_closed(self, administrator, file_of):
        user = make_user("former")
        user.is_active = False
        user.save()
        with pytest.raises(CommandError, match="no active user “former”"):
            run("exchange_articles", "import", file_of(), "--as", "former")

    def test_a_file_that_is_not_there(self, administrator, tmp_path):
        with pytest.raises(CommandError, match=r"none\.md: No such file"):
            run("exchange_articles", "import", tmp_path / "none.md")

    def test_a_folder_is_no_file(self, administrator, tmp_path):
        with pytest.raises(CommandError, match="directory"):
            run("exchange_articles", "import", tmp_path)


class TestExchangeExport:
    def test_writes_a_file_for_each_live_article(self, tmp_path):
        make_article("hope", "Live.", title="Hope")
        draft_article("hope", "Draft.")
        draft_article("hidden")
        said = run("exchange_articles", "export", "--output", tmp_path)
        assert said == f"{tmp_path / 'hope.md'}\n"
        assert os.listdir(tmp_path) == ["hope.md"]
        assert "Live." in (tmp_path / "hope.md").read_text()

    def test_what_it_writes_can_be_brought_in(self, administrator, tmp_path):
        save_reference("a-1", {"type": "book", "title": "T"}, by=publisher())
        make_article("hope", "Words [@a-1]. See [it](article:hope).\n")
        run("exchange_articles", "export", "--output", tmp_path)
        said = run("exchange_articles", "import", tmp_path / "hope.md", "--publish")
        assert said == "articles: 1 unchanged\n"

    @pytest.mark.parametrize("options", [[], ["--output", "no/such/folder"]])
    def test_needs_a_folder(self, options):
        with pytest.raises(CommandError, match="existing folder"):
            run("exchange_articles", "export", *options)
