"""Notices brought in: by Retraction Watch's table, and from Crossref over real HTTP."""

from __future__ import annotations

import json
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.utils import timezone

from immunosite.core import polite
from immunosite.core.audit import AuditEntry
from references.announcements import NotRead
from references.announcing import ask_crossref, import_table
from references.merging import merge_references
from references.models import Identifier, Notice
from references.noticing import remove_notice
from tests.factories import make_article, make_reference, publisher
from tests.outside import Outside, Patience, Said

from .test_announcements import ROW, table
from .test_updates import update

pytestmark = pytest.mark.django_db


def rows(report) -> list[tuple]:
    return [(row.name, str(row.outcome), row.line) for row in report.rows]


@pytest.fixture
def paper():
    return make_reference("paper-2015", DOI="10.1000/paper", PMID="123456")


class TestTable:
    def test_brings_the_notices_of_our_references_only(self, paper):
        make_article("first", "Words [@paper-2015].")
        other = {**ROW, "OriginalPaperDOI": "10.1/other", "OriginalPaperPubMedID": "9"}
        done = import_table(table(other, ROW, other), by=publisher())
        assert rows(done.report) == [("paper-2015", "created", 3)]
        assert done.others == 2
        notice = Notice.objects.get()
        assert (notice.kind, notice.origin) == ("retraction", "retraction watch")
        assert notice.tasks.count() == 1

    @pytest.mark.parametrize(
        "changed", [{"OriginalPaperDOI": "unavailable"}, {"OriginalPaperPubMedID": "0"}]
    )
    def test_matches_by_doi_or_pmid(self, paper, changed):
        import_table(table({**ROW, **changed}), by=publisher())
        assert Notice.objects.get().reference == paper

    def test_matches_by_the_identifier_of_a_merged_record(self, paper):
        survivor = make_reference("survivor", DOI="10.1000/other")
        merge_references(survivor, paper, by=publisher(), reason="The same.")
        import_table(table({**ROW, "OriginalPaperPubMedID": "0"}), by=publisher())
        assert Notice.objects.get().reference == survivor

    def test_once_more_changes_nothing(self, paper):
        import_table(table(ROW), by=publisher())
        entries = AuditEntry.objects.count()
        done = import_table(table(ROW, ROW), by=publisher())
        assert [row.outcome for row in done.report.rows] == ["unchanged"] * 2
        assert AuditEntry.objects.count() == entries

    def test_all_notices_of_one_article_come(self, paper):
        concern = {
            **ROW,
            "RetractionNature": "Expression of concern",
            "RetractionDate": "1/1/2024 0:00",
            "RetractionDOI": "10.1000/concern",
        }
        import_table(table(concern, ROW), by=publisher())
        assert paper.standing == "retracted"
        assert paper.notices.count() == 2

    def test_a_row_about_ours_that_is_wrong_is_rejected_and_the_others_come(
        self, paper
    ):
        wrong = {**ROW, "RetractionDate": "soon"}
        foreign = {**wrong, "OriginalPaperDOI": "10.1/x", "OriginalPaperPubMedID": "1"}
        done = import_table(table(wrong, foreign, ROW), by=publisher())
        assert rows(done.report) == [
            ("paper-2015", "rejected", 2),
            ("paper-2015", "created", 4),
        ]
        assert "“soon” is no date" in done.report.rows[0].message
        assert done.others == 1

    def test_what_staff_took_back_stays_out_and_the_report_says_so(self, paper):
        import_table(table(ROW), by=publisher())
        remove_notice(Notice.objects.get(), by=publisher())
        done = import_table(table(ROW), by=publisher())
        assert "taken back as wrong" in done.report.rows[0].message
        assert not Notice.objects.exists()

    def test_it_survives_a_merge_that_staff_took_it_back(self, paper):
        import_table(table(ROW), by=publisher())
        remove_notice(Notice.objects.get(), by=publisher())
        survivor = make_reference("survivor")
        merge_references(survivor, paper, by=publisher(), reason="The same.")
        import_table(table(ROW), by=publisher())
        assert not Notice.objects.exists()

    def test_a_dry_run_reports_and_stores_nothing(self, paper):
        done = import_table(table(ROW), by=publisher(), dry_run=True)
        assert rows(done.report) == [("paper-2015", "created", 2)]
        assert not Notice.objects.exists()

    def test_needs_the_right(self, paper, author):
        with pytest.raises(PermissionDenied):
            import_table(table(ROW), by=author)

    def test_another_table_is_refused(self):
        with pytest.raises(NotRead):
            import_table(["a,b\n", "1,2\n"], by=publisher())

    def test_holds_one_row_at_a_time(self, paper):
        """The table may be far larger than the memory."""
        held, most = 0, 0

        class Line(str):
            def __new__(cls, text):
                nonlocal held, most
                held += 1
                most = max(most, held)
                return super().__new__(cls, text)

            def __del__(self):
                nonlocal held
                held -= 1

        other = {**ROW, "OriginalPaperDOI": "10.1/x", "OriginalPaperPubMedID": "1"}
        header, line = table(other)
        lines = (Line(line) for _ in range(5_000))

        def both():
            yield header
            yield from lines

        assert import_table(both(), by=publisher()).others == 5_000
        assert most < 10


