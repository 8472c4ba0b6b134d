"""The demonstration: what it loads, what it leaves alone, what readers then get.

It is loaded once for the whole file; each test runs in a savepoint of its own.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import stat
from html.parser import HTMLParser
from types import SimpleNamespace
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.conf import settings as real_settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from articles.exchange import import_articles
from articles.models import Article, ArticleRevision
from articles.publishing import save_draft, withdraw
from glossary.exchange import import_terms
from glossary.formats.entries import FIELDS
from glossary.models import Term, TermRevision
from immunosite.core.reports import Outcome
from immunosite.core.tagging import Tag
from immunosite.portal.management.commands import load_demo
from immunosite.portal.staffing import DEMO_STAFF
from references.curating import save_reference
from references.exchange import import_references
from references.models import Reference
from references.reading import pages_citing
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.exhaustive]
DEMO = real_settings.BASE_DIR / "demo"


def load() -> SimpleNamespace:
    """Run the command; what it said and what it complained of."""
    out, complaints = io.StringIO(), io.StringIO()
    call_command("load_demo", stdout=out, stderr=complaints)
    return SimpleNamespace(out=out.getvalue(), complaints=complaints.getvalue())


@pytest.fixture(scope="module")
def logins(tmp_path_factory):
    """The file of logins, in a place of its own."""
    path = tmp_path_factory.mktemp("demo") / "demo_logins"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load_demo, "LOGINS", path)
        yield path


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, logins):
    """A new site after its first ``load_demo``; gives what that said."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load()
        transaction.set_rollback(True)


@pytest.fixture
def demo(settings, tmp_path):
    """A copy of demo/ that a test may damage; the command reads it."""
    shutil.copytree(DEMO, tmp_path / "demo")
    settings.BASE_DIR = tmp_path
    return tmp_path / "demo"


@pytest.fixture
def administrator(loaded, django_user_model):
    return django_user_model.objects.get(username="administrator")


def everything() -> dict[str, list]:
    """All rows of all tables."""
    return {
        model._meta.label_lower: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models(include_auto_created=True)
    }


class TestFirstRun:
    def test_brings_everything_in_and_rejects_nothing(self, loaded):
        files = len(list(DEMO.glob("*/*.md")))
        with (DEMO / "terms.csv").open() as file:
            terms = len(list(csv.DictReader(file)))
        references = len(json.loads((DEMO / "references.csl.json").read_text()))
        assert f"· references: {references} created\n" in loaded.out
        assert f"· terms: {terms} created\n" in loaded.out
        assert f"· articles: {files} created\n" in loaded.out
        assert loaded.complaints == ""

    def test_every_page_is_live_without_a_problem(self, loaded):
        for page, revision in ((Article, ArticleRevision), (Term, TermRevision)):
            assert page.objects.count() == revision.objects.live().count() > 0
            assert not revision.objects.stale().exists()
            problems = {
                str(one): one.problems
                for one in revision.objects.live()
                if one.problems
            }
            assert problems == {}

    def test_every_article_is_cited_tagged_and_explained(self, loaded):
        slugs = [path.stem for path in (DEMO / "articles").glob("*.md")]
        for revision in ArticleRevision.objects.live().filter(page__slug__in=slugs):
            assert revision.citations.exists(), revision
            assert revision.mentions.exists(), revision
            assert revision.tags.exists(), revision
            assert revision.summary, revision

    def test_most_references_are_cited_somewhere(self, loaded):
        references = list(Reference.objects.all())
        cited = [one for one in references if pages_citing(one).exists()]
        assert len(cited) > 0.9 * len(references)

    def test_goes_through_the_import_that_everybody_uses(self, loaded, administrator):
        references = (DEMO / "references.csl.json").read_text()
        terms = (DEMO / "terms.csv").read_text()
        files = [(path.name, path.read_text()) for path in DEMO.glob("*/*.md")]
        update = {"by": administrator, "on_existing": "update"}
        reports = (
            import_references(references, **update),
            import_terms(terms, **update),
            import_articles(files, **update),
        )
        for report in reports:
            assert set(report.counts) == {Outcome.UNCHANGED}

    def test_tells_the_logins_which_work(self, loaded, logins):
        told = re.findall(r"^    (\w+) +(\S+)   \(new\)$", loaded.out, re.M)
        assert [name for name, _ in told] == list(DEMO_STAFF)
        for name, password in told:
            given = {"username": name, "password": password}
            assert Client().post("/admin/login/", given).status_code == 302

    def test_keeps_the_logins_where_only_their_owner_reads_them(self, loaded, logins):
        assert stat.S_IMODE(logins.stat().st_mode) == 0o600
        assert str(logins) in loaded.out


