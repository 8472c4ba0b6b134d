"""The publish checklist of a term: what it must have, what others own already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError

from immunosite.core.markdown import Problem
from immunosite.core.publishing import UNSTORABLE, PublishingRefused, refusal

from . import linking
from .models import Form, FormKind, TermRevision


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


def ask(revision: TermRevision, *, at: datetime) -> None:
    """Raise PublishingRefused for what keeps a term from going live, apart from the
    problems of its definition's text."""
    missing = [
        refusal(f"The {name} is missing.")
        for name, value in [("headword", revision.title), ("definition", revision.body)]
        if not value.strip()
    ]
    if problems := [*missing, *_clashes(revision, at)]:
        raise PublishingRefused(problems)


def _clashes(revision: TermRevision, at: datetime) -> list[Problem]:
    """Words that another term owns, which is or will be live."""
    own = list(revision.forms.all())
    others = TermRevision.objects.current(at).exclude(page=revision.page)
    taken = Form.objects.filter(
        revision__in=others, folded__in={form.folded for form in own if form.folded}
    ).select_related("revision")
    return [
        refusal(f"“{form.text}” already belongs to “{form.revision.title}”.")
        for form in taken
        if any(linking.compete(_plain(form), _plain(mine)) for mine in own)
    ]


def _plain(form: Form) -> linking.Form:
    return linking.Form(form.text, form.kind)
