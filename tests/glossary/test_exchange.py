"""Files of terms in and out: each term is told what became of it."""

from __future__ import annotations

import csv
import io
from io import StringIO

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from glossary.concepts import SKOS_FORMATS, export_skos
from glossary.exchange import export_terms, import_terms
from glossary.formats.entries import FIELDS, RELATIONS, slug_of
from glossary.models import Term, TermRevision
from immunosite.core.audit import AuditEntry
from immunosite.core.caching import Epoch
from immunosite.core.intervals import State
from immunosite.core.reports import Report
from immunosite.core.tagging import Tag
from references.exchange import import_references
from tests.factories import draft_term, make_tag, make_term, make_user, publisher

pytestmark = pytest.mark.django_db
DEMO = settings.BASE_DIR / "demo"
# Those that files had at first. They go on being read.
COLUMNS = (
    *("headword", "plurals", "synonyms", "abbreviations", "linking", "tags"),
    "definition",
)


def rows(*cells: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(cells)
    return out.getvalue()


def row(headword: str, definition: str = "What it means.", **cells: str) -> dict:
    return {"headword": headword, "definition": definition, **cells}


def bring(*given: dict[str, str], **options) -> Report:
    return import_terms(rows(*given), by=publisher(), **options)


def told(report: Report) -> list[tuple[int | None, str, str, str]]:
    return [(r.line, r.name, r.outcome.value, r.message) for r in report.rows]


def outcomes(report: Report) -> list[str]:
    return [row.outcome.value for row in report.rows]


def slugs() -> set[str]:
    return set(Term.objects.values_list("slug", flat=True))


def everything() -> tuple:
    models = (Term, TermRevision, AuditEntry, Tag)
    counts = [model.objects.count() for model in models]
    return counts, Epoch.objects.get().value


class TestOutcomes:
    def test_created_as_a_draft_with_all_that_the_row_says(self):
        tag = make_tag("Melanoma", "cancer type")
        report = bring(
            row(
                " T  cell ", "One.\r\n\r\nTwo.\n", plurals="T cells | T-cells",
                synonyms="T lymphocyte||", abbreviations="TC", linking="explicit",
                tags="cancer type: Melanoma|New topic",
            )
        )  # fmt: skip
        assert told(report) == [(
            2, "T cell", "created", "Makes the tag “New topic” (topic).",
        )]  # fmt: skip
        revision = TermRevision.objects.get()
        assert (revision.page.slug, revision.title) == ("t-cell", "T cell")
        assert revision.body == "One.\n\nTwo."
        assert list(revision.forms.values_list("kind", "text")) == [
            ("headword", "T cell"), ("plural", "T cells"), ("plural", "T-cells"),
            ("synonym", "T lymphocyte"), ("abbreviation", "TC"),
        ]  # fmt: skip
        assert not revision.is_automatic
        assert set(revision.tags.all()) == {tag, Tag.objects.get(name="New topic")}
        assert revision.state_at() is State.DRAFT
        assert revision.note == "Imported."

    def test_needs_only_headword_and_definition_in_any_order(self):
        text = "definition,headword\nWhat it means.,Cell\n"
        assert outcomes(import_terms(text, by=publisher())) == ["created"]
        assert TermRevision.objects.get().is_automatic

    def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(self):
        text = "\ufeff" + rows(row("Cell"), row("Gene")).replace("\n", "\r\n")
        assert outcomes(import_terms(text, by=publisher())) == ["created", "created"]

    def test_kept_unless_asked_to_update(self):
        make_term("Cell", "Mine.")
        assert outcomes(bring(row("cell", "Theirs."), row("Gene"))) == [
            "kept", "created",
        ]  # fmt: skip
        assert Term.objects.get(slug="cell").newest().body == "Mine."

    def test_updated_as_a_draft_on_top(self):
        live = make_term("Cell", "Mine.")
        report = bring(row("Cell", "Theirs."), on_existing="update")
        assert outcomes(report) == ["updated"]
        newest = live.page.newest()
        assert (newest.number, newest.body) == (2, "Theirs.")
        assert live.page.live_revision() == live

    def test_unchanged_writes_nothing(self):
        cells = {"plurals": "cells|CELLs", "tags": "topic: Cells", "linking": "auto"}
        bring(row("Cell", **cells), publishing=True)
        before = everything()
        for plurals in ("cells|CELLs", "CELLs | cells"):
            again = row("Cell", **{**cells, "plurals": plurals})
            report = bring(again, on_existing="update", publishing=True)
            assert outcomes(report) == ["unchanged"]
        assert everything() == before

    def test_blank_lines_around_a_definition_change_nothing(self):
        make_term("Cell", "\nTyped in the editor.\n")
        report = bring(row("Cell", "Typed in the editor."), on_existing="update")
        assert outcomes(report) == ["unchanged"]

    @pytest.mark.parametrize(
        "cells",
        [
            {"definition": "Other."},
            {"headword": "CELL"},
            {"plurals": "cells"},
            {"linking": "explicit"},
            {"tags": "Cells"},
        ],
    )
    def test_any_other_difference_is_a_change(self, cells):
        make_term("Cell", "What it means.")
        report = bring({**row("Cell"), **cells}, on_existing="update")
        assert outcomes(report) == ["updated"]


class TestBadRows:
    """They are told with line and field, and keep no other from going on."""

    @pytest.mark.parametrize(
        ("bad", "message"),
        [
            (row(""), "headword: this is empty."),
            (row("Gene", " \n"), "definition: this is empty."),
            (row("…"), "headword: it holds no letter or digit."),
            (row("x" * 201), "headword: longer than 200 characters."),
            (row("Gene", "x" * 100_001), "definition: longer than 100,000 characters."),
            (row("Gene", linking="yes"),
             "linking: “yes” is neither “auto” nor “explicit”."),
            (row("Gene", synonyms="a\0b"), "This holds a character that can't be stored."),
            (row("Gene", plurals="gene|gene"),
             "words: “gene” is written more than once."),
            (row("Gene", synonyms="Gene"),
             "words: “Gene” is written more than once."),
            (row("Gene", abbreviations="x" * 201),
             f"words: “{'x' * 40}…” is longer than 200 characters."),
            (row("Gene", tags="colour: red"),
             "tags: “colour” is not a kind of tag (cancer type, treatment, topic, "
             "side effect, audience)."),
            (row("Gene", tags="topic:"), "tags: “topic:” names no tag."),
        ],
    )  # fmt: skip
    def test_are_rejected(self, bad, message):
        report = bring(row("Cell", "One.\n\nTwo."), bad, row("Virus"))
        first, rejected, last = told(report)
        assert rejected == (
            5, bad["headword"][:200] or "row on line 5", "rejected", message,
        )  # fmt: skip
        assert [first[2], last[2]] == ["created", "created"]
        assert slugs() == {"cell", "virus"}
        assert report.has_rejects

    def test_an_address_that_is_too_long_is_told(self):
        ((*_, outcome, message),) = told(bring(row("x" * 121)))
        assert outcome == "rejected"
        assert message.startswith("slug: ")

    @pytest.mark.parametrize("on_existing", ["keep", "update"])
    @pytest.mark.parametrize("publishing", [False, True])
    def test_a_headword_that_an_earlier_line_has(self, on_existing, publishing):
        report = bring(
            row("T cell", "One."), row("T-cell", "Two."),
            on_existing=on_existing, publishing=publishing,
        )  # fmt: skip
        assert told(report)[1] == (
            3, "T-cell", "rejected", "headword: Line 2 has the same one.",
        )  # fmt: skip
        assert TermRevision.objects.get().body == "One."

    def test_an_address_that_an_earlier_line_has(self):
        text = "headword,slug,definition\nCell,cell,One.\nBody cell,cell,Two.\n"
        assert told(import_terms(text, by=publisher()))[1] == (
            3, "Body cell", "rejected", "slug: Line 2 has the same one.",
        )  # fmt: skip

    @pytest.mark.parametrize("bad", ["Gene", "Gene,One,Two"])
    def test_a_row_with_too_many_or_too_few_cells(self, bad):
        text = f"headword,definition\nCell,Small.\n{bad}\nVirus,Smaller.\n"
        report = import_terms(text, by=publisher())
        assert told(report)[1] == (
            3, "Gene", "rejected", "This row has not as many cells as the header.",
        )  # fmt: skip
        assert slugs() == {"cell", "virus"}

    @pytest.mark.parametrize(
        ("header", "message"),
        [
            ("headword", "The header lacks definition."),
            ("word,definition", "The header lacks headword. Unknown columns: 'word'."),
            ("headword,definition,", "Unknown columns: ''."),
        ],
    )
    def test_a_header_that_is_wrong(self, header, message):
        report = import_terms(f"{header}\nCell,Small.\n", by=publisher())
        ((line, name, outcome, complaint),) = told(report)
        assert (line, name, outcome) == (1, "The file", "rejected")
        assert complaint.startswith(f"{message} Known columns: headword, slug, plurals")
        assert slugs() == set()

    def test_an_empty_file_lacks_its_header(self):
        ((*_, complaint),) = told(import_terms("", by=publisher()))
        assert complaint.startswith("The header lacks headword, definition.")

    def test_a_file_without_rows_has_nothing_to_tell(self):
        assert bring().summary() == "nothing to import"

    @pytest.mark.parametrize("bad", ['"Gene,One', 'Gene,"One" more'])
    def test_a_row_whose_quotation_mark_has_no_end(self, bad):
        text = f"headword,definition\nCell,Small.\n{bad}\nVirus,Smaller.\n"
        first, (line, _, outcome, message), last = told(
            import_terms(text, by=publisher())
        )
        assert (line, outcome) == (3, "rejected")
        assert message.startswith("A quotation mark has no end")
        assert slugs() == {"cell", "virus"}

    def test_a_file_that_cannot_be_read_on_keeps_what_was_before(self):
        text = '[{"headword": "Cell", "definition": "Small."},\n{"headword": oh}]'
        first, (line, name, outcome, message) = told(
            import_terms(text, by=publisher(), format="json")
        )
        assert (line, name, outcome) == (2, "The file", "rejected")
        assert message.startswith("This is not JSON: ")
        assert slugs() == {"cell"}


class TestPublishing:
    def test_publishes_rows_that_name_one_another(self):
        report = bring(
            row("Antigen", "What a [[T cell]] sees."),
            row("T cell", "It sees an [[antigen]]."),
            publishing=True,
        )
        assert outcomes(report) == ["created", "created"]
        assert TermRevision.objects.live().count() == 2

    def test_what_may_not_go_live_is_rejected_and_leaves_nothing(self):
        make_term("Virus", forms=[("synonym", "bug")])
        report = bring(
            row("Cell", "Small."),
            row("Gene", "See [[nothing]] and [@nobody]."),
            row("Beetle", synonyms="bug"),
            publishing=True,
        )
        assert outcomes(report) == ["created", "rejected", "rejected"]
        assert report.rows[1].message == (
            "No reference has the key “nobody”.; "
            "The glossary has no live term “nothing”."
        )
        told = report.rows[2].message
        assert told.startswith("“bug” already belongs to “Virus”.")
        assert slugs() == {"virus", "cell"}
        assert Term.objects.get(slug="cell").live_revision()

    def test_what_names_a_rejected_row_is_rejected_too(self):
        report = bring(
            row("One", "See [[two]]."),
            row("Two", "See [[three]]."),
            row("Three", "See [@nobody]."),
            row("Four"),
            publishing=True,
        )
        assert outcomes(report) == ["rejected", "rejected", "rejected", "created"]
        assert "“two”" in report.rows[0].message
        assert slugs() == {"four"}

    def test_a_refused_update_leaves_what_is_live(self):
        live = make_term("Cell", "Mine.")
        report = bring(
            row("Cell", "See [[nothing]]."), on_existing="update", publishing=True
        )
        assert outcomes(report) == ["rejected"]
        assert live.page.newest() == live

    def test_without_it_a_definition_may_name_what_is_not_there(self):
        assert outcomes(bring(row("Gene", "See [[nothing]]."))) == ["created"]


class TestDryRun:
    def test_reports_the_same_and_stores_nothing(self):
        make_term("Cell")
        before = everything()
        given = [
            row("Cell", "New."), row("Gene", tags="New topic"), row("Virus", "[[no]]"),
            row("", "x"),
        ]  # fmt: skip
        options = {"on_existing": "update", "publishing": True}
        tried = bring(*given, dry_run=True, **options)
        assert everything() == before
        assert tried.rows == bring(*given, **options).rows
        assert outcomes(tried) == ["updated", "created", "rejected", "rejected"]


class TestPermissions:
    def test_authors_may_import_drafts(self, author):
        report = import_terms(rows(row("Cell")), by=author)
        assert outcomes(report) == ["created"]
        assert AuditEntry.objects.get().by == author

    def test_and_publish_nothing(self, author):
        with pytest.raises(PermissionDenied, match="publish_term"):
            import_terms(rows(row("Cell")), by=author, publishing=True)
        assert slugs() == set()

    def test_nor_make_a_tag(self, author):
        text = rows(row("Gene"), row("Cell", tags="New"))
        kept, refused = import_terms(text, by=author).rows
        assert (kept.outcome, refused.outcome) == ("created", "rejected")
        assert refused.message.startswith("tags: ")
        assert slugs() == {"gene"}

    def test_who_may_not_add_imports_nothing(self):
        user = make_user("nobody")
        user.is_superuser = False
        user.save()
        with pytest.raises(PermissionDenied, match="add_term"):
            import_terms(rows(row("Cell")), by=user)


class TestExport:
    def test_of_nothing_is_a_header(self):
        assert export_terms().splitlines() == ["\ufeff" + ",".join(FIELDS)]
        assert export_terms(format="json") == "[]\n"

    def test_holds_what_is_live_by_slug(self):
        tags = [make_tag("Melanoma", "cancer type"), make_tag("Cells")]
        forms = [("abbreviation", "TC"), ("plural", "T cells"), ("plural", "TCs")]
        make_term("T cell", 'A "cell".\n\nMore.', forms=forms, tags=tags)
        draft_term("T cell", "Not yet.")
        draft_term("Draft")
        make_term("Cell", is_automatic=False)
        text = export_terms().removeprefix("\ufeff")
        first, second = csv.DictReader(io.StringIO(text))
        assert (first["headword"], first["linking"]) == ("Cell", "explicit")
        assert {name: cell for name, cell in second.items() if cell} == {
            "headword": "T cell",
            "slug": "t-cell",
            "plurals": "T cells|TCs",
            "abbreviations": "TC",
            "linking": "auto",
            "tags": "cancer type: Melanoma|topic: Cells",
            "definition": 'A "cell".\n\nMore.',
        }

    @pytest.mark.parametrize("format", ["csv", "json"])
    def test_names_no_term_that_is_not_live(self, format):
        cell, gene = draft_term("Secret").page, make_term("Gene").page
        make_term("Cell", relations=[("related", cell), ("part of", gene)])
        exported = export_terms(format=format)
        assert "gene" in exported
        assert "secret" not in exported

    def test_real_terms_come_back_the_same_and_change_nothing(self):
        import_references((DEMO / "references.csl.json").read_text(), by=publisher())
        given = csv.DictReader(io.StringIO((DEMO / "terms.csv").read_text()))
        some = [row for row in given if "[[" not in row["definition"]][:15]
        here = {slug_of(row["headword"]) for row in some}
        for row in some:
            for column in RELATIONS:
                names = row[column].split("|")
                row[column] = "|".join(name for name in names if name in here)
        assert any(row["related"] for row in some)
        text = rows(*some, columns=FIELDS)
        created = import_terms(text, by=publisher(), publishing=True)
        assert created.summary() == "15 created"
        for format in ("csv", "json"):
            exported = export_terms(format=format)
            again = import_terms(
                exported, by=publisher(), format=format, on_existing="update"
            )
            assert again.summary() == "15 unchanged"
            assert export_terms(format=format) == exported


class TestCommand:
    def run(self, *arguments) -> str:
        out = StringIO()
        call_command("exchange_terms", *map(str, arguments), stdout=out)
        return out.getvalue()

    def test_imports_files_and_exports_them(self, administrator, tmp_path):
        path, copy = tmp_path / "in.csv", tmp_path / "out.csv"
        path.write_text(rows(row("Cell", linking="auto")))
        assert self.run("import", path, "--publish") == f"{path}: 1 created\n"
        self.run("export", "--output", copy)
        exported = copy.read_bytes().decode()
        assert exported == self.run("export") == export_terms()

    def test_recognizes_json_and_writes_it(self, administrator, tmp_path):
        path = tmp_path / "in.json"
        path.write_text('[{"headword": "Cell", "definition": "Small."}]')
        assert self.run("import", path, "--publish") == f"{path}: 1 created\n"
        assert self.run("export", "--format", "json") == export_terms(format="json")

    def test_asks_for_the_format_that_it_does_not_know(self, administrator, tmp_path):
        path = tmp_path / "in.txt"
        path.write_text("Dear colleague")
        with pytest.raises(CommandError, match="Name it: --format csv, json"):
            self.run("import", path)

    @pytest.mark.parametrize("format", SKOS_FORMATS)
    def test_writes_skos_and_reads_none(self, format, administrator, tmp_path):
        make_term("Cell")
        assert self.run("export", "--format", format) == export_skos(format)
        with pytest.raises(CommandError, match="invalid choice"):
            self.run("import", tmp_path / "in.ttl", "--format", format)

    def test_ends_with_an_error_when_a_row_was_rejected(self, administrator, tmp_path):
        path = tmp_path / "in.csv"
        path.write_text(rows(row("Cell"), row("Gene", "")))
        out = StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("exchange_terms", "import", str(path), stdout=out)
        assert ended.value.code == 1
        assert out.getvalue() == (
            f"{path}: 1 created, 1 rejected\n"
            "  line 3: Gene: rejected – definition: this is empty.\n"
        )

    def test_says_who_may_not(self, author, tmp_path):
        path = tmp_path / "in.csv"
        path.write_text(rows(row("Cell")))
        with pytest.raises(CommandError, match="publish_term"):
            self.run("import", path, "--publish", "--as", "author")