class TestCommand:
    def run(self, *args, **options) -> None:
        call_command("import_notices", *args, **options)

    def written(self, tmp_path, text: str, encoding: str = "utf-8"):
        path = tmp_path / "retraction_watch.csv"
        path.write_bytes(text.encode(encoding))
        return path

    def test_tells_what_became_of_each(self, paper, tmp_path, capsys):
        other = {**ROW, "OriginalPaperDOI": "10.1/x", "OriginalPaperPubMedID": "1"}
        path = self.written(tmp_path, "".join(table(ROW, other)), "utf-8-sig")
        publisher()
        self.run(path)
        out = capsys.readouterr().out
        assert "1 created" in out
        assert "line 2: paper-2015: created – retraction of 2025-11-05" in out
        assert "Rows that name none of our references: 1." in out
        self.run(path)
        assert "1 unchanged" in capsys.readouterr().out

    def test_a_name_in_another_encoding_stops_nothing(self, paper, tmp_path):
        publisher()
        path = self.written(
            tmp_path, "".join(table({**ROW, "Author": "Müller"})), "latin-1"
        )
        self.run(path)
        assert Notice.objects.exists()

    def test_ends_with_1_when_one_of_ours_was_rejected(self, paper, tmp_path, capsys):
        publisher()
        path = self.written(
            tmp_path, "".join(table({**ROW, "RetractionNature": "Rumor"}))
        )
        with pytest.raises(SystemExit) as ended:
            self.run(path)
        assert ended.value.code == 1
        assert "“Rumor” is no kind of notice" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("text", "why"), [("a,b\n", "not Retraction Watch's"), (None, "No such file")]
    )
    def test_a_file_that_is_none_is_told(self, tmp_path, text, why):
        publisher()
        path = self.written(tmp_path, text) if text else tmp_path / "none.csv"
        with pytest.raises(CommandError, match=why):
            self.run(path)

    def test_acts_as_whom_it_is_told(self, paper, tmp_path, author, editor):
        path = self.written(tmp_path, "".join(table(ROW)))
        with pytest.raises(CommandError, match="add_notice"):
            self.run(path, username="author")
        self.run(path, username="editor")
        assert AuditEntry.objects.latest("pk").by == editor


# Crossref


class Crossref:
    """A service that knows some works, and can be told to fail."""

    def __init__(self) -> None:
        self.works: dict[str, dict] = {}
        self.asked: list[str] = []
        self.status = 200
        # An answer to give instead of the right one; works that it refuses.
        self.body: bytes | None = None
        self.refused: set[str] = set()

    def answer(self, address: str) -> tuple[int, bytes]:
        self.asked.append(address)
        parts = urlsplit(address)
        if self.status != 200:
            return self.status, b"{}"
        if self.body is not None:
            return 200, self.body
        given = parse_qs(parts.query).get("filter", [""])[0]
        if given:
            dois = [part.removeprefix("doi:") for part in given.split(",")]
            if self.refused & set(dois):
                return 400, b"{}"
            items = [self.works[doi] for doi in dois if doi in self.works]
            return 200, json.dumps({"message": {"items": items}}).encode()
        doi = unquote(parts.path.removeprefix("/works/"))
        if doi in self.refused:
            return 400, b"{}"
        if doi not in self.works:
            return 404, b"Resource not found."
        return 200, json.dumps({"message": self.works[doi]}).encode()

    def get(self, path: str) -> list[Said]:
        """As the answers of an :class:`tests.outside.Outside`, whatever is asked."""

        def say(handler: BaseHTTPRequestHandler) -> None:
            status, body = self.answer(handler.path)
            handler.send_response(status)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

        return [Said(odd=say)]


@pytest.fixture
def crossref(settings):
    service, server = Crossref(), Outside()
    server.answers = service
    settings.CROSSREF_URL = server.url
    settings.FETCH_ALLOW = [server.place]
    yield service
    server.close()


def hurried(url, service, **options):
    """Asks as ever, by a clock that is not waited for."""
    return polite.ask(url, service, clock=Patience().clock, **options)


def ask(**options):
    return ask_crossref(by=publisher(), ask=hurried, **options)


