"""The publish checklist of a term: what it must have, what others own already, what
it should have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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

from . import advising, linking
from .advising import OF_THE_CARE, OF_THE_TEXT
from .models import Form, FormKind, TermRevision
from .rendering import NOTHING, Rendered

# Readers see the first paragraph beside the word.
SHORT_DEFINITION = 300


def checked_forms(
    title: str, forms: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """All forms as (kind, text), the headword first. Raises ValidationError, keyed by
    kind, for one that is too long, can't be stored or is written more than once."""
    given = [(FormKind.HEADWORD.value, title), *forms]
    cleaned = [(kind, " ".join(text.split())) for kind, text in given]
    seen: set[str] = set()
    errors: dict[str, list[str]] = {}
    for kind, text in cleaned:
        if text and text in seen:
            errors.setdefault(kind, []).append(f"“{text}” is written more than once.")
        if len(text) > linking.MAX_FORM:
            message = f"“{text[:40]}…” is longer than {linking.MAX_FORM} characters."
            errors.setdefault(kind, []).append(message)
        # The headword is a field of the revision too, which is checked as such.
        if kind != FormKind.HEADWORD and UNSTORABLE.search(text):
            message = "This holds a character that can't be stored."
            errors.setdefault(kind, []).append(message)
        seen.add(text)
    if errors:
        raise ValidationError(errors)
    return [(kind, text) for kind, text in cleaned if text]


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
    own = [linking.Form(form.text, form.kind) for form in revision.forms.all()]
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


def clashes(
    own: Sequence[linking.Form], *, but: int | None, at: datetime
) -> tuple[Problem, ...]:
    """Words that another term owns, which is or will be live; ``but`` is the key of
    the term whose they are."""
    others = TermRevision.objects.current(at).exclude(page=but)
    folded = {linking.fold(form.text) for form in own} - {""}
    taken = Form.objects.filter(revision__in=others, folded__in=folded)
    return tuple(
        refusal(f"“{form.text}” already belongs to “{form.revision.title}”.")
        for form in taken.select_related("revision")
        if any(
            linking.compete(linking.Form(form.text, form.kind), mine) for mine in own
        )
    )
