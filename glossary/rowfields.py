"""Fields of the term editor that are rows: a term's words, its translations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from .gate import OTHERS_HAVE_IT
from .languages import canonical
from .models import Case, FormKind
from .relating import COMMON_LANGUAGES
from .typed import HEADWORD, Translation, translations_typed, words_typed
from .wording import MAX_FORM, Form

# Without JavaScript so many words can be added at a time.
_BLANK_ROWS = 3


class _Rows(forms.Widget):
    use_fieldset = True

    def __init__(self) -> None:
        super().__init__()
        # What to tell of a row, by its text.
        self.complaints: dict[str, list[str]] = {}

    def __deepcopy__(self, memo: Any) -> Any:
        # Each form has a copy, which must not tell what another form was told.
        copied: Any = super().__deepcopy__(memo)
        copied.complaints = {}
        return copied

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        # No row is sent for a term without words.
        return False

    def id_for_label(self, id_: str) -> str:
        return ""

    class Media:
        css = {"all": ["css/rows.css"]}
        js = ["js/rows.js"]


class WordsWidget(_Rows):
    """One row for each word: its kind, the word, and its rules, folded away.

    ``about`` is asked, when the rows are shown, for suggestions (forms that are missing)
    and for what to tell of words that other terms own.
    """

    template_name = "admin/glossary/_words.html"

    def __init__(self) -> None:
        super().__init__()
        self.headword = ""
        self.about: Callable[[], tuple[Sequence[Form], Mapping[str, list[str]]]] = (
            lambda: ((), {})
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[Form, ...]:
        return words_typed(data, name)

    def get_context(self, name: str, value: Any, attrs: Any = None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        forms = tuple(value or ())
        suggestions, claims = self.about()
        others = [form for form in forms if form.kind != HEADWORD]
        ruled = [form for form in forms if form.kind == HEADWORD]
        headword = ruled[0] if ruled else Form("", HEADWORD)
        rows = [self._row(index, form, claims) for index, form in enumerate(others)]
        context["widget"] |= {
            "headword": self._row(HEADWORD, headword, claims, self.headword),
            "rows": rows,
            "blank": self._row(len(rows), _BLANK, {}),
            "more": [
                self._row(len(rows) + number, _BLANK, {})
                for number in range(1, _BLANK_ROWS)
            ],
            "template": self._row("__n__", _BLANK, {}),
            "kinds": FormKind.choices[1:],
            "cases": [("", "As usual"), *Case.choices],
            "others_have_it": OTHERS_HAVE_IT,
            "longest": MAX_FORM,
            "suggestions": [
                (f"{name}-add-{form.kind}:{form.text}", form, FormKind(form.kind).label)
                for form in suggestions
            ],
        }
        return context

    def _row(
        self,
        number: int | str,
        form: Form,
        claims: Mapping[str, list[str]],
        text: str | None = None,
    ) -> dict[str, Any]:
        shown = form.text if text is None else text
        told = self.complaints.get(shown, [])
        return {
            "number": number,
            "form": form,
            "text": shown,
            "complaints": told,
            # What keeps it from going live is told once.
            "claims": [] if told else claims.get(shown, []),
            "rules": form.rules,
        }


_BLANK = Form("", FormKind.PLURAL.value)


class WordsField(forms.Field):
    """The forms of a term beside its headword; that one is among them, without its
    text, if it has rules of its own."""

    widget = WordsWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return tuple(initial or ()) != tuple(data or ())


class TranslationsWidget(_Rows):
    """One row for each language: its code and the headword in it."""

    template_name = "admin/glossary/_translations.html"

    def value_from_datadict(
        self, data: Any, files: Any, name: str
    ) -> tuple[Translation, ...]:
        return translations_typed(data, name)

    def get_context(self, name: str, value: Any, attrs: Any = None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        rows = [
            {
                "number": number,
                "code": row.code,
                "word": row.word,
                "complaints": self.complaints.get(row.code, []),
            }
            for number, row in enumerate(value or ())
        ]
        count = len(rows)
        context["widget"] |= {
            "rows": rows,
            "blank": {"number": count},
            "more": [{"number": count + n} for n in range(1, _BLANK_ROWS)],
            "template": {"number": "__n__"},
            "languages": COMMON_LANGUAGES,
            "longest": MAX_FORM,
        }
        return context


class TranslationsField(forms.Field):
    """Headwords in other languages, in the order in which they are typed; codes come
    out as BCP 47 writes them."""

    widget = TranslationsWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> tuple[Translation, ...]:
        complaints: dict[str, list[str]] = {}
        cleaned: dict[str, Translation] = {}
        for row in value or ():
            code = canonical(row.code)
            if complaint := _complaint(row, code, cleaned):
                complaints.setdefault(row.code, []).append(complaint)
            else:
                cleaned[code] = Translation(code, row.word)
        self.widget.complaints = complaints
        if complaints:
            raise ValidationError([why for each in complaints.values() for why in each])
        return tuple(cleaned.values())

    def has_changed(self, initial: Any, data: Any) -> bool:
        return {(row.code, row.word) for row in initial or ()} != {
            (canonical(row.code) or row.code, row.word) for row in data or ()
        }


def _complaint(row: Translation, code: str, known: Mapping[str, Any]) -> str:
    if not row.code:
        return f"Say in which language “{row.word}” is."
    if not code:
        return (
            f"“{row.code}” is not a language’s code. Write for example es, pt-BR or "
            "zh-Hans."
        )
    if not row.word:
        return f"The word in “{row.code}” is missing."
    if len(row.word) > MAX_FORM:
        return f"The word in “{row.code}” is longer than {MAX_FORM} characters."
    return f"“{row.code}” is there twice." if code in known else ""