class TestCrossref:
    def knows(self, crossref, doi="10.1000/paper", **changed):
        crossref.works[doi] = {"DOI": doi, "updated-by": [update(**changed)]}

    def test_tells_of_notices_and_they_are_added(self, paper, crossref):
        self.knows(crossref)
        done = ask()
        assert rows(done.report) == [("paper-2015", "created", None)]
        assert (done.asked, done.left, done.failure) == (1, 0, "")
        notice = Notice.objects.get()
        assert (notice.origin, notice.doi) == ("crossref", "10.1000/notice")
        assert rows(ask().report) == [("paper-2015", "unchanged", None)]

    def test_what_it_has_from_retraction_watch_is_marked_so(self, paper, crossref):
        self.knows(crossref, source="retraction-watch")
        ask()
        assert Notice.objects.get().origin == "retraction watch"

    def test_of_a_reference_that_it_does_not_know_nothing_is_told(
        self, paper, crossref
    ):
        done = ask()
        assert (done.asked, done.report.rows, done.failure) == (1, [], "")

    def test_is_asked_about_many_at_once(self, crossref):
        for number in range(45):
            make_reference(f"r-{number}", DOI=f"10.1000/{number}")
            self.knows(crossref, f"10.1000/{number}", DOI=f"10.1000/n{number}")
        done = ask()
        assert len(crossref.asked) == 3
        assert Notice.objects.count() == done.asked == 45

    def test_is_asked_alone_about_a_doi_with_a_comma(self, crossref):
        make_reference("odd", DOI="10.1000/a,b(1)<2>")
        make_reference("even", DOI="10.1000/even")
        make_reference("more", DOI="10.1000/more")
        self.knows(crossref, "10.1000/a,b(1)<2>")
        ask()
        assert Notice.objects.get().reference.key == "odd"
        assert len(crossref.asked) == 2

    def test_is_asked_first_about_what_was_asked_longest_ago(self, crossref):
        for key in ("one", "two", "three"):
            make_reference(key, DOI=f"10.1000/{key}")
        ask(limit=2)
        done = ask(limit=1)
        assert "three" in crossref.asked[-1]
        assert (done.asked, done.left) == (1, 2)
        hour_ago = timezone.now() - timedelta(hours=1)
        Identifier.objects.filter(value="10.1000/two").update(asked_at=hour_ago)
        ask(limit=1)
        assert "two" in crossref.asked[-1]

    def test_that_fails_loses_nothing_of_what_was_found(self, crossref):
        for number in range(30):
            make_reference(f"r-{number}", DOI=f"10.1000/{number}")
        self.knows(crossref, "10.1000/3")
        good = crossref.answer

        def breaking(address):
            crossref.status = 503 if crossref.asked else 200
            return good(address)

        crossref.answer = breaking
        done = ask()
        assert Notice.objects.get().reference.key == "r-3"
        assert (done.asked, done.left) == (20, 10)
        assert "status 503" in done.failure
        assert Identifier.objects.filter(asked_at=None).count() == 10

    @pytest.mark.parametrize(
        "body", [b"<html>", b"", b"[]", b'{"message": 5}', b"\xff"]
    )
    def test_that_answers_with_something_else_is_told(self, paper, crossref, body):
        crossref.body = body
        done = ask()
        assert done.failure
        assert (done.asked, done.left) == (0, 1)

    def test_a_doi_that_it_refuses_holds_nothing_up(self, crossref):
        for key in ("good", "odd", "fine"):
            make_reference(key, DOI=f"10.1000/{key}")
        crossref.refused = {"10.1000/odd"}
        self.knows(crossref, "10.1000/fine")
        done = ask()
        assert sorted(rows(done.report)) == [
            ("10.1000/odd", "rejected", None),
            ("fine", "created", None),
        ]
        assert (done.asked, done.left) == (3, 0)

    def test_that_is_not_there_is_told(self, paper, settings):
        settings.CROSSREF_URL = "http://127.0.0.1:9"
        settings.FETCH_ALLOW = ["127.0.0.1:9"]
        done = ask()
        assert "can’t be reached" in done.failure

    def test_a_dry_run_stores_nothing(self, paper, crossref):
        self.knows(crossref)
        done = ask(dry_run=True)
        assert rows(done.report) == [("paper-2015", "created", None)]
        assert not Notice.objects.exists()
        assert Identifier.objects.filter(asked_at=None, scheme="doi").exists()

    def test_needs_the_right(self, author):
        with pytest.raises(PermissionDenied):
            ask_crossref(by=author)

    def test_by_command(self, paper, crossref, capsys):
        publisher()
        self.knows(crossref)
        call_command("check_notices")
        out = capsys.readouterr().out
        assert "DOIs asked for: 1; 1 created" in out
        assert "paper-2015: created – retraction of 2010-02-06" in out
        crossref.status = 403
        with pytest.raises(SystemExit):
            call_command("check_notices", "--limit", "1")
        assert "status 403" in capsys.readouterr().out
        with pytest.raises(CommandError, match="at least 1"):
            call_command("check_notices", "--limit", "0")
