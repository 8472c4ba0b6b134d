"""References in and out: each record is told what became of it."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied

from immunosite.core.audit import AuditEntry
from immunosite.core.caching import Epoch
from immunosite.core.fulltext import search
from immunosite.core.reports import Outcome, Report
from references.exchange import AT_A_TIME, export_references, import_references
from references.models import Reference
from tests.factories import make_article, make_reference, make_tag, make_user, publisher

pytestmark = pytest.mark.django_db
DEMO = (settings.BASE_DIR / "demo" / "references.csl.json").read_text()


def item(key: str, **csl) -> dict:
    return {"id": key, "type": "book", "title": f"About {key}", **csl}


def bring(*items, **options) -> Report:
    return import_references(json.dumps(items), by=publisher(), **options)


def told(report: Report) -> list[tuple[str, str, str]]:
    return [(row.name, row.outcome.value, row.message) for row in report.rows]


def stored() -> dict[str, str]:
    return dict(Reference.objects.values_list("key", "title"))


class TestOutcomes:
    def test_created(self):
        report = bring(item("a"), item("b"))
        assert told(report) == [("a", "created", ""), ("b", "created", "")]
        assert stored() == {"a": "About a", "b": "About b"}

    def test_kept_unless_asked_to_update(self):
        bring(item("a"))
        report = bring(item("a", title="New"), item("b"))
        assert told(report) == [("a", "kept", ""), ("b", "created", "")]
        assert stored()["a"] == "About a"

    def test_updated(self):
        bring(item("a"))
        report = bring(item("a", title="New"), on_existing="update")
        assert told(report) == [("a", "updated", "")]
        assert stored() == {"a": "New"}

    def test_unchanged_writes_nothing(self):
        bring(item("a", volume=3, custom={"x": [1, None]}))
        before = AuditEntry.objects.count(), Epoch.objects.get().value
        updated_at = Reference.objects.get().updated_at
        report = bring(
            item("a", custom={"x": [1, None]}, volume=3), on_existing="update"
        )
        assert told(report) == [("a", "unchanged", "")]
        assert (AuditEntry.objects.count(), Epoch.objects.get().value) == before
        assert Reference.objects.get().updated_at == updated_at

    def test_an_update_replaces_the_whole_record_and_leaves_the_tags(self):
        reference = make_reference("a", volume="1")
        reference.tags.add(make_tag("Melanoma"))
        bring(item("a"), on_existing="update")
        reference.refresh_from_db()
        assert reference.csl == item("a")
        assert [tag.name for tag in reference.tags.all()] == ["Melanoma"]

    def test_a_cited_one_may_be_updated(self):
        make_reference("a")
        make_article("first", "Words [@a].")
        report = bring(item("a", title="New"), on_existing="update")
        assert told(report) == [("a", "updated", "")]

    def test_duplicate_of_another_by_its_identifier(self):
        bring(item("a", DOI="10.1000/x"))
        report = bring(item("b", DOI="https://doi.org/10.1000/X"), item("c"))
        assert told(report) == [
            ("b", "duplicate", "DOI: “a” already has this DOI."),
            ("c", "created", ""),
        ]
        assert set(stored()) == {"a", "c"}

    def test_duplicate_of_one_in_the_same_file(self):
        report = bring(item("a", PMID=7), item("b", PMID="PMID: 7"))
        assert told(report)[1] == (
            "b",
            "duplicate",
            "PMID: record 1 of this file has the same one.",
        )

    def test_an_identifier_may_move_from_one_to_another_that_comes_later(self):
        bring(item("a", DOI="10.1000/x"))
        report = bring(item("a"), item("b", DOI="10.1000/x"), on_existing="update")
        assert [row.outcome for row in report.rows] == ["updated", "created"]

    @pytest.mark.parametrize(
        ("bad", "message"),
        [
            (item("b", title=""), "title: The title is missing."),
            (item("b", type="x"), "type: “x” is not a type of CSL 1.0.2."),
            (item("b", title="<i></i>"), "title: The title has no words."),
            (item("b", colour=1), "colour: CSL 1.0.2 has no such variable."),
            (item("b", author=[{}]), "author: A name is empty."),
            (
                item("b", DOI="x"),
                "DOI: “x” is no DOI. A DOI looks like 10.1000/xyz123.",
            ),
            (
                item("b", DOI="x", PMID="y"),
                "DOI: “x” is no DOI. A DOI looks like 10.1000/xyz123. "
                "PMID: “y” is no PMID. A PMID is a number of up to 9 digits.",
            ),
        ],
    )
    def test_rejected_with_place_and_variable(self, bad, message):
        report = bring(item("a"), bad, item("c"))
        assert told(report) == [
            ("a", "created", ""),
            ("b", "rejected", message),
            ("c", "created", ""),
        ]
        assert set(stored()) == {"a", "c"}
        assert report.has_rejects

    def test_rejected_when_the_file_has_the_id_already(self):
        report = bring(item("a"), item("a", title="Second"), item("b"))
        assert told(report)[1] == (
            "a", "rejected", "id: Record 1 of this file has the same one.",
        )  # fmt: skip
        assert stored() == {"a": "About a", "b": "About b"}

    def test_rejected_when_it_is_no_item(self):
        report = bring("text", item("a"))
        assert told(report) == [
            ("item 1", "rejected", "This is not an item."),
            ("a", "created", ""),
        ]

    def test_a_refused_update_leaves_what_is_stored(self):
        bring(item("a"), item("b", DOI="10.1000/x"))
        report = bring(
            item("a", title="New", DOI="10.1000/x"), item("c"), on_existing="update"
        )
        assert [row.outcome for row in report.rows] == ["duplicate", "created"]
        assert stored()["a"] == "About a"

    def test_are_counted(self):
        bring(item("a"), item("b", DOI="10.1000/x"))
        report = bring(
            item("a"), item("b", title="New"), item("c"), item("d", title=""),
            item("e", DOI="10.1000/y"), item("f", DOI="10.1000/Y"),
            on_existing="update",
        )  # fmt: skip
        assert report.summary() == (
            "2 created, 1 updated, 1 unchanged, 1 duplicate, 1 rejected"
        )

    def test_an_empty_list_has_nothing_to_tell(self):
        assert bring().summary() == "nothing to import"


class TestMalformedFiles:
    def test_bring_in_what_comes_before_the_fault(self):
        text = json.dumps([item("a"), item("b")])[:-1] + ", {"
        report = import_references(text, by=publisher())
        assert [row.outcome for row in report.rows] == [
            "created",
            "created",
            "rejected",
        ]
        assert report.rows[-1].name == "The file"
        assert set(stored()) == {"a", "b"}

    def test_are_one_rejected_row_with_its_line(self):
        report = import_references('[\n {"id": "a"\n "type"}]', by=publisher())
        (row,) = report.rows
        assert (row.name, row.outcome, row.line) == ("The file", Outcome.REJECTED, 3)
        assert row.message == "This is not JSON: Expecting ',' delimiter (column 2)."
        assert str(row).startswith("line 3: The file: rejected – This is not JSON")

    def test_another_thing_than_a_list(self):
        (row,) = import_references("3", by=publisher()).rows
        assert (row.outcome, row.line) == (Outcome.REJECTED, 1)


class TestDryRun:
    def test_reports_the_same_and_stores_nothing(self):
        bring(item("a"))
        before = stored(), AuditEntry.objects.count(), Epoch.objects.get().value
        items = [item("a", title="New"), item("b"), item("c", title="")]
        tried = bring(*items, on_existing="update", dry_run=True)
        assert before == (
            stored(), AuditEntry.objects.count(), Epoch.objects.get().value,
        )  # fmt: skip
        done = bring(*items, on_existing="update")
        assert tried.rows == done.rows
        assert [row.outcome for row in done.rows] == ["updated", "created", "rejected"]

    def test_finds_duplicates_within_the_file(self):
        report = bring(item("a", PMID="7"), item("b", PMID="7"), dry_run=True)
        assert [row.outcome for row in report.rows] == ["created", "duplicate"]


class TestChunks:
    def test_each_is_a_transaction_that_moves_the_epoch_once(self):
        before = Epoch.objects.get().value
        items = [item(f"book-{number}") for number in range(AT_A_TIME + 1)]
        assert bring(*items).summary() == f"{AT_A_TIME + 1} created"
        assert Epoch.objects.get().value == before + 2

    def test_every_record_has_its_entry_in_the_audit_and_on_the_shelf(self):
        bring(item("a", title="Zebras"), item("b"))
        bring(item("a", title="Giraffes"), on_existing="update")
        entries = AuditEntry.objects.order_by("pk").values_list("action", "subject")
        assert list(entries) == [
            ("add reference", "a: Zebras"),
            ("add reference", "b: About b"),
            ("change reference", "a: Giraffes"),
        ]
        assert [found.path for found in search("giraffes")] == ["/references/a/"]
        assert not search("zebras")


class TestPermissions:
    def test_authors_may_import(self, author):
        report = import_references(json.dumps([item("a")]), by=author)
        assert [row.outcome for row in report.rows] == ["created"]
        assert AuditEntry.objects.get(action="add reference").by == author

    def test_who_may_not_add_imports_nothing(self):
        user = make_user("nobody")
        user.is_superuser = False
        user.save()
        with pytest.raises(PermissionDenied):
            import_references(json.dumps([item("a")]), by=user)
        assert stored() == {}


class TestExport:
    def test_of_nothing_is_an_empty_list(self):
        assert json.loads(export_references()) == []

    def test_is_sorted_by_key(self):
        bring(item("b"), item("a"), item("C"))
        assert [found["id"] for found in json.loads(export_references())] == [
            "C",
            "a",
            "b",
        ]

    def test_gives_back_what_came_in(self):
        items = [
            item("a", volume=3, note="<&>\n“é”", custom={"deep": [{"x": None}, 1.5]}),
            item("b", issued={"date-parts": [["2015", 6]], "season": 1}),
        ]
        bring(*items)
        assert json.loads(export_references()) == items

    def test_read_again_changes_nothing_and_writes_the_same_bytes(self):
        import_references(DEMO, by=publisher())
        first = export_references()
        again = import_references(first, by=publisher(), on_existing="update")
        assert again.summary() == "65 unchanged"
        assert export_references() == first

    def test_read_into_an_empty_site_writes_the_same_bytes(self):
        import_references(DEMO, by=publisher())
        first = export_references()
        Reference.objects.all().delete()
        assert import_references(first, by=publisher()).summary() == "65 created"
        assert export_references() == first


class TestDemonstrationRecords:
    def test_are_all_created_and_lose_nothing(self):
        report = import_references(DEMO, by=publisher())
        assert report.summary() == "65 created"
        assert report.as_lines() == []
        by_key = {found["id"]: found for found in json.loads(DEMO)}
        assert {r.key: r.csl for r in Reference.objects.all()} == by_key

    def test_have_authors_and_entries(self):
        import_references(DEMO, by=publisher())
        assert not Reference.objects.filter(entry="").exists()
        assert not Reference.objects.filter(authors="").exists()

    def test_a_second_time_are_kept(self):
        import_references(DEMO, by=publisher())
        assert import_references(DEMO, by=publisher()).summary() == "65 kept"
