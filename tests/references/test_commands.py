"""exchange_references on the command line."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from immunosite.core.audit import AuditEntry
from references.formats import FORMATS
from references.models import Reference
from tests.factories import make_reference, make_user

pytestmark = pytest.mark.django_db


def item(key: str, **csl) -> dict:
    return {"id": key, "type": "book", "title": f"About {key}", **csl}


ITEM = item("a")


@pytest.fixture
def file_of(tmp_path):
    def write(*items, name: str = "in.json"):
        path = tmp_path / name
        path.write_text(json.dumps(items))
        return path

    return write


def run(*arguments) -> str:
    out = StringIO()
    call_command("exchange_references", *map(str, arguments), stdout=out)
    return out.getvalue()


class TestImport:
    def test_says_what_became_of_each_file(self, administrator, file_of):
        one = file_of(ITEM)
        two = file_of(item("b"), item("c"), name="two.json")
        assert run("import", one, two) == f"{one}: 1 created\n{two}: 2 created\n"
        assert Reference.objects.count() == 3

    def test_updates_what_is_there(self, administrator, file_of):
        make_reference("a")
        assert "1 updated" in run("import", file_of(ITEM))
        assert Reference.objects.get().title == "About a"

    def test_or_keeps_it(self, administrator, file_of):
        make_reference("a")
        assert "1 kept" in run("import", file_of(ITEM), "--on-existing", "keep")
        assert Reference.objects.get().title == "A study called a"

    def test_ends_with_an_error_when_a_record_was_rejected(
        self, administrator, file_of
    ):
        path = file_of(ITEM, {"id": "b", "type": "book"})
        out = StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("exchange_references", "import", str(path), stdout=out)
        assert ended.value.code == 1
        assert out.getvalue() == (
            f"{path}: 1 created, 1 rejected\n"
            "  line 1: b: rejected – title: The title is missing.\n"
        )
        assert Reference.objects.get().key == "a"

    def test_a_duplicate_is_told_and_is_no_error(self, administrator, file_of):
        make_reference("other", DOI="10.1000/x")
        said = run("import", file_of({**ITEM, "DOI": "10.1000/X"}))
        assert "a: duplicate – DOI: “other” already has this DOI." in said

    def test_a_dry_run_stores_nothing(self, administrator, file_of):
        assert "1 created" in run("import", file_of(ITEM), "--dry-run")
        assert not Reference.objects.exists()

    def test_in_the_name_of_whom_it_was_asked(self, administrator, author, file_of):
        run("import", file_of(ITEM), "--as", "author")
        assert AuditEntry.objects.get(action="add reference").by == author

    def test_or_of_the_first_administrator(self, author, administrator, file_of):
        run("import", file_of(ITEM))
        assert AuditEntry.objects.get(action="add reference").by == administrator


class TestFormats:
    RIS = "TY  - BOOK\nTI  - A trial\nAU  - García, A.\nPY  - 2015\nER  - \n"

    def test_are_recognized(self, administrator, tmp_path):
        path = tmp_path / "in.txt"
        path.write_text(self.RIS, encoding="utf-8")
        assert run("import", path) == f"{path}: 1 created\n"
        assert Reference.objects.get().key == "garcia-2015"

    def test_or_named(self, administrator, tmp_path):
        path = tmp_path / "in.txt"
        path.write_text(self.RIS, encoding="utf-8")
        with pytest.raises(SystemExit):
            run("import", path, "--format", "csl-json")
        assert not Reference.objects.exists()

    @pytest.mark.parametrize("format", FORMATS)
    def test_what_goes_out_comes_in_and_changes_nothing(
        self, administrator, file_of, tmp_path, format
    ):
        author = [{"family": "García", "given": "Ana"}]
        csl = {"author": author, "issued": {"date-parts": [[2015]]}, "PMID": "7"}
        run("import", file_of(item("a", **csl), item("b", **csl | {"PMID": "8"})))
        path = tmp_path / "out"
        run("export", "--format", format, "--output", path)
        assert path.read_bytes().decode() == run("export", "--format", format)
        before = list(Reference.objects.values())
        assert run("import", path, "--on-existing", "keep").startswith(
            f"{path}: 2 kept\n"
        )
        assert list(Reference.objects.values()) == before

    def test_look_alikes_come_in_when_it_is_asked_for(self, administrator, file_of):
        make_reference("a", title="About b", author=[])
        path = file_of(item("b"))
        assert "looks like the same work" in run("import", path)
        assert run("import", path, "--look-alikes") == f"{path}: 1 created\n"


class TestImportRefuses:
    def test_a_file_that_is_not_there(self, administrator, tmp_path):
        with pytest.raises(CommandError, match=r"none.json: No such file"):
            run("import", tmp_path / "none.json")

    def test_bytes_that_are_no_text(self, administrator, tmp_path):
        path = tmp_path / "in.json"
        path.write_bytes(bytes(range(256)) * 4)
        with pytest.raises(CommandError, match=r"in\.json: "):
            run("import", path)

    def test_a_file_of_no_known_format(self, administrator, tmp_path):
        path = tmp_path / "in.txt"
        path.write_text("Just some words.")
        with pytest.raises(
            CommandError, match=r"no known format.*--format csl-json, ris"
        ):
            run("import", path)

    def test_the_name_of_nobody(self, administrator, file_of):
        with pytest.raises(CommandError, match="no active user “nobody”"):
            run("import", file_of(ITEM), "--as", "nobody")

    def test_without_an_administrator(self, author, file_of):
        with pytest.raises(CommandError, match="no administrator"):
            run("import", file_of(ITEM))

    def test_who_may_not(self, administrator, file_of):
        user = make_user("guest")
        user.is_superuser = False
        user.save()
        with pytest.raises(CommandError, match="add_reference"):
            run("import", file_of(ITEM), "--as", "guest")
        assert not Reference.objects.exists()


class TestExport:
    def test_to_standard_output(self, administrator, file_of):
        run("import", file_of(ITEM))
        assert json.loads(run("export")) == [ITEM]

    def test_to_a_file_that_can_be_imported(self, administrator, tmp_path):
        demo = settings.BASE_DIR / "demo" / "references.csl.json"
        run("import", demo)
        path = tmp_path / "out.json"
        assert run("export", "--output", path) == ""
        assert run("import", path) == f"{path}: 65 unchanged\n"
        assert path.read_text(encoding="utf-8") == run("export")
