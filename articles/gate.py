"""The publish checklist: what an article must have, what it should have. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from glossary.rendering import Rendered
from immunosite.core.markdown import Problem


def check(
    *,
    title: str,
    summary: str,
    body: str,
    rendered: Rendered,
    needs_sources: bool = True,
) -> list[Problem]:
    """All problems of an article that wants to go live; errors block, warnings don't."""
    missing = [
        _problem("error", f"The {name} is missing.")
        for name, value in [("title", title), ("summary", summary), ("body", body)]
        if not value.strip()
    ]
    if needs_sources and body.strip() and not rendered.citations:
        missing.append(_problem("warning", "Nothing on this page is cited."))
    return [*missing, *rendered.problems]


def errors_in(problems: Sequence[Problem]) -> list[Problem]:
    """The problems that block a publish."""
    return [problem for problem in problems if problem.severity == "error"]


def _problem(severity: str, message: str) -> Problem:
    return Problem(
        line=None,
        severity="error" if severity == "error" else "warning",
        code="checklist",
        message=message,
    )