class TestSecondRun:
    def test_changes_nothing(self, loaded):
        before = everything()
        again = load()
        assert everything() == before
        assert "created" not in again.out
        assert "updated" not in again.out
        assert again.complaints == ""

    def test_says_which_passwords_still_hold(self, loaded, logins, django_user_model):
        written = logins.read_bytes()
        author = django_user_model.objects.get(username="author")
        author.set_password("of their own choice")
        author.save()
        told = load().out
        assert "(new)" not in told
        assert told.count("(unchanged)") == len(DEMO_STAFF) - 1
        assert "author         password changed by staff" in told
        assert logins.read_bytes() == written

    def test_keeps_what_staff_wrote_renamed_or_took_down(self, loaded, administrator):
        melanoma = Article.objects.get(slug="melanoma")
        save_draft(
            melanoma, based_on=1, by=administrator, title="Ours", summary="Ours.",
            body="Ours.",
        )  # fmt: skip
        gone = Article.objects.get(slug="biomarkers")
        withdraw(gone, by=administrator, reason="Not for us.")
        reference = Reference.objects.get(key="chen-2013")
        changed = {**reference.csl, "title": "Ours"}
        save_reference("chen-2013", changed, by=administrator, reference=reference)
        Tag.objects.filter(name="Melanoma").update(description="Ours.")
        before = everything()
        again = load()
        assert everything() == before
        assert again.complaints == ""

    def test_keeps_a_password_that_was_changed(self, loaded, administrator):
        administrator.set_password("of their own choice")
        administrator.save()
        load()
        administrator.refresh_from_db()
        assert administrator.check_password("of their own choice")

    def test_brings_back_only_what_is_missing(self, loaded, demo):
        extra = "---\nslug: extra\ntitle: Extra\nsummary: More.\n---\nWords.\n"
        (demo / "articles" / "extra.md").write_text(extra)
        count = Article.objects.count()
        assert f"· articles: 1 created, {count} kept\n" in load().out
        assert Article.objects.get(slug="extra").live_revision()

    def test_needs_no_account_called_administrator(self, loaded, administrator):
        administrator.is_active = False
        administrator.save()
        make_user("jane")
        assert load().complaints == ""
        administrator.refresh_from_db()
        assert not administrator.is_active

    def test_without_any_administrator_loads_nothing_and_says_so(
        self, loaded, administrator
    ):
        administrator.is_superuser = False
        administrator.save()
        before = everything()
        told = load()
        assert "There is no active administrator" in told.complaints
        assert everything() == before


