"""A file of terms: read, checked, brought in as drafts, related. What all files have in
common is in tests/core/test_uploading.py and test_stepping.py."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from glossary.exchange import import_terms
from glossary.importing import STEPS
from glossary.models import Term, TermImport, TermRevision
from glossary.uploading import UPLOADS
from immunosite.core.stepping import counts_of
from tests.factories import make_tag, make_term

pytestmark = pytest.mark.django_db


def entry(headword: str, **said: Any) -> dict[str, Any]:
    return {"headword": headword, "definition": f"What {headword} means.", **said}


def upload(*entries: Any, by: Any, **options: Any) -> TermImport:
    data = json.dumps(entries).encode()
    return UPLOADS.make_batch(data, by=by, file_name="in.json", **options)


def checked(*entries: Any, by: Any, **options: Any) -> TermImport:
    """A batch, checked to its end."""
    batch = upload(*entries, by=by, **options)
    while STEPS.check_step(batch, by=by).is_running:
        pass
    batch.refresh_from_db()
    return batch


def brought_in(batch: TermImport, *, by: Any) -> TermImport:
    STEPS.start_import(batch, by=by)
    while STEPS.import_step(batch, by=by).is_running:
        pass
    batch.refresh_from_db()
    return batch


def rows(batch: TermImport) -> list[tuple[str, str, str]]:
    return list(batch.rows.values_list("name", "outcome", "message"))


def relations() -> dict[str, list[tuple[str, str]]]:
    """What the newest revision of each term leads to."""
    found = {}
    for term in Term.objects.all():
        newest = term.newest()
        pairs = newest.relations.values_list("kind", "term__slug")
        found[term.slug] = sorted(pairs)
    return found


class TestReading:
    def test_keeps_what_the_file_says_as_it_is(self, author):
        said = entry("T cell", synonyms=["T lymphocyte"], rules={"T cell": ["exact"]})
        row = upload(said, by=author).rows.get()
        assert (row.name, row.slug, row.said) == ("T cell", "t-cell", said)

    def test_a_headword_comes_once(self, author):
        batch = upload(entry("T cell"), entry("T Cell"), by=author)
        assert [row[:2] for row in rows(batch)] == [
            ("T cell", ""),
            ("T Cell", "rejected"),
        ]

    @pytest.mark.parametrize("column", ["related", "tags", "synonyms"])
    def test_a_term_can_not_ask_for_any_number_of_things(self, author, column):
        many = {column: [f"Word {number}" for number in range(201)]}
        batch = upload(entry("a", **many), by=author)
        assert rows(batch) == [("a", "rejected", f"{column}: more than 200 of them.")]

    def test_takes_a_table_of_seven_columns(self, author):
        table = (
            "headword,plurals,synonyms,abbreviations,linking,tags,definition\n"
            "T cell,T cells,,,auto,,A white blood cell.\n"
        )
        batch = UPLOADS.make_batch(table.encode(), by=author, file_name="terms.csv")
        assert batch.format == "csv"
        while STEPS.step(batch, by=author).is_running:
            pass
        assert rows(batch) == [("T cell", "created", "")]

    def test_takes_the_right_to_change_since_some_terms_are_saved_twice(self, author):
        group = author.groups.get()
        group.permissions.remove(group.permissions.get(codename="change_term"))
        with pytest.raises(PermissionDenied, match="glossary.change_term"):
            upload(entry("a"), by=author)


class TestChecking:
    def test_says_of_each_term_what_will_become_of_it(self, author):
        make_tag("Cells")
        here = make_term("here", "What here means.").page
        batch = checked(
            entry("here"), entry("new", tags=["topic: Cells"]),
            entry("odd", tags=["topic: Unknown"]), entry("lost", related=["nothing"]),
            by=author,
        )  # fmt: skip
        assert [row[:2] for row in rows(batch)] == [
            ("here", "kept"), ("new", "created"), ("odd", "rejected"),
            ("lost", "rejected"),
        ]  # fmt: skip
        odd, lost = (row[2] for row in rows(batch)[2:])
        assert odd.startswith("tags: ")
        assert lost == (
            "related: There is no term “nothing”, neither here nor in this file."
        )
        assert [row.term for row in batch.rows.all()] == [here, None, None, None]
        assert list(Term.objects.all()) == [here]

    def test_names_what_an_update_would_change(self, author):
        make_term("a", "Old.")
        make_term("b", "What b means.")
        batch = checked(entry("a"), entry("b"), by=author, on_existing="update")
        assert rows(batch) == [
            ("a", "updated", "Changes definition."),
            ("b", "unchanged", ""),
        ]
        assert TermRevision.objects.count() == 2

    def test_knows_terms_of_other_steps(self, author, monkeypatch):
        monkeypatch.setattr(STEPS, "at_a_time", 1)
        batch = checked(
            entry("a", related=["b"]), entry("b", broader=["a"]), by=author
        )  # fmt: skip
        assert rows(batch) == [("a", "created", ""), ("b", "created", "")]

    def test_tells_which_relations_will_be_left_out(self, author):
        batch = checked(
            entry("a", related=["B", "c"]), entry("b", tags=["topic: Unknown"]),
            entry("c"), by=author,
        )  # fmt: skip
        messages = [row[2] for row in rows(batch)]
        assert messages[0] == "Will leave out “B”, which can't come in."
        assert messages[2] == ""

    def test_but_not_relations_to_what_is_here_anyway(self, author):
        make_term("b")
        batch = checked(
            entry("a", related=["b"]), entry("b", tags=["topic: Unknown"]),
            by=author, on_existing="update",
        )  # fmt: skip
        assert rows(batch)[0] == ("a", "created", "")

    def test_takes_fewer_terms_at_a_time_where_their_texts_are_long(
        self, author, monkeypatch
    ):
        monkeypatch.setattr("glossary.importing.MOST_LETTERS", 30)
        texts = {"definition": "x" * 10, "professional": "y" * 5}
        batch = upload(
            *(entry(name, **texts) for name in "abc"),
            entry("long", definition="z" * 31), entry("d"), by=author,
        )  # fmt: skip
        told = []
        while not told or told[-1].is_running:
            told.append(STEPS.check_step(batch, by=author))
        assert [progress.done for progress in told[:-1]] == [2, 3, 4]
        assert batch.rows.filter(outcome="created").count() == 5


class TestImporting:
    def test_makes_drafts_and_nothing_public(self, author):
        batch = brought_in(checked(entry("a"), by=author), by=author)
        revision = TermRevision.objects.get()
        assert (revision.live_from, revision.created_by) == (None, author)
        assert batch.rows.get().term == revision.page

    def test_an_update_of_a_public_term_is_a_draft_beside_it(self, author):
        term = make_term("a", "Old.").page
        batch = checked(entry("a"), by=author, on_existing="update")
        brought_in(batch, by=author)
        assert term.live_revision().body == "Old."
        assert term.newest().body == "What a means."
        assert term.newest().live_from is None

    def test_relates_terms_that_name_each_other_whatever_their_order(
        self, author, monkeypatch
    ):
        monkeypatch.setattr(STEPS, "at_a_time", 1)
        entries = [
            entry("a", broader=["c"], related=["b"]), entry("b", part_of=["c"]),
            entry("c"), entry("d", related=["a"]),
        ]  # fmt: skip
        brought_in(checked(*entries, by=author), by=author)
        assert relations() == {
            "a": [("broader", "c"), ("related", "b")],
            "b": [("part of", "c")],
            "c": [],
            "d": [("related", "a")],
        }

    def test_comes_to_what_the_command_comes_to(self, author, monkeypatch):
        monkeypatch.setattr(STEPS, "at_a_time", 2)
        entries = [
            entry("a", related=["b", "e"]), entry("b", tags=["topic: Unknown"]),
            entry("c", broader=["a"], related=["d"]), entry("d", synonyms=["dd"]),
            entry("e", related=["nothing"]), entry("a"),
        ]  # fmt: skip
        report = import_terms(json.dumps(entries), by=author, format="json")
        expected = [(row.name, row.outcome, row.message) for row in report.rows]
        by_command = relations()
        Term.objects.all().delete()
        batch = brought_in(checked(*entries, by=author), by=author)
        assert rows(batch) == expected
        assert relations() == by_command

    def test_counts_the_drafts_first_and_then_what_waited(self, author, monkeypatch):
        monkeypatch.setattr(STEPS, "at_a_time", 2)
        batch = checked(
            entry("a", related=["c"]), entry("b", related=["c"]), entry("c"),
            by=author,
        )  # fmt: skip
        told = [STEPS.start_import(batch, by=author)]
        while told[-1].is_running:
            told.append(STEPS.import_step(batch, by=author))
        later = "Adding the related terms that came later in the file."
        assert [(each.doing, str(each)) for each in told[:-1]] == [
            ("Saving the drafts.", "0 of 3 terms"),
            ("Saving the drafts.", "2 of 3 terms"),
            (later, "0 of 2 terms"),
        ]
        assert (told[-1].state, told[-1].done) == ("done", 3)

    def test_tells_of_what_was_discarded_before_it_could_be_named(
        self, author, monkeypatch
    ):
        monkeypatch.setattr(STEPS, "at_a_time", 1)
        batch = checked(entry("a", related=["b"]), entry("b"), by=author)
        STEPS.start_import(batch, by=author)
        for _ in range(2):
            STEPS.import_step(batch, by=author)
        Term.objects.get(slug="b").delete()
        assert STEPS.import_step(batch, by=author).state == "done"
        assert rows(batch)[0] == (
            "a", "created", "Left out: “b”, which did not come in.",
        )  # fmt: skip

    def test_a_second_time_changes_nothing(self, author):
        entries = [entry("a", related=["b"]), entry("b", translations={"es": "be"})]
        outcomes = []
        for _ in range(2):
            batch = checked(*entries, by=author, on_existing="update")
            outcomes.append(dict(counts_of(brought_in(batch, by=author))))
        assert outcomes == [{"created": 2}, {"unchanged": 2}]

    def test_a_term_that_goes_leaves_the_report(self, author):
        batch = brought_in(checked(entry("a"), by=author), by=author)
        Term.objects.get().delete()
        assert rows(batch) == [("a", "created", "")]
