"""The publish checklist of a term: what it must have, what others own already, what
it should have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from immunosite.core.checklist import (
    Check,
    Checklist,
    Severity,
    advice,
    check_all,
    errors_in,
    missing,
)
from immunosite.core.markdown import Problem
from immunosite.core.publishing import PublishingRefused, refusal

from . import advising, models
from .advising import OF_THE_CARE, OF_THE_TEXT
from .models import RelationKind, Term, TermRevision
from .rendering import NOTHING, Rendered
from .wording import Form, compete, fold

# Readers see the first paragraph beside the word.
SHORT_DEFINITION = 300
# The name of a rule in the editor of a term.
OTHERS_HAVE_IT = "Other terms have this word too"


@dataclass(frozen=True)
class Facts(advising.Facts):
    """What is asked of a term. ``clashes`` are its words that others own, ``circles``
    the relations that lead back to it."""

    clashes: tuple[Problem, ...] = ()
    circles: tuple[Problem, ...] = ()


def _short_definition(facts: Facts) -> list[Problem]:
    length = len(facts.rendered.lead)
    if length <= SHORT_DEFINITION:
        return []
    message = (
        f"The first paragraph has {length} characters; readers see it beside the word, "
        f"so {SHORT_DEFINITION} are the most that is good. Begin a second paragraph."
    )
    return [advice("lead", message)]


# What is asked before a term gets its interval. Its text is compiled only then, since
# terms that go live together may name one another.
OF_THE_WORDS: tuple[Check[Facts], ...] = (
    Check(
        "title",
        "Headword",
        Severity.BLOCKING,
        lambda facts: missing("headword", facts.title),
    ),
    Check(
        "body",
        "Definition",
        Severity.BLOCKING,
        lambda facts: missing("definition", facts.body),
    ),
    Check(
        "words",
        "Words that no other term has",
        Severity.BLOCKING,
        lambda facts: facts.clashes,
    ),
    Check(
        "relations",
        "Broader terms and wholes",
        Severity.BLOCKING,
        lambda facts: facts.circles,
    ),
)
CHECKS: tuple[Check[Facts], ...] = (
    *OF_THE_WORDS,
    Check("lead", "Short first paragraph", Severity.ADVISORY, _short_definition),
    *OF_THE_TEXT,
    *OF_THE_CARE,
)


def check(facts: Facts) -> Checklist:
    """How a term stands that wants to go live."""
    return check_all(CHECKS, facts)


def ask(revision: TermRevision, *, at: datetime) -> None:
    """Raise PublishingRefused for what keeps a term from going live, apart from the
    problems of its definition's text."""
    own = forms_of(revision)
    facts = Facts(
        title=revision.title,
        body=revision.body,
        rendered=NOTHING,
        clashes=clashes(own, but=revision.page_id, at=at),
        circles=problems_of_circles(revision.page, relations_of(revision), at=at),
    )
    if problems := errors_in(OF_THE_WORDS, facts):
        raise PublishingRefused(problems)


def errors_in_text(rendered: Rendered) -> list[Problem]:
    """What of a compiled definition keeps its term from going live."""
    return errors_in(OF_THE_TEXT, Facts(title="", body="", rendered=rendered))


def forms_of(revision: TermRevision) -> list[Form]:
    """The forms of a revision as the pipeline knows them, the headword among them."""
    return [_pure(form) for form in revision.forms.all()]


def _pure(form: models.Form) -> Form:
    return Form(form.text, form.kind, form.case, form.is_automatic, form.is_sense)


def clashes(
    own: Sequence[Form], *, but: int | None, at: datetime
) -> tuple[Problem, ...]:
    """Words that another term owns, which is or will be live, unless each of both has
    it as a sense; ``but`` is the key of the term whose they are."""
    return tuple(refusal(message) for _, message in claims(own, but=but, at=at))


def claims(
    own: Sequence[Form], *, but: int | None, at: datetime
) -> list[tuple[Form, str]]:
    """(one of our forms, what to tell of it) for each that :func:`clashes` finds."""
    others = TermRevision.objects.current(at).exclude(page=but)
    folded = {fold(form.text) for form in own} - {""}
    taken = models.Form.objects.filter(revision__in=others, folded__in=folded)
    found: dict[tuple[str, str], tuple[Form, str]] = {}
    for row in taken.select_related("revision").order_by("revision", "position"):
        theirs = _pure(row)
        for mine in own:
            if compete(theirs, mine) and not (theirs.is_sense and mine.is_sense):
                message = _claim(theirs, row.revision.title)
                found.setdefault((theirs.text, row.revision.title), (mine, message))
    return list(found.values())


def _claim(theirs: Form, owner: str) -> str:
    where = "here" if theirs.is_sense else "here and there"
    return (
        f"“{theirs.text}” already belongs to “{owner}”. If it has both meanings, tick "
        f"“{OTHERS_HAVE_IT}” at the word, {where}."
    )


def relations_of(revision: TermRevision) -> list[tuple[str, Term]]:
    """The other terms that a revision leads to, each with its RelationKind."""
    rows = revision.relations.select_related("term")
    return [(relation.kind, relation.term) for relation in rows]


_REVERSE = {
    RelationKind.BROADER: "“{other}” can't be broader: it is itself a kind of “{own}”.",
    RelationKind.WHOLE: "“{other}” can't be the whole: it is itself a part of “{own}”.",
}


def problems_of_circles(
    term: Term | None, relations: Sequence[tuple[str, Term]], *, at: datetime
) -> tuple[Problem, ...]:
    """What :func:`circles` finds, as problems."""
    found = circles(term, relations, at=at)
    return tuple(refusal(message) for _, message in found)


def circles(
    term: Term | None, relations: Sequence[tuple[str, Term]], *, at: datetime
) -> list[tuple[RelationKind, str]]:
    """The broader terms and wholes from which the terms that are or will be live lead
    back to ``term``, with what to tell; a new term (None) is in no circle."""
    found = []
    for kind, message in _REVERSE.items():
        upward = [other for each, other in relations if each == kind]
        if term is None or not upward:
            continue
        steps = _steps(kind, at)
        for other in upward:
            if term.pk in _reached(other.pk, steps):
                found.append((kind, message.format(other=other, own=term)))
    return found


def _steps(kind: str, at: datetime) -> dict[int, set[int]]:
    public = TermRevision.objects.current(at)
    rows = models.Relation.objects.filter(kind=kind, revision__in=public)
    steps: dict[int, set[int]] = {}
    for start, end in rows.values_list("revision__page", "term"):
        steps.setdefault(start, set()).add(end)
    return steps


def _reached(start: int, steps: Mapping[int, set[int]]) -> set[int]:
    reached: set[int] = set()
    ahead = [start]
    while ahead:
        here = ahead.pop()
        if here not in reached:
            reached.add(here)
            ahead.extend(steps.get(here, ()))
    return reached
