"""The publish checklist: what an article must have, what it should have. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import glossary.advising
from glossary.advising import OF_THE_CARE, OF_THE_TEXT
from immunosite.core import checklist
from immunosite.core.advising import description_problems
from immunosite.core.checklist import Check, Checklist, Severity, advice, missing
from immunosite.core.markdown import Problem


@dataclass(frozen=True)
class Facts(glossary.advising.Facts):
    """What is asked of an article."""

    summary: str = ""


def _sources(facts: Facts) -> list[Problem]:
    if not facts.needs_sources or not facts.body.strip() or facts.rendered.citations:
        return []
    return [advice("sources", "Nothing on this page is cited.")]


CHECKS: tuple[Check[Facts], ...] = (
    Check(
        "title",
        "Title",
        Severity.BLOCKING,
        lambda facts: missing("title", facts.title),
    ),
    Check(
        "summary",
        "Summary",
        Severity.BLOCKING,
        lambda facts: missing("summary", facts.summary),
    ),
    Check(
        "body",
        "Text",
        Severity.BLOCKING,
        lambda facts: missing("body", facts.body),
    ),
    Check("sources", "At least one reference", Severity.ADVISORY, _sources),
    *OF_THE_TEXT,
    Check(
        "description",
        "Summary fits search engines",
        Severity.ADVISORY,
        lambda facts: description_problems(facts.summary),
    ),
    *OF_THE_CARE,
)


def check(facts: Facts) -> Checklist:
    """How an article stands that wants to go live."""
    return checklist.check_all(CHECKS, facts)


def errors_in(facts: Facts) -> list[Problem]:
    """What blocks a publish, forced or not."""
    return checklist.errors_in(CHECKS, facts)
