"""The publish checklist: what blocks, what only warns."""

from __future__ import annotations

import pytest

from articles.gate import check, errors_in
from glossary.linking import Vocabulary
from glossary.rendering import Rendered, render
from immunosite.core.markdown import Problem
from references.citing import Source


def rendered(body: str) -> Rendered:
    library = {"a-1": Source("a-1", "A 2015")}
    return render(body, vocabulary=Vocabulary([]), library=library, addresses={})


def checked(body: str = "Words [@a-1].", **changes) -> list[tuple[str, str]]:
    """(severity, message) of each problem of an article that lacks nothing else."""
    fields = {"title": "Hope", "summary": "On hope.", "body": body, **changes}
    problems = check(rendered=rendered(fields["body"]), **fields)
    return [(problem.severity, problem.message) for problem in problems]


def test_a_complete_article_with_a_source_passes_without_a_word():
    assert checked() == []


@pytest.mark.parametrize("name", ["title", "summary", "body"])
@pytest.mark.parametrize("value", ["", " ", "\n\t\u00a0"])
def test_what_is_missing_or_blank_blocks(name, value):
    assert ("error", f"The {name} is missing.") in checked(**{name: value})


def test_all_that_is_missing_is_told_at_once():
    problems = checked(title="", summary="", body="")
    assert [message for _, message in problems] == [
        "The title is missing.",
        "The summary is missing.",
        "The body is missing.",
    ]


def test_a_text_without_any_source_only_warns():
    assert checked("Words.") == [("warning", "Nothing on this page is cited.")]


def test_a_page_about_the_site_needs_none():
    assert checked("Words.", needs_sources=False) == []


def test_the_problems_of_the_text_come_after_those_of_the_fields():
    problems = checked("Words [@b].", title="")
    assert [severity for severity, _ in problems] == ["error", "warning", "error"]
    assert problems[-1][1].startswith("No reference has the key “b”.")


def test_only_errors_block():
    error = Problem(1, "error", "code", "Mend this.")
    warning = Problem(2, "warning", "code", "Look at this.")
    assert errors_in([warning, error]) == [error]
    assert errors_in([warning]) == []
