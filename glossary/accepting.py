"""What of a typed term can be stored at all: its forms, relations and translations.

A draft may be incomplete; what it must have to go live is :mod:`glossary.gate`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from django.core.exceptions import ValidationError

from immunosite.core.publishing import UNSTORABLE

from .languages import canonical
from .models import Case, FormKind, RelationKind, Term
from .wording import MAX_FORM, Form

# More would hardly be one term, nor fit into one form.
MAX_FORMS = 100


def checked_forms(title: str, forms: Sequence[Form]) -> list[Form]:
    """All forms without needless spaces, the headword first, empty ones left out.

    ``forms`` may hold a headword with its rules. Raises ValidationError for one that is
    too long, can't be stored or is written more than once: under "title" for the
    headword, "words" for all others; the code of each error is the form's text.
    """
    cleaned = with_headword(title, forms)
    seen: set[str] = set()
    errors: dict[str, list[ValidationError]] = {}
    for form in cleaned:
        field = "title" if form.kind == FormKind.HEADWORD else "words"
        for complaint in _complaints(form, seen):
            error = ValidationError(complaint, code=form.text)
            errors.setdefault(field, []).append(error)
        seen.add(form.text)
    if len(cleaned) > MAX_FORMS:
        message = f"A term can have {MAX_FORMS} words at most."
        errors.setdefault("words", []).append(ValidationError(message))
    if errors:
        raise ValidationError(errors)
    return [form for form in cleaned if form.text]


def with_headword(title: str, forms: Sequence[Form]) -> list[Form]:
    """All forms without needless spaces, the headword first, with the rules that it
    has among ``forms``."""
    ruled = [form for form in forms if form.kind == FormKind.HEADWORD]
    headword = ruled[0] if ruled else Form(title, FormKind.HEADWORD.value)
    others = [form for form in forms if form.kind != FormKind.HEADWORD]
    given = [replace(headword, text=title), *others]
    return [replace(form, text=" ".join(form.text.split())) for form in given]


def _complaints(form: Form, seen: set[str]) -> Iterator[str]:
    if form.text and form.text in seen:
        yield f"“{form.text}” is written more than once."
    if len(form.text) > MAX_FORM:
        yield f"“{form.text[:40]}…” is longer than {MAX_FORM} characters."
    if form.kind not in FormKind.values:
        yield f"Say what kind of word “{form.text}” is."
    if form.case not in ("", *Case.values):
        yield f"Choose a rule for the case of “{form.text}”."
    # The headword is a field of the revision too, which is checked as such.
    if form.kind != FormKind.HEADWORD and UNSTORABLE.search(form.text):
        yield "This holds a character that can't be stored."


def is_telling(form: Form) -> bool:
    """Whether a form says more than that the headword is one."""
    return form != Form(form.text, FormKind.HEADWORD.value)


# The form's field for each kind of relation.
FIELD_OF = {
    RelationKind.BROADER: "broader",
    RelationKind.WHOLE: "whole",
    RelationKind.RELATED: "see_also",
}


def check_relations(term: Term, relations: Sequence[tuple[str, Term]]) -> None:
    """Raise ValidationError, keyed by field, for a term that leads to itself or to
    another one in two ways."""
    errors: dict[str, list[str]] = {}
    seen: set[int] = set()
    for kind, other in relations:
        if kind not in RelationKind.values:
            raise ValidationError(f"There is no relation “{kind}”.")
        field = FIELD_OF[RelationKind(kind)]
        if other.pk == term.pk:
            errors.setdefault(field, []).append("A term can't lead to itself.")
        elif other.pk in seen:
            message = f"“{other}” is chosen twice. Keep the closest of the relations."
            errors.setdefault(field, []).append(message)
        seen.add(other.pk)
    if errors:
        raise ValidationError(errors)


UNDESCRIBED = "Say what the picture shows, for those who can't see it."


def check_richer(
    translations: Mapping[str, str], *, picture: str, picture_alt: str
) -> None:
    """Raise ValidationError, keyed by field, for a table of language (BCP 47) →
    headword that can't be stored, and for a picture that is not described."""
    errors: dict[str, list[str]] = {}
    if complaints := [
        why for row in translations.items() for why in _of_language(*row)
    ]:
        errors["translations"] = complaints
    if picture and not picture_alt.strip():
        errors["picture_alt"] = [UNDESCRIBED]
    if errors:
        raise ValidationError(errors)


def _of_language(code: str, word: str) -> Iterator[str]:
    if canonical(code) != code:
        yield (
            f"“{code}” is not a language’s code. Write for example es, pt-BR or "
            "zh-Hans."
        )
    if not word.strip() or len(word) > MAX_FORM:
        yield f"The word in “{code}” must have 1 to {MAX_FORM} characters."
    if UNSTORABLE.search(word):
        yield f"The word in “{code}” holds a character that can't be stored."