class TestDamagedFiles:
    """Nothing in demo/ keeps the site from starting; each fault is told in a line."""

    @pytest.mark.parametrize("name", ["references.csl.json", "terms.csv"])
    @pytest.mark.parametrize("content", [b"", b"\n", b"{ no", b"\xff\xfe\x00", b"\x00"])
    def test_an_emptied_or_broken_file_is_told_and_changes_nothing(
        self, loaded, demo, name, content
    ):
        (demo / name).write_bytes(content)
        before = everything()
        told = load()
        what = name.partition(".")[0]
        assert f"· {what}: 1 rejected\n" in told.out
        assert "rejected – " in told.complaints
        assert everything() == before

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"", "title: A title or a slug is needed."),
            (b"---\ntitle: x\n", "line 1: .*no closing “---” line"),
            (b"---\ntitle: [x\n---\n", "The front matter can't be read"),
            (
                b"---\nslug: melanoma-2\ntitle: M\nsummary: S\n---\n[@nobody]\n",
                "nobody",
            ),
            (b"---\nslug: melanoma-2\ntitle: \xff\n---\n", r"not UTF-8 \(byte 28\)"),
        ],
    )
    def test_a_broken_article_is_told_and_the_others_go_on(
        self, loaded, demo, content, why
    ):
        (demo / "articles" / "melanoma.md").write_bytes(content)
        extra = "---\nslug: extra\ntitle: Extra\nsummary: More.\n---\nWords.\n"
        (demo / "articles" / "extra.md").write_text(extra)
        told = load()
        assert "1 created" in told.out
        assert "1 rejected" in told.out
        assert re.search(why, told.complaints)
        assert "melanoma.md" in told.complaints
        assert Article.objects.get(slug="extra").live_revision()
        assert not Article.objects.filter(slug="melanoma-2").exists()

    @pytest.mark.parametrize("name", ["references.csl.json", "terms.csv"])
    def test_a_file_that_is_not_there_is_told(self, loaded, demo, name):
        (demo / name).unlink()
        told = load()
        assert f"{demo / name}: No such file or directory." in told.complaints
        assert "· articles:" in told.out

    def test_a_folder_that_is_not_there_is_told(self, loaded, demo):
        shutil.rmtree(demo)
        told = load()
        assert "No such file or directory" in told.complaints
        assert "· articles: nothing to import" in told.out

    def test_a_word_that_staff_gave_to_their_own_term_is_told(
        self, loaded, demo, administrator
    ):
        words = {"headword": "Biopsy again", "synonyms": "Melanoma"}
        with (demo / "terms.csv").open("a", newline="") as file:
            writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
            writer.writerow({"definition": "x"})
            writer.writerow({**words, "definition": "Ours."})
        told = load()
        assert "2 rejected" in told.out
        assert "Biopsy again: rejected – " in told.complaints
        assert "“Melanoma”" in told.complaints
        assert not Term.objects.filter(slug="biopsy-again").exists()


class Page(HTMLParser):
    """What matters here of a page: its first heading, ids and inner links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings = 0
        self.ids: list[str] = []
        self.inner: set[str] = set()
        self.links: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self.headings += tag == "h1"
        if "id" in given:
            self.ids.append(given["id"])
        names = ("popovertarget", "for", "aria-controls", "aria-labelledby")
        for name in names:
            self.inner |= set(given.get(name, "").split())
        if tag == "a":
            path, _, anchor = given.get("href", "").partition("#")
            if anchor and not path:
                self.inner.add(unquote(anchor))
            if path.startswith("/"):
                self.links.add(unquote(path))


@pytest.fixture(scope="module")
def paths(loaded):
    tree = ElementTree.fromstring(Client().get("/sitemap.xml").content)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    found = [str(node.text) for node in tree.iter(f"{space}loc")]
    return [path.removeprefix(real_settings.SITE_URL) for path in found]


@pytest.fixture(scope="module")
def answers(paths):
    client = Client()
    return {path: client.get(path) for path in paths}


@pytest.fixture(scope="module")
def pages(answers):
    return {path: Page(one.content.decode()) for path, one in answers.items()}


@pytest.mark.once
class TestPages:
    """Everything that the sitemap names, and everything that those pages link."""

    def test_are_many(self, paths):
        counts = [Article.objects.count(), Term.objects.count()]
        counts += [Reference.objects.count(), Tag.objects.count()]
        assert len(paths) == len(set(paths)) == 5 + sum(counts)

    def test_all_answer(self, answers):
        bad = {path: one.status_code for path, one in answers.items()}
        assert set(bad.values()) == {200}, bad

    def test_all_have_one_first_heading(self, pages):
        assert {path for path, page in pages.items() if page.headings != 1} == set()

    def test_no_id_is_there_twice(self, pages):
        twice = {
            path: sorted({one for one in page.ids if page.ids.count(one) > 1})
            for path, page in pages.items()
        }
        assert {path: ids for path, ids in twice.items() if ids} == {}

    def test_no_link_within_a_page_leads_nowhere(self, pages):
        dead = {path: page.inner - set(page.ids) for path, page in pages.items()}
        assert {path: anchors for path, anchors in dead.items() if anchors} == {}

    def test_no_link_to_another_page_leads_nowhere(self, pages, answers):
        linked = {link for page in pages.values() for link in page.links}
        client = Client()
        others = linked - set(answers)
        bad = {path: client.get(path).status_code for path in others}
        assert {path: code for path, code in bad.items() if code != 200} == {}

    def test_none_shows_a_citation_of_nothing(self, answers):
        shown = [
            path for path, one in answers.items() if b'"unresolved"' in one.content
        ]
        assert shown == []
