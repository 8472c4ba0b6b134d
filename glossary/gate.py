"""The publish checklist of a term: what it must have, what others own already, what
it should have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import ValidationError

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
from immunosite.core.publishing import UNSTORABLE, PublishingRefused, refusal

from . import advising, models
from .advising import OF_THE_CARE, OF_THE_TEXT
from .models import FormKind, TermRevision
from .rendering import NOTHING, Rendered
from .wording import MAX_FORM, Form, compete, fold

# Readers see the first paragraph beside the word.
SHORT_DEFINITION = 300


def checked_forms(title: str, forms: Sequence[Form]) -> list[Form]:
    """All forms without needless spaces, the headword first, empty ones left out.
    ``forms`` may hold a headword with its rules. Raises ValidationError, keyed by kind,
    for one that is too long, can't be stored or is written more than once."""
    ruled = [form for form in forms if form.kind == FormKind.HEADWORD]
    headword = ruled[0] if ruled else Form(title, FormKind.HEADWORD.value)
    others = [form for form in forms if form.kind != FormKind.HEADWORD]
    given = [replace(headword, text=title), *others]
    cleaned = [replace(form, text=" ".join(form.text.split())) for form in given]
    seen: set[str] = set()
    errors: dict[str, list[str]] = {}
    for form in cleaned:
        errors.setdefault(form.kind, []).extend(_complaints(form, seen))
        seen.add(form.text)
    if errors := {kind: reasons for kind, reasons in errors.items() if reasons}:
        raise ValidationError(errors)
    return [form for form in cleaned if form.text]


def _complaints(form: Form, seen: set[str]) -> Iterator[str]:
    if form.text and form.text in seen:
        yield f"“{form.text}” is written more than once."
    if len(form.text) > MAX_FORM:
        yield f"“{form.text[:40]}…” is longer than {MAX_FORM} characters."
    # The headword is a field of the revision too, which is checked as such.
    if form.kind != FormKind.HEADWORD and UNSTORABLE.search(form.text):
        yield "This holds a character that can't be stored."


@dataclass(frozen=True)
class Facts(advising.Facts):
    """What is asked of a term. ``clashes`` are its words that others own."""

    clashes: tuple[Problem, ...] = ()


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
    others = TermRevision.objects.current(at).exclude(page=but)
    folded = {fold(form.text) for form in own} - {""}
    taken = models.Form.objects.filter(revision__in=others, folded__in=folded)
    return tuple(
        refusal(f"“{form.text}” already belongs to “{form.revision.title}”.")
        for form in taken.select_related("revision")
        if any(
            compete(_pure(form), mine) and not (form.is_sense and mine.is_sense)
            for mine in own
        )
    )
