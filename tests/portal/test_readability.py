"""``manage.py readability``: files and live pages, both grades, an exit code."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.management import CommandError, call_command

from tests.factories import draft_article, make_article, make_term

pytestmark = pytest.mark.django_db

EASY = "We can help. You can call us. It is fine to ask.\n"
HARD = (
    "Immunotherapy combinations necessitate multidisciplinary evaluation before "
    "initiation, notwithstanding preliminary observations.\n"
)


def run(capsys, *args):
    """(exit code, standard output, standard error)."""
    code = 0
    try:
        call_command("readability", *map(str, args))
    except SystemExit as stop:
        code = stop.code
    out, err = capsys.readouterr()
    return code, out, err


def rows(out):
    return list(csv.DictReader(io.StringIO(out)))


def write(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# Files


def test_a_file_is_measured_without_its_front_matter(tmp_path, capsys):
    head = "---\nslug: a\nsummary: Multidisciplinary considerations.\n---\n\n"
    with_head = write(tmp_path, "with.md", head + EASY)
    without = write(tmp_path, "without.md", EASY)
    code, out, _ = run(capsys, with_head, without, "--format", "csv")
    one, other = rows(out)
    assert code == 0
    assert (
        (one["grade"], one["words"])
        == (other["grade"], other["words"])
        == ("-2.2", "12")
    )


def test_lines_are_those_of_the_file(tmp_path, capsys):
    path = write(tmp_path, "a.md", f"---\nslug: a\n---\n\n{EASY}\n{HARD}")
    _, out, _ = run(capsys, path, "--hardest", 1)
    assert "line 7: grade " in out
    assert "long words: Immunotherapy, combinations, necessitate, " in out


def test_the_exit_code_tells_that_a_page_is_above_the_target(tmp_path, capsys):
    easy, hard = write(tmp_path, "easy.md", EASY), write(tmp_path, "hard.md", HARD)
    assert run(capsys, easy)[0] == 0
    code, out, _ = run(capsys, easy, hard)
    assert code == 1
    assert "1 of 2 above grade 8." in out
    assert run(capsys, hard, "--target", 99)[0] == 0


def test_the_hardest_page_comes_first_and_all_are_summed_up(tmp_path, capsys):
    easy, hard = write(tmp_path, "easy.md", EASY), write(tmp_path, "hard.md", HARD)
    _, out, _ = run(capsys, easy, hard, "--hardest", 0)
    names = [line.split("  ")[0] for line in out.splitlines()[:4]]
    assert names == ["Page", str(hard), str(easy), "all 2 together"]
    assert "long words" not in out


def test_a_file_without_running_text_is_named(tmp_path, capsys):
    path = write(tmp_path, "a.md", "## Only a heading\n")
    code, out, err = run(capsys, path)
    assert (code, err) == (0, f"{path}: no running text.\n")
    assert out == "Nothing to measure.\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file or directory."),
        (b"caf\xe9", "not UTF-8 (byte 3)."),
        (b"---\nslug: a\n", "line 1: The front matter has no closing"),
        (b"x" * 100_001, "100,000 are allowed"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path, content, message):
    path = tmp_path / "a.md"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        call_command("readability", str(path))
    assert str(path) in str(refused.value)
    assert message in str(refused.value)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(CommandError, match="Is a directory"):
        call_command("readability", str(tmp_path))


@pytest.mark.parametrize("count", ["-1", "some"])
def test_the_number_of_sentences_must_be_one(count):
    with pytest.raises(CommandError, match="not a number from 0 up"):
        call_command("readability", f"--hardest={count}")


# Live pages


def test_all_live_pages_are_measured_and_no_draft(capsys):
    make_article("live-one", EASY)
    make_term("Rash", EASY)
    draft_article("draft-one", HARD)
    code, out, _ = run(capsys, "--format", "csv")
    assert code == 0
    assert {row["page"] for row in rows(out)} == {
        "/articles/live-one/",
        "/glossary/rash/",
    }


@pytest.mark.parametrize(
    ("option", "page"),
    [("--articles", "/articles/one/"), ("--terms", "/glossary/rash/")],
)
def test_one_kind_of_page_may_be_chosen(capsys, option, page):
    make_article("one", EASY)
    make_term("Rash", EASY)
    _, out, _ = run(capsys, option, "--format", "csv")
    assert [row["page"] for row in rows(out)] == [page]


def test_the_words_of_the_glossary_count_as_plain_in_the_second_grade(capsys):
    make_term("Immunotherapy", EASY)
    make_article("one", "Your team may say that immunotherapy can help.\n")
    _, out, _ = run(capsys, "--articles")
    assert "long words: immunotherapy*" in out
    (row,) = rows(run(capsys, "--articles", "--format", "csv")[1])
    assert float(row["grade"]) > float(row["grade_names_plain"])
    assert row["hardest"] == "1: Your team may say that immunotherapy can help."
    assert row["rough"] == "yes"


def test_a_site_without_pages_has_nothing_to_measure(capsys):
    assert run(capsys) == (0, "Nothing to measure.\n", "")
