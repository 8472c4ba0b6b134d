"""The reference editor's form: the fields of CSL-JSON that people fill in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import ValidationError

from immunosite.core.tagging import Tag
from immunosite.core.widgets import TagsField

from . import curating
from .identifiers import PARSERS, InvalidIdentifier
from .models import Notice, Reference

# The types of CSL 1.0.2 that a patient site is likely to cite come first.
TYPES = [
    ("article-journal", "Journal article"),
    ("webpage", "Web page"),
    ("book", "Book"),
    ("chapter", "Chapter of a book"),
    ("report", "Report or guideline"),
    ("article", "Preprint"),
    ("thesis", "Thesis"),
    ("dataset", "Data set"),
]
# Form field → CSL variable, for the variables that are plain text.
PLAIN = {
    "title": "title",
    "container": "container-title",
    "volume": "volume",
    "issue": "issue",
    "page": "page",
    "publisher": "publisher",
    "doi": "DOI",
    "pmid": "PMID",
    "pmcid": "PMCID",
    "isbn": "ISBN",
    "url": "URL",
}
# CSL variable, or what a deed complains about, → form field.
_FIELDS = {variable: field for field, variable in PLAIN.items()} | {
    **{"key": "key", "id": "key", "type": "type"},
    **{"author": "authors", "issued": "issued"},
}
_DATE = re.compile(r"\A([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?\Z")


def authors_text(names: Iterable[Mapping[str, str]]) -> str:
    """One name a line: ``Family, Given``, or the name of a group."""
    return "\n".join(
        name.get("literal")
        or ", ".join(filter(None, [name.get("family"), name.get("given")]))
        for name in names
    )


def _name(line: str, known: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """A line as a CSL name; an unchanged line keeps all that was known of it."""
    if line in known:
        return known[line]
    family, _, given = (part.strip() for part in line.partition(","))
    return {"family": family, "given": given} if family and given else {"literal": line}


def _line(**kwargs: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "vTextField"})
    return forms.CharField(required=False, widget=widget, **kwargs)


class LinesField(forms.CharField):
    """A text of several lines, which browsers end with ``\\r\\n``."""

    def __init__(self, *, rows: int, **kwargs: Any) -> None:
        attrs = {"rows": rows, "class": "vLargeTextField"}
        super().__init__(widget=forms.Textarea(attrs=attrs), **kwargs)

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class ReferenceForm(forms.ModelForm):
    """Edits the usual variables and leaves all others of the record alone.

    When somebody else saved in between, the form is invalid, keeps all that was typed,
    and ``conflict`` is the deed's EditConflict; saving once more goes on top of it.
    """

    type = forms.ChoiceField(choices=TYPES)
    title = LinesField(rows=2)
    authors = LinesField(
        rows=5,
        required=False,
        help_text="One a line: “Larkin, James”. A group: “National Cancer Institute”.",
    )
    authors_complete = forms.BooleanField(
        label="All authors are listed",
        required=False,
        initial=True,
        help_text="Off: the entry ends its names with “et al.”.",
    )
    issued = _line(label="Date", help_text="2015, 2015-06 or 2015-06-25.")
    container = _line(label="Journal, book or site")
    volume = _line()
    issue = _line()
    page = _line(label="Pages")
    publisher = _line()
    doi = _line(label="DOI")
    pmid = _line(label="PMID")
    pmcid = _line(label="PMCID")
    isbn = _line(label="ISBN")
    url = forms.URLField(label="Web address", required=False, assume_scheme="https")
    tags = TagsField()
    based_on = forms.CharField(required=False, widget=forms.HiddenInput)

    conflict: curating.EditConflict | None = None

    class Meta:
        model = Reference
        fields = ["key"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if (instance := kwargs.get("instance")) and instance.pk:
            kwargs["initial"] = self._initial(instance) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        known = self.initial.get("type")
        if known and known not in dict(TYPES):
            self.fields["type"] = forms.ChoiceField(choices=[*TYPES, (known, known)])

    def _initial(self, reference: Reference) -> dict[str, Any]:
        csl = reference.csl
        parts = (csl.get("issued", {}).get("date-parts") or [[]])[0]
        return {
            "type": csl.get("type"),
            "authors": authors_text(csl.get("author", [])),
            "authors_complete": csl.get("custom", {}).get("authors_complete", True),
            "issued": "-".join(f"{int(part):02}" for part in parts),
            "tags": list(reference.tags.all()),
            "based_on": curating.version_of(reference),
            **{name: str(csl.get(variable, "")) for name, variable in PLAIN.items()},
        }

    def clean_issued(self) -> str:
        text: str = self.cleaned_data["issued"]
        if text in ("", self.initial.get("issued")):
            return text
        match = _DATE.match(text)
        try:
            date(*map(int, match.groups("1") if match else "000"))
        except ValueError:
            message = "Write the date like 2015, 2015-06 or 2015-06-25."
            raise ValidationError(message) from None
        return text

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self._refuse_overwrite()
        if not self.errors:
            try:
                curating.check(self.cleaned_data["key"], self.csl(), self.instance)
            except ValidationError as error:
                for variable, reasons in error.error_dict.items():
                    self.add_error(_FIELDS.get(variable), reasons)
        return cleaned

    def _refuse_overwrite(self) -> None:
        # The admin runs the whole request in one transaction, so what this locks stays
        # locked until the reference is stored.
        try:
            curating.lock(self.instance, based_on=self.cleaned_data["based_on"])
        except curating.EditConflict as conflict:
            self.conflict = conflict
            data: Any = self.data
            self.data = data = data.copy()
            data[self.add_prefix("based_on")] = curating.version_of(conflict.current)
            raise ValidationError(
                f"{conflict} Nothing was saved and nothing you typed is lost: compare "
                "both, bring into yours what you want of theirs, and save again.",
                code="conflict",
            ) from conflict

    def differences(self) -> list[tuple[Any, str, str]]:
        """(label, theirs, yours) of each field that differs from what is stored."""
        fields = [self[name] for name in self.changed_data if name != "based_on"]
        was, shown = self.initial, self._shown
        return [
            (f.label, shown(f.name, was.get(f.name)), shown(f.name, f.value()))
            for f in fields
        ]

    def _shown(self, name: str, value: Any) -> str:
        if name == "tags":
            pks = {str(getattr(tag, "pk", tag)) for tag in value or ()}
            tags = Tag.objects.all()
            return ", ".join(tag.name for tag in tags if str(tag.pk) in pks)
        if name == "authors_complete":
            return "Yes" if value else "No"
        return str(value or "")

    def csl(self) -> dict[str, Any]:
        """The stored record with the fields that were changed in a valid form."""
        given, changed = self.cleaned_data, set(self.changed_data)
        record = {**self.instance.csl, "id": given["key"], "type": given["type"]}
        for field in changed & PLAIN.keys():
            _put(record, PLAIN[field], _canonical(field, given[field]))
        if "authors" in changed:
            known = {authors_text([name]): name for name in record.get("author", [])}
            lines = [line.strip() for line in given["authors"].splitlines()]
            _put(record, "author", [_name(line, known) for line in lines if line])
        if "issued" in changed:
            parts = [int(part) for part in given["issued"].split("-") if part]
            _put(record, "issued", {"date-parts": [parts]} if parts else None)
        if "authors_complete" in changed:
            is_complete = {"authors_complete": given["authors_complete"]}
            record["custom"] = {**record.get("custom", {}), **is_complete}
        return record


def _canonical(field: str, text: str) -> str:
    """An identifier as it is stored; one that is wrong stays for the deed to name."""
    try:
        return PARSERS[field](text) if field in PARSERS else text
    except InvalidIdentifier:
        return text


def _put(record: dict[str, Any], name: str, value: Any) -> None:
    if value in ("", None, []):
        record.pop(name, None)
    else:
        record[name] = value


class NoticeForm(forms.ModelForm):
    source = forms.URLField(
        max_length=200,
        assume_scheme="https",
        help_text=Notice._meta.get_field("source").help_text,
    )

    class Meta:
        model = Notice
        fields = ["kind", "noticed_on", "source", "doi", "note"]
        widgets = {"noticed_on": AdminDateWidget}
